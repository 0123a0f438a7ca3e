import { crc32, inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { damagedPicture, expectSize, type Picture, type PictureError, reason } from './picture.ts';

/** The number of bytes that every PNG file begins with. */
const signatureLength = 8;

/** The bit depths that each colour type allows (PNG, third edition, table 11.1), and its samples per pixel. */
const colourTypes: Record<number, { depths: number[]; channels: number }> = {
  0: { depths: [1, 2, 4, 8, 16], channels: 1 },
  2: { depths: [8, 16], channels: 3 },
  3: { depths: [1, 2, 4, 8], channels: 1 },
  4: { depths: [8, 16], channels: 2 },
  6: { depths: [8, 16], channels: 4 },
};

/** The first pixel and the steps of each of Adam7's seven passes (PNG, section 8.2). */
const adam7 = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
];

/**
 * Decodes a PNG file of any kind, which begins with PNG's signature. Sizes and checksums are checked first, so that no file causes more memory to be allocated than
 * its picture needs. Bytes after the end of the picture are ignored.
 *
 * @throws PictureError, with the name of the file in its message.
 */
export function readPng(bytes: Uint8Array, name: string): Picture {
  const { header, data, end } = readChunks(bytes, name);
  const { width, height, depth, colourType } = header;
  expectPixels(data, header, name);
  try {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, end);
    const decoded: { data: Uint8Array | Uint16Array } = PNG.sync.read(file, { checkCRC: false, skipRescale: true });
    return { width, height, samples: decoded.data, max: colourType === 3 ? 255 : 2 ** depth - 1 };
  } catch (cause) {
    throw damaged(name, `its pixels cannot be decoded${reason(cause)}`, cause);
  }
}

interface Header {
  width: number;
  height: number;
  depth: number;
  colourType: number;
  interlaced: boolean;
}

/** Goes through the chunks (PNG, section 5.3): the header, the compressed pixels, and where the last chunk ends. */
function readChunks(bytes: Uint8Array, name: string): { header: Header; data: Uint8Array[]; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  let header: Header | undefined;
  let start = signatureLength;

  while (start + 12 <= bytes.length) {
    const length = view.getUint32(start);
    const type = Buffer.from(bytes.subarray(start + 4, start + 8)).toString('latin1');
    const end = start + 12 + length;
    if (end > bytes.length) break;
    if (crc32(bytes.subarray(start + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw damaged(name, `the checksum of its chunk ${JSON.stringify(type)} is wrong`);
    }
    const content = bytes.subarray(start + 8, end - 4);
    if (header === undefined) header = readHeader(type, content, name);
    else if (type === 'IDAT') data.push(content);
    else if (type === 'IEND') return { header, data, end };
    start = end;
  }
  throw damaged(name, `it is truncated after ${bytes.length} bytes`);
}

function readHeader(type: string, content: Uint8Array, name: string): Header {
  if (type !== 'IHDR' || content.length !== 13) throw damaged(name, 'it does not start with a header');
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colourType, interlace] = [view.getUint8(8), view.getUint8(9), view.getUint8(12)];
  if (colourTypes[colourType]?.depths.includes(depth) !== true) {
    throw damaged(name, `its header combines colour type ${colourType} with ${depth} bits, which PNG does not allow`);
  }
  if (width === 0 || height === 0) throw damaged(name, `its header gives a size of ${width}×${height} pixels`);
  expectSize(width, height, name);
  return { width, height, depth, colourType, interlaced: interlace === 1 };
}

/** Checks that the pixels inflate to exactly the size in the header: small files can inflate to gigabytes. */
function expectPixels(data: Uint8Array[], header: Header, name: string): void {
  const maxOutputLength = byteCount(header);
  let found = 0;
  try {
    found = inflateSync(Buffer.concat(data), { maxOutputLength }).length;
  } catch (cause) {
    throw damaged(name, `its pixels cannot be decompressed${reason(cause)}`, cause);
  }
  if (found !== maxOutputLength) {
    const { width, height } = header;
    throw damaged(name, `${width}×${height} pixels are ${maxOutputLength} bytes, but it has ${found}`);
  }
}

/** The size of an image before compression: its rows (of each pass if interlaced), and a byte per row for the filter. */
function byteCount({ width, height, depth, colourType, interlaced }: Header): number {
  const bits = depth * (colourTypes[colourType]?.channels ?? 0);
  const passes = interlaced ? adam7 : [{ x: 0, y: 0, dx: 1, dy: 1 }];
  return passes.reduce((sum, { x, y, dx, dy }) => {
    const [cols, rows] = [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)];
    return cols > 0 && rows > 0 ? sum + rows * (1 + Math.ceil((cols * bits) / 8)) : sum;
  }, 0);
}

function damaged(name: string, what: string, cause?: unknown): PictureError {
  return damagedPicture(`${name}: a damaged PNG file: ${what}`, cause);
}
