import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { IdxError, loadMnist, mnistSha256, SourceError } from '@mg/data-mnist';

const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);
const data = { images: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(7, 9), count: 2, rows: 1, cols: 3 };
const gzip = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(gzipSync(bytes));

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('from bytes', () => {
  test('plain and gzipped, each as it comes', async () => {
    expect(await loadMnist({ split: 'train', source: { images, labels } })).toEqual(data);
    expect(await loadMnist({ split: 'test', source: { images: gzip(images), labels } })).toEqual(data);
  });

  test('labels and images that differ in count', async () => {
    const three = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 9, 1);
    const loading = loadMnist({ split: 'test', source: { images, labels: three } });
    await expect(loading).rejects.toThrow(IdxError);
    await expect(loading).rejects.toThrow(
      'the bytes of t10k-images-idx3-ubyte has 2 images, the bytes of t10k-labels-idx1-ubyte has 3 labels',
    );
  });

  test('files swapped, or of another element type', async () => {
    const swapped = loadMnist({ split: 'train', source: { images: labels, labels: images } });
    await expect(swapped).rejects.toThrow(
      '3 dimensions of uint8; expected 1 of uint8 (one label per image). Check whether images and labels are swapped',
    );
    const wide = Uint8Array.of(0, 0, 0x0b, 1, 0, 0, 0, 2, 1, 0, 1, 1);
    const above255 = loadMnist({ split: 'train', source: { images, labels: wide } });
    await expect(above255).rejects.toThrow(
      'the bytes of train-labels-idx1-ubyte: 1 dimensions of int16; expected 1 of uint8 (one label per image). Use a file',
    );
  });

  test('broken gzip, at every length', async () => {
    const packed = gzip(images);
    for (let length = 2; length < packed.length; length++) {
      const loading = loadMnist({ split: 'train', source: { images: packed.slice(0, length), labels } });
      await expect(loading, `${length} bytes`).rejects.toThrow(SourceError);
    }
    const garbled = packed.with(12, (packed[12] ?? 0) ^ 0xff);
    const loading = loadMnist({ split: 'train', source: { images: garbled, labels } });
    await expect(loading).rejects.toThrow('the bytes of train-images-idx3-ubyte: the gzip data is broken or cut short');
  });

  test('what plain JavaScript may ask for', async () => {
    const loose = loadMnist as unknown as (options: object) => Promise<unknown>;
    await expect(loose({ split: 'validation', source: { images, labels } })).rejects.toThrow(
      "split is \"validation\"; expected 'train' or 'test'",
    );
    await expect(loose({ split: 'train' })).rejects.toThrow('source is missing');
    await expect(loose({ split: 'train', source: { images: [1], labels } })).rejects.toThrow(TypeError);
    await expect(loose({ split: 'train', source: { images: images.buffer, labels } })).rejects.toThrow(TypeError);
  });

  test('a view of other bytes, gzipped or not', async () => {
    const inside = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.of(9, 9, 9, ...bytes, 9).subarray(3, -1);
    expect(await loadMnist({ split: 'train', source: { images: inside(images), labels: inside(labels) } })).toEqual(
      data,
    );
    const packed = { images: inside(gzip(images)), labels: inside(gzip(labels)) };
    expect(await loadMnist({ split: 'train', source: packed })).toEqual(data);
  });

  test('an aborted signal', async () => {
    const loading = loadMnist({ split: 'train', source: { images, labels }, signal: AbortSignal.abort() });
    await expect(loading).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  test('a signal that is aborted while they are unpacked or compared', async () => {
    const reason = new Error('enough');
    const packed = { images: gzip(images), labels: gzip(labels) };
    for (const source of [{ images, labels }, packed]) {
      const controller = new AbortController();
      const loading = loadMnist({ split: 'train', source, signal: controller.signal });
      controller.abort(reason);
      await expect(loading).rejects.toBe(reason);
    }
  });
});

describe('a gzip bomb', () => {
  const mebibyte = 2 ** 20;

  /** A gzip file: these first bytes, followed by many mebibytes of zeros. */
  function bomb(start: Uint8Array, mebibytes: number): Uint8Array<ArrayBuffer> {
    return gzip(Buffer.concat([start, Buffer.alloc(mebibytes * mebibyte)]));
  }

  /** Counts the bytes that are unpacked from now on. */
  function countUnpacked(): { bytes: number } {
    const unpacked = { bytes: 0 };
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        unpacked.bytes += chunk.length;
        controller.enqueue(chunk);
      },
    });
    const Original = DecompressionStream;
    vi.stubGlobal('DecompressionStream', function (format: 'gzip') {
      const { readable, writable } = new Original(format);
      return { readable: readable.pipeThrough(count), writable };
    });
    return unpacked;
  }

  test.each([
    ['more than its header says', images.subarray(0, 16), 'trailing bytes: the header announces a file of 22 bytes'],
    ['no IDX file', Uint8Array.of(0x3c, 0, 0, 0), 'not an IDX file: it starts with 3c 00 00 00'],
    [
      'a header of four gigabytes',
      Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0x80, 0),
      'the header announces a file of 4294967312 bytes, the maximum is 2147483648',
    ],
  ])('with %s is not unpacked', async (_name, start, message) => {
    const unpacked = countUnpacked();
    const packed = bomb(start, 64);
    const loading = loadMnist({ split: 'train', source: { images: packed, labels } });
    await expect(loading).rejects.toThrow(IdxError);
    await expect(loading).rejects.toThrow(`the bytes of train-images-idx3-ubyte: ${message}`);
    expect(unpacked.bytes).toBeGreaterThan(0);
    expect(unpacked.bytes).toBeLessThan(mebibyte);
  });

  test('with exactly the length in its header is accepted', async () => {
    const packed = bomb(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 4, 0, 0, 0, 4, 0), 2);
    const { count, rows, cols } = await loadMnist({ split: 'train', source: { images: packed, labels } });
    expect([count, rows, cols]).toEqual([2, 1024, 1024]);
  });
});

