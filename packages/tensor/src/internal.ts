/**
 * The entry for our own packages, beside the public API. It changes with the protocol number, not with the version: a package states
 * the protocol that it was written for, and `requireProtocol` throws if the installed copy has another.
 *
 * @module
 */
import './methods.ts';

import { bytesPerElement, type TypedArray } from './array/dtype.ts';
import { type Exports, instantiate } from './kernels/compiled/module.ts';
import { linearMemory } from './array/linear-memory.ts';
import { denseStorage } from './ops/copy.ts';
import { contiguousStrides, showShape } from './array/shape.ts';
import { protocol } from './array/shared.ts';
import { moveIn as moveStoragesIn, type Storage } from './array/storage.ts';
import { Tensor } from './graph/tensor.ts';
import { version } from './array/version.ts';

export { checkTensor, type Plain } from './graph/tensor.ts';
export { holds, isFloat, type TypedArray } from './array/dtype.ts';
export { escape, handOver, holding, outside, releasing, scope } from './array/lifetime.ts';
export { leaveScopes } from './array/state.ts';
export { checkNumber, checkOptions, synchronous } from './array/arguments.ts';
export { sameShape, showShape } from './array/shape.ts';
export { type Checked, type SameSize, type Says, type ShapeOf, type Show } from './graph/shape-types.ts';
export { defaultGenerator } from './random/generator.ts';
export { storeAsI64 } from './array/wide-integers.ts';
export { uncloneable } from './array/uncloneable.ts';
export { convertLeaf } from './ops/copy.ts';
export { crossEntropyRows } from './ops/cross-entropy.ts';
export { linear } from './ops/linear.ts';
export { convThen, convTranspose2d } from './ops/conv.ts';
export { indicesOfMaxPool2d } from './ops/pooling.ts';
export { type Cell, recurrence, type Steps } from './ops/recurrence.ts';
export { gruCell, lstmCell, reluCell, tanhCell } from './ops/recurrent-cells.ts';
export { protocol } from './array/shared.ts';

/** Throws an Error that says what to install, unless this copy of @mg/tensor has the protocol that `user` needs. */
export function requireProtocol(user: string, needed: number): void {
  if (needed !== protocol) {
    throw new Error(
      `${user} needs protocol ${needed} of @mg/tensor, but the installed version ${version} has protocol ${protocol}; install the latest versions of both`,
    );
  }
}

/**
 * The elements in row-major order, to be read immediately: any other operation may move them. A copy, unless the tensor's own elements
 * are dense and row-major.
 */
export function read(tensor: Tensor): TypedArray {
  return denseStorage(tensor).read();
}

/**
 * Writes a contiguous tensor in place: `change` receives its elements, and must write them immediately. `backward` detects the change,
 * unlike a write through `data`.
 *
 * Throws a RangeError for a tensor that is not contiguous.
 */
export function write(tensor: Tensor, change: (elements: TypedArray) => void): void {
  change(elements(tensor));
}

/**
 * The elements of a contiguous tensor, to be written immediately: creating another tensor may move them. `backward` detects the change.
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

/** The gradient of a tensor, for code that keeps no reference to it: its memory is freed as soon as another gradient replaces it. */
export function unseenGrad(tensor: Tensor): Tensor | null {
  return tensor.unseenGrad;
}

/**
 * Compiles the kernels of another package, which use the same linear memory, imported as `memory` of `env`. Returns null if there is no
 * linear memory, or the kernels cannot be compiled.
 *
 * @param digits - the module's bytes, in hexadecimal
 */
export function compileKernels(digits: string): Exports | null {
  return linearMemory === null ? null : instantiate(digits, linearMemory.memory);
}

/**
 * The tensor itself if a compiled kernel can use it directly: it is row-major, and not a small part of a large storage that would
 * have to be moved in. Otherwise a dense copy.
 */
export function compact(tensor: Tensor): Tensor {
  const { storage, shape, size, dtype } = tensor;
  if (tensor.isContiguous() && storage.isWorthMovingIn(size)) return tensor;
  return new Tensor(denseStorage(tensor, shape, dtype), { shape, strides: contiguousStrides(shape), offset: 0 });
}

/**
 * Moves tensors into linear memory together, for compiled kernels, until another tensor is created. Returns the addresses of their
 * elements, in bytes, and 0 for null; or null if there is no linear memory, or not enough.
 */
export function moveIn(tensors: readonly (Tensor | null)[]): number[] | null {
  const storages: Storage[] = [];
  for (const tensor of tensors) if (tensor !== null) storages.push(tensor.storage);
  if (!moveStoragesIn(...storages)) return null;
  return tensors.map((tensor) =>
    tensor === null ? 0 : tensor.storage.address + tensor.offset * bytesPerElement(tensor.dtype),
  );
}

/** Records that a compiled kernel has written a tensor in place, at the address from `moveIn`, so that `backward` detects the change. */
export function wrote({ storage }: Tensor): void {
  storage.wrote();
  storage.touch();
}
