import { allocate, type DType } from '../../array/dtype.ts';
import { storeAsI64 } from '../../array/wide-integers.ts';
import { type Tensor } from '../../graph/tensor.ts';
import { fromElements } from '../../ops/creation.ts';
import { quote, SafetensorsError } from './error.ts';
import { type Entry } from './header.ts';

/** How to read the elements of a dtype of the format. */
export interface StoredType {
  /** The size of an element in the file, in bytes. */
  readonly bytes: number;
  /** The dtype of the resulting tensor. */
  readonly dtype: DType;
  /** Reads the element at byte `at`: as a number for int32, as 32 bits for float32. Omitted if the bytes can be copied. */
  readonly read?: (data: DataView, at: number) => number;
}

/** The supported dtypes of the format; all are read exactly. */
const storedTypes: ReadonlyMap<string, StoredType> = new Map<string, StoredType>([
  ['F64', { bytes: 8, dtype: 'float64' }],
  ['F32', { bytes: 4, dtype: 'float32' }],
  ['F16', { bytes: 2, dtype: 'float32', read: (data, at) => widenFloat16(data.getUint16(at, true)) }],
  ['BF16', { bytes: 2, dtype: 'float32', read: (data, at) => data.getUint16(at, true) << 16 }],
  ['I64', { bytes: 8, dtype: 'int32', read: (data, at) => Number(data.getBigInt64(at, true)) }],
  ['U64', { bytes: 8, dtype: 'int32', read: (data, at) => Number(data.getBigUint64(at, true)) }],
  ['I32', { bytes: 4, dtype: 'int32' }],
  ['U32', { bytes: 4, dtype: 'int32', read: (data, at) => data.getUint32(at, true) }],
  ['I16', { bytes: 2, dtype: 'int32', read: (data, at) => data.getInt16(at, true) }],
  ['U16', { bytes: 2, dtype: 'int32', read: (data, at) => data.getUint16(at, true) }],
  ['I8', { bytes: 1, dtype: 'int32', read: (data, at) => data.getInt8(at) }],
  ['U8', { bytes: 1, dtype: 'uint8' }],
  ['BOOL', { bytes: 1, dtype: 'bool' }],
]);

/** How to read the elements of the tensor `name`. Throws a SafetensorsError for an unsupported dtype, such as float8 or complex. */
export function storedTypeOf(name: string, dtype: string): StoredType {
  const type = storedTypes.get(dtype);
  if (type === undefined) {
    const known = [...storedTypes.keys()].join(', ');
    throw new SafetensorsError(
      `safetensors: ${quote(name)} has the unsupported dtype ${quote(dtype)}. Save it as one of ${known}`,
    );
  }
  return type;
}

/** A tensor with the elements in `bytes`, which need no alignment. Throws a SafetensorsError for a number that does not fit int32. */
export function readTensor(name: string, { dtype: stored, shape }: Entry, bytes: Uint8Array): Tensor {
  const { bytes: width, dtype, read } = storedTypeOf(name, stored);
  const array = allocate(dtype, bytes.length / width);
  if (read === undefined) new Uint8Array(array.buffer).set(bytes);
  else {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const words = new Int32Array(array.buffer);
    for (let i = 0; i < words.length; i++) {
      const word = read(data, width * i);
      words[i] = word;
      if (words[i] !== word) {
        throw new SafetensorsError(
          `safetensors: element ${i} of ${quote(name)}, ${word} in ${stored}, does not fit int32. Save it as F64, which is exact up to 2^53`,
        );
      }
    }
  }
  // The format does not define other bytes, and readers treat them as true. Operations here rely on 0 and 1.
  if (dtype === 'bool') for (let i = 0; i < array.length; i++) array[i] = array[i] === 0 ? 0 : 1;
  const tensor = fromElements(array, dtype, shape, {});
  return stored === 'I64' ? storeAsI64(tensor) : tensor;
}

/**
 * The bits of the float32 equal to a float16, which has 1 sign bit, 5 exponent bits and 10 fraction bits. NaNs keep their fraction bits.
 * @see IEEE 754-2019, section 3.4
 */
function widenFloat16(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = half & 0x7c00;
  const fraction = half & 0x03ff;
  if (exponent === 0x7c00) return sign | 0x7f800000 | (fraction << 13);
  // The exponent biases are 15 and 127.
  if (exponent !== 0) return sign | (((exponent + (112 << 10)) | fraction) << 13);
  if (fraction === 0) return sign;
  // A denormal float16 is a normal float32: its leading 1 becomes the implicit bit.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x03ff) << 13);
}