describe('sha256', () => {
  const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const sha256 = { images: digest(images), labels: digest(labels) };
  const source = { images, labels };

  test('of the unpacked files, of both or one, in digits of either case', async () => {
    expect(await loadMnist({ split: 'train', source, sha256 })).toEqual(data);
    expect(await loadMnist({ split: 'train', source: { images: gzip(images), labels }, sha256 })).toEqual(data);
    const upperCase = { images: sha256.images.toUpperCase() };
    expect(await loadMnist({ split: 'train', source, sha256: upperCase })).toEqual(data);
  });

  test.each(['images', 'labels'] as const)('a pixel or a label changed, and %s are refused', async (part) => {
    const changed = source[part].with(-1, 8);
    for (const bytes of [changed, gzip(changed)]) {
      const loading = loadMnist({ split: 'test', source: { ...source, [part]: bytes }, sha256 });
      await expect(loading).rejects.toThrow(SourceError);
      await expect(loading).rejects.toThrow(
        `-ubyte: the SHA-256 of its unpacked bytes is ${digest(changed)}, expected ${sha256[part]}. Get the file again`,
      );
      await expect(loading).rejects.toThrow(`the bytes of t10k-${part}-idx`);
    }
  });

  test('an invalid file throws an IdxError, before its digest is compared', async () => {
    const loading = loadMnist({ split: 'test', source: { images, labels: labels.subarray(0, -1) }, sha256 });
    await expect(loading).rejects.toThrow('cut short');
  });

  test.each([
    [{}, 'sha256 has neither images nor labels. Pass { images, labels } of the split, such as mnistSha256.train'],
    [mnistSha256, 'sha256 has neither images nor labels'],
    [sha256.images, 'sha256 has neither images nor labels'],
    [
      { images: '0'.repeat(63) },
      `sha256.images is "${'0'.repeat(63)}"; expected 64 hexadecimal digits. Pass the output`,
    ],
    [{ labels: 'g'.repeat(64) }, 'sha256.labels is "ggg'],
    [{ images: sha256.images, labels: 7 }, 'sha256.labels is 7'],
  ])('%o is invalid', async (invalid, message) => {
    const loading = loadMnist({ split: 'train', source, sha256: invalid as object });
    await expect(loading).rejects.toThrow(RangeError);
    await expect(loading).rejects.toThrow(message);
  });

  test('cannot be computed on a page without https', async () => {
    vi.stubGlobal('crypto', {});
    const loading = loadMnist({ split: 'train', source, sha256 });
    await expect(loading).rejects.toThrow(SourceError);
    await expect(loading).rejects.toThrow('browsers compute digests only on https pages and on localhost');
    expect(await loadMnist({ split: 'train', source })).toEqual(data);
  });
});
