import { low, sumError } from './double-double.ts';
import { exp, expSum, LN2_HIGH, LN2_LOW } from './exponential.ts';
import { exponent, powerOfTwo } from './powers-of-two.ts';

const SQRT_2 = 1.4142135623730951;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** ln(x + xLow) - `shift` ln 2, for a positive x that is no denormal and an xLow too small to change it. */
function logSum(x: number, xLow: number, shift: number): number {
  // x = 2^n m with sqrt(1/2) <= m < sqrt(2), so that ln x = n ln 2 + ln m.
  let n = exponent(x);
  let scale = powerOfTwo(-n);
  if (x * scale > SQRT_2) {
    scale /= 2;
    n++;
  }
  n -= shift;
  const difference = x * scale - 1;
  const f = difference + xLow * scale;
  const fLow = difference - f + xLow * scale;
  // With s = f / (2 + f): ln(1 + f) = 2 artanh s = f - s (f - R), R = 2 s^2/3 + 2 s^4/5 + …
  const s = f / (2 + f);
  const z = s * s;
  const series =
    2 / 3 +
    z *
      (2 / 5 +
        z *
          (2 / 7 +
            z *
              (2 / 9 +
                z *
                  (2 / 11 +
                    z *
                      (2 / 13 +
                        z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + z * (2 / 21 + z * (2 / 23 + z * (2 / 25)))))))))));
  const rest = s * (f - z * series);
  return n * LN2_HIGH + (f - (rest - (n * LN2_LOW + fLow)));
}

/** The natural logarithm. */
export function log(x: number): number {
  if (x >= SMALLEST_NORMAL && x < Infinity) return logSum(x, 0, 0);
  if (x > 0) return x === Infinity ? x : logSum(x * 2 ** 54, 0, 54);
  return x === 0 ? -Infinity : NaN;
}

/** ln(1 + x), without losing the bits of a tiny x. */
export function log1p(x: number): number {
  if (!(x > -1 && x < 2 ** 54)) return log(1 + x);
  if (Math.abs(x) < 2 ** -54) return x;
  const sum = 1 + x;
  return logSum(sum, sumError(1, x, sum), 0);
}

/** ln(1 + e^x); above 20 x itself, as in PyTorch, which is less by 2.1e-9 at most. */
export function softplus(x: number): number {
  if (!(x <= 20)) return x;
  if (x < -40) return exp(x);
  const power = expSum(x, 0, 0);
  const sum = 1 + power;
  return logSum(sum, sumError(1, power, sum) + low[0]!, 0);
}
