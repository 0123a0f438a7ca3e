import { type DType, grad, GraphError, tensor, type Tensor, zeros } from '@mg/tensor';
import { describe, expect, test } from 'vitest';

const I = Infinity;

/** A value, its gradient, and the gradient of the sum of that, as numbers without a sign of zero. */
function orders(f: (x: Tensor) => Tensor, numbers: readonly number[], dtype: DType = 'float64'): number[][] {
  const x = tensor(numbers, { dtype, requiresGrad: true });
  const y = f(x);
  const [first] = grad(y.sum(), x, { createGraph: true });
  const [second] = grad(first.sum(), x);
  return [y, first, second].map((each) => Array.from(each.data, (n) => Number(n.toPrecision(5)) + 0));
}

describe.each(['float32', 'float64'] as const)('at infinity values and gradients are the limits, in %s', (dtype) => {
  test.each([
    ['silu', (x: Tensor) => x.silu()],
    ['gelu', (x: Tensor) => x.gelu()],
    ['gelu by tanh', (x: Tensor) => x.gelu({ approximate: 'tanh' })],
  ])('%s', (_, f) => {
    expect(orders(f, [-I, -1e30, I], dtype)).toEqual([[0, 0, I], [0, 0, 1], [0, 0, 0]]); // prettier-ignore
  });

  test('erf', () => {
    expect(orders((x) => x.erf(), [-I, I], dtype)).toEqual([[-1, 1], [0, 0], [0, 0]]); // prettier-ignore
  });

  test('a power whose exponent is far below 0', () => {
    expect(orders((x) => x.pow(-1e20), [2, 20, 1e20], dtype)).toEqual([[0, 0, 0], [0, 0, 0], [0, 0, 0]]); // prettier-ignore
  });

  test('silu of integers', () => {
    for (const given of [tensor([0, 1]).to('uint8'), tensor([false, true])]) {
      expect(given.silu().toArray()).toEqual(tensor([0, 1]).silu().toArray());
    }
  });
});

describe('sizes whose squares overflow or underflow', () => {
  test.each([
    ['norm of large numbers', [3e20, 4e20], (x: Tensor) => x.norm(), 5e20, [0.6, 0.8]],
    ['norm of small numbers', [3e-25, 4e-25], (x: Tensor) => x.norm(), 5e-25, [0.6, 0.8]],
    ['norm with p = 3', [3e20, 4e20], (x: Tensor) => x.norm(0, { p: 3 }), 4.4979e20, [0.44485, 0.79085]],
    ['norm with p = -2', [3e20, 4e20], (x: Tensor) => x.norm(0, { p: -2 }), 2.4e20, [0.512, 0.216]],
    ['std of large numbers', [1e20, 3e20], (x: Tensor) => x.std(), 1.4142e20, [-0.70711, 0.70711]],
    ['std of small numbers', [1e-25, 3e-25], (x: Tensor) => x.std(), 1.4142e-25, [-0.70711, 0.70711]],
  ])('%s', (_, numbers, f, value, gradient) => {
    expect(orders(f, numbers, 'float32').slice(0, 2)).toEqual([[value], gradient]);
  });

  test('leave the bits of their neighbours as they are', () => {
    const rows = [[0.1, 0.7], [3e20, 4e20], [0, 0], [NaN, 1], [I, 1]]; // prettier-ignore
    const alone = rows.map((row) => [tensor(row).norm().item(), tensor(row).std().item()]);
    const x = tensor(rows);
    expect(x.norm(1).toArray()).toEqual(alone.map(([norm]) => norm));
    expect(x.std(1).toArray()).toEqual(alone.map(([, std]) => std));
  });

  test('the largest norm over no elements is 0', () => {
    expect(zeros([0]).norm(0, { p: I }).item()).toBe(0);
    expect(zeros([2, 0]).norm(1, { p: I, keepdims: true }).toArray()).toEqual([[0], [0]]);
    expect(() => zeros([0]).norm(0, { p: -I })).toThrow('norm: cannot reduce an empty axis, the shape is [0]');
  });
});

