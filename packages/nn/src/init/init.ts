import { DTypeError, type Generator, rand, randn, ShapeError, type Tensor } from '@mg/tensor';
import { checkOptions, isFloat, read, requireProtocol, showShape, type TypedArray, write } from '@mg/tensor/internal';
import { type AnyModule, isModule } from '../module/module.ts';
import { orthonormalizeRows } from './orthonormal.ts';
import { isInitSkipped } from './skip-init.ts';
import { truncatedNormal } from './truncated-normal.ts';

requireProtocol('@mg/nn', 1);

// Each of these functions writes a tensor in place, records nothing, and returns the tensor.

/** The generator to draw from; the default one otherwise. */
export interface InitOptions {
  readonly generator?: Generator | undefined;
}

/** The nonlinearities that `calculateGain` knows. */
export type Nonlinearity = 'linear' | 'conv2d' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu';

/** As InitOptions, with the choice of the scale. */
export interface KaimingOptions extends InitOptions {
  /** Which scale is preserved: that of the activations (`'fanIn'`, the default) or that of the gradients (`'fanOut'`). */
  readonly mode?: 'fanIn' | 'fanOut' | undefined;
  /** The nonlinearity after the layer: `'leakyRelu'` by default. */
  readonly nonlinearity?: Nonlinearity | undefined;
  /** The slope of leakyRelu below 0: 0 by default, which is relu. */
  readonly a?: number | undefined;
}

/** As InitOptions, with the gain of the nonlinearity after the layer: 1 by default. See `calculateGain`. */
export interface XavierOptions extends InitOptions {
  readonly gain?: number | undefined;
}

/** As InitOptions, with the mean (0) and the standard deviation (1). */
export interface NormalOptions extends InitOptions {
  readonly mean?: number | undefined;
  readonly std?: number | undefined;
}

/** As InitOptions, with the bounds: from `a` (0) to `b` (1). */
export interface UniformOptions extends InitOptions {
  readonly a?: number | undefined;
  readonly b?: number | undefined;
}

/** As InitOptions, with the mean (0) and the standard deviation (1) of the normal distribution, and the bounds `a` (-2) and `b` (2). */
export interface TruncNormalOptions extends NormalOptions {
  readonly a?: number | undefined;
  readonly b?: number | undefined;
}

/**
 * Fills a weight [out, in, …kernel] with numbers drawn from the normal distribution of mean 0 and variance gain² / fan: by
 * default 2 / fan-in, which keeps the scale of activations through layers of ReLU.
 *
 * Fan-in is the number of inputs that each output sums, in · kernel, and fan-out is out · kernel. Throws a ShapeError for fewer
 * than two axes, a DTypeError for a tensor that is not of floats, and a RangeError for an unknown mode or nonlinearity.
 * @see K. He et al., Delving Deep into Rectifiers (2015), https://arxiv.org/abs/1502.01852
 *
 * ```ts
 * import { init } from '@mg/nn';
 * import { Generator, zeros } from '@mg/tensor';
 * init.kaimingNormal_(zeros([2, 2]), { generator: new Generator(42) }); // => tensor([[0.2870, -1.4521], [2.2482, 0.0349]])
 * ```
 */
export function kaimingNormal_<T extends Tensor>(weight: T, options: KaimingOptions = {}): T {
  const std = Math.sqrt(kaimingVariance('kaimingNormal_', weight, options));
  return drawNormal('kaimingNormal_', weight, 0, std, options);
}

/** As `kaimingNormal_`, drawn uniformly, with the same variance: from ±gain √(3 / fan). */
export function kaimingUniform_<T extends Tensor>(weight: T, options: KaimingOptions = {}): T {
  const bound = Math.sqrt(3 * kaimingVariance('kaimingUniform_', weight, options));
  return drawUniform('kaimingUniform_', weight, -bound, bound, options);
}

