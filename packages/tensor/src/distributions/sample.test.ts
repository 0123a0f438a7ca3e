import { Generator, grad, manualSeed, tensor, type Tensor } from '@mg/tensor';
import { Bernoulli, Categorical, Normal, Uniform } from '@mg/tensor/distributions';
import { describe, expect, test } from 'vitest';

const f64 = (data: number[], requiresGrad = false): Tensor => tensor(data, { dtype: 'float64', requiresGrad });
const seeded = (seed = 7) => ({ generator: new Generator(seed) });
const [loc, scale] = [f64([-1, 2]), f64([0.5, 3])];
const skewed = tensor([[0.1, 0.2, 0, 0.7], [0.25, 0.25, 0.25, 0.25]], { dtype: 'float64' }); // prettier-ignore

const all = {
  normal: new Normal(loc, scale),
  uniform: new Uniform(f64([-1, 2]), f64([0, 5])),
  bernoulli: new Bernoulli({ probs: f64([0.1, 0.6]) }),
};

describe.each(Object.entries(all))('%s', (_, distribution) => {
  test('has its mean and variance, over 40,000 draws of a fixed seed', () => {
    const count = 40_000;
    const x = distribution.sample([count], seeded());
    expect(x.shape).toEqual([count, 2]);
    const [mean, variance] = [x.mean(0).toArray<number[]>(), x.variance(0).toArray<number[]>()];
    const [wanted, spread] = [distribution.mean.toArray<number[]>(), distribution.variance.toArray<number[]>()];
    for (const at of [0, 1]) {
      // Four deviations of a mean of so many; of a variance, whose own is at most √2 of it for the normal one, the widest tail.
      const deviation = Math.sqrt((spread[at] ?? NaN) / count);
      expect(Math.abs((mean[at] ?? NaN) - (wanted[at] ?? NaN))).toBeLessThan(4 * deviation);
      expect(Math.abs((variance[at] ?? NaN) / (spread[at] ?? NaN) - 1)).toBeLessThan(4 * Math.sqrt(9 / count));
    }
  });

  test('draws the same again, from the state of the generator, and no gradient flows', () => {
    const options = seeded();
    const state = options.generator.getState();
    const first = distribution.sample([5], options);
    expect(distribution.sample([5], options).toArray()).not.toEqual(first.toArray());
    options.generator.setState(state);
    expect(distribution.sample([5], options).toArray()).toEqual(first.toArray());
    manualSeed(7);
    expect(distribution.sample([5]).toArray()).toEqual(first.toArray());
  });

  test('has the dtype and the shape of its parameters', () => {
    expect(distribution.sample().shape).toEqual([2]);
    expect(distribution.sample([]).dtype).toBe('float64');
    expect(distribution.sample([0, 3]).shape).toEqual([0, 3, 2]);
    expect(distribution.batchShape).toEqual([2]);
  });
});

test('classes come as often as their probabilities say, and excluded ones never', () => {
  const count = 40_000;
  const x = new Categorical({ probs: skewed }).sample([count], seeded());
  expect([x.shape, x.dtype]).toEqual([[count, 2], 'int32']);
  const counts = [0, 1].map((row) => x.slice(1, row, row + 1).flatten().bincount({ minlength: 4 }).toArray<number[]>()); // prettier-ignore
  const wanted = skewed.toArray<number[][]>();
  for (const [row, found] of counts.entries()) {
    for (const [at, n] of found.entries()) {
      const p = wanted[row]?.[at] ?? NaN;
      expect(Math.abs(n - count * p)).toBeLessThanOrEqual(4 * Math.sqrt(count * p * (1 - p)));
    }
  }
});

test('the draws of seed 7', () => {
  expect(all.normal.sample([2], seeded()).toArray()).toEqual([[-0.15441867646831198, -1.613823560053011], [-1.1176854901695443, -0.8412439055041716]]); // prettier-ignore
  expect(all.uniform.sample([2], seeded()).toArray()).toEqual([[-0.045402871443687265, 2.342532085306746], [-0.5930395961159167, 2.515396027815063]]); // prettier-ignore
  expect(all.bernoulli.sample([4], seeded()).toArray()).toEqual([[0, 1], [0, 1], [1, 0], [0, 1]]); // prettier-ignore
  expect(new Categorical({ probs: skewed }).sample([4], seeded()).toArray()).toEqual([[3, 0], [3, 0], [0, 3], [3, 0]]); // prettier-ignore
  expect(new Categorical({ logits: skewed.log() }).sample([4], seeded()).toArray()).toEqual([[3, 0], [3, 0], [0, 3], [3, 0]]); // prettier-ignore
});

test('a class is the first whose part of [0, 1) ends above the number that rand draws', () => {
  const classes = new Categorical({ probs: f64([1, 2, 1]) }).sample([100], seeded()).toArray<number[]>();
  const { generator } = seeded();
  const numbers = Array.from({ length: 100 }, () => generator.random());
  expect(classes).toEqual(numbers.map((u) => (u < 0.25 ? 0 : u < 0.75 ? 1 : 2)));
  expect(new Set(classes).size).toBe(3);
});

test('gradients flow through rsample, whose numbers are those of sample', () => {
  const [mean, deviation] = [f64([-1, 2], true), f64([0.5, 3], true)];
  const normal = new Normal(mean, deviation);
  const x = normal.rsample([3], seeded());
  expect(x.toArray()).toEqual(normal.sample([3], seeded()).toArray());
  expect(normal.sample([3]).requiresGrad).toBe(false);
  const [byMean, byDeviation] = grad(x.mul(x).sum(), [mean, deviation]);
  expect(byMean.toArray()).toEqual(x.detach().mul(2).sum(0).toArray());
  const z = x.detach().sub(mean.detach()).div(deviation.detach());
  for (const [at, found] of byDeviation.toArray<number[]>().entries()) {
    expect(found).toBeCloseTo(z.mul(x.detach()).mul(2).sum(0).toArray<number[]>()[at] ?? NaN, 12);
  }

  const [low, high] = [f64([0, 1], true), f64([2, 5], true)];
  const uniform = new Uniform(low, high);
  const y = uniform.rsample([], seeded());
  expect(y.toArray()).toEqual(uniform.sample([], seeded()).toArray());
  const [byLow, byHigh] = grad(y.sum(), [low, high]);
  const u = y.detach().sub(low.detach()).div(high.detach().sub(low.detach())).toArray<number[]>();
  expect(byLow.toArray()).toEqual(u.map((each) => expect.closeTo(1 - each, 12) as number));
  expect(byHigh.toArray()).toEqual(u.map((each) => expect.closeTo(each, 12) as number));
});

test('a uniform sample is below high, where float32 rounds', () => {
  const [start, end] = [2 ** 23, 2 ** 23 + 2];
  const uniform = new Uniform(start, end);
  const x = uniform.sample([4000], seeded());
  const [lower, upper] = [start, start + 1].map((each) => x.eq(each).countNonzero().item());
  expect((lower ?? 0) + (upper ?? 0)).toBe(4000);
  expect(Math.abs((lower ?? 0) - 2000)).toBeLessThan(4 * Math.sqrt(1000));
  expect(Number.isFinite(uniform.logProb(x).sum().item())).toBe(true);
});
