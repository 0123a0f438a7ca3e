import { type Estimate, type Samples } from './line.ts';
import { type Break, findBreak, noisesIn } from './noise.ts';
import { type Arithmetic } from './precision.ts';

/** The derivative in the middle of nine points that are one step apart. */
interface View {
  readonly step: number;
  readonly slope: number;
  /** The difference between formulas of different order, which is due to higher derivatives. */
  readonly truncation: number;
  readonly left: number;
  readonly right: number;
  /** The nine results, the size of the largest, and whether all are equal. */
  readonly values: readonly number[];
  readonly size: number;
  readonly isFlat: boolean;
}

/** A view with its noise, and the error that the noise may cause in its slope. */
interface Judged extends View {
  readonly noise: number;
  readonly error: number;
}

/** A step and the slope that it gives. */
export type Sight = Pick<View, 'step' | 'slope'>;

/**
 * Estimates one derivative with as many steps as it needs. `seen` is the first estimate, if it was clear.
 *
 * 1. If two steps that are far apart give the same slope, that is the derivative: the errors from rounding and from higher
 *    derivatives change with the step.
 * 2. Otherwise it measures the noise σ of the results, which their size does not tell: (10¹⁰ + x) − 10¹⁰ is small, but only
 *    accurate to 10⁻⁶. It uses the points within the step, because noise may differ farther away. With a step s, noise
 *    changes the slope by about 8σ/s. The smallest step for which this is small enough wins: a derivative is a limit, so
 *    a smaller step is closer to it, for any size of f‴.
 * 3. If larger steps give a different slope, the step may lie within one tread of a staircase made by rounding.
 *    {@link findBreak} searches for the end of the tread. If it finds one, the height of the jump counts as noise, and only
 *    larger steps are used. If these do not contradict the slope either, it is returned with the kind `tread`.
 * 4. If the slopes to the left and to the right differ, and also do with a larger step, the point is a kink.
 * 5. If no step is good enough, the one with the smallest error is returned as `unresolved`.
 *
 * Sources: steps from measured noise as in J. J. Moré and S. M. Wild, "Estimating derivatives of noisy simulations", ACM TOMS
 * 38 (2012); formulas of growing order from B. Fornberg, "Generation of finite difference formulas on arbitrarily spaced
 * grids", Math. Comp. 51 (1988).
 */
export function lookCloser(
  samples: Samples,
  row: number,
  f0: number,
  arithmetic: Arithmetic,
  allowed: (slope: number) => number,
  seen: Sight | null,
): Estimate {
  const viewAt = (step: number) => view(samples, row, f0, step);
  const { scale, magnitude } = samples.line;

  const sights: Sight[] = seen === null ? [] : [seen];
  for (const exponent of arithmetic.first) {
    const far = viewAt(stepOf(scale, exponent));
    const limit = allowed(far.slope) / 8;
    const rounding = (8 * arithmetic.roundoff * far.size) / far.step;
    if (far.isFlat || !(Math.abs(far.right - far.left) <= 8 * limit) || rounding > 2 * limit) continue;
    const same = sights.find(
      ({ step, slope }) => isFar(step, far.step, arithmetic) && Math.abs(slope - far.slope) <= limit,
    );
    if (same !== undefined) return estimate(far, 'smooth', Math.abs(same.slope - far.slope) + rounding);
    sights.push(far);
  }

  const all = stepsFor(scale, magnitude, arithmetic).map(viewAt);
  const found = bestOf(judge(samples, row, all, arithmetic.roundoff), allowed);
  if (found?.kind === 'kink') return found;
  const end = found === null ? null : findEnd(samples, row, f0, found, all, allowed, arithmetic);
  if (found !== null && end !== null) {
    const beyond = all.filter(({ step }) => 4 * step > end.distance);
    const other = bestOf(judge(samples, row, beyond, arithmetic.roundoff, end.height), allowed);
    if (other !== null && Math.abs(other.slope - found.slope) > other.error) return other;
    return { ...found, kind: 'tread', error: Math.max(other?.error ?? Infinity, (8 * end.height) / end.distance) };
  }
  if (found?.kind === 'smooth') return found;
  const narrow = found === null ? undefined : steepest(all);
  if (narrow !== undefined) return estimate(narrow, 'edge', NaN);
  if (found !== null) return found;

  const narrowest = all.find(({ left, right }) => Number.isFinite(left) !== Number.isFinite(right));
  if (narrowest !== undefined && Number.isFinite(f0)) {
    const slope = Number.isFinite(narrowest.left) ? narrowest.left : narrowest.right;
    return { ...estimate(narrowest, 'edge', NaN), slope };
  }
  return { slope: NaN, error: NaN, kind: 'unresolved', left: NaN, right: NaN };
}

/** The jump at the end of the smooth stretch that a view has found, if larger steps give another slope. */
function findEnd(
  samples: Samples,
  row: number,
  f0: number,
  { slope, noise, step }: Found,
  views: readonly View[],
  allowed: (slope: number) => number,
  { roundoff }: Arithmetic,
): Break | null {
  const isSame = (other: View) => other.step <= step || Math.abs(other.slope - slope) <= allowed(slope);
  if (views.every(isSame)) return null;
  const stretch = { value: f0, slope, noise: noise + 2 * roundoff * samples.line.magnitude * Math.abs(slope) };
  const distances = views.flatMap((each) => [each.step, 2 * each.step, 3 * each.step]).sort((a, b) => a - b);
  return findBreak(samples, row, stretch, distances);
}

