import { expect, test } from 'vitest';
import { huberLoss, l1Loss, mseLoss } from '@mg/nn';
import { tensor } from '@mg/tensor';

// The seed gave the target no gradient at all (errata S1).
test.each([
  ['mseLoss', mseLoss, [-2, 4]],
  ['l1Loss', l1Loss, [-1, 1]],
  ['huberLoss', huberLoss, [-1, 1]],
] as const)('%s gives both sides their gradients', (_, loss, expected) => {
  const input = tensor([1, 5], { requiresGrad: true });
  const target = tensor([2, 3], { requiresGrad: true });
  loss(input, target, { reduction: 'sum' }).backward();
  expect(input.grad?.toArray()).toEqual(expected);
  expect(target.grad?.toArray()).toEqual(expected.map((x) => -x));
});

test('a column against a vector is an error, and not a table of all pairs', () => {
  const column = tensor([[1], [2], [3], [4]]);
  const vector = tensor([1, 2, 3, 4]);
  // What the seed took the mean of (errata S2): 16 squares, 2.5 in place of 0.
  expect(column.sub(vector).square().shape).toEqual([4, 4]);
  expect(column.sub(vector).square().mean().item()).toBe(2.5);
  expect(() => mseLoss(column, vector)).toThrow(
    'mseLoss: input and target must have the same shape, got [4, 1] and [4]; reshape() or broadcastTo() makes one fit',
  );
  expect(mseLoss(column.reshape([4]), vector).item()).toBe(0);
});
