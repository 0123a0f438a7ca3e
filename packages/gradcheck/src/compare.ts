import { type Estimate } from './line.ts';
import { type Comparison, type Verdict } from './report.ts';

/** The position of a comparison in the Jacobian. */
export type Place = Pick<Comparison, 'output' | 'row' | 'outputIndex' | 'input' | 'column' | 'inputIndex'>;

/**
 * Compares a derivative from the backward pass with its numerical estimate.
 *
 * - It agrees if |analytic − numeric| ≤ allowed, where allowed = atol + rtol · |numeric|. If the numerical error exceeds
 *   4 · allowed, agreement means nothing, and the derivative is unresolved.
 * - It is wrong if it differs by more than allowed plus the numerical error.
 * - At a kink, the derivative is a convention. It is still wrong if it is NaN, or if it is farther from both one-sided slopes
 *   than they are from each other.
 */
export function compare(place: Place, analytic: number, estimate: Estimate, allowed: number): Comparison {
  const { slope: numeric, error: numericalError, left, right } = estimate;
  const error = Math.abs(analytic - numeric);
  const verdict = judge(analytic, estimate, error, allowed);
  const { output, row, outputIndex, input, column, inputIndex } = place;
  const slopes: [number, number] = [left, right];
  return {
    verdict,
    output,
    row,
    outputIndex,
    input,
    column,
    inputIndex,
    analytic,
    numeric,
    numericalError,
    slopes,
    error,
    allowed,
  };
}

function judge(analytic: number, estimate: Estimate, error: number, allowed: number): Verdict {
  const { slope, kind, left, right } = estimate;
  if (kind === 'edge') return Number.isNaN(analytic) ? 'wrong' : 'not differentiable';
  if (kind === 'kink') {
    const jump = Math.abs(right - left) + allowed;
    return analytic >= Math.min(left, right) - jump && analytic <= Math.max(left, right) + jump
      ? 'not differentiable'
      : 'wrong';
  }
  if (kind === 'many kinks' || !Number.isFinite(slope)) return 'unresolved';
  if (error <= allowed) return kind === 'tread' || estimate.error <= 4 * allowed ? 'agrees' : 'unresolved';
  const doubt = kind === 'smooth' ? estimate.error : 4 * estimate.error;
  return error <= allowed + doubt ? 'unresolved' : 'wrong';
}

/** The index of an element from its row-major position. */
export function unravel(place: number, shape: readonly number[]): number[] {
  let rest = place;
  return shape
    .map((_, axis) => {
      const length = shape[shape.length - 1 - axis] ?? 1;
      const at = rest % length;
      rest = (rest - at) / length;
      return at;
    })
    .reverse();
}
