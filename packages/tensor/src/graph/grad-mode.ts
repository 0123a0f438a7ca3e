import { checkFunction } from '../array/arguments.ts';
import { shared } from '../array/shared.ts';

/** Whether operations are recorded. Set by `noGrad` and `enableGrad`, and by the engine while it computes. */
export const gradMode: { enabled: boolean } = shared('gradMode', () => ({ enabled: true }));

/** Whether operations on tensors that require gradients are recorded. */
export function isGradEnabled(): boolean {
  return gradMode.enabled;
}

/**
 * Runs `fn` without recording anything, and returns what it returns. The mode is restored however `fn` ends.
 *
 * Throws a TypeError when `fn` is no function, and when it is async: it would go on after the mode was restored.
 */
export function noGrad<Result>(fn: () => Result): Result {
  return withGradMode(false, () => synchronous('noGrad', fn));
}

/** Runs `fn` with recording on, inside a `noGrad`. Otherwise as `noGrad`. */
export function enableGrad<Result>(fn: () => Result): Result {
  return withGradMode(true, () => synchronous('enableGrad', fn));
}

/** Runs `fn` with recording on or off. */
export function withGradMode<Result>(enabled: boolean, fn: () => Result): Result {
  const before = gradMode.enabled;
  gradMode.enabled = enabled;
  try {
    return fn();
  } finally {
    gradMode.enabled = before;
  }
}

/** Runs a function of the user's for which a mode is set. Throws a TypeError when it is none, or async. */
export function synchronous<Result>(name: string, fn: () => Result): Result {
  checkFunction(name, fn);
  const result = fn();
  if (isThenable(result)) {
    // What it throws later is lost on purpose: the error below is the one to mend.
    result.then(undefined, () => undefined);
    throw new TypeError(
      `${name}: the function is async, and would go on after ${name} has ended; await outside, and pass a plain function`,
    );
  }
  return result;
}

function isThenable(x: unknown): x is PromiseLike<unknown> {
  return typeof x === 'object' && x !== null && 'then' in x && typeof x.then === 'function';
}
