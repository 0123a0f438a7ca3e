import { arange, ones, stack, tensor, type Tensor, zeros } from '@mg/tensor';
import { expect, test } from 'vitest';
import { linear } from './linear.ts';

const bias = arange(0, 8, 1, { dtype: 'float32' });

test.each<[string, Tensor]>([
  ['by itself', bias],
  ['a column of a matrix', stack([bias, bias.add(100)], 1).at('...', 0)],
  ['the other way round', tensor([7, 6, 5, 4, 3, 2, 1, 0]).flip(0)],
  ['a part of something large', stack(Array.from({ length: 40 }, () => bias)).at(7)],
])('a bias that lies %s', (_, given) => {
  const y = linear(zeros([3, 5]), ones([8, 5]), given, null);
  expect(y.toArray()).toEqual([0, 1, 2].map(() => [...bias.data]));
});

test.each(['float32', 'float64'] as const)(
  'what does not fit is broadcast, or an error, as in matmul and add: %s',
  (dtype) => {
    const [x, weight] = [zeros([3, 5], { dtype }), ones([8, 5], { dtype })];
    expect(linear(x, weight, ones([1], { dtype }), null).toArray()).toEqual(ones([3, 8]).toArray());
    expect(linear(x, weight, ones([], { dtype }), 'relu').toArray()).toEqual(ones([3, 8]).toArray());
    expect(() => linear(x, weight, ones([4], { dtype }), null)).toThrow('add: shapes [3, 8] and [4] do not broadcast');
    expect(() => linear(x, ones([8, 3], { dtype }), null, null)).toThrow('matmul: inner sizes 5 and 3 differ');
  },
);

test('without rows, or without features, it is as large as it should be', () => {
  expect(linear(zeros([0, 5]), ones([8, 5]), bias, 'relu').shape).toEqual([0, 8]);
  expect(linear(zeros([3, 0]), ones([8, 0]), bias, null).toArray()).toEqual([0, 1, 2].map(() => [...bias.data]));
});
