/** What is told of a training run: a line of `metrics.jsonl` each, and of standard output with `--json`. */
export type Metrics = StepMetrics | EpochMetrics | TestMetrics;

/** After each step of the optimizer. */
export interface StepMetrics {
  type: 'step';
  /** From 1. */
  epoch: number;
  /** Steps since the run began. */
  step: number;
  /** Of this epoch, so far. */
  images: number;
  /** The mean over the batch. */
  loss: number;
  /** Of the batch, in percent. */
  accuracy: number;
  /** The learning rate of this step. */
  lr: number;
}

/** After each epoch. Losses are means over images, each of which counts the same; accuracies are in percent. */
export interface EpochMetrics {
  type: 'epoch';
  epoch: number;
  step: number;
  /** Over the epoch, as the model was at each step. */
  trainLoss: number;
  trainAccuracy: number;
  /** Null when all images are trained on. */
  validationLoss: number | null;
  validationAccuracy: number | null;
  seconds: number;
}

/** Once, at the end. */
interface TestMetrics {
  type: 'test';
  loss: number;
  accuracy: number;
}

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
