import { batches } from '@mg/data-mnist/node';
import { crossEntropy } from '@mg/nn';
import { Generator, tensor } from '@mg/tensor';
import { shifted } from './augment.ts';
import { type DataSet, pixels } from './data.ts';
import { DivergedError, evaluate } from './evaluate.ts';
import { type EpochMetrics, type StepMetrics, withEpoch } from './metrics.ts';
import { freshEpoch, type Training } from './training.ts';

/**
 * Trains from `training.position` to the end, and yields the metrics of each step and each epoch. `breathe` is awaited between
 * batches of validation. At every yield and await, `training.position` is up to date: training can continue from there, now or in
 * another process.
 */
export async function* train(
  training: Training,
  data: Pick<DataSet, 'train' | 'validation'>,
  breathe: () => Promise<void>,
): AsyncGenerator<StepMetrics | EpochMetrics, undefined> {
  const { model, inputShape, optimizer, scheduler, generator, settings } = training;
  const { epochs, batchSize, seed } = settings;

  while (training.position.epoch <= epochs) {
    const startedAt = performance.now();
    const { epoch, batches: start } = training.position;
    model.train();

    // The order depends on the seed and the epoch only, so training can start in the middle of an epoch.
    for (const { images, labels } of batches(data.train, { batchSize, random: new Generator(seed), epoch, start })) {
      const targets = tensor(labels);
      const logits = model.forward(pixels(shifted(images, settings, 1, generator), inputShape));
      const loss = crossEntropy(logits, targets);
      if (!Number.isFinite(loss.item())) throw diverged(epoch, loss.item(), settings.lr);

      const lr = optimizer.paramGroups[0].lr;
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      scheduler.step();

      const correct = logits.argmax(1).eq(targets).sum().item();
      yield advance(training, labels.length, loss.item(), correct, lr);
    }

    const { step, images, lossSum, correct } = training.position;
    const validation = data.validation && (await evaluate(model, inputShape, data.validation, breathe));
    const metrics: EpochMetrics = {
      type: 'epoch',
      epoch,
      step,
      trainLoss: lossSum / images,
      trainAccuracy: (100 * correct) / images,
      validationLoss: validation?.loss ?? null,
      validationAccuracy: validation?.accuracy ?? null,
      seconds: (performance.now() - startedAt) / 1000,
    };
    training.position = { epoch: epoch + 1, step, ...freshEpoch };
    training.best = withEpoch(training.best, metrics);
    yield metrics;
  }
}

/** Adds a batch to the position. Every image counts the same, also in a short last batch. */
function advance(training: Training, images: number, loss: number, correct: number, lr: number): StepMetrics {
  const { position } = training;
  training.position = {
    epoch: position.epoch,
    step: position.step + 1,
    batches: position.batches + 1,
    images: position.images + images,
    lossSum: position.lossSum + loss * images,
    correct: position.correct + correct,
  };
  return {
    type: 'step',
    epoch: position.epoch,
    step: training.position.step,
    images: training.position.images,
    loss,
    accuracy: (100 * correct) / images,
    lr,
  };
}

function diverged(epoch: number, loss: number, lr: number): DivergedError {
  return new DivergedError(
    `the loss became ${loss} in epoch ${epoch}. Start a new run with a learning rate below ${lr} (--lr)`,
  );
}
