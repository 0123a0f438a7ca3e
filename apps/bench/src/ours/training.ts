import { CrossEntropyLoss } from '@mg/nn';
import { Adam } from '@mg/optim';
import { manualSeed, permutation } from '@mg/tensor';
import { type Digits } from './digits.ts';
import { models } from './models.ts';

/**
 * Trains without end, as a user would write it, and gives the loss of each step. Each epoch has an order of its own; a short
 * batch at its end is left out. Throws a RangeError for a work that is none of the models.
 */
export function* training(work: string, { images, labels }: Digits): Generator<number, void> {
  const entry = models[work];
  if (entry === undefined) throw new RangeError(`there is no work "${work}"; give ${Object.keys(models).join(' or ')}`);
  const { make, image, batchSize } = entry;
  const count = labels.size;
  const inputs = images.reshape([count, ...image]);

  manualSeed(0);
  const model = make();
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  const lossFunction = new CrossEntropyLoss();
  for (;;) {
    const order = permutation(count).slice(0, 0, count - (count % batchSize));
    for (const batch of order.split(batchSize)) {
      const loss = lossFunction.forward(model.forward(inputs.take(batch, 0)), labels.take(batch, 0));
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      yield loss.item();
    }
  }
}