/**
 * The view with the smallest step, if the slope grows without bound as the step shrinks: by 4^(2/3) from step to step for ∛x
 * at 0, by 4 for a jump. Undefined if it does not.
 */
function steepest(views: readonly View[]): View | undefined {
  const slopes = views.slice(0, 8).map(({ slope }) => slope);
  const grows = slopes.every((slope, i) => {
    const wider = slopes[i + 1] ?? slope / 2;
    return slope / wider > 1.3 && slope / wider < 4.5;
  });
  return grows ? views[0] : undefined;
}

/** An estimate and the view that gave it. */
type Found = Estimate & Judged;

/**
 * The view with the smallest step that is accurate enough, or else the best one; null if no view has finite values.
 *
 * Views with smaller steps must confirm its slope and its kink, as far as their noise allows. If they do not, its step
 * is too large to tell.
 */
function bestOf(views: readonly Judged[], allowed: (slope: number) => number): Found | null {
  let best: Found | null = null;
  for (const [i, one] of views.entries()) {
    const nearer = views.slice(0, i);
    const limit = allowed(one.slope);
    if (!nearer.every(({ slope, error }) => !(Math.abs(slope - one.slope) > limit + 3 * error))) continue;
    const total = one.error + one.truncation;
    if (one.error <= limit / 4) {
      const jump = jumpIn(one);
      const shows = nearer.every((other) => !(jumpIn(other) < jump / 2 && 6 * other.error < jump / 4));
      if (jump > limit + 3 * one.error && shows && !(jump < jumpIn(views[i + 1] ?? one) / 2)) {
        return { ...one, kind: 'kink' };
      }
      if (one.truncation <= limit / 4) return { ...one, kind: 'smooth', error: total };
    }
    // If no view is accurate enough, the difference to the next larger step is part of the error.
    const doubtful = total + Math.abs(one.slope - (views[i + 1] ?? one).slope);
    if (Number.isFinite(doubtful) && (best === null || doubtful < best.error)) {
      best = { ...one, kind: 'unresolved', error: doubtful };
    }
  }
  return best;
}

function jumpIn({ left, right }: View): number {
  return Math.abs(right - left);
}

/** Whether two steps are far enough apart for their errors to differ: by a factor of 16, or of 4 in float32. */
function isFar(a: number, b: number, { stride }: Arithmetic): boolean {
  return Math.abs(Math.log2(a / b)) >= (stride === 1 ? 1.9 : 4);
}

function estimate({ slope, left, right }: View, kind: Estimate['kind'], error: number): Estimate {
  return { slope, error, kind, left, right };
}

/** 1 / φ. The steps must not be powers of 2: those add without rounding, which would hide the noise. */
const oddness = (Math.sqrt(5) - 1) / 2;

function stepOf(unit: number, exponent: number): number {
  return 2 ** (Math.floor(Math.log2(unit)) + exponent) * oddness;
}

/** All steps in ascending order: relative to max(1, |x|), and to |x| as well if that is small. */
function stepsFor(scale: number, magnitude: number, { narrowest, widest, stride }: Arithmetic): number[] {
  const steps: number[] = [];
  for (let e = narrowest; e <= widest; e += stride) steps.push(stepOf(scale, e));
  if (magnitude > 0 && magnitude < 2 ** -10) {
    for (let e = Math.floor(narrowest / 2); e <= -4; e += stride) steps.push(stepOf(magnitude, e));
  }
  return steps.sort((a, b) => a - b);
}

/** Formulas for the first derivative from 4, 6 and 8 points: the weights of f(js) − f(−js), and the common divisor. */
const formulas = [
  { weights: [8, -1], divisor: 12 },
  { weights: [45, -9, 1], divisor: 60 },
  { weights: [672, -168, 32, -3], divisor: 840 },
] as const;

function view(samples: Samples, row: number, f0: number, step: number): View {
  const values = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((j) => (j === 0 ? f0 : samples.at(j * step, row)));
  const [, , b2 = NaN, b1 = NaN, , c1 = NaN, c2 = NaN] = values;
  let best = { slope: (c1 - b1) / (2 * step), truncation: Infinity };
  let before = best.slope;
  for (const { weights, divisor } of formulas) {
    let sum = 0;
    for (const [j, weight] of weights.entries()) sum += weight * ((values[5 + j] ?? NaN) - (values[3 - j] ?? NaN));
    const slope = sum / (divisor * step);
    const truncation = Math.abs(slope - before);
    if (truncation < best.truncation) best = { slope, truncation };
    before = slope;
  }
  return {
    ...best,
    step,
    left: (3 * f0 - 4 * b1 + b2) / (2 * step),
    right: (4 * c1 - c2 - 3 * f0) / (2 * step),
    values,
    size: values.reduce((most, each) => (Number.isFinite(each) ? Math.max(most, Math.abs(each)) : most), 0),
    isFlat: values.every((each) => each === f0),
  };
}

/** Adds to each view the noise in it and in all views with smaller steps, and the error that it may cause in the slope. */
function judge(samples: Samples, row: number, views: readonly View[], roundoff: number, least = 0): Judged[] {
  const seen: number[] = [];
  return views.map((one) => {
    seen.push(...noisesIn(samples, row, one.step, one.values));
    const noise = Math.max(median(seen), roundoff * one.size, least);
    // The points are rounded too.
    const displacement = 2 * roundoff * Math.max(samples.line.magnitude, 4 * one.step) * Math.abs(one.slope);
    return { ...one, noise, error: (8 * noise + displacement) / one.step };
  });
}

/** The median, the lower one of two, and 0 for no values. It ignores the few windows that contain a kink. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;
}
