import { shared } from './shared.ts';

/** The name and the code of what structuredClone throws, by which Jest knows that a message between its processes failed. */
class DataCloneError extends Error {
  override readonly name = 'DataCloneError';
  readonly code = 25;
}

/**
 * A value for an own, enumerable field of `kind`. With it, structuredClone and postMessage throw an error with `message`: they would copy
 * an object with private fields as an empty one.
 *
 * They read the entries of a Map, and an entry of this one throws when it is read. Code that prints or copies objects cannot tell that
 * it is a Map, because it has no prototype. Comparisons see the same object in both fields, also if two copies of this package made them.
 */
export function uncloneable(kind: string, message: string): object {
  return shared(`uncloneable ${kind}`, () => {
    const entry = {
      get reason(): never {
        throw new DataCloneError(message);
      },
    };
    return Object.setPrototypeOf(new Map([[kind, entry]]), null) as object;
  });
}
