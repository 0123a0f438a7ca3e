import { checkCount, checkOptions, describe } from '../array/arguments.ts';
import { allocate, checkFloat, type DType, isFloat, promote, type TypedArray } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { broadcastShapes, type Shape, showShape, sizeOf } from '../array/shape.ts';
import { unrecorded } from '../graph/apply.ts';
import { type Literal } from '../graph/shape-types.ts';
import { checkTensor, type Tensor } from '../graph/tensor.ts';
import {
  checkInterval,
  checkProbability,
  defaultGenerator,
  drawSlabs,
  type Generator,
  toNormal,
} from '../random/generator.ts';
import { denseStorage } from './copy.ts';
import { checkCreation, type CreateOptions, fromElements } from './creation.ts';
import { type Operand, toTensors } from './define-elementwise.ts';

/** The options of random tensors: CreateOptions, whose `generator` is the default generator unless given. */
export type RandomOptions = CreateOptions;

/** The resolved arguments of a random function: the array to fill, its dtype, and the generator. */
interface Drawing {
  readonly array: TypedArray;
  readonly dtype: DType;
  readonly generator: Generator;
}

/** Checks the arguments; `own` is the default dtype. */
function prepare(op: string, shape: Shape, options: RandomOptions, own: DType): Drawing {
  checkCreation(op, shape, options);
  const { dtype = own, generator = defaultGenerator } = options;
  // Plain JavaScript may pass a seed. Not `instanceof`: a second copy of this package has its own class.
  if (typeof (generator as Partial<Generator> | null)?.permutation !== 'function') {
    throw new TypeError(
      `${op}: the generator must be a Generator, as in new Generator(42), got ${describe(generator)}`,
    );
  }
  return { array: allocate(dtype, sizeOf(shape)), dtype, generator };
}

/**
 * Numbers drawn uniformly from [0, 1), float32 or float64. Throws a DTypeError for other dtypes.
 *
 * ```ts
 * import { manualSeed, rand } from '@mg/tensor';
 * manualSeed(42);
 * rand([2, 2]); // => tensor([[0.6130, 0.0732], [0.9877, 0.5139]])
 * ```
 */
export function rand<S extends Shape>(shape: S, options: RandomOptions = {}): Tensor<Literal<S>> {
  const { array, dtype, generator } = prepareFloats('rand', shape, options);
  // float32 holds 24 of the 53 bits of a draw; the rest is truncated, because rounding could give 1.
  const grain = dtype === 'float64' ? 2 ** 53 : 2 ** 24;
  drawSlabs(generator, array.length, (slab, start) => {
    for (let i = 0; i < slab.length; i++) array[start + i] = Math.floor((slab[i] ?? 0) * grain) / grain;
  });
  return fromElements(array, dtype, shape, options);
}

/**
 * Numbers drawn from the standard normal distribution (mean 0, variance 1), float32 or float64. Throws a DTypeError for other dtypes.
 *
 * ```ts
 * import { manualSeed, randn } from '@mg/tensor';
 * manualSeed(42);
 * randn([2, 2]); // => tensor([[0.2870, -1.4521], [2.2482, 0.0349]])
 * ```
 */
export function randn<S extends Shape>(shape: S, options: RandomOptions = {}): Tensor<Literal<S>> {
  const { array, dtype, generator } = prepareFloats('randn', shape, options);
  drawSlabs(generator, array.length, (slab, start) => {
    toNormal(slab);
    array.set(slab, start);
  });
  return fromElements(array, dtype, shape, options);
}

/**
 * Numbers drawn uniformly from [0, 1), as many as another tensor has, in its shape and (by default) its dtype. Throws a DTypeError for
 * integers.
 *
 * ```ts
 * import { manualSeed, randLike, zeros } from '@mg/tensor';
 * manualSeed(42);
 * randLike(zeros([2])); // => tensor([0.6130, 0.0732])
 * ```
 */
export function randLike<S extends Shape>(like: Tensor<S>, options: RandomOptions = {}): Tensor<S> {
  checkTensor('randLike', 'the model', like);
  return rand(like.shape, { dtype: like.dtype, ...options }) as Tensor;
}

/**
 * Numbers drawn from the standard normal distribution, as many as another tensor has, in its shape and (by default) its dtype. Throws a
 * DTypeError for integers.
 *
 * ```ts
 * import { manualSeed, randnLike, zeros } from '@mg/tensor';
 * manualSeed(42);
 * randnLike(zeros([2])); // => tensor([ 0.2870, -1.4521])
 * ```
 */
