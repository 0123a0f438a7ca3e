/**
 * What our own packages build on beside the public surface. It changes with the protocol number, not with the version:
 * a package states the protocol that it was written to, and is told which versions to install when they do not meet.
 *
 * @module
 */
import './methods.ts';

import { bytesPerElement, type TypedArray } from './dtype.ts';
import { type Exports, instantiate } from './kernels/compiled/module.ts';
import { linearMemory } from './memory/linear-memory.ts';
import { denseStorage } from './ops/dense.ts';
import { contiguousStrides, showShape } from './shape.ts';
import { protocol } from './shared.ts';
import { moveIn as moveStoragesIn, type Storage } from './storage.ts';
import { Tensor } from './tensor.ts';
import { version } from './version.ts';

export { isFloat, type TypedArray } from './dtype.ts';
export { close, escape, handOver, hold, open, outside, releasing, scope } from './memory/scope.ts';
export { synchronous } from './grad-mode.ts';
export { checkNumber, checkOptions, checkTensor } from './arguments.ts';
export { sameShape, showShape } from './shape.ts';
export { type Checked, type SameSize, type Says, type ShapeOf, type Show } from './shape-types.ts';
export { storeAsI64 } from './safetensors/wide-integers.ts';
export { crossEntropyRows } from './ops/cross-entropy.ts';
export { linear } from './ops/linear.ts';
export { convThen } from './ops/conv.ts';
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
  return denseStorage(tensor).read();
}

/**
 * Writes a contiguous tensor in place: `change` gets its elements, to be written at once. Backward will notice, unlike a write
 * through `data`.
 *
 * Throws a RangeError for a tensor that is not contiguous.
 */
export function write(tensor: Tensor, change: (elements: TypedArray) => void): void {
  change(elements(tensor));
}

/**
 * The elements of a contiguous tensor, to be written at once: the next tensor that is made may move them. Backward will notice.
 *
 * Throws a RangeError for a tensor that is not contiguous.
 */
export function elements(tensor: Tensor): TypedArray {
  if (!tensor.isContiguous()) {
    throw new RangeError(
      `write: a tensor of shape ${showShape(tensor.shape)} with strides ${showShape(tensor.strides)} is not contiguous`,
    );
  }
  const { storage, offset, size } = tensor;
  const all = storage.elements();
  storage.touch();
  return size === all.length ? all : all.subarray(offset, offset + size);
}

/** The gradient of a tensor, for code that keeps nothing of it: then its memory is given back as soon as another takes its place. */
export function unseenGrad(tensor: Tensor): Tensor | null {
  return tensor.unseenGrad;
}

/**
 * Compiles kernels of another package, which work in the one linear memory: they import it as `memory` of `env`. Null where
 * there is none, or they cannot be compiled.
 *
 * @param digits - the module's bytes, in hexadecimal
 */
export function compileKernels(digits: string): Exports | null {
  return linearMemory === null ? null : instantiate(digits, linearMemory.memory);
}

/**
 * The tensor itself where a compiled kernel can take it as it lies: row-major, and not a small part of something large that
 * would have to be moved in for it. Else a copy, of which that is true.
 */
export function compact(tensor: Tensor): Tensor {
  const { storage, shape, size, dtype } = tensor;
  if (tensor.isContiguous() && storage.isWorthMovingIn(size)) return tensor;
  return new Tensor(denseStorage(tensor, shape, dtype), { shape, strides: contiguousStrides(shape), offset: 0 });
}

/**
 * Brings tensors into linear memory, all at once, where compiled kernels can work on them until the next tensor is made. Returns
 * where their elements begin, in bytes, and 0 for null: nothing lies there. Null where there is no such memory, or no more of it.
 */
export function moveIn(tensors: readonly (Tensor | null)[]): number[] | null {
  const storages: Storage[] = [];
  for (const tensor of tensors) if (tensor !== null) storages.push(tensor.storage);
  if (!moveStoragesIn(...storages)) return null;
  return tensors.map((tensor) =>
    tensor === null ? 0 : tensor.storage.address + tensor.offset * bytesPerElement(tensor.dtype),
  );
}

/** States that a compiled kernel has written a tensor in place, where `moveIn` said. Backward will notice. */
export function wrote({ storage }: Tensor): void {
  storage.wrote();
  storage.touch();
}
