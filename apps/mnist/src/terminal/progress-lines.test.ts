import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Progress, progressLines } from './progress-lines.ts';

const progress: Progress = {
  epoch: 3,
  epochs: 10,
  done: 0.4299,
  loss: 0.123456,
  accuracy: 96.86,
  imagesPerSecond: 31_415.9,
  secondsLeft: 83.2,
};

test('a bar of the epoch, and below it the figures', () => {
  expect(progressLines(progress, 80)).toEqual([
    'epoch  3/10 ██████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  42 %',
    'loss 0.1235 · accuracy 96.9 % · 31,416 images/s · run done in 01m24s',
  ]);
});

test('with few columns there are more lines; nothing is left out', () => {
  expect(progressLines(progress, 40)).toEqual([
    'epoch  3/10 █████████░░░░░░░░░░░░░  42 %',
    'loss 0.1235 · accuracy 96.9 %',
    '31,416 images/s · run done in 01m24s',
  ]);
  expect(progressLines(progress, 20)).toEqual([
    'epoch  3/10 █░  42 %',
    'loss 0.1235',
    'accuracy 96.9 %',
    '31,416 images/s',
    'run done in 01m24s',
  ]);
});

test('from 0 to 100 percent, with dashes for unknown values', () => {
  const started = progressLines({ ...progress, done: 0, imagesPerSecond: null, secondsLeft: null }, 40);
  expect(started[0]).toBe('epoch  3/10 ░░░░░░░░░░░░░░░░░░░░░░   0 %');
  expect(started[2]).toBe('– images/s · run done in –');
  expect(progressLines({ ...progress, done: 1, secondsLeft: 7_500 }, 40)).toEqual([
    'epoch  3/10 ██████████████████████ 100 %',
    'loss 0.1235 · accuracy 96.9 %',
    '31,416 images/s · run done in 02h05m',
  ]);
});

test('no line is wider than the columns', () => {
  const any = fc.record({
    epoch: fc.integer({ min: 1, max: 999 }),
    epochs: fc.constant(999),
    done: fc.double({ min: 0, max: 1, noNaN: true }),
    loss: fc.double({ min: 0, max: 1e6 }),
    accuracy: fc.double({ min: 0, max: 100, noNaN: true }),
    imagesPerSecond: fc.option(fc.double({ min: 0, max: 1e7, noNaN: true })),
    secondsLeft: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
  });
  fc.assert(
    fc.property(any, fc.integer({ min: 20, max: 200 }), (values, columns) => {
      const lines = progressLines(values, columns);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(lines.join(' ')).toContain('images/s');
    }),
  );
});
