import { low, productError, quotient, sumError } from './double-double.ts';
import { expSum } from './exponential.ts';

/** sqrt(1/2) in two parts. */
const SQRT_1_2 = 0.7071067811865476;
const SQRT_1_2_LOW = -4.833646656726457e-17;

/** erf(x) / x - 1 in powers of x^2 - 3/8 for |x| <= 0.82, within 2^-63; found by the Remez algorithm. */
const NEAR_ZERO = [
  0.001880119786359478, -0.301809621107369, 0.08660397291084947, -0.02011485003392539, 0.00385004430383293,
  -0.000623185174105, 8.71880109898e-5, -1.0729333681e-5, 1.177732208e-6, -1.1662455e-7, 1.053474e-8, -9.043e-10,
];

/**
 * 0.79 + ln((x + 7/8) e^(x^2/2) Φ(-x)) in powers of (x - 3) / (x + 3) for 1 <= x <= 38.6, within 2^-56; found by the Remez
 * algorithm.
 */
const TAIL = [
  0.0368194412949608, -0.15020483280842528, -0.07889077140200285, 0.09689976562013793, -0.03758835922813756,
  0.00302273768741742, -0.001173275494063546, 0.00391032817331358, -0.001769056119838503, -6.059577810263e-5,
  -0.00011186930090878, 0.00030214970936328, -6.735708783355e-5, -2.109305755289e-5, -2.582952271432e-5,
  2.0211260629e-5, 1.87801023056e-6, 6.808000421e-7, -3.78090914435e-6, 5.9312164658e-7, 7.269414698e-7,
  -2.2511104197e-7,
];

/** c0 + c1 x + c2 x^2 + …, even and odd powers apart, which need not wait for each other. */
function polynomial(coefficients: readonly number[], x: number): number {
  const square = x * x;
  let even = 0;
  let odd = 0;
  for (let i = coefficients.length - 2; i >= 0; i -= 2) {
    even = even * square + coefficients[i]!;
    odd = odd * square + coefficients[i + 1]!;
  }
  return even + x * odd;
}

/**
 * Φ(-x) for 1 <= x <= 38.6, from x and half its square as a double-double. All but one division is done in the exponent,
 * where rounding costs least; the idea is that of erfc in Sun's fdlibm (1993).
 */
function upperTail(x: number, half: number, halfLow: number): number {
  const first = -half - 0.79;
  const correction = polynomial(TAIL, (x - 3) / (x + 3));
  const exponent = first + correction;
  const exponentLow = first - exponent + correction + (sumError(-half, -0.79, first) - halfLow);
  const power = expSum(exponent, exponentLow, 0);
  const sum = x + 0.875;
  return quotient(power, low[0]!, sum, sumError(x, 0.875, sum));
}

/** The error function, 2 / sqrt(π) times the integral of e^(-t^2) from 0 to x. */
export function erf(x: number): number {
  const size = Math.abs(x);
  const square = x * x;
  if (size < 0.82) return x + x * polynomial(NEAR_ZERO, square - 0.375);
  if (!(size < 6)) return x > 0 ? 1 : x < 0 ? -1 : x;
  // erf x = 1 - 2 Φ(-x sqrt 2)
  const y = 1 - 2 * upperTail(size / SQRT_1_2, square, productError(x, x, square));
  return x < 0 ? -y : y;
}

/** The normal distribution function Φ(x) = (1 + erf(x / sqrt 2)) / 2, times x the GELU; no cancellation for a negative x. */
export function normalCdf(x: number): number {
  const size = Math.abs(x);
  if (size < 1) {
    const z = x * SQRT_1_2;
    const zLow = productError(x, SQRT_1_2, z) + x * SQRT_1_2_LOW;
    const square = z * z;
    const sum = 1 + z;
    // zLow counts by the slope of erf, here to a few hundredths.
    const slope = 1.13 - 0.9 * square;
    return 0.5 * (sum + (1 - sum + z + (z * polynomial(NEAR_ZERO, square - 0.375) + slope * zLow)));
  }
  if (!(size < 38.5)) return x > 0 ? 1 : x < 0 ? 0 : x;
  const square = x * x;
  const y = upperTail(size, 0.5 * square, 0.5 * productError(x, x, square));
  return x < 0 ? y : 1 - y;
}
