import { endWithJob, type Releasable, state } from './state.ts';

/** The part of a tensor that lifetimes depend on. */
interface Held {
  readonly storage: Releasable;
}

/** Must be called for each new storage. */
export function born(storage: Releasable): void {
  if (state.made === null) {
    storage.hasEscaped = true;
  } else {
    storage.holders = 1;
    state.made.push(storage);
  }
}

/** Adds a holder. */
export function hold({ storage }: Held): void {
  storage.holders++;
}

/** Removes a holder; removing the last one releases the storage, unless it has escaped. */
export function drop({ storage }: Held): void {
  letGo(storage);
}

function letGo(storage: Releasable): void {
  if (--storage.holders === 0 && !storage.hasEscaped) storage.release();
}

/** Marks a tensor as visible to user code: from now on its storage is left to the garbage collector. Returns the tensor. */
export function escape<T extends Held>(tensor: T): T {
  tensor.storage.hasEscaped = true;
  return tensor;
}

/** Runs `fn` and releases the tensors that it made and that have no other holder. The caller holds the result, and must drop it. */
export function temporary<T extends Held>(fn: () => T): T {
  const current = state;
  const outer = current.made;
  const made = open();
  try {
    const result = fn();
    hold(result);
    return result;
  } finally {
    current.made = outer;
    letGoOf(made);
  }
}

/** As `temporary`, for a result that is not one tensor: `kept` lists the tensors in it. */
export function holding<Result>(fn: () => Result, kept: (result: Result) => readonly Held[]): Result {
  const current = state;
  const outer = current.made;
  const made = open();
  try {
    const result = fn();
    for (const each of kept(result)) hold(each);
    return result;
  } finally {
    current.made = outer;
    letGoOf(made);
  }
}

/** Runs `fn`, which returns no tensor, and releases the tensors that it made. */
export function releasing<Result>(fn: () => Result): Result {
  return holding(fn, () => []);
}

/** Opens a scope. To close it in a `finally` block, restore `state.made` first, and pass the result to `letGoOf`. */
export function open(): Releasable[] {
  endWithJob();
  return (state.made = []);
}

/** Drops every storage that was made inside a scope. */
export function letGoOf(made: readonly Releasable[]): void {
  for (const storage of made) letGo(storage);
}

/** Passes a held tensor on to the enclosing scope; without one, the tensor escapes to the caller. */
export function handOver(tensor: Held): void {
  if (state.made !== null) {
    state.made.push(tensor.storage);
  } else {
    escape(tensor);
    drop(tensor);
  }
}

/**
 * Runs `fn` and releases every tensor that it made, except the one that it returns: for layers, whose intermediate results are not
 * visible to users. Tensors saved for backward are kept until backward has used them.
 *
 * User code must not run inside, except through `outside`.
 */
export function scope<T extends Held>(fn: () => T): T {
  const result = temporary(fn);
  handOver(result);
  return result;
}

/**
 * Runs user code inside a scope: it may keep any tensor that it sees or makes. Tensors passed to it must `escape` first. It runs
 * with recording on or off, as it is unless given.
 */
export function outside<Result>(fn: () => Result, isRecording: boolean = state.isRecording): Result {
  endWithJob();
  const current = state;
  const { made, isRecording: wasRecording } = current;
  state.made = null;
  state.isRecording = isRecording;
  try {
    return fn();
  } finally {
    current.made = made;
    current.isRecording = wasRecording;
  }
}
