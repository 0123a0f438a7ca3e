import { expect, test } from 'vitest';
import answers from '../../fixtures/promotion.json' with { type: 'json' };
import { type DType, promote } from './dtype.ts';

test('promotion as in PyTorch', () => {
  const operand = (text: string) => {
    const [dtype, axes] = text.split(' ');
    return axes === undefined ? Number(text) : { dtype: dtype as DType, ndim: axes === '[]' ? 0 : 1 };
  };
  expect(answers.promotion.length).toBe(140);
  // Whole numbers meet bool in PyTorch's default integer, int64; ours is int32.
  for (const [a = '', b = '', expected] of answers.promotion)
    expect(promote(operand(a), operand(b)), `${a} with ${b}`).toBe(expected === 'int64' ? 'int32' : expected);
});
