import { expect, test } from 'vitest';
import {
  BatchNorm1d,
  BatchNorm2d,
  Conv2d,
  Dropout,
  Embedding,
  init,
  LayerNorm,
  LeakyReLU,
  Linear,
  MaxPool2d,
  type Module,
  parameter,
  ReLU,
  Sequential,
  Softmax,
  summary,
  Unflatten,
} from '@mg/nn';
import { Adam, clipGradNorm } from '@mg/optim';
import { type Tensor, tensor, zeros } from '@mg/tensor';

/** What the compiler would say is not at stake here. */
const plain = (...shape: number[]): Tensor => zeros(shape);
const whole = (...shape: number[]): Tensor => zeros(shape, { dtype: 'int32' });
const anything = (x: unknown): never => x as never;

test.each<[what: string, run: () => unknown, message: string]>([
  ['less than no outputs', () => new Linear(3, -1), 'RangeError: Linear: outFeatures must be an integer >= 0, got -1'],
  ['half a feature', () => new Linear(2.5, 1), 'RangeError: Linear: inFeatures must be an integer >= 0, got 2.5'],
  ['a bare bias', () => new Linear(3, 2, anything(false)), 'TypeError: Linear: the options must be an object, as in { dtype, generator, init, bias }, got false'],
  ['an unknown option', () => new Linear(3, 2, anything({ device: 'cpu' })), 'TypeError: Linear: there is no option device; it takes dtype, generator, init, bias'],
  ['integer weights', () => new Linear(3, 2, { dtype: 'int32' }), 'DTypeError: Linear: parameters must be float32 or float64, to have gradients, got int32'],
  ['groups that do not divide', () => new Conv2d(3, 4, 3, { groups: 2 }), 'RangeError: Conv2d: 3 channels in and 4 out cannot both be divided into 2 groups'],
  ['no groups', () => new Conv2d(3, 4, 3, { groups: 0 }), 'RangeError: Conv2d: groups must be an integer >= 1, got 0'],
  ['labels for a Linear', () => new Linear(3, 2).forward(whole(4, 3)), "DTypeError: Linear: takes float32 or float64, got int32; to('float32') converts"],
  ['labels for a Linear with a ReLU', () => new Sequential(new Linear(3, 2), new ReLU()).forward(whole(4, 3)), 'DTypeError: Linear: takes float32 or float64, got int32'],
  ['bools for a Linear', () => new Linear(3, 2).forward(plain(4, 3).eq(0)), 'DTypeError: Linear: takes float32 or float64, got bool'],
  ['pixels for a Conv2d', () => new Conv2d(1, 2, 3).forward(whole(4, 1, 8, 8).to('uint8')), "DTypeError: Conv2d: takes float32 or float64, got uint8; to('float32') converts"],
  ['labels for a BatchNorm1d', () => new BatchNorm1d(3).forward(whole(4, 3)), 'DTypeError: BatchNorm1d: takes float32 or float64, got int32'],
  ['pixels for a BatchNorm2d', () => new BatchNorm2d(3).eval().forward(whole(4, 3, 2, 2)), 'DTypeError: BatchNorm2d: takes float32 or float64, got int32'],
  ['labels for a LayerNorm', () => new LayerNorm(3).forward(whole(4, 3)), 'DTypeError: LayerNorm: takes float32 or float64, got int32'],
  ['labels for a Dropout', () => new Dropout().forward(whole(4, 3)), 'DTypeError: Dropout: takes float32 or float64, got int32'],
  ['a kernel of nothing', () => new Conv2d(3, 4, 0), 'RangeError: Conv2d: the kernel must be an integer >= 1, or a pair of them, got 0'],
  ['a typing error in padding', () => new Conv2d(1, 2, 3, { padding: anything('smae') }), 'RangeError: Conv2d: the padding must be an integer >= 0, or a pair of them, got "smae"'],
  ['a stride of nothing', () => new Conv2d(1, 2, 3, { stride: 0 }), 'RangeError: Conv2d: the stride must be an integer >= 1'],
  ['a kernel of three sizes', () => new MaxPool2d(anything([3, 3, 3])), 'RangeError: MaxPool2d: the kernel must be an integer >= 1, or a pair of them, got [3,3,3]'],
  ['no kernel', () => new MaxPool2d(anything(undefined)), 'RangeError: MaxPool2d: the kernel must be an integer >= 1, or a pair of them, got undefined'],
  ['a function as a layer', () => new Sequential(anything((x: unknown) => x)), 'TypeError: Sequential: layer 0 is not a module'],
  ['a list as a parameter', () => parameter(anything([1, 2])), 'TypeError: parameter: a parameter must be a tensor, got a list'],
  ['a bare strict', () => new Linear(1, 1).loadStateDict({}, anything(false)), 'TypeError: loadStateDict: the options must be an object, as in { strict }, got false'],
  ['nothing as a state', () => new Linear(1, 1).loadStateDict(anything(null)), 'TypeError: loadStateDict: takes an object of tensors by their names'],
  ['other channels', () => new Conv2d(3, 4, 3).forward(plain(2, 1, 5, 5)), 'ShapeError: Conv2d(3, 4): takes [batch, 3, height, width], got [2, 1, 5, 5]'],
  ['an image too small', () => new Conv2d(1, 4, 3).forward(plain(2, 1, 2, 5)), 'ShapeError: conv2d:'],
  ['an unknown option of pooling', () => new MaxPool2d(2, anything({ ceilMode: true })), 'TypeError: MaxPool2d: there is no option ceilMode; it takes dtype, generator, init, stride, padding'],
  ['no axes', () => new LayerNorm([]), 'RangeError: LayerNorm: needs at least one axis'],
  ['another size', () => new LayerNorm(4).forward(plain(2, 3)), 'ShapeError: layerNorm: the size [4] does not match the last axes of [2, 3]'],
  ['padding outside of the table', () => new Embedding(4, 2, { paddingIndex: 4 }), 'RangeError: Embedding: paddingIndex must be one of 4 indices, got 4'],
  ['an index outside of the table', () => new Embedding(4, 2).forward(tensor([4], { dtype: 'int32' })), 'RangeError: embedding:'],
  ['floats as indices', () => new Embedding(4, 2).forward(plain(3)), 'DTypeError: embedding:'],
  ['a word as a slope', () => new LeakyReLU(anything('x')), "TypeError: LeakyReLU: negativeSlope must be a number, got the string 'x'"],
  ['an unknown init', () => new Linear(3, 2, { init: anything('he') }), `RangeError: Linear: init must be 'pytorch', or left out, got "he"`],
  ['no new axes', () => new Unflatten(1, []), 'RangeError: Unflatten: takes the sizes of the new axes, as in [3, 8, 8], got []'],
  ['other new axes', () => new Unflatten(1, [2, 2]).forward(plain(3, 5)), 'ShapeError: Unflatten: the sizes [2, 2] have 4 elements, axis 1 of [3, 5] has 5'],
  ['no axis', () => new Softmax(anything(undefined)), 'TypeError: Softmax: axis must be a number, got undefined'],
])('%s: an error that says so', (_, run, message) => {
  let said = '';
  try {
    run();
  } catch (error) {
    said = String(error);
  }
  expect(said).toContain(message);
}); // prettier-ignore

