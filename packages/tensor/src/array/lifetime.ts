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

/** The part of a tensor that lifetimes depend on. */
interface Held {
  readonly storage: Releasable;
}

/** The storages made inside the innermost open scope; null if no scope is open. */
const current = shared('scope', () => ({ made: null as Releasable[] | null }));

/** Must be called for each new storage. */
export function born(storage: Releasable): void {
  if (current.made === null) {
    storage.hasEscaped = true;
  } else {
    storage.holders = 1;
    current.made.push(storage);
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
  const outer = open();
  try {
    const result = fn();
    hold(result);
    return result;
  } finally {
    close(outer);
  }
}

/** As `temporary`, for a result that is not one tensor: `kept` lists the tensors in it. */
export function holding<Result>(fn: () => Result, kept: (result: Result) => readonly Held[]): Result {
  const outer = open();
  try {
    const result = fn();
    for (const each of kept(result)) hold(each);
    return result;
  } finally {
    close(outer);
  }
}

/** Runs `fn`, which returns no tensor, and releases the tensors that it made. */
export function releasing<Result>(fn: () => Result): Result {
  const outer = open();
  try {
    return fn();
  } finally {
    close(outer);
  }
}

/** Opens a scope; pass the result to `close`, in a `finally` block. */
export function open(): Releasable[] | null {
  const outer = current.made;
  current.made = [];
  return outer;
}

/** Closes a scope: drops every storage made inside. */
export function close(outer: Releasable[] | null): void {
  const made = current.made ?? [];
  current.made = outer;
  for (const storage of made) letGo(storage);
}

/** Passes a held tensor on to the enclosing scope; without one, the tensor escapes to the caller. */
export function handOver(tensor: Held): void {
  if (current.made !== null) {
    current.made.push(tensor.storage);
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

/** Runs user code inside a scope: it may keep any tensor that it sees or makes. Tensors passed to it must `escape` first. */
export function outside<Result>(fn: () => Result): Result {
  const { made } = current;
  current.made = null;
  try {
    return fn();
  } finally {
    current.made = made;
  }
}
