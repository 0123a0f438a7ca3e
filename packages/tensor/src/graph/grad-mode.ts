import { synchronous } from '../array/arguments.ts';
import { gradMode, withGradMode } from './apply.ts';

/** Whether operations on tensors that require gradients are recorded. */
export function isGradEnabled(): boolean {
  return gradMode.enabled;
}

/**
 * Runs `fn` without recording operations, and returns its result. The mode is restored even if `fn` throws.
 *
 * Throws a TypeError if `fn` is not a function or is async: an async function would continue after the mode was restored.
 */
export function noGrad<Result>(fn: () => Result): Result {
  return withGradMode(false, () => synchronous('noGrad', fn));
}

/** Runs `fn` with recording on, inside a `noGrad`. Otherwise like `noGrad`. */
export function enableGrad<Result>(fn: () => Result): Result {
  return withGradMode(true, () => synchronous('enableGrad', fn));
}
