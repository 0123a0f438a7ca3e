import { describe } from './arguments.ts';
import { shared } from './shared.ts';
import { log } from './kernels/reference/transcendental.ts';
import { multiplyHigh, philox } from './philox.ts';

/** All that a generator remembers. */
export interface GeneratorState {
  readonly seed: number;
  /** How many 32-bit words have been drawn. */
  readonly drawn: number;
}

/**
 * A stream of random numbers, the same for the same seed in every engine.
 *
 * Numbers are made of 32-bit words, which Philox-4x32-10 computes from the seed and their place in the stream. The seed and
 * the number of words drawn are therefore the whole state, at any time.
 *
 * ```ts
 * import { Generator } from '@mg/tensor';
 * const generator = new Generator(42);
 * const state = generator.getState();
 * const first = generator.random();
 * generator.setState(state);
 * generator.random() === first; // => true
 * generator.getState(); // => { seed: 42, drawn: 2 }
 * ```
 * @see J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011)
 */
export class Generator {
  readonly #key = new Uint32Array(2);
  readonly #counter = new Uint32Array(4);
  /** A block: the words of one counter. */
  readonly #words = new Uint32Array(4);
  /** How many of them are drawn; 4 also before the first block. */
  #used = 4;
  /** The counter of the block after this one. */
  #next = 0;
  #seed = 0;

  /** @param seed - a whole number from 0 to 2^53 - 1; throws a RangeError for any other */
  constructor(seed: number) {
    this.setState({ seed, drawn: 0 });
  }

  /** The state, to be given to `setState` later; plain numbers, and so fit for JSON. */
  getState(): GeneratorState {
    return { seed: this.#seed, drawn: 4 * (this.#next - 1) + this.#used };
  }

  /** Goes on from a state that `getState` gave. Throws a RangeError for numbers that are no state. */
  setState({ seed, drawn }: GeneratorState): void {
    checkWhole('Generator', 'seed', seed);
    checkWhole('Generator', 'drawn', drawn);
    this.#seed = seed;
    this.#key.set([seed, Math.floor(seed / 2 ** 32)]);
    this.#next = Math.floor(drawn / 4);
    this.#used = 4;
    if (drawn % 4 !== 0) {
      this.#generate();
      this.#used = drawn % 4;
    }
  }

  /** A number drawn uniformly from the multiples of 2^-53 in [0, 1). */
  random(): number {
    const high = this.#word() >>> 5;
    const low = this.#word() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A number drawn from the normal distribution of mean 0 and variance 1. */
  normal(): number {
    // The middle of one of 2^53 equal steps, counted from the nearer end, where it can be represented: never 0 or 1,
    // whose quantiles are infinite.
    const u = this.random();
    return u < 0.5 ? normalQuantile(u + 2 ** -54) : -normalQuantile(1 - u - 2 ** -54);
  }

  /**
   * A whole number drawn from [low, high), each with exactly the same chance; the interval holds up to 2^53 of them.
   *
   * Throws a RangeError for bounds that are not whole, or hold no number or too many.
   *
   * ```ts
   * import { Generator } from '@mg/tensor';
   * const generator = new Generator(42);
   * [1, 2, 3, 4, 5].map(() => generator.integer(1, 7)); // => [4, 3, 1, 3, 6]
   * ```
   * @see D. Lemire, Fast Random Integer Generation in an Interval (2019), https://arxiv.org/abs/1805.10941
   */
  integer(low: number, high: number): number {
    checkInterval('Generator.integer', low, high);
    return low + this.#below(high - low);
  }

  /** True with probability `p`, counted in steps of 2^-53. Throws a RangeError unless p lies in [0, 1]. */
  bernoulli(p: number): boolean {
    checkProbability('Generator.bernoulli', p);
    return this.random() < p;
  }

  /**
   * The numbers from 0 to n - 1 in random order, each order with the same chance.
   *
   * Throws a RangeError unless n is a whole number from 0 to 2^31.
   *
   * ```ts
   * import { Generator } from '@mg/tensor';
   * new Generator(42).permutation(5); // => [4, 2, 0, 1, 3]
   * ```
   * @see R. Durstenfeld, Algorithm 235: Random Permutation (1964), after R. A. Fisher and F. Yates (1938)
   */
  permutation(n: number): Int32Array {
    checkCount('Generator.permutation', 'n', n);
    const order = new Int32Array(n);
    for (let i = 1; i < n; i++) order[i] = i;
    for (let last = n - 1; last > 0; last--) {
      const chosen = this.#below(last + 1);
      const value = order[chosen] ?? 0;
      order[chosen] = order[last] ?? 0;
      order[last] = value;
    }
    return order;
  }

  /** A whole number drawn from [0, n). */
  #below(n: number): number {
    if (n < 2 ** 32) {
      // Lemire: the upper half of word * n. The lower halves of one result go up in steps of n, so that of those from
      // 2^32 mod n up every result has the same number, floor(2^32 / n); a word with one below is drawn again.
      let word = this.#word();
      let lowerHalf = Math.imul(word, n) >>> 0;
      if (lowerHalf < n) {
        const least = 2 ** 32 % n;
        while (lowerHalf < least) {
          word = this.#word();
          lowerHalf = Math.imul(word, n) >>> 0;
        }
      }
      return multiplyHigh(word, n);
    }
    // A product with 53 bits would not be exact: the remainder instead, of a draw below the greatest multiple of n.
    const end = 2 ** 53 - (2 ** 53 % n);
    let drawn = this.random() * 2 ** 53;
    while (drawn >= end) drawn = this.random() * 2 ** 53;
    return drawn % n;
  }

  #word(): number {
    if (this.#used === 4) this.#generate();
    return this.#words[this.#used++] ?? 0;
  }

  /** Goes on to the next block. */
  #generate(): void {
    this.#counter[0] = this.#next;
    this.#counter[1] = Math.floor(this.#next / 2 ** 32);
    philox(this.#counter, this.#key, this.#words);
    this.#next++;
    this.#used = 0;
  }
}

function checkWhole(op: string, name: string, x: number): void {
  if (!Number.isSafeInteger(x) || x < 0) {
    throw new RangeError(`${op}: ${name} is a whole number from 0 to 2^53 - 1, got ${describe(x)}`);
  }
}

/** Checks that [low, high) is an interval of whole numbers with 1 to 2^53 in it, all of which a number can hold. */
export function checkInterval(op: string, low: number, high: number): void {
  if (!Number.isInteger(low) || !Number.isInteger(high)) {
    throw new RangeError(`${op}: low and high are whole numbers, got ${low} and ${high}`);
  }
  if (low >= high) {
    throw new RangeError(`${op}: no number is in [${low}, ${high}); high is not drawn itself, so it has to exceed low`);
  }
  const last = high - 1;
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(last) || !Number.isSafeInteger(last - low)) {
    throw new RangeError(`${op}: draws from at most 2^53 numbers, none beyond 2^53 - 1; [${low}, ${high}) is wider`);
  }
}

