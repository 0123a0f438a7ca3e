import { lookCloser } from './closer-look.ts';
import { type Estimate, type Line, Samples } from './line.ts';
import { type Arithmetic } from './precision.ts';

/** The analytic derivative to compare with, and the tolerance. */
export interface Comparand {
  /** The derivative of an output element, from the backward pass. */
  readonly analytic: (row: number) => number;
  /** The tolerance for a derivative of this size. */
  readonly allowed: (slope: number) => number;
}

/** φ = (1 + √5) / 2. No wave has a period that divides both h and φ·h, so none looks flat. Also, φ² = φ + 1. */
const golden = (1 + Math.sqrt(5)) / 2;

/** The distances, in units of max(1, |x|), at which a result that is constant nearby is sampled again. */
const farAway = [0.0071, 0.31, 1];

/**
 * The derivatives of all output elements along a line, at t = 0, where their values are `middle`.
 *
 * First it takes central differences with the steps h and φ·h, where h = eps · max(1, |x|):
 *
 * ```text
 * D(h) = (f(h) − f(−h)) / 2h = f′ + h²·f‴/6 + …
 * ```
 *
 * D(h) is accepted if it is close to the analytic derivative and to D(φh), if the rounding error u·|f|/h is small, and if the
 * slopes to the left and to the right, each from three points, agree. Otherwise {@link lookCloser} takes more points.
 */
export function differentiate(
  line: Line,
  middle: Float64Array,
  arithmetic: Arithmetic,
  eps: number,
  comparand: Comparand,
): Estimate[] {
  const h = eps * line.scale;
  const [farBelow, below, above, farAbove] = [line.at(-golden * h), line.at(-h), line.at(h), line.at(golden * h)];
  const width = line.moved(h) - line.moved(-h);
  const farWidth = line.moved(golden * h) - line.moved(-golden * h);
  const samples = new Samples(line);
  return Array.from(middle, (f0, row) => {
    const ff = farBelow[row] ?? NaN;
    const f = below[row] ?? NaN;
    const g = above[row] ?? NaN;
    const gg = farAbove[row] ?? NaN;
    const narrow = (g - f) / width;
    const wide = (gg - ff) / farWidth;
    const rounding = (2 * arithmetic.roundoff * Math.max(Math.abs(f), Math.abs(g))) / h;
    const left = (ff - f0 - (golden + 1) * (f - f0)) / h;
    const right = ((golden + 1) * (g - f0) - (gg - f0)) / h;
    const limit = comparand.allowed(narrow);
    const agrees = Math.abs(comparand.analytic(row) - narrow) <= limit;
    const isFlat = ff === f0 && f === f0 && g === f0 && gg === f0;
    if (isFlat && isFlatAt(samples, row, f0, agrees ? farAway.slice(0, 1) : farAway)) {
      // All samples are equal to the bit, so the slope is exactly 0.
      return { slope: 0, error: 0, kind: 'smooth', left: 0, right: 0 };
    }
    const spread = Math.abs(wide - narrow);
    const jump = Math.abs(right - left);
    if (agrees && !isFlat && spread <= limit && jump <= limit && rounding <= limit / 2) {
      return { slope: narrow, error: spread / golden + rounding, kind: 'smooth', left, right };
    }
    const isClear = !isFlat && spread <= limit / 8 && jump <= limit && rounding <= limit / 4;
    return lookCloser(samples, row, f0, arithmetic, comparand.allowed, isClear ? { step: h, slope: narrow } : null);
  });
}

/** Whether the result is constant up to these distances. If not, rounding may have made it flat, as in (1e12 + x) − 1e12. */
function isFlatAt(samples: Samples, row: number, f0: number, distances: readonly number[]): boolean {
  const isSame = (t: number) => {
    const f = samples.at(t * samples.line.scale, row);
    return f === f0 || !Number.isFinite(f);
  };
  return distances.every((distance) => isSame(distance) && isSame(-distance));
}

/** The difference between the one-sided slopes of an output element, for one step. */
export function jumpAt(line: Line, middle: Float64Array, row: number, step: number): number {
  const [f0 = NaN, b2 = NaN, b1 = NaN, c1 = NaN, c2 = NaN] = [
    middle[row],
    ...[-2, -1, 1, 2].map((j) => line.at(j * step)[row]),
  ];
  return Math.abs(4 * (b1 + c1) - (b2 + c2) - 6 * f0) / (2 * step);
}
