import { shared } from '../array/shared.ts';

/** How often elements of tensors that require a gradient were read as plain numbers. */
const reads = shared('reads', () => ({ count: 0 }));

/** Called wherever elements are read as numbers. */
export function noteRead(tensor: { readonly requiresGrad: boolean }): void {
  if (tensor.requiresGrad) reads.count++;
}

/** Runs `fn`, and also returns whether it read elements of a tensor that requires a gradient. */
export function watchReads<Result>(fn: () => Result): { result: Result; hasRead: boolean } {
  const before = reads.count;
  const result = fn();
  return { result, hasRead: reads.count > before };
}
