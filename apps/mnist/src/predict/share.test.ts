import { expect, test } from 'vitest';
import { share } from './share.ts';

test.each([
  [0, '0.0 %'],
  [0.0004, '0.0 %'],
  [0.97312, '97.3 %'],
  [0.99999, '99.9 %'],
  [1, '100.0 %'],
])('%f is %s', (probability, text) => {
  expect(share(probability)).toBe(text);
});
