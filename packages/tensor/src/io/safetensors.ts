import { checkOptions } from '../array/arguments.ts';
import { type Bytes, bytesPerElement, type DType } from '../array/dtype.ts';
import { DTypeError } from '../array/errors.ts';
import { isStoredAsI64 } from '../array/wide-integers.ts';
import { noteRead } from '../graph/element-reads.ts';
import { isTensor, type Tensor } from '../graph/tensor.ts';
import { denseStorage } from '../ops/copy.ts';
import { quote, SafetensorsError } from './safetensors/error.ts';
import { hasLoneSurrogate, LONGEST_HEADER, METADATA, readHeader } from './safetensors/header.ts';
import { checkLayout } from './safetensors/layout.ts';
import { readTensor } from './safetensors/stored-types.ts';
import { encode } from './safetensors/utf8.ts';

/** The options of `saveSafetensors`. */
export interface SafetensorsOptions {
  /** Strings to save with the tensors. Convert other values to strings, such as with `JSON.stringify`. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** The names of int32 tensors to write as I64, PyTorch's default integer type, such as `num_batches_tracked`. */
  readonly dtypes?: Readonly<Record<string, 'I64'>> | undefined;
}

/** A dtype of the format that can be written. */
type Written = 'I64' | 'F64' | 'F32' | 'I32' | 'U8' | 'BOOL';

/**
 * The order of dtypes in the file: widest elements first, so that all are aligned; equal widths in the order of the reference
 * implementation.
 */
const order: readonly Written[] = ['I64', 'F64', 'F32', 'I32', 'U8', 'BOOL'];

const writtenAs: Readonly<Record<DType, Written>> = {
  float32: 'F32',
  float64: 'F64',
  int32: 'I32',
  uint8: 'U8',
  bool: 'BOOL',
};

/**
 * Returns the bytes of a safetensors file with the given tensors, ordered and aligned as by the reference implementation.
 *
 * float32 is saved as F32, float64 as F64, int32 as I32, uint8 as U8 and bool as BOOL, bit for bit. int32 is saved as I64 if `dtypes`
 * says so, or if it was loaded from I64. The order of keys does not matter. Views are saved as ordinary tensors; graphs are not saved.
 *
 * ```ts
 * import { loadSafetensors, saveSafetensors, tensor } from '@mg/tensor';
 *
 * const weight = tensor([[1, 2], [3, 4]]);
 * const steps = tensor(7, { dtype: 'int32' });
 * const bytes = saveSafetensors({ weight, steps }, { metadata: { epoch: '3' }, dtypes: { steps: 'I64' } });
 * loadSafetensors(bytes).weight.toArray(); // => [[1, 2], [3, 4]]
 * ```
 *
 * Throws a SafetensorsError for data that the format cannot hold: a tensor named `__metadata__`, more than 100 MB of
 * names and metadata, lone surrogates; a TypeError for a value that is not a tensor, or metadata that is not a string; and a DTypeError
 * for invalid `dtypes`.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export function saveSafetensors(tensors: Readonly<Record<string, Tensor>>, options: SafetensorsOptions = {}): Bytes {
  checkOptions('saveSafetensors', options, ['metadata', 'dtypes']);
  const { metadata, dtypes = {} } = options;
  checkByteOrder();
  const members: string[] = [];
  if (metadata !== undefined) members.push(`${JSON.stringify(METADATA)}:${metadataText(metadata)}`);

  let length = 0;
  const pieces = piecesOf(tensors, dtypes).map(({ name, tensor, dtype }) => {
    const begin = length;
    length += tensor.size * (dtype === 'I64' ? 8 : bytesPerElement(tensor.dtype));
    const entry = { dtype, shape: tensor.shape, data_offsets: [begin, length] };
    members.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    return { tensor, dtype, begin };
  });

  const header = encode(`{${members.join(',')}}`);
  const headerLength = 8 * Math.ceil(header.length / 8);
  if (headerLength > LONGEST_HEADER) {
    throw new SafetensorsError(
      `saveSafetensors: names and metadata need a header of ${headerLength} bytes, more than the maximum of ${LONGEST_HEADER}. Save the metadata to a separate file`,
    );
  }
  const dataStart = 8 + headerLength;
  const bytes = new Uint8Array(dataStart + length);
  new DataView(bytes.buffer).setUint32(0, headerLength, true);
  bytes.set(header, 8);
  bytes.fill(' '.charCodeAt(0), 8 + header.length, dataStart);
  for (const { tensor, dtype, begin } of pieces) writeElements(tensor, dtype, bytes.subarray(dataStart + begin));
  return bytes;
}

/** The tensors in the order of the file. */
function piecesOf(
  tensors: Readonly<Record<string, unknown>>,
  dtypes: Readonly<Record<string, unknown>>,
): { name: string; tensor: Tensor; dtype: Written }[] {
  for (const name of Object.keys(dtypes)) {
    if (!Object.hasOwn(tensors, name)) {
      throw new DTypeError(`saveSafetensors: dtypes names ${quote(name)}, but there is no such tensor`);
    }
  }
  return Object.entries(tensors)
    .map(([name, tensor]) => {
      if (!isTensor(tensor)) {
        throw new TypeError(
          `saveSafetensors: ${quote(name)} is not a tensor; save other values as strings in metadata`,
        );
      }
      if (name === METADATA) {
        throw new SafetensorsError(
          `saveSafetensors: a tensor cannot be named ${METADATA}, which the format reserves; rename it`,
        );
      }
      checkText(name);
      return {
        name,
        tensor,
        dtype: Object.hasOwn(dtypes, name)
          ? asI64(name, tensor, dtypes[name])
          : isStoredAsI64(tensor)
            ? 'I64'
            : writtenAs[tensor.dtype],
      };
    })
    .sort((a, b) => order.indexOf(a.dtype) - order.indexOf(b.dtype) || byCodePoint(a.name, b.name));
}

