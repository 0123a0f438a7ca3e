import { type Estimate } from './line.ts';
import { type Comparison, type Verdict } from './report.ts';

/** Where in the Jacobian a comparison stands. */
export type Place = Pick<Comparison, 'output' | 'row' | 'outputIndex' | 'input' | 'column' | 'inputIndex'>;

/**
 * Compares a derivative of the backward pass with an estimate of it.
 *
 * - It agrees when |analytic − numeric| ≤ allowed, allowed = atol + rtol · |numeric|, unless the numeric one is so uncertain
 *   (by more than 4 · allowed) that this means nothing.
 * - It is wrong when it differs by more than that and by more than what the numeric one may be off by.
 * - At a kink no value is right or wrong. But what is farther from both one-sided slopes than they are from each other has
 *   nothing to do with the kink, and NaN is not a convention: those are wrong.
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

/** The index of an element, from its place in row-major order. */
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