/** Checks that `p` lies in [0, 1]. */
export function checkProbability(op: string, p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`${op}: p is a probability, from 0 to 1, got ${p}`);
}

/** Checks that `n`, which is named so, is a count that the int32 elements of a permutation can go up to. */
export function checkCount(op: string, name: string, n: number): void {
  if (!Number.isInteger(n) || n < 0 || n > 2 ** 31) {
    throw new RangeError(`${op}: ${name} is a whole number from 0 to 2^31, got ${n}`);
  }
}

/** What random functions draw from when no generator is given; seeded with 0 until `manualSeed`. */
export const defaultGenerator: Generator = shared('generator', () => new Generator(0));

/** Seeds the default generator. Throws a RangeError for anything but a whole number from 0 to 2^53 - 1. */
export function manualSeed(seed: number): void {
  checkWhole('manualSeed', 'the seed', seed);
  defaultGenerator.setState({ seed, drawn: 0 });
}

/**
 * The number below which a normal variable falls with probability `p`, to about 16 digits.
 * @see M. J. Wichura, Algorithm AS 241: The Percentage Points of the Normal Distribution (1988), routine PPND16
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q *
        polynomial(
          r,
          2509.0809287301226727,
          33430.575583588128105,
          67265.770927008700853,
          45921.953931549871457,
          13731.693765509461125,
          1971.5909503065514427,
          133.14166789178437745,
          3.387132872796366608,
        )) /
      polynomial(
        r,
        5226.495278852854561,
        28729.085735721942674,
        39307.89580009271061,
        21213.794301586595867,
        5394.1960214247511077,
        687.1870074920579083,
        42.313330701600911252,
        1,
      )
    );
  }
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p));
  const x = r <= 5 ? tail(r - 1.6) : farTail(r - 5);
  return q < 0 ? -x : x;
}

function tail(r: number): number {
  return (
    polynomial(
      r,
      7.7454501427834140764e-4,
      0.0227238449892691845833,
      0.24178072517745061177,
      1.27045825245236838258,
      3.64784832476320460504,
      5.7694972214606914055,
      4.6303378461565452959,
      1.42343711074968357734,
    ) /
    polynomial(
      r,
      1.05075007164441684324e-9,
      5.475938084995344946e-4,
      0.0151986665636164571966,
      0.14810397642748007459,
      0.68976733498510000455,
      1.6763848301838038494,
      2.05319162663775882187,
      1,
    )
  );
}

function farTail(r: number): number {
  return (
    polynomial(
      r,
      2.01033439929228813265e-7,
      2.71155556874348757815e-5,
      0.0012426609473880784386,
      0.026532189526576123093,
      0.29656057182850489123,
      1.7848265399172913358,
      5.4637849111641143699,
      6.6579046435011037772,
    ) /
    polynomial(
      r,
      2.04426310338993978564e-15,
      1.4215117583164458887e-7,
      1.8463183175100546818e-5,
      7.868691311456132591e-4,
      0.0148753612908506148525,
      0.13692988092273580531,
      0.59983220655588793769,
      1,
    )
  );
}

/** The polynomial with the given coefficients, highest power first, at x. As a loop over lists it took twice as long. */
function polynomial(
  x: number,
  c7: number,
  c6: number,
  c5: number,
  c4: number,
  c3: number,
  c2: number,
  c1: number,
  c0: number,
): number {
  return ((((((c7 * x + c6) * x + c5) * x + c4) * x + c3) * x + c2) * x + c1) * x + c0;
}
