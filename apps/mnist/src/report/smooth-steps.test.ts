import { expect, test } from 'vitest';
import { madeUpStep } from '../../test/made-up-run.ts';
import { smoothSteps } from './smooth-steps.ts';

const steps = (losses: readonly number[]) => losses.map((loss, i) => ({ ...madeUpStep(i + 1), loss, lr: 1 / (i + 1) }));

test('a few steps stay as they are', () => {
  expect(smoothSteps(steps([3, 1]), 200)).toEqual([
    { step: 1, loss: 3, low: 3, high: 3, lr: 1 },
    { step: 2, loss: 1, low: 1, high: 1, lr: 1 / 2 },
  ]);
  expect(smoothSteps([], 200)).toEqual([]);
});

test('many are thinned: mean, deciles and middle of as many steps each', () => {
  const losses = [...Array.from({ length: 11 }, (_, i) => i), ...Array.from({ length: 11 }, () => 20)].toReversed();
  expect(smoothSteps(steps(losses), 2)).toEqual([
    { step: 6, loss: 20, low: 20, high: 20, lr: 1 / 6 },
    { step: 17, loss: 5, low: 1, high: 9, lr: 1 / 17 },
  ]);
});

test('no step is lost or counted twice when they cannot be shared out evenly', () => {
  const points = smoothSteps(steps([1, 2, 3, 4, 5, 6, 7, 8]), 3);
  expect(points.map(({ loss }) => loss)).toEqual([1.5, 4, 7]);
});

test('losses that are not finite are left out, and so are points without others', () => {
  expect(smoothSteps(steps([1, NaN, NaN, NaN, Infinity, 3]), 3).map(({ loss }) => loss)).toEqual([1, 3]);
});

test('a run of 20,000 steps is 200 points', () => {
  expect(smoothSteps(steps(Array.from({ length: 20_000 }, () => 1)), 200)).toHaveLength(200);
});
