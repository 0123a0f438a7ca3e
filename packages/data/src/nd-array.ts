import { className, showShape } from './describe.ts';

/** The typed arrays of numbers. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/**
 * An n-dimensional array: its elements in row-major order, and its sizes.
 *
 * `fromTypedArray(x.data, x.shape)` of @mg/tensor makes a tensor of it without a copy.
 */
export interface NdArray<Data extends TypedArray = TypedArray> {
  readonly data: Data;
  readonly shape: readonly number[];
}

const classes: Readonly<Record<string, (new (length: number) => TypedArray) | undefined>> = {
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
};

export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && className(value) in classes;
}

export function isNdArray(value: unknown): value is NdArray {
  return (
    typeof value === 'object' &&
    value !== null &&
    'data' in value &&
    'shape' in value &&
    isTypedArray(value.data) &&
    Array.isArray(value.shape)
  );
}

/** Whether the elements are floats: the others are integers. */
export function isFloatArray(data: TypedArray): boolean {
  return className(data).startsWith('Float');
}

/** A new array of zeros, of the same class. A Buffer of Node counts as a Uint8Array. */
export function emptyLike<Data extends TypedArray>(array: Data, length: number): Data;
export function emptyLike(array: TypedArray, length: number): TypedArray {
  return new (classes[className(array)] ?? Float32Array)(length);
}

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Throws a RangeError unless the sizes are integers, and their product is the number of elements. */
export function expectFitting(operation: string, name: string, { data, shape }: NdArray): void {
  if (shape.every((size) => Number.isSafeInteger(size) && size >= 0) && sizeOf(shape) === data.length) return;
  throw new RangeError(
    `${operation}: the shape ${showShape(shape)} of ${name} does not fit its ${data.length} elements. ` +
      'Pass one size per axis, whose product is the number of elements',
  );
}
