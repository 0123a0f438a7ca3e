import { checkCount, describe } from '../array/arguments.ts';
import { shared } from '../array/shared.ts';
import { uncloneable } from '../array/uncloneable.ts';
import { log } from '../kernels/reference/transcendental.ts';
import { multiplyHigh, philox } from './philox.ts';

/** The complete state of a generator. */
export interface GeneratorState {
  readonly seed: number;
  /** The number of 32-bit words drawn so far. */
  readonly drawn: number;
}

const cannotBeCloned = uncloneable(
  'Generator',
  'a Generator cannot be sent to a worker, cloned or stored: send getState(), and restore it with setState(state)',
);

/**
 * A stream of random numbers: the same seed gives the same numbers in every JavaScript engine.
 *
 * Numbers are made from 32-bit words, which Philox-4x32-10 computes from the seed and their position in the stream. So the seed and
 * the number of words drawn are the complete state.
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
  /** Makes structuredClone and postMessage throw. @internal */
  readonly uncloneable: object = cannotBeCloned;
  readonly #key = new Uint32Array(2);
  readonly #counter = new Uint32Array(4);
  /** A block: the words of one counter. */
  readonly #words = new Int32Array(4);
  /** How many words of the block are drawn; 4 before the first block. */
  #used = 4;
  /** The counter of the next block. */
  #next = 0;
  #seed = 0;

  /** @param seed - a whole number from 0 to 2^53 - 1; throws a RangeError otherwise */
  constructor(seed: number) {
    this.setState({ seed, drawn: 0 });
  }

  /** Returns the state for `setState`, as plain numbers that can be saved as JSON. */
  getState(): GeneratorState {
    return { seed: this.#seed, drawn: 4 * (this.#next - 1) + this.#used };
  }

  /** Restores a state that `getState` returned. Throws a RangeError for an invalid state. */
  setState({ seed, drawn }: GeneratorState): void {
    checkWhole('Generator', 'seed', seed);
    checkWhole('Generator', 'drawn', drawn);
    this.#seed = seed;
    setHalves(this.#key, seed);
    this.#next = Math.floor(drawn / 4);
    this.#used = 4;
    if (drawn % 4 !== 0) {
      this.#generate();
      this.#used = drawn % 4;
    }
  }

  /** Draws a number uniformly from the multiples of 2^-53 in [0, 1). */
  random(): number {
    const high = this.#word() >>> 5;
    const low = this.#word() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Draws a number from the standard normal distribution: mean 0, variance 1. */
  normal(): number {
    const u = this.random();
    const x = normalQuantile(fromNearerEnd(u));
    return u < 0.5 ? x : -x;
  }

  /**
   * Draws a whole number from [low, high), each with exactly the same probability. The interval may hold up to 2^53 numbers.
   *
   * Throws a RangeError for bounds that are not whole numbers, and for an empty or too large interval.
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

  /** Returns true with probability `p`, in steps of 2^-53. Throws a RangeError unless p is in [0, 1]. */
  bernoulli(p: number): boolean {
    checkProbability('Generator.bernoulli', p);
    return this.random() < p;
  }

  /**
   * Returns the numbers from 0 to n - 1 in random order, each order with the same probability.
   *
   * Throws a RangeError unless n must be an integer from 0 to 2^31.
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

  /** Draws a whole number from [0, n). */
  #below(n: number): number {
    if (n < 2 ** 32) {
      // Lemire: the result is the upper half of word * n. The lower halves for one result are n apart, so each result has the same
      // number of lower halves from 2^32 mod n up: floor(2^32 / n). A word with a lower half below that is drawn again.
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
    // A product with 53 bits would not be exact. Instead, take the remainder of a draw below the largest multiple of n.
    const end = 2 ** 53 - (2 ** 53 % n);
    let drawn = this.random() * 2 ** 53;
    while (drawn >= end) drawn = this.random() * 2 ** 53;
    return drawn % n;
  }

  #word(): number {
    if (this.#used === 4) this.#generate();
    return (this.#words[this.#used++] ?? 0) >>> 0;
  }

  /** Advances to the next block. */
  #generate(): void {
    setHalves(this.#counter, this.#next);
    philox(this.#counter, this.#key, this.#words);
    this.#next++;
    this.#used = 0;
  }
}

function checkWhole(op: string, name: string, x: number): void {
  if (!Number.isSafeInteger(x) || x < 0) {
    throw new RangeError(`${op}: ${name} must be an integer from 0 to 2^53 - 1, got ${describe(x)}`);
  }
}

/** Checks that [low, high) holds 1 to 2^53 whole numbers, all of them safe integers. Throws a RangeError otherwise. */
export function checkInterval(op: string, low: number, high: number): void {
  if (!Number.isInteger(low) || !Number.isInteger(high)) {
    throw new RangeError(`${op}: low and high must be integers, got ${low} and ${high}`);
  }
  if (low >= high) {
    throw new RangeError(
      `${op}: the interval [${low}, ${high}) is empty; high is exclusive and must be greater than low`,
    );
  }
  const last = high - 1;
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(last) || !Number.isSafeInteger(last - low)) {
    throw new RangeError(
      `${op}: the interval [${low}, ${high}) is too large; it may hold 2^53 numbers, each within ±(2^53 - 1)`,
    );
  }
}

/** Checks that `p` is in [0, 1]. Throws a RangeError otherwise. */
export function checkProbability(op: string, p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`${op}: p must be a probability from 0 to 1, got ${p}`);
}

/** The generator of random functions if none is given; its seed is 0 until `manualSeed` sets another. */
export const defaultGenerator: Generator = shared('generator', () => new Generator(0));

/** Seeds the default generator. Throws a RangeError unless the seed must be an integer from 0 to 2^53 - 1. */
export function manualSeed(seed: number): void {
  checkWhole('manualSeed', 'the seed', seed);
  defaultGenerator.setState({ seed, drawn: 0 });
}

/** How many numbers are drawn at once: they fit the fastest cache, and the cost of a call is negligible. */
const SLAB = 512;

/**
 * Draws the same numbers as `count` calls of `generator.random`, and leaves the generator in the same state. `use` receives the numbers
 * slab by slab, in one reused array, with the index of the first number.
 *
 * A call per number is slower, above all before the JavaScript engine has compiled it, which matters because programs create their
 * model at startup.
 */
export function drawSlabs(generator: Generator, count: number, use: (slab: Float64Array, start: number) => void): void {
  const { seed, drawn } = generator.getState();
  const key = new Uint32Array(2);
  setHalves(key, seed);
  const counter = new Uint32Array(4);
  const numbers = new Float64Array(Math.min(count, SLAB));
  // Two words for each number, in whole blocks; the first block may be partly drawn already.
  const words = new Int32Array(4 * Math.ceil((2 * numbers.length + (drawn % 4)) / 4));
  for (let start = 0; start < count; start += SLAB) {
    setHalves(counter, Math.floor((drawn + 2 * start) / 4));
    philox(counter, key, words);
    const slab = numbers.subarray(0, count - start);
    toUniform(words.subarray(drawn % 4), slab);
    use(slab, start);
  }
  generator.setState({ seed, drawn: drawn + 2 * count });
}

/** Converts pairs of words to numbers, as in `Generator.random`. */
function toUniform(words: Int32Array, numbers: Float64Array): void {
  for (let i = 0; i < numbers.length; i++) {
    const high = (words[2 * i] ?? 0) >>> 5;
    const low = (words[2 * i + 1] ?? 0) >>> 6;
    numbers[i] = (high * 2 ** 26 + low) / 2 ** 53;
  }
}

/** Converts uniform numbers to normal ones in place, as in `Generator.normal`. */
export function toNormal(numbers: Float64Array): void {
  for (let i = 0; i < numbers.length; i++) {
    const u = numbers[i] ?? 0;
    const p = fromNearerEnd(u);
    const q = p - 0.5;
    const x = q >= -CENTRAL ? central(q) : tail(p);
    numbers[i] = u < 0.5 ? x : -x;
  }
}

/**
 * The distance of u + 2^-54, the midpoint of its step of 2^-53, from the nearer end of [0, 1]. It is exact, and never 0, whose quantile
 * is infinite.
 */
function fromNearerEnd(u: number): number {
  return u < 0.5 ? u + 2 ** -54 : 1 - u - 2 ** -54;
}

/** Writes a whole number as two 32-bit words, the lower one first. */
function setHalves(words: Uint32Array, x: number): void {
  words[0] = x;
  words[1] = Math.floor(x / 2 ** 32);
}

/** The distance from 1/2 up to which the central one of the three approximations is used. */
const CENTRAL = 0.425;

/**
 * The number below which a normal variable falls with probability `p`, to about 16 digits.
 * @see M. J. Wichura, Algorithm AS 241: The Percentage Points of the Normal Distribution (1988), routine PPND16
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= CENTRAL) return central(q);
  return q < 0 ? tail(p) : -tail(1 - p);
}

// Ratios of polynomials, written out: a function of the coefficients took 1.5 times as long, and a loop over lists even longer.

/** The quantile of 1/2 + q, near the centre. */
function central(q: number): number {
  const r = 0.180625 - q * q;
  // prettier-ignore
  const numerator = ((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r + 45921.953931549871457) * r + 13731.693765509461125)
    * r + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608;
  // prettier-ignore
  const denominator = ((((((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r + 21213.794301586595867) * r + 5394.1960214247511077)
    * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1;
  return (q * numerator) / denominator;
}

/** The quantile of a small p. */
function tail(p: number): number {
  const s = Math.sqrt(-log(p));
  if (s > 5) return farTail(s);
  const r = s - 1.6;
  // prettier-ignore
  const numerator = ((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r + 1.27045825245236838258) * r + 3.64784832476320460504)
    * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r + 1.42343711074968357734;
  // prettier-ignore
  const denominator = ((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r + 0.14810397642748007459) * r + 0.68976733498510000455)
    * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1;
  return -numerator / denominator;
}

/** The quantile of p where s = sqrt(-ln p) exceeds 5. */
function farTail(s: number): number {
  const r = s - 5;
  // prettier-ignore
  const numerator = ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r + 0.026532189526576123093) * r + 0.29656057182850489123)
    * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772;
  // prettier-ignore
  const denominator = ((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r + 0.0148753612908506148525)
    * r + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1;
  return -numerator / denominator;
}