describe('a size of 0 has a gradient of 0, and no second one', () => {
  test.each([
    ['norm', [0, 0], (x: Tensor) => x.norm()],
    ['norm with p = 3', [0, 0], (x: Tensor) => x.norm(0, { p: 3 })],
    ['norm with p = 1.5', [0, 0], (x: Tensor) => x.norm(0, { p: 1.5 })],
    ['std', [2, 2], (x: Tensor) => x.std()],
  ])('%s', (_, numbers, f) => {
    expect(orders((x) => f(x).square(), numbers)).toEqual([[0], [0, 0], [NaN, NaN]]);
  });

  test('norm along an axis: the other rows have theirs', () => {
    const rows = (x: Tensor): Tensor => x.reshape([2, 2]).norm(1).square();
    expect(orders(rows, [0, 0, 3, 4])).toEqual([[0, 25], [0, 0, 6, 8], [NaN, NaN, 2, 2]]); // prettier-ignore
  });

  test('an element of 0 among others: below p = 2 it has no second derivative', () => {
    const [, , second] = orders((x) => x.norm(0, { p: 1.5 }), [0, 2]);
    expect(second).toEqual([NaN, 0]);
    expect(orders((x) => x.norm(0, { p: 3 }), [0, 2])[2]).toEqual([0, 0]);
  });
});

describe('the second gradient of a flat operation', () => {
  const images = (x: Tensor): Tensor => x.reshape([1, 2, 2]);

  test.each([
    ['relu', (x: Tensor) => x.relu()],
    ['leakyRelu', (x: Tensor) => x.leakyRelu()],
    ['abs', (x: Tensor) => x.abs()],
    ['maxPool2d', (x: Tensor) => images(x).maxPool2d(2)],
    ['avgPool2d', (x: Tensor) => images(x).avgPool2d(2)],
    ['maximum', (x: Tensor) => x.maximum(x.mul(x))],
  ])('%s: alone and times a weight, as in PyTorch', (name, f) => {
    const flat = name === 'maximum' ? [2, 2, 0, 2] : [0, 0, 0, 0];
    const x = tensor([-2, 3, 0.5, -0.25], { requiresGrad: true });
    const w = tensor(2, { requiresGrad: true });
    const [alone] = grad(f(x).sum(), x, { createGraph: true });
    expect(grad(alone.sum(), x)[0].toArray()).toEqual(flat);
    const [weighted] = grad(f(x).mul(w).sum(), x, { createGraph: true });
    expect(grad(weighted.sum(), x)[0].toArray()).toEqual(flat.map((each) => 2 * each));
  });

  test.each([
    ['clip', (x: Tensor) => x.clip(-1, 1)],
    ['sort', (x: Tensor) => x.sort().values],
    ['topk', (x: Tensor) => x.topk(2).values],
    ['floor', (x: Tensor) => x.floor()],
    ['sign', (x: Tensor) => x.sign()],
    ['max', (x: Tensor) => x.max()],
    ['max along an axis', (x: Tensor) => x.max(0)],
  ])('%s: is none, as in PyTorch', (_, f) => {
    const x = tensor([-2, 3, 0.5, -0.25], { requiresGrad: true });
    const [first] = grad(f(x).sum(), x, { createGraph: true });
    expect(() => grad(first.sum(), x)).toThrow(GraphError);
  });
});

test('logsumexp of a row of -Infinity has a gradient of 0', () => {
  const x = tensor([[-I, -I], [-I, 2]], { requiresGrad: true }); // prettier-ignore
  const y = x.logsumexp(1);
  expect(y.toArray()).toEqual([-I, 2]);
  expect(grad(y.sum(), x)[0].toArray()).toEqual([[0, 0], [0, 1]]); // prettier-ignore
});
