import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { type EpochMetrics } from '../metrics.ts';
import { epochHeading, epochRow } from './epoch-table.ts';

const epoch: EpochMetrics = {
  type: 'epoch',
  epoch: 12,
  step: 20_628,
  trainLoss: 0.23456,
  trainAccuracy: 93.127,
  validationLoss: 0.1,
  validationAccuracy: 97.125,
  seconds: 1.96,
};
const plain = { colour: false, best: false };

test('rows stand under their heading, 80 characters wide', () => {
  expect([epochHeading({ validates: true }), epochRow(epoch, plain)]).toEqual([
    'epoch  train loss  train accuracy  validation loss  validation accuracy  seconds',
    '   12      0.2346         93.13 %           0.1000              97.13 %      2.0',
  ]);
  expect(epochHeading({ validates: true })).toHaveLength(80);
});

test('without validation images: neither their columns nor their headings', () => {
  const row = epochRow({ ...epoch, validationLoss: null, validationAccuracy: null }, plain);
  expect([epochHeading({ validates: false }), row]).toEqual([
    'epoch  train loss  train accuracy  seconds',
    '   12      0.2346         93.13 %      2.0',
  ]);
});

test('the best epoch is green where there is colour, and the text is the same', () => {
  const row = epochRow(epoch, plain);
  expect(epochRow(epoch, { colour: false, best: true })).toBe(row);
  expect(epochRow(epoch, { colour: true, best: false })).toBe(row);
  const green = epochRow(epoch, { colour: true, best: true });
  expect(green).toBe(`\u001b[32m${row}\u001b[39m`);
  expect(stripVTControlCharacters(green)).toBe(row);
});
