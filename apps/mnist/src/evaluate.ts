import { batches, type MnistData } from '@mg/data-mnist/node';
import { type Module } from '@mg/nn';
import { noGrad, tensor } from '@mg/tensor';
import { pixels } from './data.ts';

/**
 * The share of images whose largest logit is their label's, in percent. The model's mode is what it was, afterwards.
 * `breathe` is awaited after each batch.
 */
export async function accuracy(
  model: Module,
  data: MnistData,
  breathe: () => Promise<void>,
  batchSize = 1_000,
): Promise<number> {
  const wasTraining = model.training;
  model.eval();
  try {
    let correct = 0;
    for (const { images, labels } of batches(data, { batchSize })) {
      const predicted = noGrad(() => model.forward(pixels(images)).argmax(1));
      correct += predicted.eq(tensor(labels)).sum().item();
      await breathe();
    }
    return (100 * correct) / data.count;
  } finally {
    if (wasTraining) model.train();
  }
}