/**
 * Fills a weight [out, in, …kernel] with numbers drawn from the normal distribution of mean 0 and variance
 * gain² · 2 / (fan-in + fan-out): a compromise between the scale of the activations and that of the gradients.
 *
 * Throws a ShapeError for fewer than two axes, and a DTypeError for a tensor that is not of floats.
 * @see X. Glorot, Y. Bengio, Understanding the Difficulty of Training Deep Feedforward Neural Networks (2010),
 * https://proceedings.mlr.press/v9/glorot10a.html
 */
export function xavierNormal_<T extends Tensor>(weight: T, options: XavierOptions = {}): T {
  const std = Math.sqrt(xavierVariance('xavierNormal_', weight, options));
  return drawNormal('xavierNormal_', weight, 0, std, options);
}

/** As `xavierNormal_`, drawn uniformly, with the same variance: from ±gain √(6 / (fan-in + fan-out)). */
export function xavierUniform_<T extends Tensor>(weight: T, options: XavierOptions = {}): T {
  const bound = Math.sqrt(3 * xavierVariance('xavierUniform_', weight, options));
  return drawUniform('xavierUniform_', weight, -bound, bound, options);
}

/** Fills a tensor with numbers drawn from the normal distribution. Throws a DTypeError for a tensor that is not of floats. */
export function normal_<T extends Tensor>(tensor: T, options: NormalOptions = {}): T {
  checkOptions('normal_', options, ['mean', 'std', 'generator']);
  const { mean = 0, std = 1 } = options;
  if (!Number.isFinite(mean) || !(std >= 0 && std < Infinity)) {
    throw new RangeError(`normal_: mean must be a finite number and std a number >= 0, got ${mean} and ${std}`);
  }
  return drawNormal('normal_', tensor, mean, std, options);
}

/** Fills a tensor with numbers drawn uniformly from `a` to `b`. Throws a DTypeError for a tensor that is not of floats. */
export function uniform_<T extends Tensor>(tensor: T, options: UniformOptions = {}): T {
  checkOptions('uniform_', options, ['a', 'b', 'generator']);
  const { a = 0, b = 1 } = options;
  if (!Number.isFinite(a) || !Number.isFinite(b) || a > b) {
    throw new RangeError(`uniform_: a and b must be finite numbers with a <= b, got ${a} and ${b}`);
  }
  return drawUniform('uniform_', tensor, a, b, options);
}

/**
 * Fills a tensor with numbers drawn from the normal distribution, and kept between `a` and `b`: as if numbers outside were drawn again. Throws a DTypeError for
 * a tensor that is not of floats, and a RangeError unless a < b.
 *
 * ```ts
 * import { init } from '@mg/nn';
 * import { Generator, zeros } from '@mg/tensor';
 * const weight = init.truncNormal_(zeros([1000]), { std: 0.02, a: -0.04, b: 0.04, generator: new Generator(1) });
 * weight.abs().max().item() <= 0.04; // => true
 * ```
 */
export function truncNormal_<T extends Tensor>(tensor: T, options: TruncNormalOptions = {}): T {
  checkOptions('truncNormal_', options, ['mean', 'std', 'a', 'b', 'generator']);
  const { mean = 0, std = 1, a = -2, b = 2, generator } = options;
  if (!Number.isFinite(mean) || !(std > 0 && std < Infinity) || !(a < b)) {
    throw new RangeError(
      `truncNormal_: mean must be a finite number, std a number > 0, and a < b, got ${mean}, ${std}, ${a} and ${b}`,
    );
  }
  checkFloat('truncNormal_', tensor);
  if (isInitSkipped()) return tensor;
  const drawn = rand(tensor.shape, { dtype: 'float64', generator });
  const numbers = truncatedNormal(read(drawn), (a - mean) / std, (b - mean) / std);
  write(drawn, (elements) => {
    for (let i = 0; i < elements.length; i++) elements[i] = Math.min(Math.max(mean + std * (numbers[i] ?? 0), a), b);
  });
  return overwrite(tensor, drawn, 1, 0);
}

