import { describe, expect, test } from 'vitest';
import { crossEntropy } from '@mg/nn';
import { Generator, noGrad, tensor } from '@mg/tensor';
import { pixels, splitValidation } from './data.ts';
import { madeUpDigits } from './made-up-digits.ts';
import { mlp } from './model.ts';
import { type EpochResult, train, type TrainOptions } from './train.ts';

const data = splitValidation(madeUpDigits(120)); // 110 and 10
const options = { epochs: 1, batchSize: 32, lr: 1e-3, seed: 5 };

/** What a run gives, with the same first weights each time. */
async function results(change: Partial<TrainOptions> = {}): Promise<{ rows: EpochResult[]; weights: number[] }> {
  const model = mlp(new Generator(5));
  const rows: EpochResult[] = [];
  for await (const row of train(model, data, { ...options, ...change })) rows.push({ ...row, seconds: 0 });
  return { rows, weights: model.parameters().flatMap((parameter) => [...parameter.data]) };
}

test('learns', async () => {
  const { rows } = await results({ epochs: 8 });
  expect(rows.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(rows[0]?.trainLoss).toBeGreaterThan(1.5);
  expect(rows[7]?.trainLoss).toBeLessThan(0.5);
  expect(rows[7]?.validationAccuracy).toBe(100);
});

test('the loss of an epoch is weighted by samples, the short last batch less than the others', async () => {
  // Steps so small that the weights stay what they are: the epoch's loss is the loss of all its images at once.
  // 110 images in batches of 109 and 1; the mean of the two batches' means would weigh the last image 109 times too much.
  const { rows } = await results({ lr: 1e-12, batchSize: 109 });
  const { images, labels } = data.train;
  const model = mlp(new Generator(5));
  const whole = noGrad(() => crossEntropy(model.forward(pixels(images)), tensor(labels)).item());
  expect(rows[0]?.trainLoss).toBeCloseTo(whole, 5);

  const steps: number[] = [];
  const onStep = ({ loss }: { loss: number }): number => steps.push(loss);
  await results({ lr: 1e-12, batchSize: 109, onStep });
  const [first = 0, both = 0] = steps;
  const last = both * 110 - first * 109;
  expect(Math.abs((first + last) / 2 - whole)).toBeGreaterThan(0.01);
});

test('onStep is told the images so far and their loss', async () => {
  const steps: string[] = [];
  await results({ epochs: 2, onStep: ({ epoch, images, loss }) => steps.push(`${epoch} ${images} ${loss > 0}`) });
  expect(steps).toEqual([1, 2].flatMap((epoch) => [32, 64, 96, 110].map((images) => `${epoch} ${images} true`)));
});

describe('seeded end to end', () => {
  test('the same seed gives the same bits', async () => {
    expect(await results({ epochs: 2 })).toEqual(await results({ epochs: 2 }));
  });

  test('another seed gives another order of the images, and so does another epoch', async () => {
    expect((await results({ seed: 6 })).weights).not.toEqual((await results()).weights);

    // With steps that change nothing, the losses on the way tell the order, and the loss of the whole does not.
    const losses: number[][] = [[], []];
    const onStep = ({ epoch, loss }: { epoch: number; loss: number }): void => void losses[epoch - 1]?.push(loss);
    await results({ epochs: 2, lr: 1e-12, onStep });
    const [one = [], two = []] = losses;
    expect(one.slice(0, -1)).not.toEqual(two.slice(0, -1));
    expect(one.at(-1)).toBeCloseTo(two.at(-1) ?? 0, 4);
  });
});

test('an abort ends it soon, with the reason of the signal', async () => {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort(new Error('enough'));
  }, 100);
  const startedAt = performance.now();
  await expect(results({ epochs: 300, signal: controller.signal })).rejects.toThrow('enough');
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('a loss that is no number ends the training', async () => {
  await expect(results({ lr: 1e308 })).rejects.toThrow(
    /^the loss became NaN in epoch 1; a learning rate below 1e\+308 may help/,
  );
});
