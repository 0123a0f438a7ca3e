import { bytesPerElement } from '../array/dtype.ts';
import { contiguousStrides, isRowMajor, sizeOf } from '../array/shape.ts';
import { moveIn, Storage } from '../array/storage.ts';
import { compiled, SMALLEST } from './compiled/kernels.ts';
import { asGrids, type Strided } from './operands.ts';
import * as reference from './reference/copy.ts';

export { fill, hasNaN } from './reference/copy.ts';

/** Copies strided elements into a dense storage of the same dtype, row-major. */
export function copy(from: Strided, to: Storage): void {
  if (!compiledCopy(from, to)) reference.copy(from, to);
}

/** Copies by a compiled kernel; false where none can: more than two axes that do not follow each other evenly, or 8 bytes an element. */
function compiledCopy(from: Strided, to: Storage): boolean {
  const { storage } = from;
  const bytes = bytesPerElement(to.dtype);
  if (compiled === null || bytes === 8 || to.length < SMALLEST || !storage.isWorthMovingIn(to.length)) return false;
  const seen = asGrids([from], from.shape);
  const [grid] = seen?.grids ?? [];
  if (seen === null || grid === undefined || !moveIn(storage, to)) return false;
  const start = storage.address + bytes * grid.offset;
  const kernel = bytes === 4 ? compiled.copyStrided : compiled.copyStridedBytes;
  kernel(start, to.address, seen.rows, seen.columns, grid.rowStep, grid.columnStep);
  to.wrote();
  return true;
}

/** Copies a dense storage into strided elements of the same dtype: the inverse of `copy`. */
export function copyInto(from: Storage, to: Strided): void {
  const { storage, shape, strides, offset } = to;
  const bytes = bytesPerElement(from.dtype);
  const canServe = bytes === 4 && from.length >= SMALLEST && isRowMajor(shape, strides);
  if (compiled === null || !canServe || !storage.isWorthMovingIn(from.length) || !moveIn(from, storage)) {
    reference.copyInto(from, to);
    return;
  }
  compiled.copyStrided(from.address, storage.address + bytes * offset, 1, from.length, 0, 1);
  storage.wrote();
}

/** An operand that is worth moving into linear memory: a dense copy of what is a small part of something that lies outside. */
export function compact(x: Strided): Strided {
  return x.storage.isWorthMovingIn(sizeOf(x.shape)) ? x : denseCopy(x);
}

/** A row-major copy. */
export function denseCopy(x: Strided): Strided {
  const storage = Storage.empty(x.storage.dtype, sizeOf(x.shape));
  copy(x, storage);
  return { storage, shape: x.shape, strides: contiguousStrides(x.shape), offset: 0 };
}

/** Room for so many numbers of float32, to be brought into linear memory along with operands, and released after use. */
export function scratch(count: number): Storage {
  return Storage.empty('float32', count);
}
