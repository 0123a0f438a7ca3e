import { type Samples } from './line.ts';

/**
 * Extra points between the nine equally spaced ones, in steps from the middle. They reveal noise that the nine can hide:
 * the rounding errors of equally spaced points on a straight line are themselves nearly equally spaced.
 */
const between = [-2.39, -0.57, 0.43, 1.61];

/** The noise in nine equally spaced values, in the first five and in the last five: one side may contain a kink. */
export function noisesIn(samples: Samples, row: number, step: number, values: readonly number[]): number[] {
  const windows = [
    { from: -4, values, order: 6 },
    { from: -4, values: values.slice(0, 5), order: 3 },
    { from: 0, values: values.slice(4), order: 3 },
  ];
  return windows.flatMap((window) => {
    const last = window.from + window.values.length - 1;
    const inside = between
      .filter((t) => t > window.from && t < last)
      .map((t) => ({ t: t - window.from, value: samples.at(t * step, row) }));
    const all = [...window.values, ...inside.map(({ value }) => value)];
    // Equal values give no information: the function may change by less than one rounding.
    if (!all.every(Number.isFinite) || all.every((each) => each === all[0])) return [];
    const residuals = inside.map(({ t, value }) => value - interpolate(window.values, t));
    const rms = Math.sqrt(residuals.reduce((sum, each) => sum + each ** 2, 0) / residuals.length);
    // A residual contains the noise of its point and the noise of the interpolation.
    return [Math.max(noiseOfDifferences(window.values, window.order), rms / Math.SQRT2)];
  });
}

/** Evaluates the polynomial through values at 0, 1, 2, … at a t between them, by the barycentric formula. */
function interpolate(values: readonly number[], t: number): number {
  let weight = 1;
  let above = 0;
  let below = 0;
  for (const [j, value] of values.entries()) {
    above += (weight * value) / (t - j);
    below += weight / (t - j);
    // The weights are binomial coefficients with alternating signs.
    weight *= -(values.length - 1 - j) / (j + 1);
  }
  return above / below;
}

/**
 * The noise in equally spaced values, from their differences of this order and above. Differences of a smooth function vanish;
 * those of order k of noise with standard deviation σ have the mean square σ² · (2k)! / (k!)².
 *
 * Source: J. J. Moré and S. M. Wild, "Estimating computational noise", SIAM J. Sci. Comput. 33 (2011).
 */
function noiseOfDifferences(values: readonly number[], order: number): number {
  let differences = values;
  let sum = 0;
  let count = 0;
  for (let k = 1; differences.length > 1; k++) {
    differences = differences.slice(1).map((each, i) => each - (differences[i] ?? NaN));
    if (k < order) continue;
    for (const each of differences) sum += each ** 2 / centralBinomial(k);
    count += differences.length;
  }
  return Math.sqrt(sum / count);
}

/** (2k)! / (k!)² */
function centralBinomial(k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (k + i)) / i;
  return result;
}

/** A smooth stretch of a function around a point: its tangent and its noise. */
export interface Stretch {
  readonly value: number;
  readonly slope: number;
  readonly noise: number;
}

/** Where a smooth stretch ends, and the height of the jump. */
export interface Break {
  readonly distance: number;
  readonly height: number;
}

/**
 * Finds a jump near a point where the function is smooth; null if there is none. With a jump, the smooth stretch may be one
 * tread of a staircase, such as rounding makes of (10¹⁰ + x) − 10¹⁰, and its slope is meaningless.
 *
 *     rounding              ┌──   a kink           ╱
 *                       ┌───┘                    ╱
 *     ───x──────────────┘         ───x─────────╱
 *                       ↑ jump                 ↑ no jump
 *
 * On each side, it takes the first distance at which the function leaves the tangent by more than the noise, and bisects to the
 * place where it is half as far away. A continuous function changes little across that place; a jump keeps its height.
 */
export function findBreak(
  samples: Samples,
  row: number,
  { value, slope, noise }: Stretch,
  distances: readonly number[],
): Break | null {
  const { magnitude } = samples.line;
  for (const side of [1, -1]) {
    const at = (t: number) => samples.at(side * t, row);
    const deviation = (t: number) => Math.abs(at(t) - value - slope * side * t);
    const off = distances.findIndex((t) => deviation(t) > 8 * noise);
    let [near, far] = [distances[off - 1] ?? 0, distances[off] ?? 0];
    const level = deviation(far) / 2;
    while (far - near > Math.max(magnitude, far) * 2 ** -50) {
      const middle = (near + far) / 2;
      if (deviation(middle) > level) far = middle;
      else near = middle;
    }
    const height = Math.abs(at(far) - at(near));
    if (off !== -1 && height > Math.max(level / 8, 8 * noise)) return { distance: far, height };
  }
  return null;
}
