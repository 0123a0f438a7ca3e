import { type Tensor } from '@mg/tensor';
import { checkTensor } from '@mg/tensor/internal';

const global = globalThis as unknown as Record<symbol, unknown>;

/**
 * The tensors that are marked as parameters: outside the tensor, so that a frozen parameter stays one, and once for
 * all copies of this package.
 */
const marked = (global[Symbol.for('@mg/nn.parameters')] ??= new WeakSet()) as WeakSet<Tensor>;

/** Marks a tensor as a parameter, for a module's `parameters()` to list. Sets `requiresGrad`. */
export function parameter<T extends Tensor>(tensor: T): T {
  checkTensor('parameter', 'a parameter', tensor);
  tensor.requiresGrad = true;
  marked.add(tensor);
  return tensor;
}

/** Whether a tensor is marked as a parameter. */
export function isParameter(tensor: Tensor): boolean {
  return marked.has(tensor);
}
