import { lookCloser } from './closer-look.ts';
import { type Estimate, type Line, Samples } from './line.ts';
import { type Arithmetic } from './precision.ts';

/** What a derivative is compared with. */
export interface Comparand {
  /** The derivative that the backward pass gave for a result. */
  readonly analytic: (row: number) => number;
  /** What a derivative of this size may be off by. */
  readonly allowed: (slope: number) => number;
}

/** φ = (1 + √5) / 2: no wave has both h and φ·h as multiples of its period, so that it would look flat. And φ² = φ + 1. */
const golden = (1 + Math.sqrt(5)) / 2;

/** Distances, in units of max(1, |x|), at which a result that did not change nearby is looked at again. */
const farAway = [0.0071, 0.31, 1];

/**
 * The derivatives of all results along a line, at t = 0.
 *
 * The first look takes central differences with the steps h and φ·h, h = eps · max(1, |x|):
 *
 * ```text
 * D(h) = (f(h) − f(−h)) / 2h = f′ + h²·f‴/6 + …
 * ```
 *
 * D(h) is taken for good when it is close to the analytic derivative and to D(φh), when the rounding of the results, u·|f|/h,
 * is small, and when the slopes to the left and to the right, each from three points, agree. Any doubt leads to a
 * closer look at that result: see {@link lookCloser}. `middle` are the results at t = 0.
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
      // Not a bit of the result has changed: nothing was rounded away that could be seen.
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

/** Whether the result is the same at these distances: else a flat stretch may be rounding, as in (1e12 + x) − 1e12. */
function isFlatAt(samples: Samples, row: number, f0: number, distances: readonly number[]): boolean {
  const isSame = (t: number) => {
    const f = samples.at(t * samples.line.scale, row);
    return f === f0 || !Number.isFinite(f);
  };
  return distances.every((distance) => isSame(distance) && isSame(-distance));
}

/** How much the one-sided slopes of a result differ at a step. */
export function jumpAt(line: Line, middle: Float64Array, row: number, step: number): number {
  const [f0 = NaN, b2 = NaN, b1 = NaN, c1 = NaN, c2 = NaN] = [
    middle[row],
    ...[-2, -1, 1, 2].map((j) => line.at(j * step)[row]),
  ];
  return Math.abs(4 * (b1 + c1) - (b2 + c2) - 6 * f0) / (2 * step);
}