/**
 * Fills a weight of two or more axes with an orthogonal matrix times `gain`: the axes but the first are the columns. Its rows are orthogonal, or its columns
 * where there are more rows, and all such matrices are equally likely. Throws a ShapeError for fewer than two axes, and a DTypeError for a tensor that is not of
 * floats.
 * @see A. Saxe et al., Exact solutions to the nonlinear dynamics of learning in deep linear neural networks (2013), https://arxiv.org/abs/1312.6120
 *
 * ```ts
 * import { init } from '@mg/nn';
 * import { Generator, zeros } from '@mg/tensor';
 * const weight = init.orthogonal_(zeros([2, 3]), { generator: new Generator(1) });
 * weight.matmul(weight.T); // => tensor([[1.0000, 0.0000], [0.0000, 1.0000]])
 * ```
 */
export function orthogonal_<T extends Tensor>(weight: T, options: XavierOptions = {}): T {
  checkOptions('orthogonal_', options, ['gain', 'generator']);
  const { gain = 1, generator } = options;
  if (!Number.isFinite(gain)) throw new RangeError(`orthogonal_: the gain must be a finite number, got ${gain}`);
  const [rows, ...others] = weight.shape;
  if (rows === undefined || others.length === 0) {
    throw new ShapeError(`orthogonal_: takes a weight of two or more axes, got ${showShape(weight.shape)}`);
  }
  checkFloat('orthogonal_', weight);
  if (isInitSkipped() || weight.size === 0) return weight;
  const columns = weight.size / rows;
  const drawn = randn([Math.min(rows, columns), Math.max(rows, columns)], { dtype: 'float64', generator });
  write(drawn, (elements) => {
    orthonormalizeRows(elements, Math.min(rows, columns));
  });
  const matrix = rows > columns ? drawn.T.contiguous() : drawn;
  return overwrite(weight, matrix.reshape(weight.shape), gain, 0);
}

/** Fills a tensor with zeros. */
export function zeros_<T extends Tensor>(tensor: T): T {
  return constant_(tensor, 0);
}

/** Fills a tensor with ones. */
export function ones_<T extends Tensor>(tensor: T): T {
  return constant_(tensor, 1);
}

/**
 * Draws the weights of a module, and of those below, anew as PyTorch does: those of Linear and of convolutions, and their biases, uniformly from ±1/√fan-in;
 * the rows of an Embedding from the normal distribution. Weights of normalization layers are set to ones, biases to zeros, and running statistics start again. Layers that
 * draw as PyTorch anyway are left as they are. Returns the module.
 *
 * ```ts
 * import { init, Linear, ReLU, Sequential } from '@mg/nn';
 * const model = init.pytorch_(new Sequential(new Linear(100, 10), new ReLU(), new Linear(10, 1)));
 * model.layers[0].weight.abs().max().item() <= 0.1; // => true
 * ```
 */
export function pytorch_<M extends AnyModule>(module: M, options: InitOptions = {}): M {
  checkOptions('pytorch_', options, ['generator']);
  if (!isModule(module)) throw new TypeError('pytorch_: takes a module, such as a layer or a model');
  for (const each of module.modules()) each.drawAsPyTorch(options.generator);
  return module;
}

/** Draws a weight, and a bias if there is one, uniformly from ±1/√fan-in of the weight, as PyTorch does. */
export function uniformByFanIn(weight: Tensor, bias: Tensor | null, generator: Generator | undefined): void {
  const { fanIn } = fansOf('pytorch_', weight);
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  drawUniform('pytorch_', weight, -bound, bound, { generator });
  if (bias !== null) drawUniform('pytorch_', bias, -bound, bound, { generator });
}

/** Fills a tensor with one number. Throws a RangeError for a number that its dtype does not have. */
export function constant_<T extends Tensor>(tensor: T, value: number): T {
  tensor.detach().fill_(value);
  return tensor;
}

/**
 * The recommended gain for the nonlinearity after a layer, as in PyTorch: 1 for none and for sigmoid, 5/3 for tanh, √2 for relu,
 * √(2 / (1 + slope²)) for leakyRelu, whose slope is 0.01 by default, and 3/4 for selu.
 *
 * Throws a RangeError for any other name.
 *
 * ```ts
 * import { init } from '@mg/nn';
 * init.calculateGain('relu'); // => 1.4142
 * init.calculateGain('leakyRelu', 1); // => 1
 * ```
 */
