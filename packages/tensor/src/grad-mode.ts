let enabled = true;

/** Whether operations on tensors that require gradients are recorded. */
export function isGradEnabled(): boolean {
  return enabled;
}

/**
 * Runs `fn` without recording anything, and returns what it returns. The mode is restored however `fn` ends.
 *
 * Throws a TypeError when `fn` is async: it would go on after the mode was restored.
 */
export function noGrad<Result>(fn: () => Result): Result {
  return withMode('noGrad', false, fn);
}

/** Runs `fn` with recording on, inside a `noGrad`. Otherwise as `noGrad`. */
export function enableGrad<Result>(fn: () => Result): Result {
  return withMode('enableGrad', true, fn);
}

function withMode<Result>(name: string, mode: boolean, fn: () => Result): Result {
  const before = enabled;
  enabled = mode;
  try {
    const result = fn();
    if (isThenable(result)) {
      // What it throws later is lost on purpose: the error below is the one to mend.
      result.then(undefined, () => undefined);
      throw new TypeError(
        `${name}: the function is async, and would go on after ${name} has ended; await outside, and pass a plain function`,
      );
    }
    return result;
  } finally {
    enabled = before;
  }
}

function isThenable(x: unknown): x is PromiseLike<unknown> {
  return typeof x === 'object' && x !== null && 'then' in x && typeof x.then === 'function';
}
