import { expect, test } from 'vitest';
import { samePrint } from './compare.ts';

test.each([
  ['0.6704', '0.67'],
  ['0.665', '0.67'],
  ['0.675', '0.67'],
  ['-0.6704', '-0.67'],
  ['0.10000000149011612', '0.1'],
  ['3', '3'],
  ['3.0000002384185791', '3'],
  ['1e-9', '0'],
  ['0.00123', '1.2e-3'],
  ['1234567', '1.23e6'],
  ['[1,2]', '[ 1, 2 ]'],
  ['tensor([[1, 2],\n        [3, 4]])', 'tensor([[1, 2], [3, 4]])'],
  ['[NaN, -Infinity]', '[NaN, -Infinity]'],
  ['loss 0.6931 after 10 steps', 'loss 0.693 after 10 steps'],
  ['Größe', 'Größe'],
])('%s is %s', (actual, expected) => {
  expect(samePrint(actual, expected)).toBe(true);
});

test.each([
  ['0.676', '0.67'],
  ['0.664', '0.67'],
  ['0.6704', '0.670 4'],
  ['-0.67', '0.67'],
  ['0.67', '0.6704'],
  ['3.2', '3'],
  ['109387', '109386'],
  ['0.0013', '1.2e-3'],
  ['[1, 2]', '[1, 2, 3]'],
  ['[1, 2, 3]', '[1, 2]'],
  ['[1, 2]', '[2, 1]'],
  ['[[1, 2]]', '[1, 2]'],
  ['NaN', '0'],
  ['NaN', '0.0'],
  ['Infinity', '1.5'],
  ['', '0'],
  ['undefined', 'null'],
  ['true', '1'],
  ['relu', 'ReLU'],
  ['two words', 'twowords'],
  ['x1', 'x2'],
  ['Float32Array', 'Float64Array'],
])('%s is not %s', (actual, expected) => {
  expect(samePrint(actual, expected)).toBe(false);
});
