import { checkCount, describe } from '../array/arguments.ts';
import { allocate, type DType, isFloat, type TypedArray } from '../array/dtype.ts';
import { DTypeError } from '../array/errors.ts';
import { type Shape, sizeOf } from '../array/shape.ts';
import { type Literal } from '../graph/shape-types.ts';
import { type Tensor } from '../graph/tensor.ts';
import {
  checkInterval,
  checkProbability,
  defaultGenerator,
  drawSlabs,
  type Generator,
  toNormal,
} from '../random/generator.ts';
import { checkCreation, type CreateOptions, fromElements } from './creation.ts';

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

function prepareFloats(op: string, shape: Shape, options: RandomOptions): Drawing {
  const drawing = prepare(op, shape, options, 'float32');
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
