import { exponent, powerOfTwo } from './powers-of-two.ts';

const TWO_OVER_PI = 0.6366197723675814;
/** π/2 in three parts: products of the first two, of 26 and 25 bits, with whole numbers up to 2^27 are exact. */
const HALF_PI_HIGH = 1.5707963109016418;
const HALF_PI_MIDDLE = 1.5893254712295857e-8;
const HALF_PI_LOW = 6.123233995736766e-17;

/** What `reduce` leaves: two numbers, the second too small to change the first. */
export const remainder: Float64Array = new Float64Array(2);

/**
 * Takes the nearest multiple of π/2 off a positive x, stores what remains, and returns which multiple it was, modulo 4.
 * @see W. J. Cody, W. Waite, Software Manual for the Elementary Functions (1980), chapter 8
 */
export function reduce(x: number): number {
  const n = Math.floor(x * TWO_OVER_PI + 0.5);
  // Exact: what is taken off agrees with x in its leading bits.
  const difference = x - n * HALF_PI_HIGH - n * HALF_PI_MIDDLE;
  const r = difference - n * HALF_PI_LOW;
  // Three parts do not suffice for more than 2^27 times π/2, nor where next to nothing remains.
  if (!(n < 2 ** 27 && Math.abs(r) > 2 ** -20)) return reduceExactly(x);
  remainder[0] = r;
  remainder[1] = difference - r - n * HALF_PI_LOW;
  return n & 3;
}

/** How many bits of 2/π behind the point can matter: the largest doubles are multiples of 2^971, and 192 bits more. */
const BITS = 1163;

/** 2/π in units of 2^-BITS, and π/2 in units of 2^-192; computed when first needed. */
let twoOverPi = 0n;
let halfPi = 0n;

/**
 * As `reduce`, for any x. Of the product of x and 2/π, in whole numbers, it leaves out the bits that make multiples of 4, and
 * keeps 192 behind the point: no double comes nearer than 2^-62 to a multiple of π/2.
 * @see M. H. Payne, R. N. Hanek, Radian reduction for trigonometric functions (SIGNUM Newsletter 18, 1983)
 */
function reduceExactly(x: number): number {
  if (!(x < Infinity)) {
    remainder[0] = NaN;
    return 0;
  }
  if (halfPi === 0n) {
    // π = 16 arccot 5 - 4 arccot 239 (J. Machin, 1706)
    const pi = 16n * arcCotangent(5n) - 4n * arcCotangent(239n);
    halfPi = pi >> 1009n;
    twoOverPi = 2n ** BigInt(1201 + BITS) / pi;
  }
  // x = 2^e m with a whole m of 53 bits.
  const e = exponent(x) - 52;
  const m = BigInt(x * powerOfTwo(-e));
  const product = BigInt.asUintN(194, m * (twoOverPi >> BigInt(BITS - 192 - e)));
  const n = (product + 2n ** 191n) >> 192n;
  const rest = (product - (n << 192n)) * halfPi;
  const high = Number(rest);
  remainder[0] = high * powerOfTwo(-384);
  remainder[1] = Number(rest - BigInt(high)) * powerOfTwo(-384);
  return Number(n) & 3;
}

/** The angle whose cotangent is k, in units of 2^-1200, by its Taylor series. */
function arcCotangent(k: bigint): bigint {
  let power = 2n ** 1200n / k;
  let sum = 0n;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power /= -k * k;
  }
  return sum;
}
