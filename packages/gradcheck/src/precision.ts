/** The number format in which a library computes. */
export type Precision = 'float32' | 'float64';

/** What follows from a precision. */
export interface Arithmetic {
  /** The unit roundoff u: the largest relative error of rounding one number, 2⁻⁵³ or 2⁻²⁴. */
  readonly roundoff: number;
  /** The default step, relative to max(1, |x|). */
  readonly eps: number;
  /** The default tolerances: `atol + rtol · |numeric|`. */
  readonly atol: number;
  readonly rtol: number;
  /** Rounds a number as the library does when it is written. */
  readonly round: (x: number) => number;
  /** Exponents of 2, the steps of a closer look: those to begin with, the widest and narrowest of all, how far apart. */
  readonly first: readonly number[];
  readonly widest: number;
  readonly narrowest: number;
  readonly stride: number;
}

/**
 * Steps and tolerances for each precision.
 *
 * A central difference errs by h²·f‴/6 and by about u·|f|/h, so that the best step lies between u^(1/3) and, for a
 * function that bends harder than it is large, u^(1/2). The defaults are near u^(3/8): 10⁻⁶ and 2·10⁻³.
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
