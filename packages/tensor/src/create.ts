import { allocate, type DType, dtypeOf, isFloat, type TypedArray } from './dtype.ts';
import { DTypeError, ShapeError } from './errors.ts';
import { defaultGenerator, type Generator } from './random.ts';
import { checkShape, contiguousStrides, type Shape, showShape, sizeOf } from './shape.ts';
import { type Literal } from './shape-types.ts';
import { Storage } from './storage.ts';
import { Tensor } from './tensor.ts';

/** Numbers or booleans, in lists of lists of equal length. */
export type Nested = number | boolean | readonly Nested[];

/** How a tensor is made: its dtype (float32 where nothing says otherwise), and whether it wants a gradient. */
export interface CreateOptions {
  readonly dtype?: DType | undefined;
  readonly requiresGrad?: boolean | undefined;
}

/** As CreateOptions, with the generator to draw from; the default one otherwise. */
export interface RandomOptions extends CreateOptions {
  readonly generator?: Generator | undefined;
}

/** A dense tensor over a storage that is just as long. */
function dense(storage: Storage, shape: Shape): Tensor {
  return new Tensor(storage, { shape, strides: contiguousStrides(shape), offset: 0 });
}

/** A dense tensor of zeros, without a look at the shape: for operations, which have made it themselves. */
export function zerosOf(dtype: DType, shape: Shape): Tensor {
  return dense(Storage.zeros(dtype, sizeOf(shape)), shape);
}

function finish<S extends Shape>(
  storage: Storage,
  shape: S,
  { requiresGrad = false }: CreateOptions,
): Tensor<Literal<S>> {
  const tensor = dense(storage, [...shape]);
  tensor.requiresGrad = requiresGrad;
  return tensor;
}

/**
 * A tensor of the given numbers, which are copied. Nested lists give the shape; flat data may bring it in `shape`.
 *
 * Numbers become float32 and booleans bool; a typed array keeps its dtype; `dtype` decides otherwise.
 * Throws a ShapeError for lists of unequal length, or data that does not fill `shape`.
 *
 * ```ts
 * import { tensor } from '@mg/tensor';
 * tensor([[1, 2, 3], [4, 5, 6]]).shape; // => [2, 3]
 * tensor(new Uint8Array([7, 2]), { shape: [2, 1] }); // => tensor([[7], [2]], uint8)
 * ```
 */
export function tensor<const S extends Shape = Shape>(
  data: Nested | TypedArray | Uint8ClampedArray,
  options: CreateOptions & { readonly shape?: S | undefined } = {},
): Tensor<Literal<S>> {
  const isArray = ArrayBuffer.isView(data);
  const ownShape = isArray ? [data.length] : nestedShape(data);
  const flat = isArray ? data : flatten(data);
  const shape: Shape = options.shape ?? ownShape;
  checkShape('tensor', shape);
  if (sizeOf(shape) !== flat.length) {
    throw new ShapeError(
      `tensor: ${flat.length} numbers do not fill shape ${showShape(shape)}, which holds ${sizeOf(shape)}`,
    );
  }
  const found = isArray ? dtypeOf(data) : typeof flat[0] === 'boolean' ? 'bool' : 'float32';
  if (found === undefined) {
    throw new DTypeError(
      `tensor: a ${data.constructor.name} has no dtype here; copy it to a Float32Array, Float64Array, Int32Array or Uint8Array`,
    );
  }
  const dtype = options.dtype ?? found;
  const array = allocate(dtype, flat.length);
  for (let i = 0; i < flat.length; i++) {
    const element = Number(flat[i]);
    array[i] = dtype === 'bool' ? Number(element !== 0) : element;
  }
  return finish(new Storage(dtype, array), shape, options);
}

/** The numbers of nested lists, from left to right. */
function flatten(data: Nested): (number | boolean)[] {
  return typeof data === 'object' ? data.flatMap(flatten) : [data];
}

/** The shape of nested lists, by their first elements; throws a ShapeError where others disagree. */
function nestedShape(data: Nested): number[] {
  if (typeof data !== 'object') return [];
  const shapes = data.map(nestedShape);
  const first = shapes[0] ?? [];
  const odd = shapes.findIndex((shape) => showShape(shape) !== showShape(first));
  if (odd > 0) {
    throw new ShapeError(
      `tensor: lists of unequal length: element 0 has shape ${showShape(first)}, element ${odd} has ${showShape(shapes[odd] ?? [])}`,
    );
  }
  return [data.length, ...first];
}

/** A tensor over `array` itself, dense and row-major: writing to one writes the other. */
export function fromTypedArray<const S extends Shape>(array: TypedArray, shape: S): Tensor<Literal<S>> {
  checkShape('fromTypedArray', shape);
  const dtype = dtypeOf(array);
  if (dtype === undefined) {
    throw new DTypeError(
      `fromTypedArray: a ${array.constructor.name} has no dtype here; use a Float32Array, Float64Array, Int32Array or Uint8Array`,
    );
  }
  if (sizeOf(shape) !== array.length) {
    throw new ShapeError(
      `fromTypedArray: ${array.length} numbers do not fill shape ${showShape(shape)}, which holds ${sizeOf(shape)}`,
    );
  }
  return finish(new Storage(dtype, array), shape, {});
}

/** A 0-d tensor. */
export function scalar(x: number, options: CreateOptions = {}): Tensor<[]> {
  return full([], x, options);
}

/** A tensor of `x` throughout. */
export function full<const S extends Shape>(shape: S, x: number, options: CreateOptions = {}): Tensor<Literal<S>> {
  checkShape('full', shape);
  const storage = Storage.zeros(options.dtype ?? 'float32', sizeOf(shape));
  storage.array.fill(storage.dtype === 'bool' ? Number(x !== 0) : x);
  return finish(storage, shape, options);
}

/** A tensor of zeros. */
export function zeros<const S extends Shape>(shape: S, options: CreateOptions = {}): Tensor<Literal<S>> {
  return full(shape, 0, options);
}

/** A tensor of ones. */
export function ones<const S extends Shape>(shape: S, options: CreateOptions = {}): Tensor<Literal<S>> {
  return full(shape, 1, options);
}

/** Numbers drawn uniformly from [0, 1). */
export function rand<const S extends Shape>(shape: S, options: RandomOptions = {}): Tensor<Literal<S>> {
  const generator = options.generator ?? defaultGenerator;
  // Of the 53 bits of a draw float32 holds 24: the rest is cut off, since rounding could give 1.
  const grain = options.dtype === 'float64' ? 2 ** 53 : 2 ** 24;
  return draw('rand', shape, options, () => Math.floor(generator.random() * grain) / grain);
}

/** Numbers drawn from the normal distribution of mean 0 and variance 1. */
export function randn<const S extends Shape>(shape: S, options: RandomOptions = {}): Tensor<Literal<S>> {
  const generator = options.generator ?? defaultGenerator;
  return draw('randn', shape, options, () => generator.normal());
}

function draw<S extends Shape>(op: string, shape: S, options: RandomOptions, next: () => number): Tensor<Literal<S>> {
  checkShape(op, shape);
  const { dtype = 'float32' } = options;
  if (!isFloat(dtype)) throw new DTypeError(`${op}: draws floats, not ${dtype}; leave dtype out, or use float64`);
  const storage = Storage.zeros(dtype, sizeOf(shape));
  for (let i = 0; i < storage.length; i++) storage.array[i] = next();
  return finish(storage, shape, options);
}
