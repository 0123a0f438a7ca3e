import { type Storage } from '../storage.ts';

/** Elements somewhere in a storage, in the order that shape and strides say. */
export interface Strided {
  readonly storage: Storage;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Copies strided elements into a dense storage of the same dtype, row-major. */
export function copy({ storage, shape, strides, offset }: Strided, out: Storage): void {
  const source = storage.array;
  const target = out.array;
  const inner = shape.length - 1;
  const innerSize = shape[inner] ?? 1;
  const innerStride = strides[inner] ?? 0;
  const index = new Array<number>(shape.length).fill(0);
  let from = offset;
  for (let to = 0; to < target.length;) {
    for (let i = 0; i < innerSize; i++) target[to++] = source[from + i * innerStride]!;
    // On to the next row, as an odometer: the last axis but one turns fastest.
    for (let axis = inner - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}
