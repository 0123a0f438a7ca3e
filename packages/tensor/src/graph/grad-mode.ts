import { synchronous } from '../array/arguments.ts';
import { leaveScopes, state, withRecording } from '../array/state.ts';

/** Whether operations on tensors that require gradients are recorded. */
export function isGradEnabled(): boolean {
  return state.isRecording;
}

/**
 * Runs `fn` without recording operations, and returns its result. The mode is restored even if `fn` throws. Where `fn` is
 * interrupted so that not even `finally` runs, by Ctrl-C in a REPL or the timeout of a `vm`, the mode lasts until the current job
 * ends: until the next line of the REPL, or the next `await`. The same holds in a hook, and in the functions of `defineOp`.
 *
 * Throws a TypeError if `fn` is not a function or is async: an async function would continue after the mode was restored.
 */
export function noGrad<Result>(fn: () => Result): Result {
  leaveScopes();
  return withRecording(false, () => synchronous('noGrad', fn));
}

/** Runs `fn` with recording on, inside a `noGrad`. Otherwise like `noGrad`. */
export function enableGrad<Result>(fn: () => Result): Result {
  leaveScopes();
  return withRecording(true, () => synchronous('enableGrad', fn));
}
