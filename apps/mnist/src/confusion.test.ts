import { expect, test } from 'vitest';
import { perClass } from './confusion.ts';

test('scores of a matrix that is not symmetric', () => {
  const scores = perClass([
    [6, 1, 1],
    [0, 3, 1],
    [2, 0, 2],
  ]);
  expect(scores).toEqual([
    { label: 0, precision: 75, recall: 75, f1: 75, support: 8 },
    { label: 1, precision: 75, recall: 75, f1: 75, support: 4 },
    { label: 2, precision: 50, recall: 50, f1: 50, support: 4 },
  ]);
  const [first, second] = perClass([
    [1, 3],
    [0, 4],
  ]);
  expect(first).toEqual({ label: 0, precision: 100, recall: 25, f1: 40, support: 4 });
  expect(second?.precision).toBeCloseTo(57.142857, 6);
  expect(second?.recall).toBe(100);
  expect(second?.f1).toBeCloseTo(72.727273, 6); // 2 · 0.571 · 1 / 1.571
});

test('a quotient with 0 is null, not 0', () => {
  const scores = perClass([
    [2, 0, 0, 0],
    [3, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
  expect(scores[0]).toEqual({ label: 0, precision: 40, recall: 100, f1: (100 * 4) / 7, support: 2 });
  expect(scores[1]).toEqual({ label: 1, precision: null, recall: 0, f1: 0, support: 3 }); // never taken for
  expect(scores[2]).toEqual({ label: 2, precision: null, recall: null, f1: null, support: 0 }); // never there
});

test('a class that is only ever mistaken for has a precision of 0 and no recall', () => {
  expect(
    perClass([
      [1, 1],
      [0, 0],
    ])[1],
  ).toEqual({ label: 1, precision: 0, recall: null, f1: 0, support: 0 });
});
