import { expect, test } from 'vitest';
import { BatchNorm1d, Conv2d, Embedding, init, LayerNorm, Linear, ReLU, Sequential, skipInit } from '@mg/nn';
import { Generator, ones, randn, type Tensor, zeros } from '@mg/tensor';

const generator = () => new Generator(5);
const moments = (x: Tensor) => {
  const y = x.detach().to('float64');
  return { mean: y.mean().item(), variance: y.square().mean().item(), least: y.min().item(), most: y.max().item() };
};

/** Asserts a uniform distribution on ±bound, by its bounds and its first two moments. */
function expectUniform(x: Tensor, bound: number): void {
  const { mean, variance, least, most } = moments(x);
  expect(Math.max(-least, most)).toBeLessThanOrEqual(bound);
  expect(Math.min(-least, most)).toBeGreaterThan(0.95 * bound);
  expect(Math.abs(mean)).toBeLessThan(0.1 * bound);
  expect(variance / ((bound * bound) / 3)).toBeGreaterThan(0.9);
  expect(variance / ((bound * bound) / 3)).toBeLessThan(1.1);
}

test('init: pytorch draws weights and biases uniformly from ±1/√fan-in', () => {
  const linear = new Linear(64, 400, { init: 'pytorch', generator: generator() });
  expectUniform(linear.weight, 1 / 8);
  expectUniform(linear.bias as Tensor, 1 / 8);
  const conv = new Conv2d(8, 400, 3, { groups: 2, init: 'pytorch', generator: generator() });
  expectUniform(conv.weight, 1 / 6);
  expectUniform(conv.bias as Tensor, 1 / 6);
  expect(new Linear(0, 3, { init: 'pytorch' }).bias?.toArray()).toEqual([0, 0, 0]);
});

test('pytorch_ draws a whole model anew, from one generator, as the option does', () => {
  const make = () =>
    new Sequential(
      new Linear(16, 300),
      new BatchNorm1d(300),
      new ReLU(),
      new Sequential(new Linear(300, 50), new LayerNorm(50)),
    );
  const model = make();
  model.forward(randn([8, 16]));
  for (const each of model.parameters()) each.detach().add_(1);
  expect(init.pytorch_(model, { generator: generator() })).toBe(model);
  expectUniform(model.layers[0].weight, 1 / 4);
  expectUniform(model.layers[3].layers[0].weight, 1 / Math.sqrt(300));
  expect(model.layers[1].weight?.toArray()).toEqual(ones([300]).toArray());
  expect(model.layers[1].runningMean?.toArray()).toEqual(zeros([300]).toArray());
  expect(model.layers[1].numBatchesTracked?.item()).toBe(0);
  expect(model.layers[3].layers[1].bias?.toArray()).toEqual(zeros([50]).toArray());
  const shared = generator();
  const first = new Linear(16, 300, { init: 'pytorch', generator: shared });
  expect(model.layers[0].weight.toArray()).toEqual(first.weight.toArray());
  expect(model.layers[0].bias?.toArray()).toEqual(first.bias?.toArray());

  const embedding = init.pytorch_(new Embedding(500, 20, { paddingIndex: 3 }), { generator: generator() });
  const { mean, variance } = moments(embedding.weight);
  expect(Math.abs(mean)).toBeLessThan(0.02);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  expect(embedding.weight.detach().at(3).abs().max().item()).toBe(0);
  expect(() => init.pytorch_(3 as never)).toThrow(
    new TypeError('pytorch_: takes a module, such as a layer or a model'),
  );
});

test('skipInit skips both', () => {
  expect(skipInit(() => new Linear(2, 2, { init: 'pytorch' })).weight.toArray()).toEqual(zeros([2, 2]).toArray());
  expect(skipInit(() => init.orthogonal_(zeros([2, 2]))).toArray()).toEqual(zeros([2, 2]).toArray());
  expect(skipInit(() => init.truncNormal_(zeros([2]))).toArray()).toEqual([0, 0]);
});

test.each([
  [[5, 12], 1],
  [[12, 5], 2],
  [[7, 7], 0.5],
  [[6, 2, 3, 3], 1],
])('orthogonal_ fills %s with orthogonal rows or columns of length %s', (shape, gain) => {
  const weight = init.orthogonal_(zeros(shape, { dtype: 'float64' }), { gain, generator: generator() });
  const matrix = weight.reshape([shape[0] ?? 0, -1]);
  const [rows, columns] = matrix.shape as [number, number];
  const product = rows <= columns ? matrix.matmul(matrix.T) : matrix.T.matmul(matrix);
  const error = product.sub(0);
  for (const [i, row] of error.toArray<number[][]>().entries()) {
    for (const [j, each] of row.entries()) expect(Math.abs(each - (i === j ? gain * gain : 0))).toBeLessThan(1e-14);
  }
});

test('orthogonal_ is uniform among rotations: both signs of a determinant, and a mean of 0', () => {
  const draw = generator();
  let [sum, positive] = [0, 0];
  for (let turn = 0; turn < 400; turn++) {
    const [[a, b], [c, d]] = init
      .orthogonal_(zeros([2, 2]), { generator: draw })
      .toArray<[[number, number], [number, number]]>();
    sum += a;
    if (a * d - b * c > 0) positive++;
  }
  expect(Math.abs(sum / 400)).toBeLessThan(0.1);
  expect(Math.abs(positive / 400 - 0.5)).toBeLessThan(0.1);
  expect(() => init.orthogonal_(zeros([3]))).toThrow('orthogonal_: takes a weight of two or more axes, got [3]');
});

// Mean and variance of the truncated normal distribution, by its closed form, computed in Python.
test.each([
  [{}, -2, 2, 0, 0.7737413035499232],
  [{ mean: 1, std: 2, a: 0, b: 2 }, 0, 2, 1, 0.3223566184032465],
  [{ a: 2, b: 4 }, 2, 4, 2.37063315968317, 0.10958311363173223],
  [{ a: -8, b: 0 }, -8, 0, -0.7978845608, 0.3633802276],
])('truncNormal_ %o stays within its bounds, with the moments of the distribution', (options, a, b, mean, variance) => {
  const drawn = init.truncNormal_(zeros([20000], { dtype: 'float64' }), { ...options, generator: generator() });
  const found = moments(drawn);
  expect(found.least).toBeGreaterThanOrEqual(a);
  expect(found.most).toBeLessThanOrEqual(b);
  const width = Math.sqrt(variance);
  expect(Math.abs(found.mean - mean)).toBeLessThan(0.02 * width);
  expect(Math.abs((found.variance - found.mean ** 2) / variance - 1)).toBeLessThan(0.03);
});

test('truncNormal_ refuses bounds in the wrong order', () => {
  expect(() => init.truncNormal_(zeros([2]), { a: 1, b: 1 })).toThrow(
    new RangeError('truncNormal_: mean must be a finite number, std a number > 0, and a < b, got 0, 1, 1 and 1'),
  );
  expect(() => init.truncNormal_(zeros([2], { dtype: 'int32' }))).toThrow('truncNormal_: can only fill float tensors');
});
