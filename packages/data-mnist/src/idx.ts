import { isUint8Array } from './named-bytes.ts';

/** Thrown when bytes are not the IDX file they should be: another magic, cut short, trailing bytes, or not the array expected. */
export class IdxError extends RangeError {
  override readonly name = 'IdxError';
}

/** Bytes that do not even start as an IDX file does: something else has its name. */
export class NotIdxError extends IdxError {}

/** An array out of an IDX file: `data` is row-major, with `shape[0] * shape[1] * …` elements. */
export interface IdxArray {
  shape: number[];
  data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

/** How one of the wider element types is read; IDX is big-endian throughout, as `DataView` is unless told otherwise. */
interface ElementType {
  name: string;
  bytes: number;
  read: (view: DataView, count: number) => IdxArray['data'];
}

/** The third byte of a file names the type of its elements. */
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
 * Every element type of the format is read. Elements of one byte are a view of `bytes`; wider ones are copied. Nothing is
 * allocated before the header was compared to the number of bytes. `name` is what an error calls the bytes: a path, say.
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
 * @throws IdxError for any other bytes, TypeError for anything but a Uint8Array.
 * @see http://yann.lecun.com/exdb/mnist/ "The IDX file format"
 */
export function parseIdx(bytes: Uint8Array, name = 'parseIdx'): IdxArray {
  if (!isUint8Array(bytes)) {
    throw new TypeError(`${name}: expected a Uint8Array. Of an ArrayBuffer, give new Uint8Array(buffer)`);
  }
  const { type, shape, count, headerBytes, fileBytes } = readHeader(bytes, name);
  if (bytes.length !== fileBytes) {
    const present = bytes.length - headerBytes;
    throw new IdxError(
      `${name}: ${bytes.length < fileBytes ? 'cut short' : 'trailing bytes'}: the header says ${sizes(shape)} of ` +
        `${type.name}, ${fileBytes - headerBytes} bytes, and ${present} follow it. Get the file again`,
    );
  }
  const elements = new DataView(bytes.buffer, bytes.byteOffset + headerBytes, fileBytes - headerBytes);
  return { shape, data: type.read(elements, count) };
}

/** The longest stream that is read: as much as Node reads of a file. */
const longest = 2 ** 31;

/**
 * How long the file is to become of which these bytes are the start: its header says so. Undefined when more of them are needed.
 *
 * @throws NotIdxError when no IDX file starts like this, IdxError when it would be longer than 2 GiB.
 */
export function idxLength(start: Uint8Array, name: string): number | undefined {
  if (start.length < 4 || start.length < 4 + 4 * readMagic(start, name).ndim) return undefined;
  const { fileBytes } = readHeader(start, name);
  if (fileBytes <= longest) return fileBytes;
  throw new IdxError(
    `${name}: its header says ${fileBytes} bytes, and at most ${longest} are downloaded or unpacked. Give a smaller set of images`,
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
  /** Of the whole file. */
  fileBytes: number;
}

function readMagic(bytes: Uint8Array, name: string): Magic {
  const [first, second, code = 0, ndim = 0] = bytes;
  const type = elementTypes.get(code);
  if (bytes.length >= 4 && first === 0 && second === 0 && type !== undefined && ndim > 0) return { type, ndim };
  throw new NotIdxError(
    `${name}: not an IDX file: ${firstBytes(bytes)}; expected 00 00, an element type (08 for bytes) and the number of ` +
      'dimensions. Give one of the four files of MNIST, or another one of this form',
  );
}

function readHeader(bytes: Uint8Array, name: string): Header {
  const { type, ndim } = readMagic(bytes, name);
  const headerBytes = 4 + 4 * ndim;
  if (bytes.length < headerBytes) {
    throw new IdxError(
      `${name}: cut short: a header of ${ndim} dimensions takes ${headerBytes} bytes, and there are ${bytes.length}. ` +
        'Get the file again',
    );
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const shape = Array.from({ length: ndim }, (_, axis) => header.getUint32(4 + 4 * axis));

  // As a double the product is exact up to 2⁵³ and never too small beyond, so that comparing it holds for any header.
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

/** `60000×28×28`; a broken header may claim 255 sizes, of which the first say enough. */
function sizes(shape: number[]): string {
  return shape.slice(0, 4).join('×') + (shape.length > 4 ? '×…' : '');
}