function asI64(name: string, tensor: Tensor, dtype: unknown): 'I64' {
  if (dtype === 'I64' && tensor.dtype === 'int32') return dtype;
  throw new DTypeError(
    `saveSafetensors: cannot write ${quote(name)}, which is ${tensor.dtype}, as ${String(dtype)}; dtypes can only write int32 as I64`,
  );
}

function metadataText(metadata: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(metadata).map(([key, text]) => {
    if (typeof text !== 'string') {
      throw new TypeError(
        `saveSafetensors: metadata holds strings, but ${quote(key)} is a ${typeof text}; convert it with JSON.stringify`,
      );
    }
    checkText(key);
    checkText(text);
    return `${JSON.stringify(key)}:${JSON.stringify(text)}`;
  });
  return `{${members.join(',')}}`;
}

function checkText(text: string): void {
  if (hasLoneSurrogate(text)) {
    throw new SafetensorsError(
      `saveSafetensors: ${quote(text)} has a lone surrogate, which UTF-8 cannot encode; text.toWellFormed() replaces it`,
    );
  }
}

/** Compares by code points, as UTF-8 bytes do. JavaScript compares code units, and puts U+10000 before U+E000. */
function byCodePoint(a: string, b: string): number {
  for (let i = 0; ; i++) {
    const [ofA = -1, ofB = -1] = [a.codePointAt(i), b.codePointAt(i)];
    if (ofA !== ofB || ofA === -1) return ofA - ofB;
  }
}

function writeElements(tensor: Tensor, dtype: Written, bytes: Bytes): void {
  noteRead(tensor);
  const elements = denseStorage(tensor).read();
  if (dtype !== 'I64') {
    bytes.set(new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength));
    return;
  }
  const words = new DataView(bytes.buffer, bytes.byteOffset);
  elements.forEach((element, i) => {
    words.setInt32(8 * i, element, true);
    words.setInt32(8 * i + 4, element >> 31, true);
  });
}

/**
 * Reads the bytes of a safetensors file. Returns the tensors by name, in an object without a prototype, so that any name can be a key.
 *
 * F16 and BF16 become float32. I8, I16 and U16 become int32, and so do U32, I64 and U64 if all numbers fit. Any nonzero byte of a BOOL
 * is true. The whole header is checked before memory is allocated for elements, which take as many bytes as in the file, twice as
 * many for F16, BF16, I16 and U16, and four times as many for I8. `bytes` needs no alignment, and is not kept.
 *
 * Throws a SafetensorsError for an invalid or truncated file, an unsupported dtype, and a number that does not fit int32.
 *
 * ```ts
 * import { loadSafetensors, saveSafetensors, zeros } from '@mg/tensor';
 *
 * const bytes = saveSafetensors({ weight: zeros([2, 3]), bias: zeros([2]) });
 * const { weight, bias } = loadSafetensors(bytes);
 * console.log(weight.shape, bias.shape); // => [2, 3] [2]
 * loadSafetensors(bytes.subarray(0, 99)); // => throws SafetensorsError: truncated
 * ```
 */
export function loadSafetensors(bytes: Uint8Array | ArrayBuffer): Record<string, Tensor> {
  checkByteOrder();
  const file = fileOf('loadSafetensors', bytes);
  const { header, dataStart } = readHeader(file);
  const data = file.subarray(dataStart);
  checkLayout(header.entries, data.length);

  const tensors = [...header.entries].map(([name, entry]) => {
    return [name, readTensor(name, entry, data.subarray(entry.begin, entry.end))] as const;
  });
  return recordOf(tensors);
}

/**
 * The metadata of a safetensors file: strings by key, in an object without a prototype, which is empty if there is no metadata. Only the
 * header is read, so `bytes` may end after it.
 *
 * Throws a SafetensorsError for a broken header.
 *
 * ```ts
 * import { safetensorsMetadata, saveSafetensors } from '@mg/tensor';
 *
 * const bytes = saveSafetensors({}, { metadata: { format: 'pt' } });
 * safetensorsMetadata(bytes).format; // => pt
 * ```
 */
export function safetensorsMetadata(bytes: Uint8Array | ArrayBuffer): Record<string, string> {
  const { header } = readHeader(fileOf('safetensorsMetadata', bytes));
  return recordOf(header.metadata);
}

/** An object without a prototype, in which `__proto__` is an ordinary key. */
function recordOf<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const record = Object.create(null) as Record<string, T>;
  for (const [key, value] of entries) record[key] = value;
  return record;
}

/** The bytes of a file, from any typed array or ArrayBuffer. */
function fileOf(caller: string, bytes: unknown): Uint8Array {
  if (ArrayBuffer.isView(bytes)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (Object.prototype.toString.call(bytes) === '[object ArrayBuffer]') return new Uint8Array(bytes as ArrayBuffer);
  throw new TypeError(
    `${caller}: takes the bytes of a file, a Uint8Array or an ArrayBuffer, got ${typeof bytes}; read the file first`,
  );
}

/** Throws on a big-endian machine: the format is little-endian, and elements are copied without conversion. */
function checkByteOrder(): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) {
    throw new SafetensorsError('safetensors: big-endian machines are not supported, and this is one');
  }
}
