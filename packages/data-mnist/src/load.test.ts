import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type FileProgress, IdxError, loadMnist, SourceError } from '@mg/data-mnist';

const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);
const data = { images: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(7, 9), count: 2, rows: 1, cols: 3 };
const gzip = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(gzipSync(bytes));

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mnist`;
}

/** Answers with these files, and 404 for others. */
function serveFiles(files: Record<string, Uint8Array>, headers: Record<string, string> = {}): Promise<string> {
  return serve((request, response) => {
    const file = files[(request.url ?? '').replace('/mnist/', '')];
    response.writeHead(file ? 200 : 404, file ? { 'content-length': file.length, ...headers } : {}).end(file);
  });
}

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
      "3 dimensions of uint8; expected 1 of uint8 (one label per image). Were the images' and the labels' file swapped?",
    );
    const wide = Uint8Array.of(0, 0, 0x0b, 1, 0, 0, 0, 2, 1, 0, 1, 1);
    const above255 = loadMnist({ split: 'train', source: { images, labels: wide } });
    await expect(above255).rejects.toThrow(
      'the bytes of train-labels-idx1-ubyte: 1 dimensions of int16; expected 1 of uint8 (one label per image). Give a file',
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
    await expect(loading).rejects.toThrow('the bytes of train-images-idx3-ubyte: its gzip data is broken or cut short');
  });

  test('what plain JavaScript may ask for', async () => {
    const loose = loadMnist as unknown as (options: object) => Promise<unknown>;
    await expect(loose({ split: 'validation', source: { images, labels } })).rejects.toThrow(
      "split is \"validation\"; expected 'train' or 'test'",
    );
    await expect(loose({ split: 'train' })).rejects.toThrow('source is missing');
    await expect(loose({ split: 'train', source: { images: [1], labels } })).rejects.toThrow(TypeError);
  });

  test('an aborted signal', async () => {
    const loading = loadMnist({ split: 'train', source: { images, labels }, signal: AbortSignal.abort() });
    await expect(loading).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });
});

describe('from an address', () => {
  test('the packed files, or the plain ones; with a slash at the end, or as a URL', async () => {
    const base = await serveFiles({
      'train-images-idx3-ubyte.gz': gzip(images),
      'train-labels-idx1-ubyte.gz': gzip(labels),
      't10k-images-idx3-ubyte': images,
      't10k-labels-idx1-ubyte': labels,
    });
    expect(await loadMnist({ split: 'train', source: base })).toEqual(data);
    expect(await loadMnist({ split: 'test', source: `${base}/` })).toEqual(data);
    expect(await loadMnist({ split: 'test', source: new URL(base) })).toEqual(data);
  });

  test('a server that unpacks on the way', async () => {
    const files = { 'train-images-idx3-ubyte.gz': gzip(images), 'train-labels-idx1-ubyte.gz': gzip(labels) };
    const source = await serveFiles(files, { 'content-encoding': 'gzip' });
    const progress: FileProgress[] = [];
    expect(await loadMnist({ split: 'train', source, onProgress: (step) => progress.push(step) })).toEqual(data);
    expect(progress.at(-1)).toEqual({ file: 'train-images-idx3-ubyte', loaded: images.length, total: undefined });
  });

  test('progress, file by file, up to the whole', async () => {
    const source = await serveFiles({ 't10k-images-idx3-ubyte': images, 't10k-labels-idx1-ubyte': labels });
    const progress: FileProgress[] = [];
    await loadMnist({ split: 'test', source, onProgress: (step) => progress.push(step) });
    expect(progress).toEqual([
      { file: 't10k-labels-idx1-ubyte', loaded: labels.length, total: labels.length },
      { file: 't10k-images-idx3-ubyte', loaded: images.length, total: images.length },
    ]);
  });

  test('nothing there', async () => {
    const source = await serveFiles({});
    const loading = loadMnist({ split: 'test', source });
    await expect(loading).rejects.toThrow(SourceError);
    await expect(loading).rejects.toThrow(
      `${source}/t10k-labels-idx1-ubyte.gz answered 404, ${source}/t10k-labels-idx1-ubyte answered 404. Give the address`,
    );
  });

  test('a web page where a file should be', async () => {
    const source = await serve((_request, response) => response.end('<!doctype html>'));
    await expect(loadMnist({ split: 'test', source })).rejects.toThrow(
      `${source}/t10k-labels-idx1-ubyte.gz: not an IDX file: it starts with 3c 21 64 6f`,
    );
  });

  test('no server, a broken connection, no address', async () => {
    const source = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('1234', () => response.destroy());
    });
    await expect(loadMnist({ split: 'test', source })).rejects.toThrow(SourceError);
    await expect(loadMnist({ split: 'test', source })).rejects.toThrow('.gz: could not be fetched (other side closed)');
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    await expect(loadMnist({ split: 'test', source })).rejects.toThrow(/\.gz: could not be fetched \(.*ECONNREFUSED/);
    await expect(loadMnist({ split: 'test', source: 'mnist' })).rejects.toThrow(SourceError);
  });

  test('an abort while bytes are on the way, and an error of the caller, come through as they are', async () => {
    const source = await serve((_request, response) => {
      response.write('1234'); // and never more
    });
    const controller = new AbortController();
    const stopped = loadMnist({
      split: 'test',
      source,
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    });
    await expect(stopped).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    const failed = loadMnist({
      split: 'test',
      source,
      onProgress: () => {
        throw new SyntaxError('mine');
      },
    });
    await expect(failed).rejects.toThrow(SyntaxError);
  });
});
