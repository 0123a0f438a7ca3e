import { expect, test } from 'vitest';
import { greyPng } from '../../test/made-up-png.ts';
import { PictureError } from './picture.ts';
import { readPng } from './png.ts';
import { readPicture } from './read-picture.ts';

test('a PNG file is read as one', () => {
  const bytes = greyPng(3, 2, (x) => x);
  expect(readPicture(bytes, '')).toEqual(readPng(bytes, ''));
});

test.each([
  ['', 'an empty file'],
  ['GIF89a', 'a GIF picture'],
  ['RIFF\x24\0\0\0WEBPVP8 ', 'a WebP picture'],
  ['\0\0\0\x20ftypavif', 'an AVIF picture'],
  ['\0\0\0\x20ftypheic', 'a HEIC picture'],
  ['BM\x36\0', 'a BMP picture'],
  ['II*\0', 'a TIFF picture'],
  ['%PDF-1.7', 'a PDF document'],
  ['\n<!DOCTYPE html>\n<html>', 'a web page'],
  ['<?xml version="1.0"?>\n<svg xmlns="">', 'an SVG drawing'],
  ['\0\0\x08\x03', 'an IDX file'],
  ['\x89PNG\n\x1a\n', 'a PNG file with converted line endings'],
  ['seven', 'a file of unknown type'],
])('%j is no picture that can be read', (text, what) => {
  const read = (): unknown => readPicture(Buffer.from(text, 'latin1'), 'a.png');
  expect(read).toThrow(new PictureError(`a.png: ${what}, not a PNG or JPEG file. Pass a PNG or JPEG file`));
});
