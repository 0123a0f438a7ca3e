import { expect, test } from 'vitest';
import {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveMaxPool2d,
  AvgPool1d,
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  Conv1d,
  Conv2d,
  ConvTranspose1d,
  ConvTranspose2d,
  cosineSimilarity,
  dropout,
  Dropout,
  Dropout1d,
  Dropout2d,
  Embedding,
  GLU,
  GroupNorm,
  gumbelSoftmax,
  Hardtanh,
  init,
  InstanceNorm1d,
  InstanceNorm2d,
  interpolate,
  LayerNorm,
  LeakyReLU,
  linear,
  Linear,
  MaxPool1d,
  MaxPool2d,
  normalize,
  parameter,
  PReLU,
  ReflectionPad1d,
  ReflectionPad2d,
  ReLU,
  ReplicationPad1d,
  Sequential,
  Softmax,
  Softplus,
  summary,
  type Module,
  Unflatten,
  Upsample,
  ZeroPad2d,
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
  ['an unknown option of pooling', () => new MaxPool2d(2, anything({ returnIndices: true })), 'TypeError: MaxPool2d: there is no option returnIndices; it takes dtype, generator, init, stride, padding, ceilMode, dilation'],
  ['no dilation of pooling', () => new MaxPool2d(2, { dilation: 0 }), 'RangeError: MaxPool2d: the dilation must be an integer >= 1, or a pair of them, got 0'],
  ['a divisor of nothing', () => new AvgPool2d(2, { divisorOverride: 0 }), 'RangeError: AvgPool2d: divisorOverride must not be 0'],
  ['a pair for a pool of signals', () => new MaxPool1d(anything([2, 2])), 'RangeError: MaxPool1d: kernelSize must be an integer >= 1, got 2,2'],
  ['images for a pool of signals', () => new AvgPool1d(2).forward(plain(2, 3, 4, 4)), 'ShapeError: AvgPool1d: takes [batch, channels, length] or [channels, length], got [2, 3, 4, 4]'],
  ['an adaptive pool of nothing', () => new AdaptiveAvgPool2d(0), 'RangeError: AdaptiveAvgPool2d: the output size must be an integer >= 1 or null, or a pair of them, got 0'],
  ['an adaptive pool of signals of nothing', () => new AdaptiveAvgPool1d(0), 'RangeError: AdaptiveAvgPool1d: the output size must be an integer >= 1, got 0'],
  ['signals for an adaptive pool', () => new AdaptiveMaxPool2d(2).forward(plain(3, 4)), 'ShapeError: AdaptiveMaxPool2d: takes [batch, channels, height, width] or [channels, height, width], got [3, 4]'],
  ['no rows for an adaptive pool', () => new AdaptiveAvgPool2d(2).forward(plain(2, 3, 0, 4)), 'ShapeError: AdaptiveAvgPool2d: the axes to pool need at least one element, got [2, 3, 0, 4]'],
  ['pixels for an adaptive pool', () => new AdaptiveAvgPool2d(2).forward(whole(2, 3, 4, 4)), 'DTypeError: AdaptiveAvgPool2d: takes float32 or float64, got int32'],
  ['other channels of signals', () => new Conv1d(3, 4, 3).forward(plain(2, 1, 5)), 'ShapeError: Conv1d(3, 4): takes [batch, 3, length], got [2, 1, 5]'],
  ['signals that are too short', () => new Conv1d(1, 2, 7, { padding: 1 }).forward(plain(1, 4)), 'ShapeError: Conv1d: the kernel spans 7, more than the length 4 with padding [1, 1]'],
  ['a stride that does not keep the length', () => new Conv1d(1, 2, 3, { padding: 'same', stride: 2 }), "RangeError: Conv1d: padding 'same' requires stride 1, got 2"],
  ['an unknown padding mode', () => new Conv1d(1, 2, 3, { paddingMode: anything('edge') }), "RangeError: Conv1d: paddingMode must be 'zeros', 'reflect', 'replicate' or 'circular', got \"edge\""],
  ['a reflection of more than there is', () => new Conv2d(1, 2, 3, { padding: 3, paddingMode: 'reflect' }).forward(plain(1, 3, 5)), "ShapeError: Conv2d: axis 1 of [1, 3, 5] is too short for padding [3, 3] by 'reflect', which takes at most 2"],
  ['integers for a Conv1d', () => new Conv1d(1, 2, 3).forward(whole(2, 1, 5)), 'DTypeError: Conv1d: takes float32 or float64, got int32'],
  ['other channels of a transposed convolution', () => new ConvTranspose2d(3, 4, 3).forward(plain(2, 1, 5, 5)), 'ShapeError: ConvTranspose2d(3, 4): takes [batch, 3, height, width], got [2, 1, 5, 5]'],
  ['integers for a transposed convolution', () => new ConvTranspose2d(1, 2, 3).forward(whole(2, 1, 5, 5)), 'DTypeError: ConvTranspose2d: takes float32 or float64, got int32'],
  ['too much output padding', () => new ConvTranspose2d(1, 2, 3, { stride: [2, 1], outputPadding: 1 }), 'RangeError: ConvTranspose2d: outputPadding must be less than the stride or the dilation, got 1 with stride [2,1] and dilation 1'],
  ['padding that leaves nothing', () => new ConvTranspose2d(1, 2, 2, { padding: 2 }).forward(plain(1, 2, 3)), 'ShapeError: ConvTranspose2d: padding [2, 2] leaves nothing of images [2, 3], whose output would be [-1, 0]'],
  ['groups of a transposed convolution', () => new ConvTranspose1d(3, 4, 3, { groups: 2 }), 'RangeError: ConvTranspose1d: 3 channels in and 4 out cannot both be divided into 2 groups'],
  ['other channels of transposed signals', () => new ConvTranspose1d(3, 4, 3).forward(plain(2, 1, 5)), 'ShapeError: ConvTranspose1d(3, 4): takes [batch, 3, length], got [2, 1, 5]'],
  ['groups that do not divide the channels', () => new GroupNorm(2, 3), 'RangeError: GroupNorm: 3 channels cannot be divided into 2 groups'],
  ['other channels of a GroupNorm', () => new GroupNorm(2, 4).forward(plain(2, 3)), 'ShapeError: GroupNorm(2, 4): takes [batch, 4, ...], got [2, 3]'],
  ['labels for a GroupNorm', () => new GroupNorm(1, 3).forward(whole(4, 3)), 'DTypeError: GroupNorm: takes float32 or float64, got int32'],
  ['other channels of an InstanceNorm', () => new InstanceNorm2d(4).forward(plain(2, 3, 5, 5)), 'ShapeError: InstanceNorm2d(4): takes [batch, 4, height, width], got [2, 3, 5, 5]'],
  ['one value per channel', () => new InstanceNorm1d(4).forward(plain(2, 4, 1)), 'ShapeError: InstanceNorm1d: more than one value per channel is needed for statistics of the sample, got [2, 4, 1]'],
  ['a bare eps', () => new InstanceNorm1d(4, anything(1e-3)), 'TypeError: InstanceNorm1d: the options must be an object'],
  ['neither a size nor a scale', () => new Upsample({}), 'TypeError: Upsample: takes either size or scaleFactor'],
  ['no options of an interpolation', () => interpolate(plain(1, 2, 3), anything(undefined)), 'TypeError: interpolate: the options must be an object'],
  ['a size of nothing', () => new Upsample({ size: 0 }), 'RangeError: Upsample: size must be an integer >= 1, or a list of them, got 0'],
  ['a negative scale', () => new Upsample({ scaleFactor: [2, -1] }), 'RangeError: Upsample: scaleFactor must be a number > 0, or a list of them, got [2,-1]'],
  ['an unknown mode', () => new Upsample({ size: 2, mode: anything('bicubic') }), "RangeError: Upsample: mode must be 'nearest', 'linear' or 'bilinear', got bicubic"],
  ['corners of the nearest', () => new Upsample({ size: 2, alignCorners: true }), "RangeError: Upsample: alignCorners is for the modes 'linear' and 'bilinear', got mode 'nearest'"],
  ['signals for a bilinear mode', () => interpolate(plain(1, 2, 3), { size: 2, mode: 'bilinear' }), "ShapeError: interpolate: mode 'bilinear' takes [batch, channels, height, width], got [1, 2, 3]"],
  ['a size for one axis of two', () => interpolate(plain(1, 2, 3, 3), { size: [2] }), 'ShapeError: interpolate: needs one size for each of 2 axes behind the channels, got [2]'],
  ['a scale that leaves nothing', () => interpolate(plain(1, 2, 3), { scaleFactor: 0.2 }), 'ShapeError: interpolate: scaleFactor 0.2 leaves nothing of [1, 2, 3]'],
  ['three widths of padding', () => new ZeroPad2d(anything([1, 2, 3])), 'RangeError: ZeroPad2d: the padding must be an integer, or a list of 4, got [1,2,3]'],
  ['a negative width of padding', () => new ReflectionPad1d(-1), 'RangeError: ReflectionPad1d: padding 0 must be an integer >= 0, got -1'],
  ['padding of a vector', () => new ReplicationPad1d(1).forward(plain(3)), 'ShapeError: ReplicationPad1d: takes [batch, channels, length] or [channels, length], got [3]'],
  ['a reflection of a single row', () => new ReflectionPad2d(1).forward(plain(1, 1, 3)), "ShapeError: ReflectionPad2d: axis 1 of [1, 1, 3] is too short for padding [1, 1] by 'reflect', which takes at most 0"],
  ['other channels of a PReLU', () => new PReLU(3).forward(plain(2, 4)), 'ShapeError: PReLU(3): takes [batch, 3, ...], got [2, 4]'],
  ['labels for a PReLU', () => new PReLU().forward(whole(4)), 'DTypeError: PReLU: takes float32 or float64, got int32'],
  ['bounds in the wrong order', () => new Hardtanh(1, -1), 'RangeError: Hardtanh: min must be less than max, got 1 and -1'],
  ['a beta of 0', () => new Softplus(0), 'RangeError: Softplus: beta must be a number > 0, got 0'],
  ['an odd axis to halve', () => new GLU().forward(plain(2, 3)), 'ShapeError: GLU: axis -1 must have an even size, to be halved, got [2, 3]'],
  ['a matrix for a Dropout2d', () => new Dropout2d().forward(plain(2, 3)), 'ShapeError: Dropout2d: takes [batch, channels, height, width] or [batch, channels, length], got [2, 3]'],
  ['images for a Dropout1d', () => new Dropout1d().forward(plain(2, 3, 4, 4)), 'ShapeError: Dropout1d: takes [batch, channels, length] or [channels, length], got [2, 3, 4, 4]'],
  ['a percentage to drop', () => dropout(plain(2), { p: 50 }), 'RangeError: dropout: p must be a probability in [0, 1], got 50'],
  ['a bare probability', () => dropout(plain(2), anything(0.5)), 'TypeError: dropout: the options must be an object'],
  ['a weight of other features', () => linear(plain(2, 3), plain(4, 2)), 'ShapeError: linear: takes [..., in], a weight [out, in] and a bias [out], got [2, 3], [4, 2]'],
  ['a bias of other features', () => linear(plain(2, 3), plain(4, 3), plain(3)), 'ShapeError: linear: takes [..., in], a weight [out, in] and a bias [out], got [2, 3], [4, 3], [3]'],
  ['integers to normalize', () => normalize(whole(2, 3)), 'DTypeError: normalize: takes float32 or float64, got int32'],
  ['a negative eps', () => cosineSimilarity(plain(2, 3), plain(2, 3), { eps: -1 }), 'RangeError: cosineSimilarity: eps must be a number >= 0, got -1'],
  ['a list of vectors', () => cosineSimilarity(plain(2, 3), anything([1])), 'TypeError: cosineSimilarity: the second input must be a tensor'],
  ['no temperature', () => gumbelSoftmax(plain(3), { tau: 0 }), 'RangeError: gumbelSoftmax: tau must be a number > 0, got 0'],
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
  ['Conv1d(0, 3)', () => new Conv1d(0, 3, 3), [2, 0, 5], [2, 3, 3]],
  ['ConvTranspose2d(0, 3)', () => new ConvTranspose2d(0, 3, 3), [2, 0, 5, 5], [2, 3, 7, 7]],
  ['ConvTranspose2d(3, 0)', () => new ConvTranspose2d(3, 0, 3), [2, 3, 5, 5], [2, 0, 7, 7]],
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
