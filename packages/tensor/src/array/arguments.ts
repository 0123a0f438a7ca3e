import { brand } from './shared.ts';

/** Describes an argument of any type for an error message. */
export function describe(x: unknown): string {
  if (isBranded(x)) return `a tensor of shape [${x.shape.join(', ')}]`;
  if (Array.isArray(x)) return 'a list';
  if (typeof x === 'string') return `the string '${x}'`;
  if (typeof x === 'object' && x !== null) return 'an object';
  return typeof x === 'function' ? 'a function' : String(x);
}

/** Checks that `options` is an object with known keys only. Throws a TypeError otherwise. */
export function checkOptions(op: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || isBranded(options)) {
    throw new TypeError(
      `${op}: the options must be an object, as in { ${known.join(', ')} }, got ${describe(options)}`,
    );
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`${op}: there is no option ${unknown}; it takes ${known.join(', ')}`);
  }
}

/**
 * A method that throws a TypeError for arguments beyond its parameters, which plain JavaScript would drop in silence. It may have
 * four parameters. Undefined is no argument.
 */
export function withoutSurplus(name: string, method: (...given: unknown[]) => unknown): typeof method {
  const most = method.length;
  // Named parameters, with one for the surplus: a rest parameter would cost 10 ns more in each call.
  const strict = function (this: unknown, a: unknown, b: unknown, c: unknown, d: unknown, e: unknown): unknown {
    if (arguments.length > most) refuseSurplus(name, most, [a, b, c, d, e]);
    return method.call(this, a, b, c, d);
  };
  return Object.defineProperties(strict, { name: { value: name }, length: { value: most } });
}

/** Throws a TypeError that names the first of the arguments after the first `most`, unless all of them are undefined. */
function refuseSurplus(op: string, most: number, given: readonly unknown[]): void {
  const surplus = given.slice(most).find((each) => each !== undefined);
  if (surplus === undefined) return;
  const shown =
    describe(surplus) === 'an object' ? `options, { ${Object.keys(surplus as object).join(', ')} }` : describe(surplus);
  const inAList = typeof surplus === 'number' ? '; several numbers go in one list, as in [0, 1]' : '';
  throw new TypeError(`${op}: takes ${showCount(most)}, got ${shown} as well${inAList}`);
}

function showCount(count: number): string {
  return count === 0 ? 'no argument' : count === 1 ? '1 argument' : `${count} arguments`;
}

/** Checks that a function with at most `most` parameters got no more arguments; `hint` says in the TypeError what to do instead. */
export function checkArity(op: string, most: number, given: number, hint: string): void {
  if (given > most) throw new TypeError(`${op}: takes ${showCount(most)}, got ${given}; ${hint}`);
}

/** Checks that an argument is a number; `what` is its name in the TypeError. */
export function checkNumber(op: string, what: string, x: unknown): void {
  if (typeof x !== 'number') throw new TypeError(`${op}: ${what} must be a number, got ${describe(x)}`);
}

/** Checks that `n` is an integer from 0 to 2^31, so that int32 can hold indices below it; `name` is its name in the RangeError. */
export function checkCount(op: string, name: string, n: number): void {
  if (!Number.isInteger(n) || n < 0 || n > 2 ** 31) {
    throw new RangeError(`${op}: ${name} must be an integer from 0 to 2^31, got ${n}`);
  }
}

/** Checks that an argument is a function. Throws a TypeError otherwise. */
export function checkFunction(op: string, f: unknown): void {
  if (typeof f !== 'function') throw new TypeError(`${op}: takes a function, as in ${op}(() => …), got ${describe(f)}`);
}

/** Whether `x` is a tensor, recognised by its brand: the class belongs to a higher layer. An object that only bears the brand is none. */
export function isBranded(x: unknown): x is { readonly shape: readonly number[] } {
  return typeof x === 'object' && x !== null && brand in x && 'storage' in x && 'shape' in x && Array.isArray(x.shape);
}

/** Runs a function of the user for which a mode is set. Throws a TypeError if it is not a function, or async. */
export function synchronous<Result>(name: string, fn: () => Result): Result {
  checkFunction(name, fn);
  const result = fn();
  if (isThenable(result)) {
    // A later rejection is ignored on purpose: the error below is the one to fix.
    result.then(undefined, () => undefined);
    throw new TypeError(
      `${name}: the function is async, and would continue after ${name} has ended; await outside, and pass a plain function`,
    );
  }
  return result;
}

function isThenable(x: unknown): x is PromiseLike<unknown> {
  return typeof x === 'object' && x !== null && 'then' in x && typeof x.then === 'function';
}
