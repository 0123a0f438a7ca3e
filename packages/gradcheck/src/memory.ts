import { type TensorLike } from './differentiable.ts';

type Elements = TensorLike['data'];

/**
 * Where the elements of a tensor lie: `array[position(i)]` is the i-th element in row-major order.
 *
 *     array        | 0 1 2 3 4 5 |
 *     its T        shape [3, 2], strides [1, 3], offset 0    positions 0 3 1 4 2 5
 *     one row, expanded   shape [2, 3], strides [0, 1]       positions 0 1 2 0 1 2: each is used twice
 */
export interface Memory {
  readonly array: Elements;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** The memory of a tensor; null if it is not contiguous and has no strides or storage. */
export function memoryOf(x: TensorLike): Memory | null {
  const { shape, strides, offset = 0, storage } = x;
  const dense = rowMajor(shape);
  const isDense = x.isContiguous?.() ?? (strides === undefined || isSame(shape, strides, dense));
  if (isDense) return { array: x.data, shape, strides: dense, offset: 0 };
  return strides === undefined || storage === undefined ? null : { array: storage.array, shape, strides, offset };
}

/** Writes all elements, given in row-major order. */
export function writeMemory(memory: Memory, data: Float64Array): void {
  eachPosition(memory, (position, i) => {
    memory.array[position] = data[i] ?? NaN;
  });
}

/** The tensors whose elements share memory, within the tensor or with another one. */
export function shareMemory<T>(tensors: readonly (readonly [T, Memory | null])[]): ReadonlySet<T> {
  const found = new Set<T>();
  for (const [x, memory] of tensors) {
    if (memory === null) continue;
    if (overlapsItself(memory)) found.add(x);
    for (const [other, others] of tensors) {
      if (other !== x && others !== null && overlap(memory, others)) found.add(x);
    }
  }
  return found;
}

/**
 * Whether two elements have the same position. With the axes sorted by stride, each stride must exceed the reach of all
 * smaller axes; otherwise the distinct positions are counted.
 */
function overlapsItself(memory: Memory): boolean {
  const axes = memory.shape
    .map((length, axis) => ({ length, stride: Math.abs(memory.strides[axis] ?? 0) }))
    .filter(({ length }) => length > 1)
    .sort((a, b) => a.stride - b.stride);
  let reach = 0;
  const isNested = axes.every(({ length, stride }) => {
    const isClear = stride > reach;
    reach += (length - 1) * stride;
    return isClear;
  });
  if (isNested || sizeOf(memory.shape) === 0) return false;
  const positions = new Set<number>();
  eachPosition(memory, (position) => positions.add(position));
  return positions.size < sizeOf(memory.shape);
}

/** Whether the memory ranges of two tensors overlap. They are compared in bytes: two arrays may share one buffer. */
function overlap(a: Memory, b: Memory): boolean {
  const [one, two] = [rangeOf(a), rangeOf(b)];
  return one.base === two.base && one.start < two.end && two.start < one.end;
}

function rangeOf({ array, shape, strides, offset }: Memory): { base: unknown; start: number; end: number } {
  if (sizeOf(shape) === 0) return { base: array, start: 0, end: 0 };
  const reach = (wanted: (stride: number) => boolean) =>
    shape.reduce((sum, length, axis) => {
      const stride = strides[axis] ?? 0;
      return wanted(stride) ? sum + (length - 1) * stride : sum;
    }, offset);
  const [first, last] = [reach((stride) => stride < 0), reach((stride) => stride > 0)];
  if (!ArrayBuffer.isView(array)) return { base: array, start: first, end: last + 1 };
  const width = array.byteLength / array.length;
  return {
    base: array.buffer,
    start: array.byteOffset + first * width,
    end: array.byteOffset + (last + 1) * width,
  };
}

function eachPosition({ shape, strides, offset }: Memory, visit: (position: number, i: number) => void): void {
  const size = sizeOf(shape);
  const index = shape.map(() => 0);
  let position = offset;
  for (let i = 0; i < size; i++) {
    visit(position, i);
    // Counts like an odometer: the last axis changes first.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [length = 1, stride = 0, at = 0] = [shape[axis], strides[axis], index[axis]];
      if (at + 1 < length) {
        index[axis] = at + 1;
        position += stride;
        break;
      }
      index[axis] = 0;
      position -= at * stride;
    }
  }
}

function rowMajor(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}

/** Whether two strides give the same positions: the stride of an axis of length 0 or 1 has no effect. */
function isSame(shape: readonly number[], strides: readonly number[], dense: readonly number[]): boolean {
  return shape.includes(0) || shape.every((length, axis) => length === 1 || strides[axis] === dense[axis]);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
