import { expect, test } from 'vitest';
import { gumbelSoftmax } from '@mg/nn';
import { Generator, grad, tensor, type Tensor } from '@mg/tensor';

const logits = tensor([0.2, 0.5, 0.3], { dtype: 'float64' }).log();

/** As many samples as asked for, one in each row. */
const many = (count: number): Tensor => logits.broadcastTo([count, 3]);

test('the largest element is that of each class with its probability', () => {
  const count = 20_000;
  const y = gumbelSoftmax(many(count), { hard: true, generator: new Generator(1) });
  const found = y.sum(0).toArray<number[]>();
  for (const [at, p] of [0.2, 0.5, 0.3].entries()) {
    // Four and a half standard deviations of a binomial distribution.
    expect(Math.abs((found[at] ?? NaN) - p * count)).toBeLessThan(4.5 * Math.sqrt(count * p * (1 - p)));
  }
});

test('soft samples are probabilities, nearer to one-hot at a lower temperature', () => {
  const sample = (tau: number) => gumbelSoftmax(many(500), { tau, generator: new Generator(2) });
  for (const total of sample(1).sum(1).toArray<number[]>()) expect(total).toBeCloseTo(1, 12);
  const largest = (tau: number) => sample(tau).amax(1).mean().item();
  expect(largest(0.1)).toBeGreaterThan(largest(1));
  expect(largest(1)).toBeGreaterThan(largest(10));
});

test.each([-1, 0])('hard samples along axis %s are one-hot, with the gradients of the soft ones', (axis) => {
  const x = axis === 0 ? many(7).T.contiguous() : many(7).contiguous();
  x.requiresGrad = true;
  const weight = tensor(Array.from({ length: 21 }, (_, at) => Math.sin(at)), { shape: x.shape, dtype: 'float64' }); // prettier-ignore
  const [soft, hard] = [false, true].map((isHard) =>
    gumbelSoftmax(x, { hard: isHard, axis, tau: 0.7, generator: new Generator(3) }),
  ) as [Tensor, Tensor];
  const largest = soft.eq(soft.amax(axis, { keepdims: true })).to('float64');
  for (const [at, each] of hard.sub(largest).flatten().toArray<number[]>().entries()) {
    expect(Math.abs(each), String(at)).toBeLessThan(1e-12);
  }
  const gradientOf = (y: Tensor) => grad([y.mul(weight).sum()], [x])[0].toArray();
  expect(gradientOf(hard)).toEqual(gradientOf(soft));
});

test('a number drawn as 0 gives no infinite noise', () => {
  const y = gumbelSoftmax(tensor([0, 0]).broadcastTo([50_000, 2]), { generator: new Generator(4) });
  expect(y.isFinite().all().item()).toBe(1);
});
