import { batches, type MnistData } from '@mg/data-mnist/node';
import { crossEntropy, type Module } from '@mg/nn';
import { noGrad, tensor } from '@mg/tensor';
import { pixels } from './data.ts';

/** Thrown when a loss is not finite: the training has diverged. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';
}

/** The results of a model on a set of images. */
export interface Evaluation {
  /** The mean cross-entropy, in nats. */
  loss: number;
  /** The percentage of images whose largest logit is that of their label. */
  accuracy: number;
  /** The number of images of each label (row) that were taken for each class (column). */
  confusion: number[][];
  /** The misclassified images with the lowest probability for their label, lowest first; at most twelve. */
  mostWrong: Mistake[];
}

/** A misclassified image. */
export interface Mistake {
  /** Its index in the set. */
  index: number;
  label: number;
  predicted: number;
  /** The model's probabilities of `predicted` and `label`, from 0 to 1. */
  predictedProbability: number;
  labelProbability: number;
}

/**
 * Evaluates a model in eval mode and without gradients, in batches of 250 images, and restores its mode. `breathe` is awaited
 * after each batch.
 *
 * @throws DivergedError if the loss is not finite
 */
export async function evaluate(
  model: Module,
  inputShape: readonly number[],
  data: MnistData,
  breathe: () => Promise<void>,
): Promise<Evaluation> {
  const wasTraining = model.training;
  model.eval();
  try {
    let lossSum = 0;
    const confusion: number[][] = [];
    const mistakes: Mistake[] = [];
    for (const { images, labels, indices } of batches(data, { batchSize: 250 })) {
      const { loss, probabilities } = noGrad(() => {
        const logits = model.forward(pixels(images, inputShape));
        return {
          loss: crossEntropy(logits, tensor(labels), { reduction: 'sum' }).item(),
          probabilities: logits.softmax(1).toArray<number[][]>(),
        };
      });
      if (!Number.isFinite(loss)) {
        throw new DivergedError(
          `the loss is ${loss}: the model has diverged. Train again with a lower learning rate (--lr)`,
        );
      }
      lossSum += loss;
      for (const [row, shares] of probabilities.entries()) {
        const label = labels[row] ?? 0;
        const predicted = shares.indexOf(Math.max(...shares));
        if (confusion.length === 0) confusion.push(...shares.map(() => shares.map(() => 0)));
        count(confusion, label, predicted);
        if (predicted !== label) mistakes.push(mistake(indices[row] ?? 0, label, predicted, shares));
      }
      await breathe();
    }
    const correct = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
    return {
      loss: lossSum / data.count,
      accuracy: (100 * correct) / data.count,
      confusion,
      mostWrong: mistakes.sort((a, b) => a.labelProbability - b.labelProbability || a.index - b.index).slice(0, 12),
    };
  } finally {
    if (wasTraining) model.train();
  }
}

function count(confusion: number[][], label: number, predicted: number): void {
  const row = confusion[label];
  if (row !== undefined) row[predicted] = (row[predicted] ?? 0) + 1;
}

function mistake(index: number, label: number, predicted: number, shares: readonly number[]): Mistake {
  return {
    index,
    label,
    predicted,
    predictedProbability: shares[predicted] ?? 0,
    labelProbability: shares[label] ?? 0,
  };
}
