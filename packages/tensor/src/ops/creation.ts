import { checkCount, checkNumber, checkOptions, describe } from '../array/arguments.ts';
import {
  allocate,
  checkDtype,
  checkLength,
  type DType,
  dtypeOf,
  isFloat,
  toElement,
  type TypedArray,
} from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { checkShape, MOST_AXES, resolveReshape, type Shape, showShape, sizeOf } from '../array/shape.ts';
import { Storage } from '../array/storage.ts';
import { dense } from '../graph/apply.ts';
import { type Literal, type Reshaped } from '../graph/shape-types.ts';
import { checkTensor, isTensor, type Tensor } from '../graph/tensor.ts';
import { type Generator } from '../random/generator.ts';

/** A number or boolean, or nested lists of them; all lists at the same depth have equal length. */
export type Nested = number | boolean | readonly Nested[];

/** The options of functions that create tensors. */
export interface CreateOptions {
  /** The dtype of the elements; float32 by default, unless the function says otherwise. */
  readonly dtype?: DType | undefined;
  /** Whether `backward` computes a gradient for the tensor; false by default. */
  readonly requiresGrad?: boolean | undefined;
  /** The source of random numbers. Functions that draw none ignore it, so that one options object can be used for all. */
  readonly generator?: Generator | undefined;
}

/** The options that every creation function accepts. */
const known: readonly (keyof CreateOptions)[] = ['dtype', 'requiresGrad', 'generator'];

/** Checks the shape and the options of a new tensor, and returns its dtype. Throws a ShapeError for more than 2^32 elements. */
export function checkCreation(op: string, shape: Shape, options: CreateOptions): DType {
  checkShape(op, shape);
  checkOptions(op, options, known);
  const { dtype = 'float32' } = options;
  checkDtype(op, dtype);
  checkLength(dtype, sizeOf(shape), `${op}: shape ${showShape(shape)}: `);
  return dtype;
}

