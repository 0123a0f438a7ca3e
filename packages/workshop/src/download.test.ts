import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundleForBrowser, findChromium, launchChromium, noChromium, openPage } from './browser.ts';
import { root } from './workspace.ts';

const executable = findChromium();
if (executable === undefined) console.warn(noChromium);

const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const sha256 = { images: digest(images), labels: digest(labels) };
const packedProgress = `${gzipSync(images).length} of ${gzipSync(images).length}`;
const data = '1 2 3 4 5 6, 7 9, 2 images of 1×3';

/** The start of a labels file of 100,000 labels, whose end never comes. */
const endless = Uint8Array.of(0, 0, 8, 1, 0, 1, 0x86, 0xa0, 1, 2, 3);

/** What the server has, by folder: how a file is answered, undefined where there is none. */
const folders: Record<string, (name: string, response: ServerResponse) => unknown> = {
  packed: (name, response) => (name.endsWith('.gz') ? response.end(gzipSync(file(name))) : missing(response)),
  plain: (name, response) => (name.endsWith('.gz') ? missing(response) : response.end(file(name))),
  unpacked: (name, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(file(name))),
  twice: (name, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(gzipSync(file(name)))),
  app: (name, response) => (name.endsWith('.gz') ? response.end('<!doctype html>') : response.end(file(name))),
  nothing: (_name, response) => missing(response),
  short: (_name, response) => response.setHeader('content-length', 100_008).write(endless, () => response.destroy()),
  endless: (_name, response) => response.write(endless),
};

function file(name: string): Uint8Array {
  return name.includes('labels') ? labels : images;
}

function missing(response: ServerResponse): unknown {
  return response.writeHead(404).end();
}

describe.skipIf(executable === undefined)('@mg/data-mnist in a browser', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let origin: string;
  let closed: Promise<void>;

  beforeAll(async () => {
    const source = path.join(root, 'packages/data-mnist/src/index.ts');
    const bundle = await bundleForBrowser(`export * from ${JSON.stringify(source)}`, root, ['@mg/source']);
    let close = (): void => undefined;
    closed = new Promise((resolve) => (close = resolve));
    server = createServer((request, response) => {
      const [folder = '', name = ''] = (request.url ?? '').slice(1).split('/');
      if (folder === 'endless') response.on('close', close);
      if (folder === '') response.setHeader('content-type', 'text/html').end('<!doctype html><title>A page</title>');
      else if (folder === 'data.js') response.setHeader('content-type', 'text/javascript').end(bundle);
      else {
        // Only this one may be read by pages of other origins.
        if (folder === 'packed') response.setHeader('access-control-allow-origin', '*');
        folders[folder]?.(name, response);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    origin = `http://localhost:${(server.address() as AddressInfo).port}`;
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });

  beforeEach(async () => {
    page = await openPage(browser);
    await page.goto(origin);
  });

  afterEach(async () => {
    await page.close();
  });

  /** Loads in the page; gives what came and what `onProgress` was told at the end, or the error. As text: a function would be rewritten. */
  function load(source: string, options = ''): Promise<string> {
    return page.evaluate<string>(`(async () => {
      const { loadMnist } = await import('/data.js');
      let last = '';
      const onProgress = ({ loaded, total }) => { last = loaded + ' of ' + total; };
      try {
        const data = await loadMnist({ split: 'train', source: ${JSON.stringify(source)}, onProgress, ${options} });
        const { images, labels, count, rows, cols } = data;
        return images.join(' ') + ', ' + labels.join(' ') + ', ' + count + ' images of ' + rows + '×' + cols + '; ' + last;
      } catch (error) {
        return String(error);
      }
    })()`);
  }

  test.each([
    ['packed', packedProgress],
    ['plain', '22 of 22'],
    ['unpacked', '22 of 22'],
    ['twice', `${gzipSync(images).length} of undefined`],
    ['app', '22 of 22'],
  ])('from a folder of the page, %s, compared with digests', async (folder, progress) => {
    expect(await load(`/${folder}`, `sha256: ${JSON.stringify(sha256)}`)).toBe(`${data}; ${progress}`);
    expect(await load(`${origin}/${folder}/`)).toBe(`${data}; ${progress}`);
  });

  test('MNIST is not taken for what it is not', async () => {
    expect(await load('/plain', `sha256: (await import('/data.js')).mnistSha256.train`)).toMatch(
      /^SourceError: \/plain\/train-labels-idx1-ubyte: the SHA-256 of its unpacked bytes is /,
    );
  });

  test('from another origin, if it may be read', async () => {
    const elsewhere = origin.replace('localhost', '127.0.0.1');
    expect(await load(`${elsewhere}/packed`)).toBe(`${data}; ${packedProgress}`);
    expect(await load(`${elsewhere}/plain`)).toBe(
      `SourceError: ${elsewhere}/plain/train-labels-idx1-ubyte.gz: cannot be downloaded (Failed to fetch). ` +
        'Check the address and the connection, and that the server allows requests from other origins (CORS)',
    );
  });

  test('a page without https computes no digests', async () => {
    await page.route('http://page.example/**', async (route) => {
      const url = route.request().url().replace('http://page.example', origin);
      await route.fulfill({ response: await route.fetch({ url }) });
    });
    await page.goto('http://page.example/');
    expect(await load('/plain', `sha256: ${JSON.stringify(sha256)}`)).toMatch(
      /^SourceError: loadMnist: sha256 cannot be checked on this page/,
    );
    expect(await load('/plain')).toBe(`${data}; 22 of 22`);
  });

  test('nothing there, or not all of it', async () => {
    expect(await load('/nothing')).toMatch(/^SourceError: .*answered 404, .*answered 404\. Pass the address/);
    expect(await load('/short')).toMatch(/^SourceError: .*cannot be downloaded \(.+\)\. Check the address/);
  });

  test('stopped while bytes are on the way: the connection is closed', async () => {
    // A task of its own: by then the next bytes are waited for.
    const options = `...(() => {
      const controller = new AbortController();
      return { signal: controller.signal, onProgress: () => setTimeout(() => controller.abort()) };
    })()`;
    expect(await load('/endless', options)).toMatch(/^AbortError/);
    await closed;
  });
});
