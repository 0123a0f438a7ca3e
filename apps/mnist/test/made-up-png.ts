// Valid and invalid PNG files, chunk by chunk.
import { crc32, deflateSync } from 'node:zlib';

interface Header {
  width: number;
  height: number;
  depth?: number;
  colourType?: number;
  interlace?: number;
}

export const signature: Uint8Array = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export function chunk(type: string, content: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), 8 + content.length);
  return bytes;
}

export function header({ width, height, depth = 8, colourType = 0, interlace = 0 }: Header): Uint8Array {
  const content = Buffer.alloc(13);
  content.writeUInt32BE(width, 0);
  content.writeUInt32BE(height, 4);
  content.set([depth, colourType, 0, 0, interlace], 8);
  return chunk('IHDR', content);
}

/** A PNG file of `raw`: its rows, each after the byte of its filter. */
export function madeUpPng(about: Header, raw: ArrayLike<number>, ...chunks: Uint8Array[]): Uint8Array {
  const data = chunk('IDAT', deflateSync(Uint8Array.from(raw)));
  return Buffer.concat([signature, header(about), ...chunks, data, chunk('IEND')]);
}

/** An opaque grey PNG file; `shade` gives each pixel, from 0 to 255. */
export function greyPng(width: number, height: number, shade: (x: number, y: number) => number): Uint8Array {
  const rows = Array.from({ length: height }, (_, y) => [0, ...Array.from({ length: width }, (_, x) => shade(x, y))]);
  return madeUpPng({ width, height }, rows.flat());
}
