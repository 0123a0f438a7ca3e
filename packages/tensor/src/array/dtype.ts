import { DTypeError, LimitError } from './errors.ts';

/** The type of a tensor's elements. `bool` is stored as bytes, 0 or 1. */
export type DType = 'float32' | 'float64' | 'int32' | 'uint8' | 'bool';

/** The typed arrays that can hold elements. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Bytes in a buffer that no other thread shares: `Uint8Array<ArrayBuffer>`, which TypeScript before 5.7 does not know by that name. */
export type Bytes = ReturnType<typeof Uint8Array.of>;

/** The largest number of elements of a tensor: 2^32. */
const MOST_ELEMENTS = 2 ** 32;

/** Checks the number of elements of a tensor; the error begins with `what`. Throws a LimitError for more than 2^32. */
export function checkLength(dtype: DType, length: number, what = ''): void {
  if (!(length <= MOST_ELEMENTS)) {
    const bytes = length * bytesPerElement(dtype);
    throw new LimitError(
      `${what}${length} elements of ${dtype}, ${bytes} bytes, are more than the maximum of 2^32 elements`,
    );
  }
}

/** Allocates an array of `length` zeros for elements of `dtype`. Throws a LimitError if that is too large. */
export function allocate(dtype: DType, length: number): TypedArray {
  checkLength(dtype, length);
  try {
    return zeros(dtype, length);
  } catch (cause) {
    const bytes = length * bytesPerElement(dtype);
    const error = new LimitError(`this machine cannot allocate ${bytes} bytes for ${length} elements of ${dtype}`);
    error.cause = cause;
    throw error;
  }
}

function zeros(dtype: DType, length: number): TypedArray {
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

/** Checks that an argument is a dtype. Throws a DTypeError otherwise. */
export function checkDtype(op: string, dtype: DType): void {
  if (!Object.hasOwn(kind, dtype)) {
    throw new DTypeError(`${op}: there is no dtype ${dtype}; it is one of ${Object.keys(kind).join(', ')}`);
  }
}

/** An array over `length` elements of a buffer, starting at byte `start`. */
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

/** The size of an element in bytes. */
export function bytesPerElement(dtype: DType): number {
  return dtype === 'float64' ? 8 : dtype === 'float32' || dtype === 'int32' ? 4 : 1;
}

/** By class name, which is the same in every realm. A canvas returns a Uint8ClampedArray, which is read as plain bytes. */
const dtypeByName = new Map<string, Exclude<DType, 'bool'>>([
  ['Float32Array', 'float32'],
  ['Float64Array', 'float64'],
  ['Int32Array', 'int32'],
  ['Uint8Array', 'uint8'],
  ['Uint8ClampedArray', 'uint8'],
]);

/** The dtype of a typed array's elements; undefined for an unsupported array type. */
export function dtypeOf(array: TypedArray | Uint8ClampedArray): Exclude<DType, 'bool'> | undefined {
  return dtypeByName.get(array[Symbol.toStringTag]);
}

/** Whether `dtype` is a float, the only kind that has gradients. */
export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

/** Checks that `dtype` is a float. Throws a DTypeError otherwise. */
export function checkFloat(op: string, dtype: DType): void {
  if (!isFloat(dtype)) throw new DTypeError(`${op}: takes floats, got ${dtype}; to('float32') converts`);
}

/** Whether `dtype` is one of whole numbers; bool is not. */
export function isInteger(dtype: DType): boolean {
  return dtype === 'int32' || dtype === 'uint8';
}

/** Whether a whole number is in the range of `dtype`; always true for floats and bool. */
export function holds(dtype: DType, x: number): boolean {
  if (dtype === 'int32') return (x | 0) === x;
  return dtype !== 'uint8' || (x & 255) === x;
}

/** Converts a number to an element of `dtype`; integers truncate. Throws a RangeError for a number out of range. */
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

/** The kinds of number for promotion: the higher kind always wins. */
const kind: Record<DType, number> = { bool: 0, uint8: 1, int32: 1, float32: 2, float64: 2 };
const width: Record<DType, number> = { bool: 0, uint8: 1, int32: 2, float32: 3, float64: 4 };

/** An operand of type promotion: a plain number, which has no dtype of its own, or a tensor. */
export type Promotable = number | { readonly dtype: DType; readonly ndim: number };

/**
 * The dtype that two operands are promoted to, by PyTorch's rules: the higher kind wins (bool, integer, float). Within a kind,
 * tensors with axes take precedence over 0-d tensors, and both over plain numbers; otherwise the wider dtype wins.
 * @see https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
 */
export function promote(a: Promotable, b: Promotable): DType {
  const [dtypeA, dtypeB] = [dtypeOfOperand(a), dtypeOfOperand(b)];
  if (kind[dtypeA] !== kind[dtypeB]) return kind[dtypeA] > kind[dtypeB] ? dtypeA : dtypeB;
  if (rank(a) !== rank(b)) return rank(a) > rank(b) ? dtypeA : dtypeB;
  return width[dtypeA] >= width[dtypeB] ? dtypeA : dtypeB;
}

/** A plain number counts as int32 if int32 can hold it, else as float32: JavaScript does not distinguish 1 from 1.0. */
function dtypeOfOperand(operand: Promotable): DType {
  if (typeof operand !== 'number') return operand.dtype;
  return (operand | 0) === operand ? 'int32' : 'float32';
}

/** The precedence within a kind: a number (0), a 0-d tensor (1), a tensor with axes (2). */
function rank(operand: Promotable): number {
  if (typeof operand === 'number') return 0;
  return operand.ndim === 0 ? 1 : 2;
}
