import { expect, test } from 'vitest';
import { percent, share } from './format.ts';

test.for<[number | null, string]>([
  [97.314, '97.31 %'],
  [0, '0.00 %'],
  [100, '100.00 %'],
  [0.004, '< 0.01 %'],
  [0.005, '0.01 %'],
  [99.994, '99.99 %'],
  [99.996, '> 99.99 %'],
  [null, '–'],
])('%s is %s', ([x, text]) => {
  expect(percent(x)).toBe(text);
});

test.each([
  [0, '0.0 %'],
  [0.0004, '0.0 %'],
  [0.97312, '97.3 %'],
  [0.99999, '99.9 %'],
  [1, '100.0 %'],
])('%f is %s', (probability, text) => {
  expect(share(probability)).toBe(text);
});
