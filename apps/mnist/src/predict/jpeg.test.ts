import { encode } from 'jpeg-js';
import { describe, expect, test } from 'vitest';
import { type Picture, PictureError } from './picture.ts';
import { readPicture } from './read-picture.ts';

const [width, height] = [48, 32];

/** A picture whose quarters have four shades: of the upper left, the upper right, the lower left, and the lower right. */
function quarters(...shades: number[]): Buffer {
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const [right, below] = [i % width >= width / 2 ? 1 : 0, i >= (width * height) / 2 ? 2 : 0];
    const shade = shades[right + below] ?? 0;
    data.set([shade, shade, shade, 255], 4 * i);
  }
  return encode({ width, height, data }, 95).data;
}

const plain = quarters(0, 80, 160, 240);

/** The shades of the four quarters, rounded to the steps of 80. */
function shades({ width, height, samples }: Picture): number[] {
  const [left, right] = [width / 4, (3 * width) / 4];
  const [upper, lower] = [(height / 4) * width, ((3 * height) / 4) * width];
  return [upper + left, upper + right, lower + left, lower + right].map(
    (pixel) => 80 * Math.round((samples[4 * pixel] ?? NaN) / 80),
  );
}

/** The file with a segment of Exif data whose only entry is the orientation. */
function withOrientation(orientation: number, isLittle: boolean): Buffer {
  const exif = Buffer.alloc(6 + 8 + 2 + 12 + 4);
  exif.write('Exif\0\0', 'latin1');
  const tiff = new DataView(exif.buffer, exif.byteOffset + 6);
  tiff.setUint16(0, isLittle ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, isLittle);
  tiff.setUint32(4, 8, isLittle);
  tiff.setUint16(8, 1, isLittle);
  tiff.setUint16(10, 0x0112, isLittle);
  tiff.setUint16(12, 3, isLittle);
  tiff.setUint32(14, 1, isLittle);
  tiff.setUint16(18, orientation, isLittle);
  return withSegment(exif);
}

function withSegment(exif: Uint8Array): Buffer {
  const length = Buffer.of(0xff, 0xe1, 0, exif.length + 2);
  return Buffer.concat([plain.subarray(0, 2), length, exif, plain.subarray(2)]);
}

test('a JPEG file, whole and without Exif data', () => {
  const picture = readPicture(plain, 'a.jpg');
  expect(picture).toMatchObject({ width, height, max: 255 });
  expect(shades(picture)).toEqual([0, 80, 160, 240]);
});

// Exif 3.0, section 4.6.5: where the first row and the first column of the stored picture are when it is seen.
test.each([
  [1, 'top, left', [0, 80, 160, 240]],
  [2, 'top, right', [80, 0, 240, 160]],
  [3, 'bottom, right', [240, 160, 80, 0]],
  [4, 'bottom, left', [160, 240, 0, 80]],
  [5, 'left, top', [0, 160, 80, 240]],
  [6, 'right, top', [160, 0, 240, 80]],
  [7, 'right, bottom', [240, 80, 160, 0]],
  [8, 'left, bottom', [80, 240, 0, 160]],
  [9, 'unknown', [0, 80, 160, 240]],
])('orientation %i: %s', (orientation, _, expected) => {
  for (const isLittle of [true, false]) {
    const picture = readPicture(withOrientation(orientation, isLittle), 'a.jpg');
    expect(shades(picture)).toEqual(expected);
    const isTurned = orientation >= 5 && orientation <= 8;
    expect([picture.width, picture.height]).toEqual(isTurned ? [height, width] : [width, height]);
  }
});

test('Exif data that are cut short are no reason to refuse a picture', () => {
  const file = withSegment(Buffer.from('Exif\0\0II*\0\x08\0\0\0\x05\0', 'latin1'));
  expect(shades(readPicture(file, 'a.jpg'))).toEqual([0, 80, 160, 240]);
});

describe('refused', () => {
  test('a file that is cut short', () => {
    for (const length of [3, 200, plain.length - 200, plain.length - 2]) {
      expect(() => readPicture(plain.subarray(0, length), 'a.jpg')).toThrow(
        new PictureError(
          `a.jpg: a damaged JPEG file: it is truncated after ${length} bytes. Save it again, or use another file`,
        ),
      );
    }
  });

  test('a file without its tables', () => {
    const start = plain.indexOf('ffc0', 'hex');
    const file = Buffer.concat([plain.subarray(0, 2), plain.subarray(start)]);
    expect(() => readPicture(file, 'a.jpg')).toThrow(
      /^a\.jpg: a damaged JPEG file: its pixels cannot be decoded \(.*\)\. Save/,
    );
  });

  test('a size that is too large, before memory is taken for it', () => {
    const file = Buffer.from(plain);
    file.writeUInt32BE(0x1b59_1b59, file.indexOf('ffc0', 'hex') + 5); // 7001×7001
    expect(() => readPicture(file, 'a.jpg')).toThrow(
      new PictureError('a.jpg: more than 40 million pixels. Scale it down'),
    );
  });
});
