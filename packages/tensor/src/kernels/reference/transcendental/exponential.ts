import { low, quotient, sumError } from './double-double.ts';
import { powerOfTwo } from './powers-of-two.ts';

/** ln 2 in two parts: the first has 21 trailing zero bits, so that its product with any exponent is exact. */
export const LN2_HIGH = 6.9314718036912381649e-1;
export const LN2_LOW = 1.90821492927058770002e-10;
const LOG2_E = 1.4426950408889634;

/** Above this exp overflows, below the other it rounds to zero. */
const EXP_OVERFLOW = 709.782712893384;
const EXP_UNDERFLOW = -745.1332191019412;

/** (e^r - 1 - r - r^2/2) / r^3 by Taylor: 1/3! + r/4! + … + r^11/14!, in parts that need not wait for each other. */
function series(r: number): number {
  const r2 = r * r;
  const r4 = r2 * r2;
  const first = 1 / 6 + r * (1 / 24) + r2 * (1 / 120 + r * (1 / 720));
  const middle = 1 / 5040 + r * (1 / 40320) + r2 * (1 / 362880 + r * (1 / 3628800));
  const last = 1 / 39916800 + r * (1 / 479001600) + r2 * (1 / 6227020800 + r * (1 / 87178291200));
  return first + r4 * (middle + r4 * last);
}

/**
 * e^(x + xLow) - `minus`, as a double-double of some 57 bits, for x from -746 to 710, or from -40 to 40 if 1 is taken away.
 * Where it is no normal number it has no low part.
 */
export function expSum(x: number, xLow: number, minus: 0 | 1): number {
  // x = n ln 2 + r with |r| <= ln 2 / 2, so that e^x = 2^n e^r.
  const n = Math.floor(x * LOG2_E + 0.5);
  const high = x - n * LN2_HIGH;
  const rest = n * LN2_LOW - xLow;
  const r = high - rest;
  // With e^x - minus = 2^n (one + r + r^2/2 + …): sums whose first term is the larger one, or zero.
  let one = 1;
  let oneLow = 0;
  if (minus === 1) {
    const unit = powerOfTwo(-n);
    one = 1 - unit;
    oneLow = sumError(1, -unit, one);
  }
  const half = 0.5 * r * r;
  const first = one + r;
  const second = first + half;
  // What they and the difference r have lost comes back here.
  const tail = oneLow + (one - first + r) + (first - second + half) + (high - r - rest + r * r * r * series(r));
  const result = second + tail;
  if (n < -1022 || n > 1023) {
    // In two steps, of which only the last one rounds.
    low[0] = 0;
    return n > 0 ? result * 2 * powerOfTwo(n - 1) : (result * powerOfTwo(n + 54)) / 2 ** 54;
  }
  const scale = powerOfTwo(n);
  low[0] = (second - result + tail) * scale;
  return result * scale;
}

/** The exponential function. */
export function exp(x: number): number {
  if (x !== x) return x;
  if (x > EXP_OVERFLOW) return Infinity;
  if (x < EXP_UNDERFLOW) return 0;
  return expSum(x, 0, 0);
}

/** e^x - 1, without cancellation where it is tiny. */
export function expm1(x: number): number {
  const size = Math.abs(x);
  if (size > 2 ** -54 && size < 40) return expSum(x, 0, 1);
  if (x > 1) return exp(x);
  return x < -1 ? -1 : x;
}

/** The logistic function 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  const size = Math.abs(x);
  if (!(size < 40)) return x > 0 ? 1 : exp(x);
  // With p = e^-|x|: 1 / (1 + p) for a positive x, p / (1 + p) for a negative one.
  const p = expSum(-size, 0, 0);
  const pLow = low[0]!;
  const sum = 1 + p;
  const sumLow = 1 - sum + p + pLow;
  const isNegative = x < 0;
  return quotient(isNegative ? p : 1, isNegative ? pLow : 0, sum, sumLow);
}

/** The hyperbolic tangent. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (!(size > 2 ** -28)) return x;
  if (size > 20) return x < 0 ? -1 : 1;
  // With p = e^(-2|x|) - 1: tanh |x| = -p / (2 + p).
  const p = expSum(-2 * size, 0, 1);
  const pLow = low[0]!;
  const sum = 2 + p;
  const y = quotient(p, pLow, sum, 2 - sum + p + pLow);
  return x < 0 ? y : -y;
}
