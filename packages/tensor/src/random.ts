import { log } from './kernels/transcendental.ts';
import { philox } from './philox.ts';

/** All that a generator remembers. */
export interface GeneratorState {
  readonly seed: number;
  /** How many 32-bit words have been drawn. */
  readonly drawn: number;
}

/**
 * A stream of random numbers, the same for the same seed in every engine.
 *
 * ```ts
 * import { Generator } from '@mg/tensor';
 * const generator = new Generator(42);
 * const state = generator.getState();
 * const first = generator.random();
 * generator.setState(state);
 * generator.random() === first; // => true
 * ```
 */
export class Generator {
  readonly #key = new Uint32Array(2);
  readonly #counter = new Uint32Array(4);
  readonly #words = new Uint32Array(4);
  #seed = 0;
  #drawn = 0;

  /** @param seed - a whole number from 0 to 2^53 - 1; throws a RangeError for any other */
  constructor(seed: number) {
    this.setState({ seed, drawn: 0 });
  }

  /** The state, to be given to `setState` later; plain numbers, and so fit for JSON. */
  getState(): GeneratorState {
    return { seed: this.#seed, drawn: this.#drawn };
  }

  /** Goes on from a state that `getState` gave. */
  setState({ seed, drawn }: GeneratorState): void {
    for (const [name, x] of Object.entries({ seed, drawn })) {
      if (!Number.isSafeInteger(x) || x < 0) {
        throw new RangeError(`Generator: ${name} is a whole number from 0 to 2^53 - 1, got ${x}`);
      }
    }
    this.#seed = seed;
    this.#drawn = drawn;
    this.#key.set([seed, Math.floor(seed / 2 ** 32)]);
    if (drawn % 4 !== 0) this.#generate();
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

  #word(): number {
    if (this.#drawn % 4 === 0) this.#generate();
    return this.#words[this.#drawn++ % 4] ?? 0;
  }

  /** Fills the four words of the block that `#drawn` stands in. */
  #generate(): void {
    const block = Math.floor(this.#drawn / 4);
    this.#counter.set([block, Math.floor(block / 2 ** 32)]);
    philox(this.#counter, this.#key, this.#words);
  }
}

/** What random functions draw from when no generator is given; seeded with 0 until `manualSeed`. */
export const defaultGenerator: Generator = new Generator(0);

/** Seeds the default generator. Throws a RangeError for anything but a whole number from 0 to 2^53 - 1. */
export function manualSeed(seed: number): void {
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
    return (q * polynomial(CENTRE.numerator, r)) / polynomial(CENTRE.denominator, r);
  }
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p));
  const { numerator, denominator, from } = r <= 5 ? TAIL : FAR_TAIL;
  const x = polynomial(numerator, r - from) / polynomial(denominator, r - from);
  return q < 0 ? -x : x;
}

/** The polynomial with the given coefficients, highest power first, at x. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}

const CENTRE = {
  numerator: [
    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125,
    1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
  ],
  denominator: [
    5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077,
    687.1870074920579083, 42.313330701600911252, 1,
  ],
};

const TAIL = {
  from: 1.6,
  numerator: [
    7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
    3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
  ],
  denominator: [
    1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
    0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1,
  ],
};

const FAR_TAIL = {
  from: 5,
  numerator: [
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
    0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
  ],
  denominator: [
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
    0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1,
  ],
};
