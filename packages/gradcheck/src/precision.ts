/** The number format in which a library computes. */
export type Precision = 'float32' | 'float64';

/** The constants that follow from a precision. */
export interface Arithmetic {
  /** The unit roundoff u: the largest relative error of rounding one number, 2⁻⁵³ or 2⁻²⁴. */
  readonly roundoff: number;
  /** The default step, relative to max(1, |x|). */
  readonly eps: number;
  /** The default tolerances: `atol + rtol · |numeric|`. */
  readonly atol: number;
  readonly rtol: number;
  /** Rounds a number to this precision, as the library does when it stores the number. */
  readonly round: (x: number) => number;
  /** The steps of a closer look, as exponents of 2: the first ones to try, the largest, the smallest, and the spacing. */
  readonly first: readonly number[];
  readonly widest: number;
  readonly narrowest: number;
  readonly stride: number;
}

/**
 * Steps and tolerances for each precision.
 *
 * A central difference has a truncation error of h²·f‴/6 and a rounding error of about u·|f|/h. The best step is about
 * u^(1/3), and smaller, down to u^(1/2), if f‴ is large relative to f. The defaults are near u^(3/8): 10⁻⁶ and 2·10⁻³.
 */
export const arithmetics: Readonly<Record<Precision, Arithmetic>> = {
  float64: {
    roundoff: 2 ** -53,
    eps: 1e-6,
    atol: 1e-5,
    rtol: 1e-3,
    round: (x) => x,
    first: [-14, -20, -26],
    widest: 0,
    narrowest: -44,
    stride: 2,
  },
  float32: {
    roundoff: 2 ** -24,
    eps: 2e-3,
    atol: 2e-4,
    rtol: 4e-3,
    round: Math.fround,
    first: [-6, -8, -10],
    widest: -2,
    narrowest: -16,
    stride: 1,
  },
};
