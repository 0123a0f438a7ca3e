import { shared } from './shared.ts';

/**
 * What early release looks at. A storage made inside a scope is held by the scope until it closes, and by each record
 * that saved it and each gradient on its way; when the last holder lets go, its memory is free at once, unless it has
 * escaped: unless a tensor on it has reached code that is not ours, and may be held by anyone. Outside scopes all escapes.
 */
export interface Releasable {
  holders: number;
  hasEscaped: boolean;
  release(): void;
}

/** A tensor, as far as lifetimes go. */
interface Held {
  readonly storage: Releasable;
}

/** What was made inside the innermost open scope; null where none is open. */
const current = shared('scope', () => ({ made: null as Releasable[] | null }));

/** To be called for each new storage. */
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

/** Takes a holder away: the last one releases what has not escaped. */
export function drop({ storage }: Held): void {
  letGo(storage);
}

function letGo(storage: Releasable): void {
  if (--storage.holders === 0 && !storage.hasEscaped) storage.release();
}

/** States that code that is not ours gets to see the tensor: its storage is the collector's from now on. */
export function escape<T extends Held>(tensor: T): T {
  tensor.storage.hasEscaped = true;
  return tensor;
}

/** Runs `fn`, and releases all that it made and nobody holds. The result is held by the caller, who has to drop it. */
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

/** As `temporary`, for a list of results. */
export function temporaries<T extends Held>(fn: () => readonly (T | null)[]): readonly (T | null)[] {
  const outer = open();
  try {
    const results = fn();
    for (const result of results) if (result !== null) hold(result);
    return results;
  } finally {
    close(outer);
  }
}

/** Runs `fn`, which gives numbers and no tensors, and releases all that it made. */
export function releasing<Result>(fn: () => Result): Result {
  const outer = open();
  try {
    return fn();
  } finally {
    close(outer);
  }
}

/** Opens a scope, as `temporary` does for a function; returns what `close` has to be given, however things end. */
export function open(): Releasable[] | null {
  const outer = current.made;
  current.made = [];
  return outer;
}

/** Closes a scope: lets go of all that was made inside. */
export function close(outer: Releasable[] | null): void {
  const made = current.made ?? [];
  current.made = outer;
  for (const storage of made) letGo(storage);
}

/** Hands a tensor that was held on to the scope around; where there is none, to the caller, and so it escapes. */
export function handOver(tensor: Held): void {
  if (current.made !== null) {
    current.made.push(tensor.storage);
  } else {
    escape(tensor);
    drop(tensor);
  }
}

/**
 * Runs `fn`, and releases all that it made but the tensor that it returns: for layers, whose intermediate results nobody
 * outside can see. What a record saved for backward stays until backward has used it.
 *
 * Code that is not ours must not run inside, unless by `outside`.
 */
export function scope<T extends Held>(fn: () => T): T {
  const result = temporary(fn);
  handOver(result);
  return result;
}

/** Runs code that is not ours inside of a scope: it may keep whatever it sees or makes. What it is given has to `escape`. */
export function outside<Result>(fn: () => Result): Result {
  const { made } = current;
  current.made = null;
  try {
    return fn();
  } finally {
    current.made = made;
  }
}