test.each<[what: string, make: () => Module, input: number[], output: number[]]>([
  ['Linear(0, 3)', () => new Linear(0, 3), [2, 0], [2, 3]],
  ['Linear(3, 0)', () => new Linear(3, 0), [2, 3], [2, 0]],
  ['Linear(0, 0)', () => new Linear(0, 0, { bias: false }), [0, 0], [0, 0]],
  ['Conv2d(0, 3)', () => new Conv2d(0, 3, 3), [2, 0, 5, 5], [2, 3, 3, 3]],
  ['Conv2d(3, 0)', () => new Conv2d(3, 0, 3), [2, 3, 5, 5], [2, 0, 3, 3]],
  ['LayerNorm(0)', () => new LayerNorm(0), [2, 0], [2, 0]],
])('%s: a layer without features is one, with an empty weight', (_, make, input, output) => {
  const layer = make();
  const optimizer = new Adam(layer.parameters());
  const y = layer.forward(zeros(input, { requiresGrad: true }));
  expect(y.shape).toEqual(output);
  expect(y.isFinite().all().item()).toBe(1);
  y.sum().backward();
  expect(Number.isFinite(clipGradNorm(layer.parameters(), 1))).toBe(true);
  optimizer.step();
  for (const each of layer.parameters()) {
    expect(each.grad?.shape).toEqual(each.shape);
    expect(each.isFinite().all().item()).toBe(1);
    for (const fill of [init.kaimingNormal_, init.kaimingUniform_, init.xavierNormal_, init.xavierUniform_]) {
      if (each.ndim > 1) expect(fill(each).size).toBe(0);
    }
  }
  make().loadStateDict(layer.stateDict());
  expect(summary(layer, input)).toMatch(/params/i);
});

test('an Embedding of no rows or no columns is one too', () => {
  expect(new Embedding(0, 3).forward(whole(0)).shape).toEqual([0, 3]);
  expect(new Embedding(3, 0).forward(whole(2)).shape).toEqual([2, 0]);
});
