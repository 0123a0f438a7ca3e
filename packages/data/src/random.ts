import { describe } from './describe.ts';

/** A source of random numbers in [0, 1): a function such as `Math.random`, or an object with such a method. */
export type Random = (() => number) | { random(): number };

/** A source of random numbers whose state can be saved and restored, such as `Generator` of @mg/tensor. */
export interface RandomGenerator<State = unknown> {
  random(): number;
  /** Returns the state. What `state()` of a loader returns can be saved as JSON if this can. */
  getState(): State;
  setState(state: State): void;
}

export function isRandomGenerator(random: unknown): random is RandomGenerator {
  return (
    typeof random === 'object' &&
    random !== null &&
    'getState' in random &&
    'setState' in random &&
    typeof random.getState === 'function' &&
    typeof random.setState === 'function'
  );
}

/** Returns a function that draws a number and checks it. @throws TypeError for anything that is not a source of random numbers. */
export function drawsOf(operation: string, random: Random): () => number {
  const draw: unknown = typeof random === 'function' ? random : (random as Partial<RandomGenerator> | null)?.random;
  if (typeof draw !== 'function') {
    throw new TypeError(
      `${operation}: random is ${describe(random)}; expected a function such as Math.random, or a generator with a method random()`,
    );
  }
  return () => {
    const drawn: unknown = typeof random === 'function' ? random() : random.random();
    if (typeof drawn === 'number' && drawn >= 0 && drawn < 1) return drawn;
    throw new RangeError(`${operation}: random returned ${describe(drawn)}; expected a number in [0, 1)`);
  };
}

/**
 * Draws an integer from 0 to n - 1, each with the same probability, from the upper 32 bits of the numbers drawn.
 *
 * @see D. Lemire, Fast Random Integer Generation in an Interval (2019), https://arxiv.org/abs/1805.10941
 */
export function drawBelow(draw: () => number, n: number): number {
  const excess = 2 ** 32 % n;
  for (;;) {
    // The product has up to 64 bits: its lower 32 bits by integer multiplication, the upper ones by subtraction.
    const word = Math.floor(draw() * 2 ** 32);
    const lower = Math.imul(word, n) >>> 0;
    // Each result has as many words as any other, once the first `excess` lower halves are drawn again.
    if (lower >= excess) return Math.round((word * n - lower) / 2 ** 32);
  }
}

/**
 * The numbers from 0 to n - 1 in random order, each order with the same probability.
 *
 * @see R. Durstenfeld, Algorithm 235: Random Permutation (1964), after R. A. Fisher and F. Yates (1938)
 */
export function permutation(draw: () => number, n: number): Int32Array {
  const order = range(n);
  for (let last = n - 1; last > 0; last--) {
    const chosen = drawBelow(draw, last + 1);
    [order[last], order[chosen]] = [order[chosen] ?? 0, order[last] ?? 0];
  }
  return order;
}

/** The numbers from 0 to n - 1 in order. */
export function range(n: number): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  return order;
}
