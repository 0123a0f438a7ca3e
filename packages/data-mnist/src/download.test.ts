import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type FileProgress, IdxError, loadMnist, mnistSha256, SourceError } from '@mg/data-mnist';

const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);
const data = { images: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(7, 9), count: 2, rows: 1, cols: 3 };
const plain = { 't10k-images-idx3-ubyte': images, 't10k-labels-idx1-ubyte': labels };
const packed = { 't10k-images-idx3-ubyte.gz': gzipSync(images), 't10k-labels-idx1-ubyte.gz': gzipSync(labels) };

/** The start of a labels file of 100,000 labels. */
const longStart = Uint8Array.of(0, 0, 8, 1, 0, 1, 0x86, 0xa0, 1, 2, 3);

let server: Server | undefined;
afterEach(async () => {
  vi.unstubAllGlobals();
  server?.closeAllConnections();
  await new Promise((resolve) => {
    if (server?.listening === true) server.close(resolve);
    else resolve(undefined);
  });
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mnist`;
}

function fileName({ url = '' }: IncomingMessage): string {
  return url.replace('/mnist/', '').replace(/\?.*/, '');
}

/** Answers with these files, and 404 for others. */
function serveFiles(files: Record<string, Uint8Array>, headers: Record<string, string> = {}): Promise<string> {
  return serve((request, response) => {
    const file = files[fileName(request)];
    response.writeHead(file ? 200 : 404, file ? { 'content-length': file.length, ...headers } : {}).end(file);
  });
}

/** The first request's answer stays open; the promise is fulfilled when the client has closed the connection. */
async function serveWithoutEnd(
  begin: (response: ServerResponse) => void,
): Promise<{ source: string; closed: Promise<void>; asked: Promise<void> }> {
  let [close, ask] = [(): void => undefined, (): void => undefined];
  const closed = new Promise<void>((resolve) => (close = resolve));
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const source = await serve((_request, response) => {
    response.on('close', close);
    begin(response);
    ask();
  });
  return { source, closed, asked };
}

async function progressOf(source: string): Promise<FileProgress[]> {
  const progress: FileProgress[] = [];
  expect(await loadMnist({ split: 'test', source, onProgress: (step) => progress.push(step) })).toEqual(data);
  return progress;
}

describe('the files', () => {
  test('packed, or plain, or one of each; of either split', async () => {
    const source = await serveFiles({
      ...plain,
      'train-images-idx3-ubyte.gz': gzipSync(images),
      'train-labels-idx1-ubyte': labels,
    });
    expect(await loadMnist({ split: 'test', source })).toEqual(data);
    expect(await loadMnist({ split: 'train', source })).toEqual(data);
  });

  test('in a folder with a slash at its end or none, as a URL, with a token behind it', async () => {
    const addresses: string[] = [];
    const source = await serve((request, response) => {
      addresses.push(request.url ?? '');
      response.end(packed[fileName(request) as keyof typeof packed]);
    });
    expect(await loadMnist({ split: 'test', source: `${source}/` })).toEqual(data);
    expect(await loadMnist({ split: 'test', source: new URL(source) })).toEqual(data);
    expect(await loadMnist({ split: 'test', source: `${source}?token=a/b` })).toEqual(data);
    expect(addresses.slice(2)).toEqual([
      '/mnist/t10k-labels-idx1-ubyte.gz',
      '/mnist/t10k-images-idx3-ubyte.gz',
      '/mnist/t10k-labels-idx1-ubyte.gz?token=a/b',
      '/mnist/t10k-images-idx3-ubyte.gz?token=a/b',
    ]);
  });

  test('compared with digests, the labels before the images are asked for', async () => {
    const asked: string[] = [];
    const source = await serve((request, response) => {
      asked.push(fileName(request));
      response.end(packed[fileName(request) as keyof typeof packed]);
    });
    const loading = loadMnist({ split: 'test', source, sha256: mnistSha256.test });
    await expect(loading).rejects.toThrow(`${source}/t10k-labels-idx1-ubyte.gz: the SHA-256 of its unpacked bytes is`);
    expect(asked).toEqual(['t10k-labels-idx1-ubyte.gz']);
  });
});

describe('progress', () => {
  const whole = [
    { file: 't10k-labels-idx1-ubyte', loaded: labels.length, total: labels.length },
    { file: 't10k-images-idx3-ubyte', loaded: images.length, total: images.length },
  ];

  test('of plain files', async () => {
    expect(await progressOf(await serveFiles(plain))).toEqual(whole);
  });

  test('of plain files without a content-length: the total comes from their headers', async () => {
    expect(
      await progressOf(
        await serve((request, response) => {
          const file = plain[fileName(request) as keyof typeof plain] as Uint8Array | undefined;
          response.writeHead(file ? 200 : 404).write('');
          response.end(file);
        }),
      ),
    ).toEqual(whole);
  });

  test('of packed files: in packed bytes', async () => {
    expect(await progressOf(await serveFiles(packed))).toEqual(
      Object.entries(packed)
        .reverse()
        .map(([name, { length }]) => ({ file: name.replace('.gz', ''), loaded: length, total: length })),
    );
  });

  test('of gzipped files without a content-length: the total is unknown', async () => {
    const source = await serve((request, response) => {
      response.write('');
      response.end(packed[fileName(request) as keyof typeof packed]);
    });
    expect((await progressOf(source)).map(({ total }) => total)).toEqual([undefined, undefined]);
  });

  test('of files that the server compresses: in unpacked bytes, with the total from their headers', async () => {
    expect(await progressOf(await serveFiles(packed, { 'content-encoding': 'gzip' }))).toEqual(whole);
    const brotli = { ...plain };
    for (const [name, file] of Object.entries(plain)) brotli[name as keyof typeof plain] = brotliCompressSync(file);
    expect(await progressOf(await serveFiles(brotli, { 'content-encoding': 'br' }))).toEqual(whole);
  });

  test('of packed files that the server packs once more: no total', async () => {
    const twice = Object.fromEntries(Object.entries(packed).map(([name, file]) => [name, gzipSync(file)]));
    const progress = await progressOf(await serveFiles(twice, { 'content-encoding': 'gzip' }));
    expect(progress.map(({ total }) => total)).toEqual([undefined, undefined]);
  });

  test('of the same where only the length can be read, as from another origin: no total below what has come', async () => {
    vi.stubGlobal('fetch', (address: string) => {
      const file = packed[address.replace('https://elsewhere/', '') as keyof typeof packed];
      return Promise.resolve(new Response(new Uint8Array(file), { headers: { 'content-length': '11' } }));
    });
    expect((await progressOf('https://elsewhere')).map(({ total }) => total)).toEqual([undefined, undefined]);
  });

  test('of a file that comes byte by byte', async () => {
    vi.stubGlobal('fetch', (address: string) => {
      const file = plain[address.replace('https://slow/', '') as keyof typeof plain] as Uint8Array | undefined;
      const bytes = [...(file ?? [])];
      const pull = (controller: ReadableStreamDefaultController): void => {
        const byte = bytes.shift();
        if (byte === undefined) controller.close();
        else controller.enqueue(Uint8Array.of(byte));
      };
      return Promise.resolve(
        new Response(new ReadableStream({ pull }), { status: address.endsWith('.gz') ? 404 : 200 }),
      );
    });
    const ofImages = (await progressOf('https://slow/')).slice(labels.length);
    expect(ofImages.map(({ loaded }) => loaded)).toEqual(Array.from(images, (_, i) => i + 1));
    expect(ofImages.map(({ total }) => total)).toEqual([
      ...Array<undefined>(15).fill(undefined),
      ...Array<number>(7).fill(images.length),
    ]);
  });
});

describe('no files', () => {
  test('nothing there', async () => {
    const source = await serveFiles({});
    const loading = loadMnist({ split: 'test', source });
    await expect(loading).rejects.toThrow(SourceError);
    await expect(loading).rejects.toThrow(
      `${source}/t10k-labels-idx1-ubyte.gz answered 404, ${source}/t10k-labels-idx1-ubyte answered 404. Pass the address`,
    );
  });

  test('a server that sends its start page instead of a 404', async () => {
    const page = '<!doctype html><title>An app</title>';
    const start = (response: ServerResponse): unknown =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    const nothing = await serve((_request, response) => start(response));
    const loading = loadMnist({ split: 'test', source: nothing });
    await expect(loading).rejects.toThrow(SourceError);
    await expect(loading).rejects.toThrow(
      `${nothing}/t10k-labels-idx1-ubyte.gz is not an IDX file (content-type: text/html; charset=utf-8), ` +
        `${nothing}/t10k-labels-idx1-ubyte is not an IDX file (content-type: text/html; charset=utf-8). Pass the address of the folder`,
    );
    server?.close();
    const plainOnly = await serve((request, response) => {
      const file = plain[fileName(request) as keyof typeof plain] as Uint8Array | undefined;
      return file ? response.end(file) : start(response);
    });
    expect(await loadMnist({ split: 'test', source: plainOnly })).toEqual(data);
  });

  test('bytes of no type', async () => {
    const source = await serve((_request, response) => response.end('version https://git-lfs'));
    await expect(loadMnist({ split: 'test', source })).rejects.toThrow('.gz is not an IDX file (content-type: none)');
  });

  test('an empty answer', async () => {
    const empty = await serve((_request, response) => response.writeHead(204).end());
    await expect(loadMnist({ split: 'test', source: empty })).rejects.toThrow('not an IDX file: it is empty');
  });

  test('no server, no address', async () => {
    const source = await serveFiles(plain);
    await new Promise((resolve) => server?.close(resolve));
    const loading = loadMnist({ split: 'test', source });
    await expect(loading).rejects.toThrow(SourceError);
    await expect(loading).rejects.toThrow(
      /\.gz: cannot be downloaded \(.*ECONNREFUSED.*\)\. Check the address and the connection$/,
    );
    await expect(loadMnist({ split: 'test', source: 'mnist' })).rejects.toThrow(SourceError);
  });

  test('from a page, the server of another origin may be what refuses', async () => {
    vi.stubGlobal('location', { origin: 'https://page.example' });
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    const message = async (source: string): Promise<string> =>
      String(await loadMnist({ split: 'test', source }).catch((error: unknown) => error));
    expect(await message('https://elsewhere.example/mnist')).toBe(
      'SourceError: https://elsewhere.example/mnist/t10k-labels-idx1-ubyte.gz: cannot be downloaded (Failed to fetch). ' +
        'Check the address and the connection, and that the server allows requests from other origins (CORS)',
    );
    expect(await message('https://page.example/mnist')).toMatch(/connection$/);
    expect(await message('/mnist')).toMatch(/connection$/);
  });
});

describe('a file that is not whole', () => {
  test('a connection that breaks', async () => {
    const source = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100_008 }).write(longStart, () => response.destroy());
    });
    const loading = loadMnist({ split: 'test', source });
    await expect(loading).rejects.toThrow(SourceError);
    await expect(loading).rejects.toThrow('.gz: cannot be downloaded (other side closed)');
  });

  test.each([
    ['plain', longStart, IdxError, 'cut short: expected 100000 bytes after the header (100000 of uint8), got 3'],
    ['packed', gzipSync(labels).subarray(0, 20), SourceError, 'the gzip data is broken or cut short'],
  ])('%s, of no stated length, cut short', async (_name, file, type, message) => {
    const source = await serve((_request, response) => {
      response.write('');
      response.end(file);
    });
    const loading = loadMnist({ split: 'test', source });
    await expect(loading).rejects.toThrow(type);
    await expect(loading).rejects.toThrow(`${source}/t10k-labels-idx1-ubyte.gz: ${message}`);
  });

  test('an endless download stops at the length in the header', async () => {
    const { source, closed } = await serveWithoutEnd((response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        if (!response.destroyed) response.once('drain', write);
      };
      response.write(longStart);
      write();
    });
    const seen: number[] = [];
    const onProgress = ({ loaded }: FileProgress): unknown => seen.push(loaded);
    const loading = loadMnist({ split: 'test', source, onProgress });
    await expect(loading).rejects.toThrow(IdxError);
    await expect(loading).rejects.toThrow(
      'trailing bytes: the header announces a file of 100008 bytes, but more follow',
    );
    await closed;
    expect(Math.max(...seen)).toBeLessThanOrEqual(100_008);
  });

  test('one of gigabytes is not begun', async () => {
    const { source, closed } = await serveWithoutEnd((response) => {
      response.write(Uint8Array.of(0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255));
    });
    await expect(loadMnist({ split: 'test', source })).rejects.toThrow(
      'the header announces a file of 18446744065119617000 bytes',
    );
    await closed;
  });
});

describe('what stops it comes through as it is, and the connection is closed', () => {
  const reason = new Error('enough');

  test('an abort before anything is asked', async () => {
    let asked = false;
    const source = await serve(() => (asked = true));
    const loading = loadMnist({ split: 'test', source, signal: AbortSignal.abort(reason) });
    await expect(loading).rejects.toBe(reason);
    expect(asked).toBe(false);
  });

  test('an abort before the headers', async () => {
    const { source, closed, asked } = await serveWithoutEnd(() => undefined);
    const controller = new AbortController();
    const loading = loadMnist({ split: 'test', source, signal: controller.signal });
    await asked;
    controller.abort(reason);
    await expect(loading).rejects.toBe(reason);
    await closed;
  });

  test('an abort while no more bytes come', async () => {
    const { source, closed } = await serveWithoutEnd((response) => response.write(longStart));
    const controller = new AbortController();
    const loading = loadMnist({
      split: 'test',
      source,
      signal: controller.signal,
      // By then the next bytes are waited for.
      onProgress: () =>
        setImmediate(() => {
          controller.abort(reason);
        }),
    });
    await expect(loading).rejects.toBe(reason);
    await closed;
  });

  test('an abort, or an error of the caller, when bytes have come', async () => {
    for (const stop of ['abort', 'throw'] as const) {
      const { source, closed } = await serveWithoutEnd((response) => response.write(longStart));
      const controller = new AbortController();
      const onProgress = (): void => {
        if (stop === 'throw') throw reason;
        controller.abort(reason);
      };
      const loading = loadMnist({ split: 'test', source, signal: controller.signal, onProgress });
      await expect(loading).rejects.toBe(reason);
      await closed;
      server?.close();
    }
  });

  test('an abort between the files, and after the last byte', async () => {
    const source = await serveFiles(plain);
    for (const [file, asks] of [
      ['t10k-labels-idx1-ubyte', 1],
      ['t10k-images-idx3-ubyte', 2],
    ] as const) {
      const controller = new AbortController();
      const seen: string[] = [];
      const loading = loadMnist({
        split: 'test',
        source,
        signal: controller.signal,
        onProgress: (step) => {
          seen.push(step.file);
          if (step.file === file) controller.abort(reason);
        },
      });
      await expect(loading).rejects.toBe(reason);
      expect(seen).toHaveLength(asks);
    }
  });

  test('something that is not an IDX file', async () => {
    const { source, closed } = await serveWithoutEnd((response) => response.write('<!doctype html>'));
    const loading = loadMnist({ split: 'test', source });
    await expect(loading).rejects.toThrow('is not an IDX file');
    await closed;
  });

  test('an answer of 500 that does not end', async () => {
    const { source, closed } = await serveWithoutEnd((response) => response.writeHead(500).write('…'));
    await expect(loadMnist({ split: 'test', source })).rejects.toThrow('.gz answered 500');
    await closed;
  });
});
