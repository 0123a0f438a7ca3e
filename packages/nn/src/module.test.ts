import { expect, test } from 'vitest';
import { Linear, Module, parameter, ReLU, Sequential } from '@mg/nn';
import { ones, type Tensor, zeros } from '@mg/tensor';

class Block extends Module {
  readonly scale = parameter(ones([1]));
  /** A tensor that is no parameter. */
  readonly offset = zeros([1]);
  readonly inner = new Linear(2, 2);
  readonly layers = [new Linear(2, 2, { bias: false }), new ReLU()];
  readonly shifts = [parameter(zeros([2])), [parameter(zeros([3]))]];
  override forward(x: Tensor): Tensor {
    return x;
  }
}

test('fields are found, also in children and in lists, and named by their path', () => {
  expect([...new Block().namedParameters()].map(([name]) => name)).toEqual([
    'scale',
    'shifts.0',
    'shifts.1.0',
    'inner.weight',
    'inner.bias',
    'layers.0.weight',
  ]);
});

test('a Sequential names its layers by number', () => {
  const model = new Sequential(new Linear(2, 3), new ReLU(), new Sequential(new Linear(3, 1)));
  expect([...model.namedParameters()].map(([name, { shape }]) => `${name} ${shape.join('×')}`)).toEqual([
    '0.weight 3×2',
    '0.bias 3',
    '2.0.weight 1×3',
    '2.0.bias 1',
  ]);
});

test('a shared layer is listed once', () => {
  const shared = new Linear(2, 2);
  expect(new Sequential(shared, new ReLU(), shared).parameters()).toEqual([shared.weight, shared.bias]);
});

test('a frozen parameter stays one', () => {
  const layer = new Linear(2, 2);
  layer.weight.requiresGrad = false;
  expect(layer.parameters()).toContain(layer.weight);
});

test('train and eval reach every level', () => {
  const innermost = new ReLU();
  const model = new Sequential(new Sequential(new Sequential(innermost)));
  expect(innermost.training).toBe(true);
  expect(model.eval()).toBe(model);
  expect([model.training, innermost.training]).toEqual([false, false]);
  model.train();
  expect([model.training, innermost.training]).toEqual([true, true]);
});

test('zeroGrad reaches every parameter', () => {
  const model = new Sequential(new Linear(2, 2), new Linear(2, 1));
  model
    .forward(ones([3, 2]))
    .sum()
    .backward();
  expect(model.parameters().every(({ grad }) => grad !== null)).toBe(true);
  model.zeroGrad();
  expect(model.parameters().every(({ grad }) => grad === null)).toBe(true);
});
