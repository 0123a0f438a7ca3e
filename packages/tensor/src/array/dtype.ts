import { DTypeError } from './errors.ts';

/** What a tensor's elements are. `bool` is stored as bytes of 0 and 1. */
export type DType = 'float32' | 'float64' | 'int32' | 'uint8' | 'bool';

/** The arrays that hold elements. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Allocates the array of `length` zeros that holds elements of `dtype`. */
export function allocate(dtype: DType, length: number): TypedArray {
  switch (dtype) {
    case 'float32':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(length);
  }
}

/** Throws a DTypeError for what is no dtype. */
export function checkDtype(op: string, dtype: DType): void {
  if (!Object.hasOwn(kind, dtype)) {
    throw new DTypeError(`${op}: there is no dtype ${dtype}; it is one of ${Object.keys(kind).join(', ')}`);
  }
}

/** The array over `length` elements that lie in a buffer from byte `start` on. */
export function viewOf(dtype: DType, buffer: ArrayBuffer, start: number, length: number): TypedArray {
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer, start, length);
    case 'float64':
      return new Float64Array(buffer, start, length);
    case 'int32':
      return new Int32Array(buffer, start, length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer, start, length);
  }
}

/** How many bytes an element takes. */
export function bytesPerElement(dtype: DType): number {
  return dtype === 'float64' ? 8 : dtype === 'float32' || dtype === 'int32' ? 4 : 1;
}

/** By the name that a typed array has in every realm. Uint8ClampedArray is what a canvas gives: its bytes are plain bytes. */
const dtypeByName = new Map<string, Exclude<DType, 'bool'>>([
  ['Float32Array', 'float32'],
  ['Float64Array', 'float64'],
  ['Int32Array', 'int32'],
  ['Uint8Array', 'uint8'],
  ['Uint8ClampedArray', 'uint8'],
]);

/** The dtype whose elements a typed array holds; undefined for an array of a kind that no dtype uses. */
export function dtypeOf(array: TypedArray | Uint8ClampedArray): Exclude<DType, 'bool'> | undefined {
  return dtypeByName.get(array[Symbol.toStringTag]);
}

/** Whether gradients can flow through elements of `dtype`. */
export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

/** Whether a whole number is one of those that `dtype` has; a float has all, and a bool takes any. */
export function holds(dtype: DType, x: number): boolean {
  if (dtype === 'int32') return (x | 0) === x;
  return dtype !== 'uint8' || (x & 255) === x;
}

/** A number as an element of `dtype`: integers cut its fraction off. Throws a RangeError where they would wrap it around. */
export function toElement(op: string, dtype: DType, x: number): number {
  if (dtype === 'bool') return Number(x !== 0);
  if (isFloat(dtype)) return x;
  const whole = Math.trunc(x);
  if (!holds(dtype, whole)) {
    const wider = holds('int32', whole) ? 'int32' : 'float64';
    throw new RangeError(`${op}: ${x} does not fit ${dtype}; ${wider} holds it, and to('${wider}') converts a tensor`);
  }
  return whole;
}

/** Kinds of number, as promotion sees them: a higher kind always wins. */
const kind: Record<DType, number> = { bool: 0, uint8: 1, int32: 1, float32: 2, float64: 2 };
const width: Record<DType, number> = { bool: 0, uint8: 1, int32: 2, float32: 3, float64: 4 };

/** One operand of an operation, as far as promotion looks at it: a plain number has no dtype of its own. */
export type Promotable = number | { readonly dtype: DType; readonly ndim: number };

/**
 * The dtype in which two operands meet, by PyTorch's rule: the higher kind wins (bool, integer, float); within a kind,
 * tensors with axes decide over 0-d tensors, and both over plain numbers; among equals the wider wins.
 * @see https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
 */
export function promote(a: Promotable, b: Promotable): DType {
  const [dtypeA, dtypeB] = [dtypeOfOperand(a), dtypeOfOperand(b)];
  if (kind[dtypeA] !== kind[dtypeB]) return kind[dtypeA] > kind[dtypeB] ? dtypeA : dtypeB;
  if (rank(a) !== rank(b)) return rank(a) > rank(b) ? dtypeA : dtypeB;
  return width[dtypeA] >= width[dtypeB] ? dtypeA : dtypeB;
}

/** A plain number counts as int32 when it is one, else as float32: JavaScript cannot tell 1 from 1.0, and 1e10 is no int32. */
function dtypeOfOperand(operand: Promotable): DType {
  if (typeof operand !== 'number') return operand.dtype;
  return (operand | 0) === operand ? 'int32' : 'float32';
}

/** Who decides within a kind: a number (0), a 0-d tensor (1), a tensor with axes (2). */
function rank(operand: Promotable): number {
  if (typeof operand === 'number') return 0;
  return operand.ndim === 0 ? 1 : 2;
}
