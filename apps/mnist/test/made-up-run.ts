// Runs to make a report of.
import { type EpochMetrics, type StepMetrics } from '../src/metrics.ts';
import { type ReportInput } from '../src/report/report.ts';

/** How large a made-up run is. */
export interface MadeUpSizes {
  classes?: number;
  rows?: number;
  cols?: number;
  epochs?: number;
  stepsPerEpoch?: number;
}

/** A finished run whose figures all differ: the confusion matrix is not symmetric, no two images or units are alike. */
export function madeUpRun(sizes: MadeUpSizes = {}): ReportInput & { test: object } {
  const { classes = 10, rows = 28, cols = 28, epochs = 3, stepsPerEpoch = 40 } = sizes;
  const confusion = Array.from({ length: classes }, (_, label) =>
    Array.from({ length: classes }, (_, predicted) =>
      predicted === label ? 50 + label : ((label * 7 + predicted * 3 + 5) % 11) % 4,
    ),
  );
  const right = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  const count = confusion.flat().reduce((sum, images) => sum + images, 0);
  const wrongs = Math.min(12, classes - 1);
  return {
    config: { model: 'mlp', epochs, batchSize: 32, lr: 0.001, seed: 7, full: false, data: 'MNIST', node: 'v20.20.0' },
    metrics: [
      ...Array.from({ length: epochs * stepsPerEpoch }, (_, i) => madeUpStep(i + 1, stepsPerEpoch)),
      ...Array.from({ length: epochs }, (_, i) => madeUpEpoch(i + 1, stepsPerEpoch)),
    ],
    test: {
      loss: 0.4321,
      accuracy: (100 * right) / count,
      confusion,
      mostWrong: Array.from({ length: wrongs }, (_, i) => ({
        index: 2 * i + 1,
        label: i,
        predicted: i + 1,
        predictedProbability: 0.9 - i / 100,
        labelProbability: 0.05 + i / 1000,
      })),
      data: {
        images: Uint8Array.from(
          { length: count * rows * cols },
          (_, i) => (i * 31 + Math.floor(i / (rows * cols))) % 256,
        ),
        labels: new Uint8Array(count),
        count,
        rows,
        cols,
      },
    },
    firstLayer: {
      kind: 'linear',
      weight: Float32Array.from({ length: 128 * rows * cols }, (_, i) => ((i * 7919) % 1000) / 1000 - 0.5),
      units: 128,
      rows,
      cols,
    },
  };
}

export function madeUpStep(step: number, stepsPerEpoch = 40): StepMetrics {
  const epoch = Math.ceil(step / stepsPerEpoch);
  const loss = 2.3 / step + ((step * 7) % 10) / 100;
  const images = 32 * (step - (epoch - 1) * stepsPerEpoch);
  return { type: 'step', epoch, step, images, loss, accuracy: 90, lr: 0.001 / epoch };
}

export function madeUpEpoch(epoch: number, stepsPerEpoch = 40): EpochMetrics {
  return {
    type: 'epoch',
    epoch,
    step: epoch * stepsPerEpoch,
    trainLoss: 0.5 / epoch,
    trainAccuracy: 90 + epoch / 7,
    validationLoss: 0.6 / epoch,
    validationAccuracy: 89 + epoch / 9,
    seconds: 1.26,
  };
}
