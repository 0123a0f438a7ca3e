import { low, productError, upperHalf } from './double-double.ts';
import { expSum, LN2_HIGH, LN2_LOW } from './exponential.ts';
import { exponent, powerOfTwo } from './powers-of-two.ts';

const SMALLEST_NORMAL = 2.2250738585072014e-308;
const SQRT_1_5 = 1.224744871391589;
const SQRT_3 = 1.7320508075688772;

/** ln 1.5 in two parts, of which the first ends at the same bit as that of ln 2. */
const LN1_5_HIGH = 0.40546510787680745;
const LN1_5_LOW = 2.3135693072984416e-10;

/** The series of artanh s without its first two terms, over s^5: 1/5 + z/7 + … + z^7/19, with z = s^2. */
function series(z: number): number {
  const z2 = z * z;
  const middle = 1 / 13 + z * (1 / 15) + z2 * (1 / 17 + z * (1 / 19));
  return 1 / 5 + z * (1 / 7) + z2 * (1 / 9 + z * (1 / 11)) + z2 * z2 * middle;
}

/**
 * The natural logarithm of a positive finite x, as a double-double of some 67 bits: e^(y ln x) loses as many of them as the
 * exponent has, which are ten.
 */
function logDouble(x: number): number {
  // x = 2^n m with an m near to c = 1 or c = 3/2: ln x = n ln 2 + ln c + ln(m / c).
  const shift = x < SMALLEST_NORMAL ? 54 : 0;
  if (shift > 0) x *= 2 ** 54;
  let n = exponent(x);
  let m = x * powerOfTwo(-n);
  if (m > SQRT_3) {
    m /= 2;
    n++;
  }
  n -= shift;
  const isNear1 = m < SQRT_1_5;
  const c = isNear1 ? 1 : 1.5;
  // With s = (m - c) / (m + c), which is 0.101 at most: ln(m / c) = 2 artanh s = 2 s (1 + z), z = s^2/3 + s^4/5 + …
  // Of s, m + c and z the upper halves come first, since their products are exact.
  const sum = m + c;
  const inverse = 1 / sum;
  const sumUpper = upperHalf(sum);
  const sumLower = c - sumUpper + m;
  const s = upperHalf((m - c) * inverse);
  const sLow = (m - c - s * sumUpper - s * sumLower) * inverse;
  const upper = s * s;
  const lower = sLow * (2 * s + sLow);
  const s2 = upper + lower;
  const z = upperHalf(s2 * (1 / 3));
  const zLow = (upper - 3 * z + lower) * (1 / 3) + s2 * s2 * series(s2);
  const twice = 2 * s;
  const product = twice * z;
  const productLow = twice * zLow + 2 * sLow * (z + zLow);
  // Sums whose first term is the larger one, or zero.
  const first = n * LN2_HIGH + (isNear1 ? 0 : LN1_5_HIGH);
  const firstLow = n * LN2_LOW + (isNear1 ? 0 : LN1_5_LOW);
  const second = first + twice;
  const third = second + product;
  const rest = first - second + twice + (second - third + product) + (productLow + 2 * sLow + firstLow);
  const result = third + rest;
  low[0] = third - result + rest;
  return result;
}

/**
 * x to the power of y, with the special cases of C99 and IEEE 754: 1 for y = 0 and for x = 1, whatever the other one is, NaN
 * included; NaN for a negative x and a y that is not whole.
 */
export function pow(x: number, y: number): number {
  if (y === 2) return x * x;
  if (y === 0 || x === 1) return 1;
  const size = Math.abs(x);
  const isNegative = x < 0 || (x === 0 && 1 / x < 0);
  const sign = isNegative && Math.abs(y % 2) === 1 ? -1 : 1;
  if (!(size > 0 && size < Infinity && Math.abs(y) < Infinity)) {
    if (x !== x || y !== y) return NaN;
    if (size === 1) return 1;
    return size > 1 === y > 0 ? sign * Infinity : sign * 0;
  }
  if (x < 0 && Math.floor(y) !== y) return NaN;
  if (size === 1) return sign;
  const logarithm = logDouble(size);
  const product = y * logarithm;
  if (product > 710) return sign * Infinity;
  if (product < -746) return sign * 0;
  return sign * expSum(product, productError(y, logarithm, product) + y * low[0]!, 0);
}
