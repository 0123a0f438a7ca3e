import { expect, test } from 'vitest';
import { Conv2d, Embedding, LayerNorm, LeakyReLU, Linear, MaxPool2d, Softmax } from '@mg/nn';
import { type Tensor, tensor, zeros } from '@mg/tensor';

/** What the compiler would say is not at stake here. */
const plain = (...shape: number[]): Tensor => zeros(shape);
const anything = (x: unknown): never => x as never;

test.each<[what: string, run: () => unknown, message: string]>([
  ['no outputs', () => new Linear(3, 0), 'RangeError: Linear: outFeatures is a whole number from 1 up, got 0'],
  ['half a feature', () => new Linear(2.5, 1), 'RangeError: Linear: inFeatures is a whole number from 1 up, got 2.5'],
  ['bias by itself', () => new Linear(3, 2, anything(false)), 'TypeError: Linear: the options are an object, as in { dtype, generator, bias }, got false'],
  ['an unknown option', () => new Linear(3, 2, anything({ device: 'cpu' })), 'TypeError: Linear: there is no option device; it takes dtype, generator, bias'],
  ['integer weights', () => new Linear(3, 2, { dtype: 'int32' }), 'DTypeError: Linear: parameters are float32 or float64, which have gradients, got int32'],
  ['groups that do not divide', () => new Conv2d(3, 4, 3, { groups: 2 }), 'RangeError: Conv2d: 3 channels in and 4 out cannot both be parted into 2 groups'],
  ['a kernel of nothing', () => new Conv2d(3, 4, 0), 'RangeError: Conv2d: the kernel is a whole number from 1 up, got 0'],
  ['other channels', () => new Conv2d(3, 4, 3).forward(plain(2, 1, 5, 5)), 'ShapeError: Conv2d(3, 4): takes [batch, 3, height, width], got [2, 1, 5, 5]'],
  ['an image too small', () => new Conv2d(1, 4, 3).forward(plain(2, 1, 2, 5)), 'ShapeError: conv2d:'],
  ['an unknown option of pooling', () => new MaxPool2d(2, anything({ ceilMode: true })), 'TypeError: MaxPool2d: there is no option ceilMode; it takes stride, padding'],
  ['no axes', () => new LayerNorm([]), 'RangeError: LayerNorm: there is at least one axis'],
  ['another size', () => new LayerNorm(4).forward(plain(2, 3)), 'ShapeError: layerNorm: the last axes of [2, 3] are not [4]'],
  ['padding outside of the table', () => new Embedding(4, 2, { paddingIndex: 4 }), 'RangeError: Embedding: paddingIndex is one of 4 indices, got 4'],
  ['an index outside of the table', () => new Embedding(4, 2).forward(tensor([4], { dtype: 'int32' })), 'RangeError: embedding:'],
  ['floats as indices', () => new Embedding(4, 2).forward(plain(3)), 'DTypeError: embedding:'],
  ['a word as a slope', () => new LeakyReLU(anything('x')), "TypeError: LeakyReLU: slope is a number, got the string 'x'"],
  ['no axis', () => new Softmax(anything(undefined)), 'TypeError: Softmax: axis is a number, got undefined'],
])('%s: an error that says so', (_, run, message) => {
  let said = '';
  try {
    run();
  } catch (error) {
    said = String(error);
  }
  expect(said).toContain(message);
}); // prettier-ignore
