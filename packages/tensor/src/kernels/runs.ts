import { isRowMajor, sizeOf } from '../array/shape.ts';
import { type Storage } from '../array/storage.ts';
import { denseCopy } from './copy.ts';
import { type Strided } from './operands.ts';

/** How many elements each result is made of. */
export function lengthOf({ shape }: Strided, axes: readonly number[]): number {
  return sizeOf(axes.map((axis) => shape[axis] ?? 1));
}

/** The elements in runs, one after the other, of those that are reduced to one: a dense copy with the reduced axes last, if it is not so already. */
export function runsOf({ storage, shape, strides, offset }: Strided, axes: readonly number[]): Storage {
  const all = shape.map((_, axis) => axis);
  const order = [...all.filter((axis) => !axes.includes(axis)), ...all.filter((axis) => axes.includes(axis))];
  return dense({
    storage,
    shape: order.map((axis) => shape[axis]!),
    strides: order.map((axis) => strides[axis]!),
    offset,
  });
}

/** The elements, row-major in a storage that holds nothing else. */
export function dense(x: Strided): Storage {
  const { storage, shape, strides } = x;
  return storage.length === sizeOf(shape) && isRowMajor(shape, strides) ? storage : denseCopy(x).storage;
}
