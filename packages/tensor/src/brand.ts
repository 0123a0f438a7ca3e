import { type Tensor } from './tensor.ts';

/**
 * How tensors are recognised, also those of a second copy of this package: never by `instanceof`. What stands there is an
 * object with the `grad` function of the copy that made the tensor, for packages that import nothing of ours.
 */
export const brand: symbol = Symbol.for('@mg/tensor.Tensor');

/** Whether `x` is a tensor, of this copy of the package or another one. */
export function isTensor(x: unknown): x is Tensor {
  return typeof x === 'object' && x !== null && brand in x;
}
