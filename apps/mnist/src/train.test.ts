import { describe, expect, test } from 'vitest';
import { crossEntropy } from '@mg/nn';
import { Generator, noGrad, tensor } from '@mg/tensor';
import { madeUpDigits, madeUpSettings } from '../test/made-up-digits.ts';
import { shifted } from './augment.ts';
import { pixels, splitValidation } from './data.ts';
import { type EpochMetrics, type StepMetrics } from './metrics.ts';
import { train } from './train.ts';
import { type Settings, startTraining, type Training } from './training.ts';

const data = splitValidation(madeUpDigits(120)); // 110 and 10
const settings: Settings = { ...madeUpSettings, epochs: 1, batchSize: 32 };
const breathe = (): Promise<void> => Promise.resolve();

interface Told {
  training: Training;
  steps: StepMetrics[];
  epochs: EpochMetrics[];
  weights: number[];
}

/** All that a run tells, to its end or to `steps`. */
async function run(change: Partial<Settings> = {}, from = data as Parameters<typeof train>[1]): Promise<Told> {
  const training = startTraining({ ...settings, ...change });
  const [steps, epochs]: [StepMetrics[], EpochMetrics[]] = [[], []];
  for await (const metrics of train(training, from, breathe)) {
    if (metrics.type === 'step') steps.push(metrics);
    else epochs.push({ ...metrics, seconds: 0 });
  }
  return { training, steps, epochs, weights: training.model.parameters().flatMap((each) => [...each.data]) };
}

test.each(['mlp', 'cnn'] as const)('%s learns', async (model) => {
  const { epochs } = await run({ model, epochs: 8 });
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(epochs[0]?.trainLoss).toBeGreaterThan(1.5);
  expect(epochs[7]?.trainLoss).toBeLessThan(1);
  expect(epochs[7]?.trainAccuracy).toBeGreaterThan(80);
  expect(epochs[7]?.validationAccuracy).toBe(100);
});

test('the loss of an epoch is weighted by samples, the short last batch less than the others', async () => {
  // Steps so small that the weights stay what they are: the epoch's loss is the loss of all its images at once.
  // 110 images in batches of 109 and 1; the mean of the two batches' means would weigh the last image 109 times too much.
  const { epochs, steps, training } = await run({ lr: 1e-12, batchSize: 109 });
  const [first = NaN, last = NaN] = steps.map(({ loss }) => loss);
  expect(epochs[0]?.trainLoss).toBeCloseTo((109 * first + last) / 110, 6);
  expect(Math.abs((first + last) / 2 - (epochs[0]?.trainLoss ?? 0))).toBeGreaterThan(0.01);
  expect(training.position).toEqual({ epoch: 2, step: 2, batches: 0, images: 0, lossSum: 0, correct: 0 });
});

test('a step has the loss and accuracy of its images, shifted by the generator', async () => {
  const { steps } = await run({ lr: 1e-12, batchSize: 110 });
  const fresh = startTraining({ ...settings, batchSize: 110 });
  // One batch: in whatever order, it is shifted as the generator says after it made the weights.
  const { batches } = await import('@mg/data-mnist/node');
  const [batch] = batches(data.train, { batchSize: 110, random: new Generator(5), epoch: 1 });
  const moved = shifted(batch?.images ?? new Uint8Array(), settings, 1, fresh.generator);
  const logits = noGrad(() => fresh.model.forward(pixels(moved, [784])));
  const targets = tensor(batch?.labels ?? []);
  expect(steps[0]?.loss).toBe(crossEntropy(logits, targets).item());
  expect(steps[0]?.accuracy).toBeCloseTo((100 * logits.argmax(1).eq(targets).sum().item()) / 110, 10);
});

test('steps are counted through the epochs, and the learning rate falls along a cosine', async () => {
  const { steps } = await run({ epochs: 2 });
  expect(steps.map(({ epoch, step, images }) => [epoch, step, images])).toEqual([
    ...[32, 64, 96, 110].map((images, i) => [1, i + 1, images]),
    ...[32, 64, 96, 110].map((images, i) => [2, i + 5, images]),
  ]);
  for (const { step, lr } of steps) expect(lr).toBeCloseTo((1e-3 * (1 + Math.cos((Math.PI * (step - 1)) / 8))) / 2, 12);
});

describe('seeded end to end', () => {
  test('the same seed gives the same bits', async () => {
    const [one, other] = [await run({ epochs: 2 }), await run({ epochs: 2 })];
    expect([one.weights, one.steps, one.epochs]).toEqual([other.weights, other.steps, other.epochs]);
  });

  test('another seed gives another order of the images, and so does another epoch', async () => {
    expect((await run({ seed: 6 })).weights).not.toEqual((await run()).weights);
    // With steps that change nothing, the labels of a batch tell its accuracy no more than its images their order; its loss does.
    const { steps } = await run({ epochs: 2, lr: 1e-12, batchSize: 10 });
    const losses = steps.map(({ loss }) => loss);
    expect(new Set(losses).size).toBe(22);
  });
});

test('the best epoch is the one with most validation images right; of those, the smallest loss', async () => {
  const { training, epochs } = await run({ epochs: 6 });
  const most = Math.max(...epochs.map(({ validationAccuracy }) => validationAccuracy ?? NaN));
  const right = epochs.filter(({ validationAccuracy }) => validationAccuracy === most);
  const least = Math.min(...right.map(({ validationLoss }) => validationLoss ?? NaN));
  expect(right.length).toBeGreaterThan(1);
  expect(training.best).toEqual({
    epoch: right.find(({ validationLoss }) => validationLoss === least)?.epoch,
    accuracy: most,
    loss: least,
  });
});

test('without validation images there is no best epoch', async () => {
  const { training, epochs } = await run({ full: true, images: 110 }, { train: data.train, validation: null });
  expect([training.best, epochs[0]?.validationLoss, epochs[0]?.validationAccuracy]).toEqual([null, null, null]);
});

test('a loss that is not finite ends the training before it reaches the weights', async () => {
  const training = startTraining({ ...settings, lr: 1e38, epochs: 3 });
  const told = train(training, data, breathe);
  await expect(
    (async () => {
      for await (const metrics of told) expect(metrics.type).toBe('step');
    })(),
  ).rejects.toThrow(/^the loss became (NaN|Infinity) in epoch 1\. Start a new run with a learning rate below 1e\+38/);
});

test('an error of breathe is thrown between batches of validation, and training can continue from there', async () => {
  const whole = await run({ epochs: 2 });
  const training = startTraining({ ...settings, epochs: 2 });
  let breaths = 0;
  const stop = (): Promise<void> => (++breaths === 1 ? Promise.reject(new Error('stopped')) : Promise.resolve());
  const first = (async () => {
    for await (const metrics of train(training, data, stop)) expect(metrics.type).toBe('step');
  })();
  await expect(first).rejects.toThrow('stopped');
  expect(training.position).toMatchObject({ epoch: 1, step: 4, batches: 4, images: 110 });
  expect(training.model.training).toBe(true);
  const epochs: unknown[] = [];
  for await (const metrics of train(training, data, stop))
    if (metrics.type === 'epoch') epochs.push({ ...metrics, seconds: 0 });
  expect(epochs).toEqual(whole.epochs);
  expect(training.model.parameters().flatMap((each) => [...each.data])).toEqual(whole.weights);
});
