/** What is recorded of a training run: the lines of `metrics.jsonl`, and of standard output with `--json`. */
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

/** The best epoch so far, on the validation images. */
export interface Best {
  epoch: number;
  accuracy: number;
  loss: number;
}

/** Updates the best epoch: higher validation accuracy wins, then lower loss. Null without validation. */
export function withEpoch(
  best: Best | null,
  { epoch, validationAccuracy: accuracy, validationLoss: loss }: EpochMetrics,
): Best | null {
  if (accuracy === null || loss === null) return best;
  const isBetter = best === null || accuracy > best.accuracy || (accuracy === best.accuracy && loss < best.loss);
  return isBetter ? { epoch, accuracy, loss } : best;
}
