import { type Estimate, type Samples } from './line.ts';
import { type Break, findBreak, noisesIn } from './noise.ts';
import { type Arithmetic } from './precision.ts';

/** What nine points, a step s apart, say of the derivative in their middle. */
interface View {
  readonly step: number;
  readonly slope: number;
  /** How much formulas of different order disagree: what the higher derivatives do. */
  readonly truncation: number;
  readonly left: number;
  readonly right: number;
  /** The nine results, the size of the largest, and whether all are the same. */
  readonly values: readonly number[];
  readonly size: number;
  readonly isFlat: boolean;
}

/** A view with what noise may do to its slope. */
interface Judged extends View {
  readonly noise: number;
  readonly error: number;
}

/** A slope that was seen with a step. */
export type Sight = Pick<View, 'step' | 'slope'>;

/**
 * One derivative, from as many steps as it takes. `seen` is what a first look saw, if that was clear.
 *
 * 1. If the slope is the same for two steps far apart, that is it: neither rounding nor a higher derivative would be.
 * 2. Otherwise the noise σ of the results is measured, not assumed: (10¹⁰ + x) − 10¹⁰ is small and still known to 10⁻⁶
 *    only. It is that of the points within the step, for it may be another one far away. With a step s, noise moves the
 *    slope by about 8σ/s. The smallest step at which that is small enough is taken: a derivative is a limit, and what a
 *    smaller step sees is nearer to it, however large f‴ may be.
 * 3. If larger steps give another slope, this one may have seen no more than a single tread of the staircase that rounding
 *    makes. So the function is searched for the place where the tread breaks off: see {@link findBreak}. If there is one,
 *    its height counts as noise, and steps beyond it are taken; where even those do not contradict the slope, it stays as that
 *    of a `tread`.
 * 4. The slopes to the left and to the right may differ. If they did so too with a larger step, this is a kink.
 * 5. If no step is good enough, the one with the smallest error is given, as `unresolved`.
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

/** Where the function breaks off from what a view saw, if larger steps see anything else. */
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
 * The nearest view of a result whose slope grows without end, as that of ∛x at 0 (by 4^(2/3) from step to step) or of a jump
 * (by 4); undefined where it does not.
 */
function steepest(views: readonly View[]): View | undefined {
  const slopes = views.slice(0, 8).map(({ slope }) => slope);
  const grows = slopes.every((slope, i) => {
    const wider = slopes[i + 1] ?? slope / 2;
    return slope / wider > 1.3 && slope / wider < 4.5;
  });
  return grows ? views[0] : undefined;
}

/** An estimate with the view that it is from. */
type Found = Estimate & Judged;

/**
 * The nearest view that is good enough, or else the best one; null if all have values that are not finite.
 *
 * What a view sees has to show from nearer as well, as far as noise lets it: another slope there, or no kink, and the view
 * has looked beyond what it claims to see.
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
    // Without a view that is good enough, what the next wider one sees is a measure of what this one may not see.
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

/** Whether two steps are so far apart that what spoils a slope would be another at each: by 16 times, in float32 by 4. */
function isFar(a: number, b: number, { stride }: Arithmetic): boolean {
  return Math.abs(Math.log2(a / b)) >= (stride === 1 ? 1.9 : 4);
}

function estimate({ slope, left, right }: View, kind: Estimate['kind'], error: number): Estimate {
  return { slope, error, kind, left, right };
}

/** 1 / φ. Steps are no powers of 2, which add without rounding: they would see none, and the noise would stay hidden. */
const oddness = (Math.sqrt(5) - 1) / 2;

function stepOf(unit: number, exponent: number): number {
  return 2 ** (Math.floor(Math.log2(unit)) + exponent) * oddness;
}

/** All steps, from the smallest: relative to max(1, |x|), and where |x| is small, to |x| as well. */
function stepsFor(scale: number, magnitude: number, { narrowest, widest, stride }: Arithmetic): number[] {
  const steps: number[] = [];
  for (let e = narrowest; e <= widest; e += stride) steps.push(stepOf(scale, e));
  if (magnitude > 0 && magnitude < 2 ** -10) {
    for (let e = Math.floor(narrowest / 2); e <= -4; e += stride) steps.push(stepOf(magnitude, e));
  }
  return steps.sort((a, b) => a - b);
}

/** The first derivative from 4, 6 and 8 points around the middle: weights of f(js) − f(−js), and what divides them. */
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

/** Adds to views, from the nearest, the noise in them and in those that are nearer, and what it may do to the slope. */
function judge(samples: Samples, row: number, views: readonly View[], roundoff: number, least = 0): Judged[] {
  const seen: number[] = [];
  return views.map((one) => {
    seen.push(...noisesIn(samples, row, one.step, one.values));
    const noise = Math.max(median(seen), roundoff * one.size, least);
    // The points themselves are rounded too.
    const displacement = 2 * roundoff * Math.max(samples.line.magnitude, 4 * one.step) * Math.abs(one.slope);
    return { ...one, noise, error: (8 * noise + displacement) / one.step };
  });
}

/** The lower one of two medians, 0 for no values: most windows show noise alone, but those with a kink in them show more. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;
}
