import { type Bytes } from './source.ts';

/** Thrown for bytes that are not the expected IDX file: wrong magic, cut short, trailing bytes, or the wrong type of array. */
export class IdxError extends RangeError {
  override readonly name = 'IdxError';
}

/** Thrown for bytes that do not start like an IDX file, such as a web page. */
export class NotIdxError extends IdxError {}

/** The array in an IDX file: `data` is row-major, with `shape[0] * shape[1] * …` elements. */
export interface IdxArray {
  shape: number[];
  data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

/** An element type and how to read it. IDX is big-endian, like the default of `DataView`. */
interface ElementType {
  name: string;
  bytes: number;
  read: (view: DataView, count: number) => IdxArray['data'];
}

/** The element types, by the third byte of a file. */
const elementTypes = new Map<number, ElementType>([
  [0x08, { name: 'uint8', bytes: 1, read: (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength) }],
  [0x09, { name: 'int8', bytes: 1, read: (view) => new Int8Array(view.buffer, view.byteOffset, view.byteLength) }],
  [0x0b, { name: 'int16', bytes: 2, read: (view, n) => fill(new Int16Array(n), (i) => view.getInt16(2 * i)) }],
  [0x0c, { name: 'int32', bytes: 4, read: (view, n) => fill(new Int32Array(n), (i) => view.getInt32(4 * i)) }],
  [0x0d, { name: 'float32', bytes: 4, read: (view, n) => fill(new Float32Array(n), (i) => view.getFloat32(4 * i)) }],
  [0x0e, { name: 'float64', bytes: 8, read: (view, n) => fill(new Float64Array(n), (i) => view.getFloat64(8 * i)) }],
]);

/**
 * Reads an IDX file, the format of MNIST, from its uncompressed bytes.
 *
 * ```text
 * byte 0  1  2     3      4 … 4 + 4·ndim − 1           after that
 *      0  0  type  ndim   the sizes, uint32 big-endian  the elements, row-major, big-endian
 * ```
 *
 * It reads every element type of the format. One-byte elements are a view of `bytes`; wider ones are copied. It compares
 * the header with the number of bytes before it allocates memory. `name` identifies the bytes in errors, for example a path.
 *
 * ```ts
 * import { parseIdx } from '@mg/data-mnist';
 *
 * const file = Uint8Array.of(0, 0, 0x08, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);
 * const { shape, data } = parseIdx(file);
 * console.log(shape); // => [2, 3]
 * console.log([...data]); // => [1, 2, 3, 4, 5, 6]
 * parseIdx(file.subarray(0, 16)); // => throws IdxError: cut short
 * ```
 *
 * @throws IdxError for bytes that are not an IDX file, TypeError for anything but a Uint8Array.
 * @see http://yann.lecun.com/exdb/mnist/ "The IDX file format"
 */
export function parseIdx(bytes: Uint8Array, name = 'parseIdx'): IdxArray {
  if (!isUint8Array(bytes)) {
    throw new TypeError(
      `${name}: expected a Uint8Array, got ${typeName(bytes)}. Wrap an ArrayBuffer: new Uint8Array(buffer)`,
    );
  }
  const { type, shape, count, headerBytes, fileBytes } = readHeader(bytes, name);
  if (bytes.length !== fileBytes) {
    const present = bytes.length - headerBytes;
    throw new IdxError(
      `${name}: ${bytes.length < fileBytes ? 'cut short' : 'trailing bytes'}: expected ${fileBytes - headerBytes} bytes ` +
        `after the header (${sizes(shape)} of ${type.name}), got ${present}. Get the file again`,
    );
  }
  const elements = new DataView(bytes.buffer, bytes.byteOffset + headerBytes, fileBytes - headerBytes);
  return { shape, data: type.read(elements, count) };
}

/** The maximum length of a file, in bytes: Node reads files up to this size. */
const maxFileBytes = 2 ** 31;

/**
 * Reads the length of a file from the header in its first bytes. Undefined if the header is not complete yet.
 *
 * @throws NotIdxError if this is not the start of an IDX file, IdxError if the file would be longer than 2 GiB.
 */
export function idxLength(start: Uint8Array, name: string): number | undefined {
  if (start.length < 4 || start.length < 4 + 4 * readMagic(start, name).ndim) return undefined;
  const { fileBytes } = readHeader(start, name);
  if (fileBytes <= maxFileBytes) return fileBytes;
  throw new IdxError(
    `${name}: the header announces a file of ${fileBytes} bytes, the maximum is ${maxFileBytes}. Use a smaller set of images`,
  );
}

interface Magic {
  type: ElementType;
  ndim: number;
}

interface Header {
  type: ElementType;
  shape: number[];
  count: number;
  headerBytes: number;
  /** The length of the whole file. */
  fileBytes: number;
}

function readMagic(bytes: Uint8Array, name: string): Magic {
  const [first, second, code = 0, ndim = 0] = bytes;
  const type = elementTypes.get(code);
  if (bytes.length >= 4 && first === 0 && second === 0 && type !== undefined && ndim > 0) return { type, ndim };
  throw new NotIdxError(
    `${name}: not an IDX file: ${firstBytes(bytes)}; expected 00 00, an element type (08 for bytes) and the number of ` +
      'dimensions. Use one of the four files of MNIST, or another file in the same format',
  );
}

function readHeader(bytes: Uint8Array, name: string): Header {
  const { type, ndim } = readMagic(bytes, name);
  const headerBytes = 4 + 4 * ndim;
  if (bytes.length < headerBytes) {
    throw new IdxError(
      `${name}: cut short: a header of ${ndim} dimensions needs ${headerBytes} bytes, but the file has ${bytes.length}. ` +
        'Get the file again',
    );
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const shape = Array.from({ length: ndim }, (_, axis) => header.getUint32(4 + 4 * axis));

  // As a double, the product is exact up to 2⁵³ and never too small above that, so the comparison is right for any header.
  const count = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
  return { type, shape, count, headerBytes, fileBytes: headerBytes + count * type.bytes };
}

function fill<T extends Int16Array | Int32Array | Float32Array | Float64Array>(
  data: T,
  element: (i: number) => number,
): T {
  for (let i = 0; i < data.length; i++) data[i] = element(i);
  return data;
}

function firstBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'it is empty';
  const hex = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0'));
  return `it starts with ${hex.join(' ')}`;
}

/** `60000×28×28`. Only the first four sizes: a broken header may have 255. */
function sizes(shape: number[]): string {
  return shape.slice(0, 4).join('×') + (shape.length > 4 ? '×…' : '');
}

/** Whether `value` is a Uint8Array. Unlike `instanceof`, this recognises arrays of another frame or test environment. */
export function isUint8Array(value: unknown): value is Bytes {
  return typeName(value) === 'Uint8Array';
}

/** `ArrayBuffer`, `Uint8Array`, `Number` … */
function typeName(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}
