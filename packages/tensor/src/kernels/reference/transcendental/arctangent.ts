import { low, productError, sumError } from './double-double.ts';
import { exponent, powerOfTwo } from './powers-of-two.ts';

/** Angles, each in two parts, of which the second is too small to change the first. */
const ATAN_HALF = 0.4636476090008061;
const ATAN_HALF_LOW = 2.2698777452961687e-17;
const QUARTER_PI = 0.7853981633974483;
const QUARTER_PI_LOW = 3.061616997868383e-17;
const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;
const PI = 3.141592653589793;
const PI_LOW = 1.2246467991473532e-16;

/** Slopes half way, as an angle, between 0 and 1/2, and between 1/2 and 1. */
const BETWEEN_0_AND_HALF = 0.2360679774997897;
const BETWEEN_HALF_AND_1 = 0.7207592200561265;

const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** (arctan t - t) / t^3 by its series in z = t^2, for |t| up to 0.24: -1/3 + z/5 - … - z^12/27, in parts that need not wait for each other. */
function series(z: number): number {
  const z2 = z * z;
  const z4 = z2 * z2;
  const first = -1 / 3 + z * (1 / 5) + z2 * (-1 / 7 + z * (1 / 9));
  const middle = -1 / 11 + z * (1 / 13) + z2 * (-1 / 15 + z * (1 / 17));
  const last = -1 / 19 + z * (1 / 21) + z2 * (-1 / 23 + z * (1 / 25)) - z4 * (1 / 27);
  return first + z4 * (middle + z4 * last);
}

/** arctan(n / d) for 0 <= n <= d, as a double-double of some 58 bits. */
function octant(n: number, d: number): number {
  const slope = n / d;
  low[0] = 0;
  // The angle is the slope, until its cube counts. There is no slope where both are 0.
  if (n === 0 || slope < 2 ** -60) return n === 0 ? 0 : slope;
  // Of the size of 1: products then have their errors within the range of doubles.
  const lift = d < SMALLEST_NORMAL ? 2 ** 54 : 1;
  const scale = powerOfTwo(-exponent(d * lift));
  const [a, b] = [n * lift * scale, d * lift * scale];
  // arctan(a / b) = arctan c + arctan t with t = (a - c b) / (b + c a) and a c near the slope.
  const c = slope < BETWEEN_0_AND_HALF ? 0 : slope < BETWEEN_HALF_AND_1 ? 0.5 : 1;
  const above = a - c * b;
  const below = b + c * a;
  const t = above / below;
  const product = t * below;
  const rest = above - product - productError(t, below, product);
  const tLow = (rest + sumError(a, -c * b, above) - t * sumError(b, c * a, below)) / below;
  const z = t * t;
  const tail = t * z * series(z) + tLow * (1 - z);
  if (c === 0) {
    const sum = t + tail;
    low[0] = t - sum + tail;
    return sum;
  }
  const angle = c === 1 ? QUARTER_PI : ATAN_HALF;
  const sum = angle + t;
  const sumLow = sumError(angle, t, sum) + (c === 1 ? QUARTER_PI_LOW : ATAN_HALF_LOW) + tail;
  const result = sum + sumLow;
  low[0] = sum - result + sumLow;
  return result;
}

/** `angle` less another one, which is a double-double whose second part is `low`. */
function less(angle: number, angleLow: number, other: number): number {
  const difference = angle - other;
  const rest = sumError(angle, -other, difference) + (angleLow - low[0]!);
  const result = difference + rest;
  low[0] = difference - result + rest;
  return result;
}

/**
 * The angle of the point (x, y) with the x axis, from -π to π, with the special cases of C99 and IEEE 754: the sign of a zero tells
 * from which side an axis is reached, and two infinities meet at the diagonal.
 */
export function atan2(y: number, x: number): number {
  if (x !== x || y !== y) return NaN;
  const areInfinite = Math.abs(x) === Infinity && Math.abs(y) === Infinity;
  const width = areInfinite ? 1 : Math.abs(x);
  const height = areInfinite ? 1 : Math.abs(y);
  let angle = height > width ? less(HALF_PI, HALF_PI_LOW, octant(width, height)) : octant(height, width);
  if (x < 0 || Object.is(x, -0)) angle = less(PI, PI_LOW, angle);
  return y < 0 || Object.is(y, -0) ? -angle : angle;
}
