import { type Storage } from '../../array/storage.ts';
import { type Strided } from '../operands.ts';

/** Copies strided elements into a dense storage of the same dtype, row-major. */
export function copy(from: Strided, to: Storage): void {
  const [source, target] = [from.storage.read(), to.elements()];
  let at = 0;
  eachRow(from, (start, length, step) => {
    for (let i = 0; i < length; i++) target[at++] = source[start + i * step]!;
  });
}

/** Copies a dense storage into strided elements of the same dtype: the inverse of `copy`. */
export function copyInto(from: Storage, to: Strided): void {
  const [source, target] = [from.read(), to.storage.elements()];
  let at = 0;
  eachRow(to, (start, length, step) => {
    for (let i = 0; i < length; i++) target[start + i * step] = source[at++]!;
  });
}

/** Writes `x` to every element. */
export function fill(to: Strided, x: number): void {
  const target = to.storage.elements();
  eachRow(to, (start, length, step) => {
    for (let i = 0; i < length; i++) target[start + i * step] = x;
  });
}

/** Whether any element is NaN. */
export function hasNaN(x: Strided): boolean {
  const source = x.storage.read();
  let found = false;
  eachRow(x, (start, length, step) => {
    for (let i = 0; i < length; i++) if (Number.isNaN(source[start + i * step])) found = true;
  });
  return found;
}

/** Calls `visit` for each row along the last axis, in row-major order: where it starts, and how far apart its elements lie. */
function eachRow(
  { shape, strides, offset }: Strided,
  visit: (start: number, length: number, step: number) => void,
): void {
  const inner = shape.length - 1;
  const length = shape[inner] ?? 1;
  const step = strides[inner] ?? 0;
  const index = new Array<number>(shape.length).fill(0);
  let rows = 1;
  for (let axis = 0; axis < inner; axis++) rows *= shape[axis]!;
  let start = offset;
  for (let row = 0; row < rows; row++) {
    visit(start, length, step);
    // On to the next row, as an odometer: the last axis but one turns fastest.
    for (let axis = inner - 1; axis >= 0; axis--) {
      start += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      start -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}
