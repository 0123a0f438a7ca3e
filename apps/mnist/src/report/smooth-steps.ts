import { type StepMetrics } from '../metrics.ts';

/** Some consecutive steps as a point of a curve. */
export interface SmoothStep {
  /** The middle step. */
  step: number;
  /** The mean of their losses. */
  loss: number;
  /** The first and ninth decile of their losses: eight in ten lie between. */
  low: number;
  high: number;
  /** The learning rate of the middle step. */
  lr: number;
}

/**
 * Thins the steps of a run to at most `most` points, of equally many consecutive steps (or one more) each. Losses that are not
 * finite are left out.
 */
export function smoothSteps(steps: readonly StepMetrics[], most: number): SmoothStep[] {
  const parts = Math.min(most, steps.length);
  return Array.from({ length: parts }, (_, i) => {
    const [start, end] = [i, i + 1].map((edge) => Math.floor((edge * steps.length) / parts));
    return smoothStep(steps.slice(start, end));
  }).filter((point) => point !== undefined);
}

function smoothStep(part: readonly StepMetrics[]): SmoothStep | undefined {
  const losses = part.map(({ loss }) => loss).filter(Number.isFinite);
  losses.sort((a, b) => a - b);
  const middle = part[part.length >> 1];
  if (losses.length === 0 || middle === undefined) return undefined;
  return {
    step: middle.step,
    loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    low: decile(losses, 1),
    high: decile(losses, 9),
    lr: middle.lr,
  };
}

/** A decile by nearest rank, which is one of the values. */
function decile(sorted: readonly number[], tenths: number): number {
  return sorted[Math.round(((sorted.length - 1) * tenths) / 10)] ?? NaN;
}
