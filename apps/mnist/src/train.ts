import { batches } from '@mg/data-mnist/node';
import { CrossEntropyLoss, type Module } from '@mg/nn';
import { Adam } from '@mg/optim';
import { Generator, tensor } from '@mg/tensor';
import { breather } from './breather.ts';
import { type DataSet, pixels } from './data.ts';
import { accuracy } from './evaluate.ts';

export interface TrainOptions {
  epochs: number;
  batchSize: number;
  lr: number;
  seed: number;
  signal?: AbortSignal | undefined;
  /** Told after each step: the epoch, from 1, its images so far, and their mean loss. */
  onStep?: ((step: { epoch: number; images: number; loss: number }) => void) | undefined;
}

/** A row of the table. The loss is the mean over the epoch's images, the accuracy that of the validation images in percent. */
export interface EpochResult {
  epoch: number;
  trainLoss: number;
  validationAccuracy: number;
  seconds: number;
}

/** Thrown when the loss is no number any more: the steps were too long. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';

  constructor(epoch: number, loss: number, lr: number) {
    super(`the loss became ${loss} in epoch ${epoch}; a learning rate below ${lr} may help (--lr)`);
  }
}

/** Trains the model, and gives a result after each epoch. Rejects with the signal's reason soon after an abort. */
export async function* train(
  model: Module,
  data: Pick<DataSet, 'train' | 'validation'>,
  { epochs, batchSize, lr, seed, signal, onStep }: TrainOptions,
): AsyncGenerator<EpochResult, undefined> {
  const optimizer = new Adam(model.parameters(), { lr });
  const lossFunction = new CrossEntropyLoss();
  const breathe = breather(signal);

  for (let epoch = 1; epoch <= epochs; epoch++) {
    const startedAt = performance.now();
    let seen = 0;
    let lossSum = 0;
    model.train();

    // The seed and the epoch's number make the order: to start in the middle of an epoch needs no more.
    for (const { images, labels } of batches(data.train, { batchSize, random: new Generator(seed), epoch })) {
      const logits = model.forward(pixels(images));
      const loss = lossFunction.forward(logits, tensor(labels));

      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();

      if (!Number.isFinite(loss.item())) throw new DivergedError(epoch, loss.item(), lr);

      // Weighted by its samples: the last batch is short.
      lossSum += loss.item() * labels.length;
      seen += labels.length;
      onStep?.({ epoch, images: seen, loss: lossSum / seen });
      await breathe();
    }

    const validationAccuracy = await accuracy(model, data.validation, breathe);
    yield { epoch, trainLoss: lossSum / seen, validationAccuracy, seconds: (performance.now() - startedAt) / 1000 };
  }
}
