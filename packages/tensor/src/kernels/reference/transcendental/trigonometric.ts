import { reduce, remainder } from './argument-reduction.ts';
import { low, quotient, upperHalf } from './double-double.ts';

const QUARTER_PI = 0.7853981633974483;

/** sin(r + rLow) - r for |r| <= π/4, by Taylor up to r^17 / 17!. */
function sinTail(r: number, rLow: number): number {
  const z = r * r;
  const z2 = z * z;
  const series =
    -1 / 6 +
    z * (1 / 120) +
    z2 * (-1 / 5040 + z * (1 / 362880)) +
    z2 * z2 * (-1 / 39916800 + z * (1 / 6227020800) + z2 * (-1 / 1307674368000 + z * (1 / 355687428096000)));
  return z * r * series + rLow * (1 - 0.5 * z);
}

/** cos(r + rLow) for |r| <= π/4 as a double-double of some 58 bits, by Taylor up to r^18 / 18!. */
function cosSum(r: number, rLow: number): number {
  const z = r * r;
  const z2 = z * z;
  const series =
    1 / 24 +
    z * (-1 / 720) +
    z2 * (1 / 40320 + z * (-1 / 3628800)) +
    z2 * z2 * (1 / 479001600 + z * (-1 / 87178291200) + z2 * (1 / 20922789888000 + z * (-1 / 6402373705728000)));
  // Of 1 - r^2/2 each bit counts: the square of the upper half of r is exact, and what it lacks comes after.
  const upper = upperHalf(r);
  const half = 0.5 * upper * upper;
  const sum = 1 - half;
  const tail = 1 - sum - half + (z2 * series - r * rLow - 0.5 * (r - upper) * (r + upper));
  const result = sum + tail;
  low[0] = sum - result + tail;
  return result;
}

/** sin(x + `shift` π/2) for an x >= π/4 */
function sinReduced(x: number, shift: 0 | 1): number {
  const n = reduce(x) + shift;
  const r = remainder[0]!;
  const rLow = remainder[1]!;
  const y = (n & 1) === 0 ? r + sinTail(r, rLow) : cosSum(r, rLow);
  return (n & 2) === 0 ? y : -y;
}

/** The sine. */
export function sin(x: number): number {
  const size = Math.abs(x);
  if (size <= QUARTER_PI) return size < 2 ** -27 ? x : x + sinTail(x, 0);
  const y = sinReduced(size, 0);
  return x < 0 ? -y : y;
}

/** The cosine. */
export function cos(x: number): number {
  const size = Math.abs(x);
  return size <= QUARTER_PI ? cosSum(x, 0) : sinReduced(size, 1);
}

/** The tangent. */
export function tan(x: number): number {
  const size = Math.abs(x);
  if (size < 2 ** -27) return x;
  let n = 0;
  let r = size;
  let rLow = 0;
  if (!(size <= QUARTER_PI)) {
    n = reduce(size);
    r = remainder[0]!;
    rLow = remainder[1]!;
  }
  // What r^2 rounds off is a small part of the sine, yet a sixth of an ulp of the tangent.
  const upper = upperHalf(r);
  const squareLow = upper * upper - r * r + (r - upper) * (r + upper);
  const tail = sinTail(r, rLow - r * squareLow * (1 / 6));
  const sine = r + tail;
  const sineLow = r - sine + tail;
  const cosine = cosSum(r, rLow);
  const cosineLow = low[0]!;
  const isTurned = (n & 1) === 1;
  const y = isTurned ? quotient(-cosine, -cosineLow, sine, sineLow) : quotient(sine, sineLow, cosine, cosineLow);
  return x < 0 ? -y : y;
}