export function calculateGain(nonlinearity: Nonlinearity, slope = 0.01): number {
  return Math.sqrt(squaredGain('calculateGain', nonlinearity, slope));
}

function squaredGain(caller: string, nonlinearity: Nonlinearity, slope: number): number {
  if (!Number.isFinite(slope))
    throw new RangeError(`${caller}: the slope of leakyRelu must be a finite number, got ${slope}`);
  const gains: Readonly<Record<Nonlinearity, number>> = {
    linear: 1,
    conv2d: 1,
    sigmoid: 1,
    tanh: 25 / 9,
    relu: 2,
    leakyRelu: 2 / (1 + slope * slope),
    selu: 9 / 16,
  };
  if (!Object.hasOwn(gains, nonlinearity)) {
    throw new RangeError(
      `${caller}: the nonlinearity must be one of ${Object.keys(gains).join(', ')}, got ${nonlinearity}`,
    );
  }
  return gains[nonlinearity];
}

function kaimingVariance(caller: string, weight: Tensor, options: KaimingOptions): number {
  checkOptions(caller, options, ['mode', 'nonlinearity', 'a', 'generator']);
  const { mode = 'fanIn', nonlinearity = 'leakyRelu', a = 0 } = options;
  const fans = fansOf(caller, weight);
  if (!Object.hasOwn(fans, mode)) {
    throw new RangeError(`${caller}: the mode must be fanIn or fanOut, got ${mode}`);
  }
  return squaredGain(caller, nonlinearity, a) / fans[mode];
}

function xavierVariance(caller: string, weight: Tensor, options: XavierOptions): number {
  checkOptions(caller, options, ['gain', 'generator']);
  const { gain = 1 } = options;
  if (!Number.isFinite(gain)) throw new RangeError(`${caller}: the gain must be a finite number, got ${gain}`);
  const { fanIn, fanOut } = fansOf(caller, weight);
  return (gain * gain * 2) / (fanIn + fanOut);
}

/** How many inputs each output of a weight [out, in, …kernel] sums, and to how many outputs each input goes. */
function fansOf(caller: string, { shape }: Tensor): { readonly fanIn: number; readonly fanOut: number } {
  const [out, into, ...kernel] = shape;
  if (out === undefined || into === undefined) {
    throw new ShapeError(
      `${caller}: fan-in needs a weight of two or more axes, [out, in, …kernel], got ${showShape(shape)}`,
    );
  }
  const area = kernel.reduce((product, size) => product * size, 1);
  return { fanIn: into * area, fanOut: out * area };
}

// Drawn in float64, and rounded once.

function drawNormal<T extends Tensor>(caller: string, x: T, mean: number, std: number, options: InitOptions): T {
  checkFloat(caller, x);
  if (isInitSkipped()) return x;
  const { generator } = options;
  return overwrite(x, randn(x.shape, { dtype: 'float64', generator }), std, mean);
}

function drawUniform<T extends Tensor>(caller: string, x: T, a: number, b: number, options: InitOptions): T {
  checkFloat(caller, x);
  if (isInitSkipped()) return x;
  const { generator } = options;
  return overwrite(x, rand(x.shape, { dtype: 'float64', generator }), b - a, a);
}

/** Writes drawn · scale + shift over x: in one loop, since a program that starts has compiled none of the operations yet. */
function overwrite<T extends Tensor>(x: T, drawn: Tensor, scale: number, shift: number): T {
  const numbers = read(drawn);
  const into = (elements: TypedArray): void => {
    for (let i = 0; i < elements.length; i++) elements[i] = (numbers[i] ?? 0) * scale + shift;
  };
  if (x.isContiguous()) {
    write(x, into);
  } else {
    write(drawn, into);
    x.detach().copy_(drawn);
  }
  return x;
}

function checkFloat(caller: string, { dtype }: Tensor): void {
  if (!isFloat(dtype)) {
    throw new DTypeError(`${caller}: can only fill float tensors, got ${dtype}; to('float32') converts`);
  }
}
