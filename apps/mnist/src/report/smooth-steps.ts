import { type StepMetrics } from '../metrics.ts';

/** Some steps in a row, as a point of a curve. */
export interface SmoothStep {
  /** The middle of them. */
  step: number;
  /** The mean of their losses, each of which counts the same. */
  loss: number;
  /** Their losses' first and ninth decile: eight in ten lie between. */
  low: number;
  high: number;
  /** The learning rate in the middle. */
  lr: number;
}

/**
 * Thins the steps of a run to `most` points or fewer: each is made of as many steps in a row as any other, or of one more.
 * Losses that are no number are left out.
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

/** The nearest rank: a value that is there. */
function decile(sorted: readonly number[], tenths: number): number {
  return sorted[Math.round(((sorted.length - 1) * tenths) / 10)] ?? NaN;
}
