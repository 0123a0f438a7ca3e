import { shared } from '../array/shared.ts';

/** How often elements of tensors that require a gradient have left the graph as plain numbers. */
const reads = shared('reads', () => ({ count: 0 }));

/** To be called wherever elements are given out as numbers. */
export function noteRead(tensor: { readonly requiresGrad: boolean }): void {
  if (tensor.requiresGrad) reads.count++;
}

/** Runs `fn` and says, beside its result, whether it read elements of a tensor that requires a gradient. */
export function watchReads<Result>(fn: () => Result): { result: Result; hasRead: boolean } {
  const before = reads.count;
  const result = fn();
  return { result, hasRead: reads.count > before };
}
