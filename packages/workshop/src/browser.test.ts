import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSnippets } from '@mg/snippets/write';
import { type Browser } from 'playwright-core';
import { bundleForBrowser, findChromium, launchChromium, noChromium, runInBrowser } from './browser.ts';
import { folderTest } from './folder-test.ts';
import { writeFiles } from './write-files.ts';

async function bundle(folder: string, line: number, code: string): Promise<string> {
  const [snippet] = writeSnippets(folder, [{ file: 'README.md', line, code }]);
  return bundleForBrowser(`export * from ${JSON.stringify(snippet?.module)}`, folder);
}

describe('findChromium', () => {
  test('takes what CHROMIUM_PATH says', () => {
    expect(findChromium({ CHROMIUM_PATH: process.execPath, PATH: '' })).toBe(process.execPath);
  });

  folderTest('or else the first on the PATH', ({ folder }) => {
    writeFiles(folder, { 'b/chromium-browser': '', 'c/google-chrome': '' });
    const PATH = ['', 'a', 'b', 'c'].map((name) => path.join(folder, name)).join(path.delimiter);
    expect(findChromium({ CHROMIUM_PATH: '', PATH })).toBe(path.join(folder, 'b/chromium-browser'));
  });

  test('or nothing', () => {
    expect(findChromium({ PATH: import.meta.dirname })).toBeUndefined();
  });

  test('which has to be there', () => {
    expect(() => findChromium({ CHROMIUM_PATH: '/no/chromium' })).toThrow(
      'CHROMIUM_PATH is /no/chromium, and there is no such',
    );
  });
});

folderTest('what needs Node cannot be bundled', async ({ folder }) => {
  await expect(bundle(folder, 1, "import { sep } from 'node:path';\nsep; // => /")).rejects.toThrow(
    'Could not resolve "node:path"',
  );
});

const executable = findChromium();
if (executable === undefined) console.warn(noChromium);

describe.skipIf(executable === undefined)('a snippet in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser.close();
  });

  folderTest.for<[string, number]>([
    ['typeof document; // => object\nawait Promise.resolve([0.671]); // => [0.67]', 2],
    ["document.createElement('no name'); // => throws InvalidCharacterError", 1],
    ["await fetch('/elsewhere'); // => throws TypeError: Failed to fetch", 1],
  ])('%s passes', async ([code, checks], { folder }) => {
    expect(await runInBrowser(browser, await bundle(folder, checks, code))).toBe(checks);
  });

  folderTest.for<[string, string]>([
    ['typeof document; // => undefined', 'README.md:10: the snippet says => undefined\nbut it is object'],
    ["1; // => 1\nthrow new RangeError('far');", 'RangeError: far'],
    ['if (!document) {\n  1; // => 1\n}', 'README.md:11: the snippet says => 1\nbut the snippet ends'],
  ])('%s fails', async ([code, message], { folder }) => {
    await expect(runInBrowser(browser, await bundle(folder, 10, code))).rejects.toThrow(message);
  });
});
