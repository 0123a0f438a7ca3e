import { isTensor } from './brand.ts';
import { type Tensor } from './tensor.ts';

/** What was given instead, for the errors below: plain JavaScript may pass anything. */
export function describe(x: unknown): string {
  if (isTensor(x)) return `a tensor of shape [${x.shape.join(', ')}]`;
  if (Array.isArray(x)) return 'a list';
  if (typeof x === 'string') return `the string '${x}'`;
  if (typeof x === 'object' && x !== null) return 'an object';
  return typeof x === 'function' ? 'a function' : String(x);
}

/** Checks that `options` are an object with no other names than `known`. */
export function checkOptions(op: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || isTensor(options)) {
    throw new TypeError(`${op}: the options are an object, as in { ${known.join(', ')} }, got ${describe(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`${op}: there is no option ${unknown}; it takes ${known.join(', ')}`);
  }
}

/** Checks that an argument is a tensor; `what` names it, and `otherwise` says what to write for what is none. */
export function checkTensor(
  op: string,
  what: string,
  x: unknown,
  otherwise = 'tensor(…) makes one of a list',
): asserts x is Tensor {
  if (!isTensor(x)) throw new TypeError(`${op}: ${what} is a tensor, got ${describe(x)}; ${otherwise}`);
}

/** Checks that an argument is a number; `what` names it. */
export function checkNumber(op: string, what: string, x: unknown): void {
  if (typeof x !== 'number') throw new TypeError(`${op}: ${what} is a number, got ${describe(x)}`);
}

/** Checks that an argument is a function. */
export function checkFunction(op: string, f: unknown): void {
  if (typeof f !== 'function') throw new TypeError(`${op}: takes a function, as in ${op}(() => …), got ${describe(f)}`);
}

/** Checks that an argument is a list of tensors. */
export function checkTensors(op: string, list: unknown): void {
  if (!Array.isArray(list)) throw new TypeError(`${op}: takes a list, as in ${op}([a, b]), got ${describe(list)}`);
  for (const [index, each] of list.entries()) checkTensor(op, `item ${index} of the list`, each);
}
