import { shared } from './shared.ts';

/**
 * A storage whose memory can be released early. A storage made inside a scope is held by the scope until it closes, by each record
 * that saved it, and by each gradient in progress. When the last holder drops it, its memory is freed immediately, unless it has
 * escaped: user code has seen a tensor on it, and may keep it. Storages made outside any scope escape from the start.
 */
export interface Releasable {
  holders: number;
  hasEscaped: boolean;
  release(): void;
}

/** What is set for the time of a call. */
interface State {
  /** Whether operations on tensors that require gradients are recorded. */
  isRecording: boolean;
  /** The storages made inside the innermost open scope; null if no scope is open. */
  made: Releasable[] | null;
  /** Whether results are searched for NaN. */
  findsNaN: boolean;
  /** Whether the results of operations inside an operation are searched, too. */
  looksInside: boolean;
  /** Whether all of this is reset when the job ends. */
  endsWithJob: boolean;
}

/**
 * The state that a call sets, and restores when it ends. Ctrl-C in a REPL and the timeout of a `vm` skip `finally`, and near the
 * end of the stack a call in it overflows again. Therefore:
 *
 * - Only callbacks run in a state: what the engine computes itself is not recorded because its inputs are not (see `unrecorded`).
 * - `finally` restores by assignments first, to a local constant: they cannot overflow the stack, as a call or, in a bundle, an imported
 *   name can.
 * - What is left behind ends with the job (see `endWithJob`), and an open scope also at the next `leaveScopes`.
 */
export const state: State = shared('state', () => ({
  isRecording: true,
  made: null,
  findsNaN: false,
  looksInside: true,
  endsWithJob: false,
}));

/** Must be called where something is set: no call is in progress between two jobs, so the state is reset there. */
export function endWithJob(): void {
  if (state.endsWithJob) return;
  void Promise.resolve().then(() => {
    state.isRecording = true;
    state.made = null;
    state.findsNaN = false;
    state.looksInside = true;
    state.endsWithJob = false;
  });
  state.endsWithJob = true;
}

/** Runs `fn` with recording on or off. */
export function withRecording<Result>(isRecording: boolean, fn: () => Result): Result {
  endWithJob();
  const before = state.isRecording;
  state.isRecording = isRecording;
  try {
    return fn();
  } finally {
    state.isRecording = before;
  }
}

/**
 * Forgets open scopes. For functions that our code never calls inside one: a scope that is open there was interrupted, and would
 * hold all tensors that are made from now on.
 */
export function leaveScopes(): void {
  state.made = null;
}
