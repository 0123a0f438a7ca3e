import { type EpochMetrics } from './metrics.ts';

/** The epoch that did best on the validation images so far. */
export interface Best {
  epoch: number;
  accuracy: number;
  loss: number;
}

/** The best with one epoch more: what has more images right, or as many with a smaller loss. Without validation there is none. */
export function withEpoch(
  best: Best | null,
  { epoch, validationAccuracy: accuracy, validationLoss: loss }: EpochMetrics,
): Best | null {
  if (accuracy === null || loss === null) return best;
  const isBetter = best === null || accuracy > best.accuracy || (accuracy === best.accuracy && loss < best.loss);
  return isBetter ? { epoch, accuracy, loss } : best;
}