/** A tensor that takes ownership of an array with as many elements as `shape`. */
export function fromElements<S extends Shape>(
  array: TypedArray,
  dtype: DType,
  shape: S,
  options: CreateOptions,
): Tensor<Literal<S>> {
  return finish(Storage.of(dtype, array), shape, options);
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
 * Creates a tensor from numbers, which are copied. The nesting of lists gives the shape; for flat data, `shape` gives it, where one
 * size may be -1, to be inferred.
 *
 * Without `dtype`, a typed array keeps its dtype, booleans become bool, and other data becomes float32. Integer dtypes truncate fractions.
 * Throws a ShapeError for lists of unequal length, lists nested more than 64 deep, or data that does not fill `shape`, a TypeError for elements that are not numbers,
 * and a RangeError for a number that does not fit the dtype.
 *
 * ```ts
 * import { tensor } from '@mg/tensor';
 * tensor([[1, 2, 3], [4, 5, 6]]).shape; // => [2, 3]
 * tensor(new Uint8Array([7, 2]), { shape: [-1, 1] }); // => tensor([[7], [2]], uint8)
 * tensor([300], { dtype: 'uint8' }); // => throws RangeError: tensor: 300 does not fit uint8
 * ```
 */
export function tensor<S extends Shape = Shape>(
  data: Nested | TypedArray | Uint8ClampedArray,
  options: CreateOptions & { readonly shape?: S | undefined } = {},
): Tensor<Reshaped<S>> {
  checkOptions('tensor', options, [...known, 'shape']);
  const { elements, ownShape, ownDtype } = ArrayBuffer.isView(data) ? fromTyped('tensor', data) : fromNested(data);
  const shape: Shape = options.shape === undefined ? ownShape : resolveReshape('tensor', ownShape, options.shape);
  const { dtype = ownDtype } = options;
  checkDtype('tensor', dtype);
  const array = allocate(dtype, elements.length);
  if (isFloat(dtype) || dtype === ownDtype) array.set(elements);
  else for (let i = 0; i < array.length; i++) array[i] = toElement('tensor', dtype, elements[i] ?? NaN);
  return fromElements(array, dtype, shape, options);
}

/** Elements as numbers, with the shape and dtype of the data. */
interface Elements {
  readonly elements: ArrayLike<number>;
  readonly ownShape: Shape;
  readonly ownDtype: DType;
}

function fromTyped(op: string, array: TypedArray | Uint8ClampedArray): Elements {
  const ownDtype = dtypeOf(array);
  if (ownDtype === undefined) {
    throw new DTypeError(
      `${op}: does not support ${array.constructor.name}; use a Float32Array, Float64Array, Int32Array or Uint8Array`,
    );
  }
  return { elements: array, ownShape: [array.length], ownDtype };
}

/** Flattens nested lists. Throws a ShapeError for lists of unequal length, and a TypeError for elements that are not numbers. */
function fromNested(data: Nested): Elements {
  const ownShape: number[] = [];
  for (let first: unknown = data; Array.isArray(first); first = first[0]) {
    ownShape.push(first.length);
    if (ownShape.length > MOST_AXES) {
      throw new ShapeError(`tensor: the lists are nested more than ${MOST_AXES} deep; does a list contain itself?`);
    }
  }
  const elements: number[] = [];
  let booleans = 0;
  const collect = (nested: unknown, axis: number): void => {
    const isList = Array.isArray(nested);
    if (axis < ownShape.length ? !isList || nested.length !== ownShape[axis] : isList) {
      const found = isList ? `a list of ${nested.length}` : String(nested);
      const expected = axis < ownShape.length ? `a list of ${ownShape[axis] ?? 0}` : 'a number';
      throw new ShapeError(`tensor: lists of unequal length: expected ${expected} at depth ${axis}, got ${found}`);
    }
    if (isList) {
      for (const each of nested) collect(each, axis + 1);
    } else if (typeof nested === 'number' || typeof nested === 'boolean') {
      if (typeof nested === 'boolean') booleans++;
      elements.push(Number(nested));
    } else {
      const hint = isTensor(nested)
        ? '; stack([…]) takes tensors'
        : typeof nested === 'object' && nested !== null && 'data' in nested
          ? '; fromTypedArray(x.data, x.shape) takes a batch'
          : '';
      throw new TypeError(`tensor: takes numbers and booleans, got ${describe(nested)}${hint}`);
    }
  };
  collect(data, 0);
  const ownDtype = booleans > 0 && booleans === elements.length ? 'bool' : 'float32';
  return { elements, ownShape, ownDtype };
}

/**
 * Creates a tensor over `array` itself, dense and row-major: writing to one changes the other. One size may be -1, to be inferred. Tensors
 * over one buffer count as changed together: after an in-place operation on one, backward refuses what was saved of another. Throws a
 * ShapeError if the array does not fill `shape`, and a DTypeError for an unsupported array type.
 */
export function fromTypedArray<S extends Shape>(array: TypedArray, shape: S): Tensor<Reshaped<S>> {
  const { ownDtype, ownShape } = fromTyped('fromTypedArray', array);
  const resolved: Shape = resolveReshape('fromTypedArray', ownShape, shape);
  return finish(Storage.sharing(ownDtype, array), resolved, {});
}

/** A 0-d tensor with the value `x`; a boolean gives bool. Throws a RangeError for a number that does not fit the dtype. */
export function scalar(x: number | boolean, options: CreateOptions = {}): Tensor {
  return filled('scalar', [], x, options);
}

/** A tensor filled with `x`; a boolean gives bool. Throws a RangeError for a number that does not fit the dtype. */
export function full<S extends Shape>(shape: S, x: number | boolean, options: CreateOptions = {}): Tensor<Literal<S>> {
  return filled('full', shape, x, options);
}

/** A tensor filled with `x`; errors name the function `op`. */
function filled<S extends Shape>(
  op: string,
  shape: S,
  x: number | boolean,
  options: CreateOptions,
): Tensor<Literal<S>> {
  const given = checkCreation(op, shape, options);
  if (typeof x !== 'boolean') checkNumber(op, 'the value', x);
  const dtype = typeof x === 'boolean' ? (options.dtype ?? 'bool') : given;
  const storage = Storage.empty(dtype, sizeOf(shape));
  storage.elements().fill(toElement(op, dtype, Number(x)));
  return finish(storage, shape, options);
}

/** A tensor of zeros. */
export function zeros<S extends Shape>(shape: S, options: CreateOptions = {}): Tensor<Literal<S>> {
  return filled('zeros', shape, 0, options);
}

/** A tensor of ones. */
export function ones<S extends Shape>(shape: S, options: CreateOptions = {}): Tensor<Literal<S>> {
  return filled('ones', shape, 1, options);
}

/** A tensor with uninitialized elements, to be written before it is read. */
export function empty<S extends Shape>(shape: S, options: CreateOptions = {}): Tensor<Literal<S>> {
  const dtype = checkCreation('empty', shape, options);
  return finish(Storage.empty(dtype, sizeOf(shape)), shape, options);
}

/** The identity matrix [n, n], or [n, m]: ones on the diagonal, zeros elsewhere. */
export function eye(n: number, options?: CreateOptions): Tensor;
export function eye(n: number, m: number, options?: CreateOptions): Tensor;
export function eye(n: number, second: number | CreateOptions = n, third: CreateOptions = {}): Tensor {
  const [m, options] = typeof second === 'object' ? [n, second] : [second, third];
  checkCount('eye', 'n', n);
  checkCount('eye', 'm', m);
  const dtype = checkCreation('eye', [n, m], options);
  const array = allocate(dtype, n * m);
  for (let i = 0; i < Math.min(n, m); i++) array[i * (m + 1)] = 1;
  return fromElements(array, dtype, [n, m], options);
}

/**
 * The numbers `start + i · step` from `start` to `stop`, exclusive. A single argument is `stop`, with `start` 0. Whole numbers give int32
 * (int64 in PyTorch), others float32.
 *
 * Throws a RangeError for a step of 0 or of the wrong sign, and for numbers that do not fit the dtype.
 *
 * ```ts
 * import { arange } from '@mg/tensor';
 * arange(3).toArray(); // => [0, 1, 2]
 * arange(1, 2, 0.25).toArray(); // => [1, 1.25, 1.5, 1.75]
 * ```
 */
export function arange(stop: number, options?: CreateOptions): Tensor;
export function arange(start: number, stop: number, options?: CreateOptions): Tensor;
export function arange(start: number, stop: number, step?: number, options?: CreateOptions): Tensor;
export function arange(
  first: number,
  second: number | CreateOptions = {},
  third: number | CreateOptions = 1,
  last: CreateOptions = {},
): Tensor {
  const isStop = typeof second !== 'number';
  const [from, to] = isStop ? [0, first] : [first, second];
  const [step, options] = isStop ? [1, second] : typeof third === 'number' ? [third, last] : [1, third];
  if (![from, to, step].every(Number.isFinite)) {
    throw new RangeError(`arange: takes finite numbers, got start ${from}, stop ${to}, step ${step}`);
  }
  if (step === 0 || (to - from) / step < 0) {
    throw new RangeError(`arange: step ${step} does not lead from ${from} to ${to}`);
  }
  const length = Math.ceil((to - from) / step);
  checkCreation('arange', [length], options);
  const isWhole = [from, to, step].every(Number.isInteger);
  const dtype = options.dtype ?? (isWhole ? 'int32' : 'float32');
  const array = allocate(dtype, length);
  for (let i = 0; i < length; i++) array[i] = toElement('arange', dtype, from + i * step);
  return fromElements(array, dtype, [array.length], options);
}

/** `steps` evenly spaced numbers from `start` to `stop`, inclusive. */
export function linspace(start: number, stop: number, steps: number, options: CreateOptions = {}): Tensor {
  checkCount('linspace', 'steps', steps);
  const dtype = checkCreation('linspace', [steps], options);
  const array = allocate(dtype, steps);
  const step = (stop - start) / (steps - 1);
  // Computed from both ends, so that both are exact.
  for (let i = 0; i < steps; i++) {
    const x = i === 0 ? start : i < steps / 2 ? start + i * step : stop - (steps - 1 - i) * step;
    array[i] = toElement('linspace', dtype, x);
  }
  return fromElements(array, dtype, [steps], options);
}

/** A tensor filled with `x`, with the shape and (by default) the dtype of another tensor; a boolean gives bool. */
export function fullLike<S extends Shape>(
  like: Tensor<S>,
  x: number | boolean,
  options: CreateOptions = {},
): Tensor<S> {
  return filledLike('fullLike', like, x, options);
}

function filledLike(op: string, like: Tensor, x: number | boolean, options: CreateOptions): Tensor {
  checkTensor(op, 'the model', like);
  checkOptions(op, options, known);
  const own = typeof x === 'boolean' ? 'bool' : like.dtype;
  return filled(op, like.shape, x, { ...options, dtype: options.dtype ?? own });
}

/** A tensor of zeros, with the shape and (by default) the dtype of another tensor. */
export function zerosLike<S extends Shape>(like: Tensor<S>, options: CreateOptions = {}): Tensor<S> {
  return filledLike('zerosLike', like, 0, options);
}

/** A tensor of ones, with the shape and (by default) the dtype of another tensor. */
export function onesLike<S extends Shape>(like: Tensor<S>, options: CreateOptions = {}): Tensor<S> {
  return filledLike('onesLike', like, 1, options);
}
