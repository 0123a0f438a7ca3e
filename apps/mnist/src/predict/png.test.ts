import { readFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { chunk, greyPng, header, madeUpPng, signature } from '../../test/made-up-png.ts';
import { PictureError } from './picture.ts';
import { readPng } from './png.ts';

// As it is, and counted.
vi.mock('node:zlib', { spy: true });

const fixture = (name: string): Uint8Array => readFileSync(new URL(`../../fixtures/${name}.png`, import.meta.url));

/** The message of the PictureError; any other error is thrown on. */
function refusal(bytes: Uint8Array): string {
  try {
    readPng(bytes, 'a.png');
  } catch (error) {
    if (error instanceof PictureError) return error.message;
    throw error;
  }
  return 'none';
}

const palette = [chunk('PLTE', Uint8Array.of(1, 2, 3, 40, 50, 60)), chunk('tRNS', Uint8Array.of(7))];

test.each([
  ['1 bit', { depth: 1 }, [0, 0b1000_0000], [], 1, [1, 1, 1, 1, 0, 0, 0, 1]],
  ['2 bits', { depth: 2 }, [0, 0b1001_0000], [], 3, [2, 2, 2, 3, 1, 1, 1, 3]],
  ['grey', {}, [0, 9, 200], [], 255, [9, 9, 9, 255, 200, 200, 200, 255]],
  ['grey, a key', {}, [0, 9, 200], [chunk('tRNS', Uint8Array.of(0, 9))], 255, [0, 0, 0, 0, 200, 200, 200, 255]],
  ['16 bits', { depth: 16 }, [0, 1, 2, 3, 4], [], 65535, [258, 258, 258, 65535, 772, 772, 772, 65535]],
  ['colour', { colourType: 2 }, [0, 1, 2, 3, 4, 5, 6], [], 255, [1, 2, 3, 255, 4, 5, 6, 255]],
  ['palette', { colourType: 3, depth: 4 }, [0, 0x01], palette, 255, [1, 2, 3, 7, 40, 50, 60, 255]],
  ['grey and opacity', { colourType: 4 }, [0, 1, 2, 3, 4], [], 255, [1, 1, 1, 2, 3, 3, 3, 4]],
  ['colour and opacity', { colourType: 6 }, [0, 1, 2, 3, 4, 5, 6, 7, 8], [], 255, [1, 2, 3, 4, 5, 6, 7, 8]],
  ['filtered', { colourType: 2 }, [1, 1, 2, 3, 4, 5, 6], [], 255, [1, 2, 3, 255, 5, 7, 9, 255]],
  ['interlaced', { interlace: 1 }, [0, 9, 0, 200], [], 255, [9, 9, 9, 255, 200, 200, 200, 255]],
] as const)('two pixels: %s', (_, about, raw, chunks, max, samples) => {
  const picture = readPng(madeUpPng({ width: 2, height: 1, ...about }, raw, ...chunks), 'a.png');
  expect({ ...picture, samples: [...picture.samples] }).toEqual({ width: 2, height: 1, max, samples });
});

test('bytes after the end are ignored', () => {
  const bytes = greyPng(3, 2, (x) => x);
  expect(readPng(Buffer.concat([bytes, Buffer.from('and more')]), '')).toEqual(readPng(bytes, ''));
});

test('bytes within a larger buffer', () => {
  const bytes = greyPng(3, 2, (x) => x);
  const larger = Buffer.concat([new Uint8Array(5), bytes]);
  expect(readPng(new Uint8Array(larger.buffer, larger.byteOffset + 5, bytes.length), '')).toEqual(readPng(bytes, ''));
});

describe('damaged files', () => {
  test('cut short anywhere', () => {
    const bytes = fixture('bilevel-interlaced');
    for (let length = 8; length < bytes.length; length++) {
      expect(refusal(bytes.subarray(0, length))).toMatch(
        /^a\.png: a damaged PNG file: it is truncated after \d+ bytes/,
      );
    }
  });

  test('a byte changed anywhere', () => {
    const bytes = fixture('bilevel-interlaced');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Uint8Array.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 0x55;
      expect(refusal(changed)).not.toBe('none');
    }
  });

  test.each([
    ['no header', Buffer.concat([signature, chunk('IEND')]), 'it does not start with a header'],
    ['no pixels', Buffer.concat([signature, header({ width: 1, height: 1 }), chunk('IEND')]), 'cannot be decompressed'],
    [
      'colour of 4 bits',
      madeUpPng({ width: 1, height: 1, colourType: 2, depth: 4 }, [0, 1, 2]),
      'which PNG does not allow',
    ],
    ['colour type 5', madeUpPng({ width: 1, height: 1, colourType: 5 }, [0, 1]), 'which PNG does not allow'],
    ['0 columns', madeUpPng({ width: 0, height: 1 }, [0]), 'its header gives a size of 0×1 pixels'],
    ['a row too few', madeUpPng({ width: 2, height: 2 }, [0, 1, 2]), '2×2 pixels are 6 bytes, but it has 3'],
    ['a row too many', madeUpPng({ width: 2, height: 1 }, [0, 1, 2, 0, 1, 2]), 'cannot be decompressed'],
    ['an unknown filter', madeUpPng({ width: 2, height: 1 }, [5, 1, 2]), 'its pixels cannot be decoded'],
    ['no palette', madeUpPng({ width: 1, height: 1, colourType: 3 }, [0, 0]), 'its pixels cannot be decoded'],
    ['beyond the palette', madeUpPng({ width: 1, height: 1, colourType: 3 }, [0, 2], ...palette), 'cannot be decoded'],
    ['a critical part', madeUpPng({ width: 1, height: 1 }, [0, 0], chunk('ABCD')), 'cannot be decoded'],
  ])('%s', (_, bytes, what) => {
    const message = refusal(bytes);
    expect(message).toMatch(/^a\.png: a damaged PNG file: .*\. Save it again, or use another file$/);
    expect(message).toContain(what);
  });
});

describe('no more memory than the picture needs', () => {
  beforeEach(() => {
    vi.clearAllMocks();
  });

  test.each([
    [6_325, 6_325],
    [32_769, 1],
    [1, 0x7fff_ffff],
  ])('%i×%i pixels are refused before anything is decompressed', (width, height) => {
    const decode = vi.spyOn(PNG.sync, 'read');
    expect(refusal(madeUpPng({ width, height }, [0]))).toBe(
      `a.png: ${width}×${height} pixels; expected 40 million in all and 32768 a side at most. Scale it down`,
    );
    expect(inflateSync).not.toHaveBeenCalled();
    expect(decode).not.toHaveBeenCalled();
  });

  test.each([
    [0, 8 * 9],
    [1, 2 + 2 + 3 + 6 + 10 + 20 + 36],
  ])('a small file that inflates to 200 MB, interlaced %i, is given %i bytes to do so', (interlace, size) => {
    const bomb = chunk('IDAT', deflateSync(new Uint8Array(200e6)));
    const bytes = Buffer.concat([signature, header({ width: 8, height: 8, interlace }), bomb, chunk('IEND')]);
    const decode = vi.spyOn(PNG.sync, 'read');
    expect(refusal(bytes)).toContain('cannot be decompressed');
    expect(vi.mocked(inflateSync).mock.calls.map(([, options]) => options)).toEqual([{ maxOutputLength: size }]);
    expect(decode).not.toHaveBeenCalled();
  });
});