export function randnLike<S extends Shape>(like: Tensor<S>, options: RandomOptions = {}): Tensor<S> {
  checkTensor('randnLike', 'the model', like);
  return randn(like.shape, { dtype: like.dtype, ...options }) as Tensor;
}

/**
 * Numbers drawn from normal distributions with these means and standard deviations: `mean + std · z`, float32 or float64. For numbers,
 * `shape` says how many; tensors are broadcast to the shape of the result, through which no gradient flows to them.
 *
 * Throws a RangeError for a negative standard deviation, and a DTypeError for integers.
 *
 * ```ts
 * import { manualSeed, normal, tensor } from '@mg/tensor';
 * manualSeed(42);
 * normal(10, 2, [2]); // => tensor([10.5741,  7.0957])
 * normal(tensor([0, 100]), 1); // => tensor([  2.2482, 100.0349])
 * ```
 */
export function normal(mean: number, std: number, shape: Shape, options?: RandomOptions): Tensor;
export function normal(mean: Operand, std: Operand, options?: RandomOptions): Tensor;
export function normal(
  mean: Operand,
  std: Operand,
  third: Shape | RandomOptions = {},
  last: RandomOptions = {},
): Tensor {
  const [center, spread] = toTensors('normal', mean, std, () => 'float64').map(unrecorded) as [Tensor, Tensor];
  const isSized = Array.isArray(third);
  const own = typeof mean === 'number' && typeof std === 'number' ? 'float32' : promote(mean, std);
  const options = isSized ? last : (third as RandomOptions);
  const shape = isSized ? (third as Shape) : broadcastShapes('normal', center.shape, spread.shape);
  const { array, dtype, generator } = prepareFloats('normal', shape, options, own);
  const [means, stds] = [center, spread].map((each) => denseStorage(each, shape, 'float64').read());
  const negative = stds?.find((each) => !(each >= 0));
  if (negative !== undefined) throw new RangeError(`normal: std must be >= 0, got ${negative}`);
  drawSlabs(generator, array.length, (slab, start) => {
    toNormal(slab);
    for (let i = 0; i < slab.length; i++) {
      array[start + i] = (means?.[start + i] ?? 0) + (stds?.[start + i] ?? 0) * (slab[i] ?? 0);
    }
  });
  return fromElements(array, dtype, shape, options);
}

/** The options of `multinomial`. */
export interface MultinomialOptions {
  /** Whether an index may be drawn again; false by default. */
  readonly replacement?: boolean | undefined;
  /** The source of random numbers: the default generator unless given. */
  readonly generator?: Generator | undefined;
}

/** Draws indices with probabilities in proportion to weights, from a vector or from each row of a matrix: int32. */
export function multinomial(x: Tensor, numSamples: number, options: MultinomialOptions = {}): Tensor {
  checkOptions('multinomial', options, ['replacement', 'generator']);
  const { replacement = false } = options;
  checkFloat('multinomial', x.dtype);
  const count = x.shape.at(-1) ?? 0;
  if (x.ndim < 1 || x.ndim > 2 || count === 0) {
    throw new ShapeError(`multinomial: takes a vector or rows of weights, got shape ${showShape(x.shape)}`);
  }
  if (!Number.isSafeInteger(numSamples) || numSamples < 1) {
    throw new RangeError(`multinomial: numSamples must be an integer >= 1, got ${numSamples}`);
  }
  const shape = x.shape.with(-1, numSamples);
  const { array, dtype, generator } = prepare('multinomial', shape, { generator: options.generator }, 'int32');
  const all = Float64Array.from(denseStorage(x).read());
  for (let row = 0; row * numSamples < array.length; row++) {
    const weights = all.subarray(row * count, (row + 1) * count);
    const wrong = weights.find((each) => !(each >= 0 && each < Infinity));
    if (wrong !== undefined) throw new RangeError(`multinomial: weights must be finite and >= 0, got ${wrong}`);
    const [needed, positive] = [replacement ? 1 : numSamples, weights.filter((each) => each > 0).length];
    if (positive < needed) {
      throw new RangeError(`multinomial: cannot draw ${needed} of ${positive} weights above 0 without replacement`);
    }
    let ends = cumulated(weights);
    for (let i = 0; i < numSamples; i++) {
      const total = ends[count - 1] ?? 0;
      const wanted = generator.random() * total;
      const found = ends.findIndex((end) => end > wanted);
      const drawn = found < 0 ? ends.indexOf(total) : found; // where the product is rounded up to the total
      array[row * numSamples + i] = drawn;
      if (replacement) continue;
      weights[drawn] = 0;
      ends = cumulated(weights);
    }
  }
  return fromElements(array, dtype, shape, {});
}

