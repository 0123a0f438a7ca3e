import { expect, test } from 'vitest';
import { median } from './median.ts';

test.each([
  [[3], 3],
  [[10, 9, 100], 10],
  [[4, 1, 3, 100], 3.5],
])('the median of %j is %d', (numbers, expected) => {
  expect(median(numbers)).toBe(expected);
});

test('it leaves the order as it is, and of no numbers there is none', () => {
  const numbers = [3, 1, 2];
  median(numbers);
  expect(numbers).toEqual([3, 1, 2]);
  expect(() => median([])).toThrow(RangeError);
});
