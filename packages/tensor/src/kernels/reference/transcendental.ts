/**
 * exp and log in double precision from additions and multiplications alone. IEEE 754 fixes those to the bit and leaves
 * `Math.exp` and its like to each engine, so that a seeded run on two engines would drift apart.
 *
 * Both split the argument into a power of two and a small rest, and sum a series for the rest.
 * @see J.-M. Muller, Elementary Functions: Algorithms and Implementation, 3rd ed., chapter 11 (range reduction)
 */

/** ln 2 in two parts: the first has 21 trailing zero bits, so that its product with any exponent is exact. */
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const LOG2_E = 1.4426950408889634;
const SQRT_2 = 1.4142135623730951;

/** Above this exp overflows, below the other it rounds to zero. */
const EXP_OVERFLOW = 709.782712893384;
const EXP_UNDERFLOW = -745.1332191019412;

const bits = new DataView(new ArrayBuffer(8));

/** 2^n for -1022 <= n <= 1023. */
function powerOfTwo(n: number): number {
  bits.setUint32(0, (n + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** The exponential function, within 1 ulp. */
export function exp(x: number): number {
  if (x !== x) return x;
  if (x > EXP_OVERFLOW) return Infinity;
  if (x < EXP_UNDERFLOW) return 0;
  // x = n ln 2 + r with |r| <= ln 2 / 2, so that e^x = 2^n e^r.
  const n = Math.floor(x * LOG2_E + 0.5);
  const high = x - n * LN2_HIGH;
  const low = n * LN2_LOW;
  const r = high - low;
  // (e^r - 1 - r) / r^2 by Taylor, Horner's way: 1/2! + r/3! + … + r^11/13!.
  const series =
    1 / 2 +
    r *
      (1 / 6 +
        r *
          (1 / 24 +
            r *
              (1 / 120 +
                r *
                  (1 / 720 +
                    r *
                      (1 / 5040 +
                        r *
                          (1 / 40320 +
                            r *
                              (1 / 362880 +
                                r *
                                  (1 / 3628800 +
                                    r * (1 / 39916800 + r * (1 / 479001600 + r * (1 / 6227020800)))))))))));
  // The two parts of r go in one by one: what their difference lost comes back here.
  const result = 1 + (high - (low - r * r * series));
  // Outside the range of normal numbers in two steps, of which only the last one rounds.
  if (n > 1023) return result * 2 * powerOfTwo(n - 1);
  if (n < -1022) return (result * powerOfTwo(n + 54)) / 2 ** 54;
  return result * powerOfTwo(n);
}

/** The natural logarithm, within 1 ulp. */
export function log(x: number): number {
  if (x !== x || x < 0) return NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return x;
  // x = 2^n m with sqrt(1/2) <= m < sqrt(2), so that ln x = n ln 2 + ln m.
  bits.setFloat64(0, x);
  let n = 0;
  if (x < 2.2250738585072014e-308) {
    bits.setFloat64(0, x * 2 ** 54);
    n = -54;
  }
  n += (bits.getUint32(0) >>> 20) - 1023;
  bits.setUint32(0, (bits.getUint32(0) & 0xfffff) | 0x3ff00000);
  let m = bits.getFloat64(0);
  if (m > SQRT_2) {
    m /= 2;
    n++;
  }
  // With f = m - 1 and s = f / (2 + f): ln m = 2 artanh s = f - s (f - R), R = 2 s^2/3 + 2 s^4/5 + …
  const f = m - 1;
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
  return n * LN2_HIGH + (f - (rest - n * LN2_LOW));
}
