import { describe, expect, test } from 'vitest';
import { Adam, SGD } from '@mg/optim';
import { type Tensor, tensor } from '@mg/tensor';

const weight = (...data: number[]) => tensor(data, { dtype: 'float64', requiresGrad: true });
const setGrad = (param: Tensor, ...data: number[]) => {
  param.grad = tensor(data, { dtype: 'float64' });
};

describe.each([
  ['SGD', (params: Iterable<Tensor>) => new SGD(params, { lr: 0.1 })],
  ['Adam', (params: Iterable<Tensor>) => new Adam(params, { lr: 0.1 })],
] as const)('%s', (name, make) => {
  test('steps every parameter of an iterator, again and again', () => {
    const [a, b] = [weight(1), weight(2)];
    const optimizer = make([a, b].values());
    for (let step = 0; step < 2; step++) {
      setGrad(a, 1);
      setGrad(b, -1);
      optimizer.step();
    }
    expect(a.item()).toBeCloseTo(0.8, 6);
    expect(b.item()).toBeCloseTo(2.2, 6);
  });

  test('leaves a parameter without a gradient as it is', () => {
    const [a, b] = [weight(1), weight(2)];
    const optimizer = make([a, b]);
    setGrad(a, 1);
    optimizer.step();
    expect(b.item()).toBe(2);
  });

  test('zeroGrad sets gradients to null', () => {
    const a = weight(1);
    const optimizer = make([a]);
    setGrad(a, 1);
    optimizer.zeroGrad();
    expect(a.grad).toBeNull();
  });

  test('takes a gradient that is a view', () => {
    const a = tensor(
      [
        [0, 0],
        [0, 0],
      ],
      { dtype: 'float64', requiresGrad: true },
    );
    a.T.backward(
      tensor(
        [
          [1, 2],
          [3, 4],
        ],
        { dtype: 'float64' },
      ),
    );
    a.grad = tensor(
      [
        [1, -1],
        [-1, 1],
      ],
      { dtype: 'float64' },
    ).T;
    make([a]).step();
    expect(Array.from(a.data).map(Math.sign)).toEqual([-1, 1, 1, -1]);
  });

  test('a step is noticed by a graph that saved the parameter', () => {
    const a = weight(3);
    const loss = a.mul(a);
    setGrad(a, 1);
    make([a]).step();
    expect(() => {
      loss.backward();
    }).toThrow('changed in place since');
  });

  test('refuses what it cannot step', () => {
    const a = weight(1);
    expect(() => make([])).toThrow(`${name}: there are no parameters; pass model.parameters()`);
    expect(() => make([a, a])).toThrow(`${name}: parameter 1 is in the list twice`);
    expect(() => make([a.mul(2)])).toThrow(`${name}: parameter 0 was made by an operation`);
    expect(() => make([tensor([1])])).toThrow(`${name}: parameter 0 does not require a gradient`);
    const view = tensor([
      [1, 2],
      [3, 4],
    ]).T.detach();
    view.requiresGrad = true;
    expect(() => make([view])).toThrow(`${name}: parameter 0 is a view that is not row-major`);
    expect(() => make([1 as never])).toThrow(`${name}: parameter 0 is no tensor`);
  });
});

test('options are checked', () => {
  const a = weight(1);
  expect(() => new Adam([a], { lr: -1 })).toThrow('Adam: lr is a number from 0 up, got -1');
  expect(() => new Adam([a], { lr: NaN })).toThrow('got NaN');
  expect(() => new Adam([a], { betas: [1, 0.999] })).toThrow('Adam: betas[0] is from 0 up to, but not, 1, got 1');
  expect(() => new SGD([a], { momentum: -0.5 })).toThrow('SGD: momentum is a number from 0 up, got -0.5');
});

test('SGD with momentum follows a changed rate at once: 4 steps as PyTorch takes them', () => {
  // x = 1, gradient 1; lr 0.1, 0.1, 0.01, 0.01; momentum 0.9: velocities 1, 1.9, 2.71, 3.439.
  const x = weight(1);
  const optimizer = new SGD([x], { lr: 0.1, momentum: 0.9 });
  for (const lr of [0.1, 0.1, 0.01, 0.01]) {
    optimizer.paramGroups[0].lr = lr;
    setGrad(x, 1);
    optimizer.step();
  }
  expect(x.item()).toBeCloseTo(1 - 0.1 - 0.19 - 0.0271 - 0.03439, 12);
});

test('Adam counts steps per parameter', () => {
  const [early, late] = [weight(0), weight(0)];
  const optimizer = new Adam([early, late], { lr: 0.1 });
  setGrad(early, 1);
  optimizer.step();
  optimizer.zeroGrad();
  setGrad(late, 1);
  optimizer.step();
  // The first step of a parameter has the size of the rate, whenever it is taken.
  expect(late.item()).toBe(early.item());
  expect(early.item()).toBeCloseTo(-0.1, 8);
});

describe('Adam and denormals', () => {
  /** The change of a second step, without a gradient, in float32; the first one had the gradient g. */
  const secondStep = (g: number, options: { eps?: number; lr: number }) => {
    const x = tensor([0], { requiresGrad: true });
    const optimizer = new Adam([x], options);
    x.grad = tensor([g]);
    optimizer.step();
    const before = x.item();
    x.grad = tensor([0]);
    optimizer.step();
    return x.item() - before;
  };

  test('means that would be denormal in float32 are set to 0', () => {
    // A tenth of this, the first mean, is below the smallest normal float32; times the rate it could be seen.
    expect(secondStep(1e-37, { lr: 1e30 })).toBe(0);
    expect(secondStep(1e-36, { lr: 1e30 })).toBeLessThan(0);
  });

  test('but not where eps is 0, and they are all there is', () => {
    expect(secondStep(1e-19, { lr: 0.1, eps: 0 })).toBeLessThan(-0.05);
  });

  test('and not in float64', () => {
    const x = weight(0);
    const optimizer = new Adam([x]);
    setGrad(x, 1e-40);
    optimizer.step();
    const before = x.item();
    setGrad(x, 0);
    optimizer.step();
    expect(x.item()).toBeLessThan(before);
  });
});