/** The sums of the first one, two, three … numbers. */
function cumulated(numbers: Float64Array): Float64Array {
  let total = 0;
  return numbers.map((each) => (total += each));
}

/**
 * Whole numbers drawn from [low, high), each with the same probability; int32 by default.
 *
 * Throws a RangeError for bounds that are not whole numbers, an empty interval, or numbers that the dtype does not hold exactly, and
 * a DTypeError for bool.
 *
 * ```ts
 * import { manualSeed, randint } from '@mg/tensor';
 * manualSeed(42);
 * randint(1, 7, [5]); // => tensor([4, 3, 1, 3, 6], int32)
 * randint(0, 300, [5], { dtype: 'uint8' }); // => throws RangeError: randint: uint8 holds whole numbers from 0 to 255
 * ```
 */
export function randint<S extends Shape>(
  low: number,
  high: number,
  shape: S,
  options: RandomOptions = {},
): Tensor<Literal<S>> {
  const { array, dtype, generator } = prepare('randint', shape, options, 'int32');
  checkInterval('randint', low, high);
  checkHolds('randint', dtype, low, high - 1);
  for (let i = 0; i < array.length; i++) array[i] = generator.integer(low, high);
  return fromElements(array, dtype, shape, options);
}

/**
 * Ones with probability `p`, in steps of 2^-53, and zeros; float32 by default. With dtype bool, true and false. Throws a RangeError
 * unless p is in [0, 1].
 *
 * ```ts
 * import { bernoulli, manualSeed } from '@mg/tensor';
 * manualSeed(42);
 * bernoulli(0.5, [4]); // => tensor([0, 1, 0, 0])
 * bernoulli(0.9, [4], { dtype: 'bool' }); // => tensor([true, true, true, true])
 * ```
 */
export function bernoulli<S extends Shape>(p: number, shape: S, options: RandomOptions = {}): Tensor<Literal<S>> {
  const { array, dtype, generator } = prepare('bernoulli', shape, options, 'float32');
  checkProbability('bernoulli', p);
  drawSlabs(generator, array.length, (slab, start) => {
    for (let i = 0; i < slab.length; i++) array[start + i] = (slab[i] ?? 0) < p ? 1 : 0;
  });
  return fromElements(array, dtype, shape, options);
}

/**
 * The numbers from 0 to n - 1 in random order, each order with the same probability; int32 by default.
 *
 * Throws a RangeError if n is not a whole number from 0 to 2^31, or too large for the dtype, and a DTypeError for bool.
 *
 * ```ts
 * import { manualSeed, permutation } from '@mg/tensor';
 * manualSeed(42);
 * permutation(5); // => tensor([4, 2, 0, 1, 3], int32)
 * ```
 */
export function permutation(n: number, options: RandomOptions = {}): Tensor {
  checkCount('permutation', 'n', n);
  const { array, dtype, generator } = prepare('permutation', [n], options, 'int32');
  checkHolds('permutation', dtype, 0, n - 1);
  array.set(generator.permutation(n));
  return fromElements(array, dtype, [n], options);
}

function prepareFloats(op: string, shape: Shape, options: RandomOptions, own: DType = 'float32'): Drawing {
  const drawing = prepare(op, shape, options, own);
  const { dtype } = drawing;
  if (!isFloat(dtype)) throw new DTypeError(`${op}: draws floats, not ${dtype}; leave dtype out, or use float64`);
  return drawing;
}

/** The range in which a dtype holds every whole number exactly. */
const wholeNumbers = new Map<DType, readonly [number, number]>([
  ['float32', [-(2 ** 24), 2 ** 24]],
  ['float64', [-(2 ** 53), 2 ** 53]],
  ['int32', [-(2 ** 31), 2 ** 31 - 1]],
  ['uint8', [0, 255]],
]);

/** Checks that `dtype` holds the whole numbers from `first` to `last` exactly. */
function checkHolds(op: string, dtype: DType, first: number, last: number): void {
  const held = wholeNumbers.get(dtype);
  if (held === undefined) {
    throw new DTypeError(
      `${op}: draws whole numbers, not ${dtype}; dtype is one of ${[...wholeNumbers.keys()].join(', ')}`,
    );
  }
  if (first < held[0] || last > held[1]) {
    throw new RangeError(
      `${op}: ${dtype} holds whole numbers from ${held[0]} to ${held[1]}, but these go from ${first} to ${last}; use a wider dtype`,
    );
  }
}
