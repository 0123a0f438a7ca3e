import { expect, test } from 'vitest';
import { splitValidation } from './data.ts';
import { madeUpDigits } from './made-up-digits.ts';
import { epochRow, heading, percent } from './report.ts';

test('a table: rows as wide as their heading', () => {
  const split = splitValidation(madeUpDigits(1_200));
  const [data, setting, columns] = heading(
    { ...split, test: split.train },
    { epochs: 3, batchSize: 32, lr: 1e-3, seed: 7 },
  ).split('\n');
  expect(data).toBe('784-128-64-10, 1,100 images to train on and 100 to validate');
  expect(setting).toBe('epochs 3, batch size 32, learning rate 0.001, seed 7');
  const row = epochRow({ epoch: 12, trainLoss: 0.23456, validationAccuracy: 97.125, seconds: 1.96 });
  expect([columns, row]).toEqual([
    'epoch   train loss   validation accuracy   seconds',
    '   12       0.2346               97.13 %       2.0',
  ]);
});

test('percent has two digits after the point', () => {
  expect(percent(97.31)).toBe('97.31 %');
  expect(percent(100)).toBe('100.00 %');
});
