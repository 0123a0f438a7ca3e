import { readJpeg } from './jpeg.ts';
import { type Picture, PictureError } from './picture.ts';
import { readPng } from './png.ts';

/** Decodes a PNG or JPEG file. @throws PictureError for other bytes and damaged ones, with the name of the file in its message */
export function readPicture(bytes: Uint8Array, name: string): Picture {
  const start = beginning(bytes);
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return readPng(bytes, name);
  if (start.startsWith('\xff\xd8\xff')) return readJpeg(bytes, name);
  throw new PictureError(`${name}: ${described(start)}, not a PNG or JPEG file. Pass a PNG or JPEG file`);
}

function beginning(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 512)).toString('latin1');
}

/** The first bytes of files that are often mistaken for those that can be read. */
const beginnings: [text: RegExp, what: string][] = [
  [/^GIF8/, 'a GIF picture'],
  [/^RIFF[^]{4}WEBP/, 'a WebP picture'],
  [/^[^]{4}ftyp(avif|avis)/, 'an AVIF picture'],
  [/^[^]{4}ftyp(heic|heix|mif1)/, 'a HEIC picture'],
  [/^(II\*\0|MM\0\*)/, 'a TIFF picture'],
  [/^BM/, 'a BMP picture'],
  [/^P[1-6]\s/, 'a PNM picture'],
  [/^%PDF/, 'a PDF document'],
  [/^PK\x03\x04/, 'a ZIP archive'],
  [/^\x1f\x8b/, 'a gzipped file'],
  [/^\0\0\x08[\x01\x03]/, 'an IDX file'],
  [/^\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)?(<!doctype svg[^>]*>\s*)?<svg/i, 'an SVG drawing'],
  [/^\s*<(!doctype html|html|head)/i, 'a web page'],
  [/^\x89PNG/, 'a PNG file with converted line endings'],
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer'],
];

function described(text: string): string {
  if (text === '') return 'an empty file';
  return beginnings.find(([beginning]) => beginning.test(text))?.[1] ?? 'a file of unknown type';
}
