/**
 * Derivatives of functions: Jacobians, Hessians, and their products with vectors, as in `torch.autograd.functional`.
 *
 * ```ts
 * import { tensor } from '@mg/tensor';
 * import { hessian, jacobian } from '@mg/tensor/functional';
 *
 * jacobian((x) => x.square(), tensor([1, 2])); // => tensor([[2, 0], [0, 4]])
 * hessian((x) => x.prod(), tensor([2, 3])); // => tensor([[0, 1], [1, 0]])
 * ```
 *
 * @module
 */
import './methods.ts';

export { type FunctionalOptions, type ArgumentsOf, type PerTensor, type Tensors } from './functional/arguments.ts';
export { hessian, jacobian } from './functional/jacobian.ts';
export { jvp, vjp } from './functional/products.ts';
