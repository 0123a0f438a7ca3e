import { expect, test } from 'vitest';
import { resampled } from './resample.ts';

const line = (values: number[], size: number): number[] => [
  ...resampled(Float32Array.from(values), 1, values.length, 1, size),
];

test('the same size is the same image', () => {
  const values = Float32Array.of(1, 2, 3, 4, 5, 6);
  expect(resampled(values, 2, 3, 2, 3)).toEqual(values);
});

test('shrunk: the mean over what a pixel covers', () => {
  expect(line([1, 3, 5, 11], 2)).toEqual([2, 8]);
  // Each covers 5/3: all of one and 2/3 of the next, and so on.
  const [a = 0, b = 0, c = 0] = line([3, 6, 0, 9, 12], 3);
  expect(a).toBeCloseTo((3 + (2 / 3) * 6) / (5 / 3), 5);
  expect(b).toBeCloseTo((6 / 3 + 0 + 9 / 3) / (5 / 3), 5);
  expect(c).toBeCloseTo(((2 / 3) * 9 + 12) / (5 / 3), 5);
});

test('enlarged: straight lines between the centres', () => {
  expect(line([0, 8], 4)).toEqual([0, 2, 6, 8]);
  expect(line([7], 3)).toEqual([7, 7, 7]);
});

test('rows and columns each by their own', () => {
  const image = Float32Array.of(0, 2, 4, 6, 8, 10, 12, 14); // [2, 4]
  expect([...resampled(image, 2, 4, 4, 2)]).toEqual([1, 5, 3, 7, 7, 11, 9, 13]);
});

test('shrinking keeps the mean, whatever the sizes', () => {
  for (let from = 1; from <= 40; from++) {
    const values = Array.from({ length: from }, (_, i) => (i * 7919) % 23);
    const mean = values.reduce((a, b) => a + b, 0) / from;
    for (let to = 1; to <= from; to++) {
      const shrunk = line(values, to);
      expect(shrunk.reduce((a, b) => a + b, 0) / to).toBeCloseTo(mean, 4);
    }
  }
});
