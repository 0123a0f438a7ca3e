import { type DType, DTypeError, type Generator, ones, type Size, type Tensor, zeros } from '@mg/tensor';
import { checkTensor, isFloat } from '@mg/tensor/internal';
import { kaimingNormal_, uniformByFanIn } from '../init/init.ts';
import { parameter } from '../module/parameter.ts';

/**
 * How a layer makes its parameters: their dtype (float32), the generator to draw them from (the default one), and `init: 'pytorch'` to draw them as
 * PyTorch does. Every layer with options takes these, even without parameters, so that one object serves for all layers.
 */
export interface LayerOptions {
  readonly dtype?: DType | undefined;
  readonly generator?: Generator | undefined;
  readonly init?: 'pytorch' | undefined;
}

export const layerOptions: readonly (keyof LayerOptions)[] = ['dtype', 'generator', 'init'];

/**
 * The weight of a layer, [out, in, …kernel], and its bias: drawn by He's rule for ReLU, and zeros; with `init: 'pytorch'` both uniformly from ±1/√fan-in.
 *
 * @param biases - the size of the bias, or null for none
 */
export function drawnWeights(
  layer: string,
  shape: readonly number[],
  biases: number | null,
  { dtype, generator, init }: LayerOptions,
): { weight: Tensor; bias: Tensor | null } {
  const weight = zeros(shape, { dtype });
  const bias = biases === null ? null : zeros([biases], { dtype });
  if (init === undefined) kaimingNormal_(weight, { generator });
  else {
    checkInit(layer, init);
    uniformByFanIn(weight, bias, generator);
  }
  return { weight: parameter(weight), bias: bias && parameter(bias) };
}

/** Throws a RangeError unless the initialisation is PyTorch's, or left out. */
export function checkInit(layer: string, init: unknown): void {
  if (init !== undefined && init !== 'pytorch') {
    throw new RangeError(`${layer}: init must be 'pytorch', or left out, got ${JSON.stringify(init)}`);
  }
}

/** Throws a RangeError, which names the layer and the argument, unless each of these is an integer >= `least`. */
export function checkCounts(layer: string, counts: Readonly<Record<string, number>>, least = 0): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < least)
      throw new RangeError(`${layer}: ${name} must be an integer >= ${least}, got ${count}`);
  }
}

/** Throws a RangeError unless a size of windows must be an integer >= `from`, or a pair of them. */
export function checkSize(layer: string, name: string, size: Size, from: number): void {
  const pair: readonly unknown[] = typeof size === 'number' ? [size, size] : size;
  if (
    Array.isArray(pair) &&
    pair.length === 2 &&
    pair.every((each) => Number.isSafeInteger(each) && Number(each) >= from)
  )
    return;
  throw new RangeError(
    `${layer}: ${name} must be an integer >= ${from}, or a pair of them, got ${JSON.stringify(size)}`,
  );
}

/** Throws a RangeError unless the channels can be divided into groups. */
export function checkGroups(layer: string, inChannels: number, outChannels: number, groups: number): void {
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new RangeError(
      `${layer}: ${inChannels} channels in and ${outChannels} out cannot both be divided into ${groups} groups`,
    );
  }
}

/** Throws a DTypeError unless parameters of this dtype can have gradients. */
export function checkFloat(layer: string, dtype: DType | undefined): void {
  if (dtype !== undefined && !isFloat(dtype)) {
    throw new DTypeError(`${layer}: parameters must be float32 or float64, to have gradients, got ${dtype}`);
  }
}

/** Throws a DTypeError for an input that is not of floats, such as labels or the bytes of an image. */
export function checkFloatInput(layer: string, x: Tensor): void {
  if (isFloat(x.dtype)) return;
  checkTensor(layer, 'the input', x, 'fromTypedArray(x.data, x.shape) makes one of a batch');
  throw new DTypeError(`${layer}: takes float32 or float64, got ${x.dtype}; to('float32') converts`);
}

/** Throws a RangeError unless `p` is a probability. */
export function checkProbability(name: string, option: string, p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`${name}: ${option} must be a probability in [0, 1], got ${p}`);
}

/** Sets the fields of a layer, except those that a subclass computes in a getter. */
export function setFields<Layer extends object>(
  layer: Layer,
  fields: { readonly [Name in keyof Layer]?: Layer[Name] },
): void {
  for (const name in fields) if (!(name in layer)) layer[name] = fields[name] as Layer[typeof name];
}

/** PyTorch's form of a name: `weight_ih_l0` for `weightIhL0`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The scale and the shift of a layer that normalizes: ones and zeros. */
export function affine(shape: readonly number[], dtype: DType | undefined): { weight: Tensor; bias: Tensor } {
  return { weight: parameter(ones(shape, { dtype })), bias: parameter(zeros(shape, { dtype })) };
}

/** Sets them to ones and zeros again. */
export function resetAffine({ weight, bias }: { readonly weight: Tensor | null; readonly bias: Tensor | null }): void {
  weight?.detach().fill_(1);
  bias?.detach().fill_(0);
}
