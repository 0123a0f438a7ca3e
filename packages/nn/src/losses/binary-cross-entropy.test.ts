import { expect, test } from 'vitest';
import { binaryCrossEntropy, binaryCrossEntropyWithLogits } from '@mg/nn';
import { tensor } from '@mg/tensor';

test('what is no probability throws', () => {
  for (const bad of [-0.01, 1.01, NaN, Infinity]) {
    expect(() => binaryCrossEntropy(tensor([0.5, bad]), tensor([0, 1]))).toThrow(RangeError);
  }
  expect(() => binaryCrossEntropy(tensor([0.5, 1.5]), tensor([0, 1]))).toThrow(
    'binaryCrossEntropy: the input must hold probabilities in [0, 1], but element 1 is 1.5; raw outputs go to binaryCrossEntropyWithLogits',
  );
  expect(binaryCrossEntropy(tensor([0, 1]), tensor([0, 1])).item()).toBe(0);
});

test('a logarithm counts as −100 at least, in value and in the gradient of the target', () => {
  const p = tensor([0, 1, 0, 1], { requiresGrad: true });
  const t = tensor([0, 0, 1, 1], { requiresGrad: true });
  const losses = binaryCrossEntropy(p, t, { reduction: 'none' });
  expect(losses.toArray()).toEqual([0, 100, 100, 0]);
  losses.sum().backward();
  // log(1 − p) − log p; PyTorch does not cut these, and has ±Infinity.
  expect(t.grad?.toArray()).toEqual([100, -100, 100, -100]);
  // (p − t) / (p (1 − p)) leads away from the wrong ends.
  expect(p.grad?.toArray()).toEqual([0, 1e12, -1e12, 0].map((x) => expect.closeTo(x, -6) as number));
});

test('small probabilities keep their digits', () => {
  // 1 − 1e-9 is 1 in float32; PyTorch has 0.
  expect(binaryCrossEntropy(tensor([1e-9]), tensor([0])).item()).toBeCloseTo(1e-9, 14);
});

test('of logits it is right far beyond where sigmoid is 0 or 1', () => {
  const far = tensor([1e4, -1e4, -Infinity], { requiresGrad: true });
  const losses = binaryCrossEntropyWithLogits(far, tensor([0, 1, 0.5]), { reduction: 'none' });
  expect(losses.toArray()).toEqual([1e4, 1e4, Infinity]);
  losses.sum().backward();
  expect(far.grad?.toArray()).toEqual([1, -1, -0.5]);
  const near = tensor([-30, 30], { dtype: 'float64', requiresGrad: true });
  binaryCrossEntropyWithLogits(near, tensor([0, 1], { dtype: 'float64' }), { reduction: 'sum' }).backward();
  // Not 1 − 1: σ(−30) = 9.36e-14.
  const small = 9.357622968839299e-14;
  expect(near.grad?.toArray()).toEqual([expect.closeTo(small, 26), expect.closeTo(-small, 26)]);
});
