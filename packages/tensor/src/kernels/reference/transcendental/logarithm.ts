import { low, productError, sumError } from './double-double.ts';
import { exp, expSum, LN2_HIGH, LN2_LOW } from './exponential.ts';
import { exponent, powerOfTwo } from './powers-of-two.ts';

const SQRT_2 = 1.4142135623730951;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** (2 artanh s - 2 s) / s^3 by its series in z = s^2: 2/3 + 2 z/5 + … */
function series(z: number): number {
  return (
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
                        z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + z * (2 / 21 + z * (2 / 23 + z * (2 / 25)))))))))))
  );
}

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
  const rest = s * (f - z * series(z));
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

/** log 2 to base 10, in two parts: the first has 21 trailing zero bits. */
const LOG10_2_HIGH = 3.010299955494702e-1;
const LOG10_2_LOW = 1.1451100898021838e-10;

/** 1 / ln 2 and 1 / ln 10, each in two parts. */
const LOG2_E = 1.4426950408889634;
const LOG2_E_LOW = 2.0355273740931033e-17;
const LOG10_E = 4.342944819032518e-1;
const LOG10_E_LOW = 1.098319650216765e-17;

/** The logarithm to base 2; exact for powers of 2. */
export function log2(x: number): number {
  return logTo(x, 1, 0, LOG2_E, LOG2_E_LOW);
}

/** The logarithm to base 10; exact for powers of 10. */
export function log10(x: number): number {
  return logTo(x, LOG10_2_HIGH, LOG10_2_LOW, LOG10_E, LOG10_E_LOW);
}

/** The logarithm to a base: of 2 it is `two`, of e it is `unit`. */
function logTo(x: number, two: number, twoLow: number, unit: number, unitLow: number): number {
  if (!(x > 0 && x < Infinity)) return log(x);
  const lift = x < SMALLEST_NORMAL ? 54 : 0;
  const normal = lift > 0 ? x * 2 ** 54 : x;
  // x = 2^n m with sqrt(1/2) <= m < sqrt(2).
  let n = exponent(normal);
  let m = normal * powerOfTwo(-n);
  if (m > SQRT_2) {
    m /= 2;
    n++;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const less = s * (f - z * series(z));
  const ln = f - less;
  const product = ln * unit;
  const rest = productError(ln, unit, product) + ln * unitLow + (f - ln - less) * unit;
  return (n - lift) * two + (product + (rest + (n - lift) * twoLow));
}
