/**
 * What our own packages build on beside the public surface. It changes with the protocol number, not with the version:
 * a package states the protocol that it was written to, and is told which versions to install when they do not meet.
 *
 * @module
 */
import './methods.ts';

import { type TypedArray } from './dtype.ts';
import { denseStorage } from './ops/structure.ts';
import { type Tensor } from './tensor.ts';

export { type TypedArray } from './dtype.ts';
export { showShape } from './shape.ts';

/** The protocol that this copy speaks. */
export const protocol = 1;

/** Throws an Error, which says what to install, unless this copy of @mg/tensor speaks the protocol that `user` needs. */
export function requireProtocol(user: string, needed: number): void {
  if (needed !== protocol) {
    throw new Error(
      `${user} needs an @mg/tensor that speaks protocol ${needed}, the installed one speaks ${protocol}; install the latest of both`,
    );
  }
}

/** The elements, row-major, to be read before the next operation: the tensor's own array where it is laid out so. */
export function read(tensor: Tensor): TypedArray {
  return denseStorage(tensor, tensor.shape, tensor.dtype).array;
}

/**
 * Writes a contiguous tensor in place: `change` gets its elements. Backward will notice, unlike a write through `data`.
 *
 * Throws a RangeError for a tensor that is not contiguous.
 */
export function write(tensor: Tensor, change: (elements: TypedArray) => void): void {
  change(tensor.data);
  tensor.storage.touch();
}
