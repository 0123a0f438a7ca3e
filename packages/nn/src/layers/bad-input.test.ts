import { expect, test } from 'vitest';
import { Conv2d, Embedding, LayerNorm, LeakyReLU, Linear, MaxPool2d, parameter, Sequential, Softmax } from '@mg/nn';
import { type Tensor, tensor, zeros } from '@mg/tensor';

/** What the compiler would say is not at stake here. */
const plain = (...shape: number[]): Tensor => zeros(shape);
const anything = (x: unknown): never => x as never;

test.each<[what: string, run: () => unknown, message: string]>([
  ['no outputs', () => new Linear(3, 0), 'RangeError: Linear: outFeatures must be an integer >= 1, got 0'],
  ['half a feature', () => new Linear(2.5, 1), 'RangeError: Linear: inFeatures must be an integer >= 1, got 2.5'],
  ['a bare bias', () => new Linear(3, 2, anything(false)), 'TypeError: Linear: the options must be an object, as in { dtype, generator, bias }, got false'],
  ['an unknown option', () => new Linear(3, 2, anything({ device: 'cpu' })), 'TypeError: Linear: there is no option device; it takes dtype, generator, bias'],
  ['integer weights', () => new Linear(3, 2, { dtype: 'int32' }), 'DTypeError: Linear: parameters must be float32 or float64, to have gradients, got int32'],
  ['groups that do not divide', () => new Conv2d(3, 4, 3, { groups: 2 }), 'RangeError: Conv2d: 3 channels in and 4 out cannot both be divided into 2 groups'],
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
  ['an unknown option of pooling', () => new MaxPool2d(2, anything({ ceilMode: true })), 'TypeError: MaxPool2d: there is no option ceilMode; it takes dtype, generator, stride, padding'],
  ['no axes', () => new LayerNorm([]), 'RangeError: LayerNorm: needs at least one axis'],
  ['another size', () => new LayerNorm(4).forward(plain(2, 3)), 'ShapeError: layerNorm: the size [4] does not match the last axes of [2, 3]'],
  ['padding outside of the table', () => new Embedding(4, 2, { paddingIndex: 4 }), 'RangeError: Embedding: paddingIndex must be one of 4 indices, got 4'],
  ['an index outside of the table', () => new Embedding(4, 2).forward(tensor([4], { dtype: 'int32' })), 'RangeError: embedding:'],
  ['floats as indices', () => new Embedding(4, 2).forward(plain(3)), 'DTypeError: embedding:'],
  ['a word as a slope', () => new LeakyReLU(anything('x')), "TypeError: LeakyReLU: negativeSlope must be a number, got the string 'x'"],
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
