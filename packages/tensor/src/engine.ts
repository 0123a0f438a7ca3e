/**
 * What our own packages build on beside the public surface. It changes with the protocol number, not with the version:
 * a package states the protocol that it was written to, and is told which versions to install when they do not meet.
 *
 * @module
 */
import './methods.ts';

import { type TypedArray } from './dtype.ts';
import { denseStorage } from './ops/dense.ts';
import { showShape } from './shape.ts';
import { protocol } from './shared.ts';
import { type Tensor } from './tensor.ts';
import { version } from './version.ts';

export { isFloat, type TypedArray } from './dtype.ts';
export { escape, outside, scope } from './memory/scope.ts';
export { checkNumber, checkOptions, checkTensor } from './arguments.ts';
export { sameShape, showShape } from './shape.ts';
export { type Checked, type SameSize, type Says, type ShapeOf, type Show } from './shape-types.ts';
export { storeAsI64 } from './safetensors/wide-integers.ts';
export { protocol } from './shared.ts';

/** Throws an Error, which says what to install, unless this copy of @mg/tensor speaks the protocol that `user` needs. */
export function requireProtocol(user: string, needed: number): void {
  if (needed !== protocol) {
    throw new Error(
      `${user} needs an @mg/tensor that speaks protocol ${needed}, the installed one, ${version}, speaks ${protocol}; install the latest of both`,
    );
  }
}

/**
 * The elements, row-major, to be read at once: any other operation may move them. The tensor's own where they are laid out
 * so.
 */
export function read(tensor: Tensor): TypedArray {
  return denseStorage(tensor, tensor.shape, tensor.dtype).read();
}

/**
 * Writes a contiguous tensor in place: `change` gets its elements, to be written at once. Backward will notice, unlike a write
 * through `data`.
 *
 * Throws a RangeError for a tensor that is not contiguous.
 */
export function write(tensor: Tensor, change: (elements: TypedArray) => void): void {
  if (!tensor.isContiguous()) {
    throw new RangeError(
      `write: a tensor of shape ${showShape(tensor.shape)} with strides ${showShape(tensor.strides)} is not contiguous`,
    );
  }
  const all = tensor.storage.elements();
  const { offset, size } = tensor;
  change(size === all.length ? all : all.subarray(offset, offset + size));
  tensor.storage.touch();
}
