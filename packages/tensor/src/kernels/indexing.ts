import { bytesPerElement } from '../array/dtype.ts';
import { moveIn, type Storage } from '../array/storage.ts';
import { compiledIndexing as compiled, SMALLEST } from './compiled/kernels.ts';
import * as reference from './reference/indexing.ts';
import { type Extents, type Rows } from './reference/indexing.ts';

// A kernel is the reference loop of its name, unless it is listed below: a local export takes the place of one that `*` stands for.
export * from './reference/indexing.ts';

// The kernels listed have a compiled one for some dtypes; both give the same bits. Indices are int32.

/** out[o, j, i] = x[o, index[o, j, i], i]. Returns the place of the first index that is out of range, where it stops; −1 without one. */
export function gather(from: Storage, indices: Storage, to: Storage, extents: Extents): number {
  if (compiled === null || !areOfFourBytes(from, to) || !moveIn(from, indices, to)) {
    return reference.gather(from, indices, to, extents);
  }
  const { outer, length, count, inner } = extents;
  const wrong = compiled.gather(from.address, indices.address, to.address, outer, length, count, inner);
  to.wrote();
  return wrong;
}

/** out[o, index[o, j, i], i] += source[o, j, i]: the adjoint of gather. Returns what that does. */
export function scatterAdd(indices: Storage, from: Storage, to: Storage, extents: Extents): number {
  if (compiled === null || !areLongFloats(from) || !moveIn(indices, from, to)) {
    return reference.scatterAdd(indices, from, to, extents);
  }
  const { outer, length, count, inner } = extents;
  const wrong = compiled.scatterAdd(indices.address, from.address, to.address, outer, length, count, inner);
  to.wrote();
  return wrong;
}

/** out[o, j, i] = x[o, index[j], i]: whole rows. A batch of a large data set is copied from where that is. */
export function take(from: Rows, indices: Storage, to: Storage, extents: Extents): void {
  const { storage, offset, outerStep, rowStep } = from;
  if (compiled === null || !areOfFourBytes(storage, to) || !moveIn(storage, indices, to)) {
    reference.take(from, indices, to, extents);
    return;
  }
  const { outer, count, inner } = extents;
  const start = storage.address + 4 * offset;
  compiled.take(start, indices.address, to.address, outer, count, inner, outerStep, rowStep);
  to.wrote();
}

/** out[o, index[j], i] += source[o, j, i]: the adjoint of take. */
export function addRows(indices: Storage, from: Storage, to: Storage, extents: Extents): void {
  if (compiled === null || !areLongFloats(from) || !moveIn(indices, from, to)) {
    reference.addRows(indices, from, to, extents);
    return;
  }
  const { outer, length, count, inner } = extents;
  compiled.addRows(indices.address, from.address, to.address, outer, length, count, inner);
  to.wrote();
}

/** Whether the kernels that copy elements of 4 bytes can pick these, and it pays to have them moved in. */
function areOfFourBytes(from: Storage, { dtype, length }: Storage): boolean {
  return bytesPerElement(dtype) === 4 && length >= SMALLEST && from.isWorthMovingIn(length);
}

/** Whether the kernels that add float32 can add these, and it pays. */
function areLongFloats({ dtype, length }: Storage): boolean {
  return dtype === 'float32' && length >= SMALLEST;
}
