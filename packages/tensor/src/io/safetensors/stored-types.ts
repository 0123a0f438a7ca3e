import { allocate, type DType } from '../../array/dtype.ts';
import { storeAsI64 } from '../../array/wide-integers.ts';
import { type Tensor } from '../../graph/tensor.ts';
import { fromElements } from '../../ops/creation.ts';
import { quote, SafetensorsError } from './error.ts';
import { type Entry } from './header.ts';

/** How the elements of a dtype of the format are read. */
export interface StoredType {
  /** How many bytes an element takes in the file. */
  readonly bytes: number;
  /** What it becomes here. */
  readonly dtype: DType;
  /** The element at byte `at`: for int32 its number, for float32 its 32 bits. Left out where the bytes are the same here. */
  readonly read?: (data: DataView, at: number) => number;
}

/** What is read of the format's dtypes, all of it exactly. */
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

/** How the elements of the tensor `name` are read. Throws a SafetensorsError for a dtype that is not: float8, complex, or none. */
export function storedTypeOf(name: string, dtype: string): StoredType {
  const type = storedTypes.get(dtype);
  if (type === undefined) {
    const known = [...storedTypes.keys()].join(', ');
    throw new SafetensorsError(
      `safetensors: ${quote(name)} has dtype ${quote(dtype)}, and only ${known} are read. Convert it where the file is written`,
    );
  }
  return type;
}

/** A tensor of the elements in `bytes`, which may lie at any address. Throws a SafetensorsError for a number that int32 does not hold. */
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
          `safetensors: element ${i} of ${quote(name)} is ${word}, of dtype ${stored}, and int32 holds -2147483648 to 2147483647. ` +
            'Store it as F64, which holds whole numbers to 2^53',
        );
      }
    }
  }
  // The format does not say what other bytes mean; readers take them for true. The operations here count on 0 and 1.
  if (dtype === 'bool') for (let i = 0; i < array.length; i++) array[i] = array[i] === 0 ? 0 : 1;
  const tensor = fromElements(array, dtype, shape, {});
  return stored === 'I64' ? storeAsI64(tensor) : tensor;
}

/**
 * The bits of the float32 that equals a float16, which has 1 bit of sign, 5 of exponent and 10 of fraction. NaNs keep theirs.
 * @see IEEE 754-2019, section 3.4
 */
function widenFloat16(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = half & 0x7c00;
  const fraction = half & 0x03ff;
  if (exponent === 0x7c00) return sign | 0x7f800000 | (fraction << 13);
  // The exponents are counted from -15 and from -127.
  if (exponent !== 0) return sign | (((exponent + (112 << 10)) | fraction) << 13);
  if (fraction === 0) return sign;
  // A denormal is normal as float32: its first 1 becomes the one that is not written.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x03ff) << 13);
}
