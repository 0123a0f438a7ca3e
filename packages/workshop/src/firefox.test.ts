import path from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { findOnPath } from './browser.ts';
import { type Engine } from './engine.ts';
import { firefoxEngine } from './firefox.ts';
import { folderTest } from './folder-test.ts';
import { writeFiles } from './write-files.ts';

const command = findOnPath(['firefox', 'firefox-esr']);
if (command === undefined) console.warn('skipped: there is no Firefox here. Install one (apt-get install firefox-esr)');

folderTest('a Firefox that ends gives no answer', async ({ folder }) => {
  writeFiles(folder, { 'module.js': 'export const checked = 1;' });
  const engine = await firefoxEngine(process.execPath); // it has a version, and does not know the options
  await expect(engine.run(path.join(folder, 'module.js'))).rejects.toThrow('ended before it answered');
  await engine.close();
});

describe.skipIf(command === undefined)('a Firefox', () => {
  let firefox: Engine;

  beforeAll(async () => {
    firefox = await firefoxEngine(command ?? '');
  });

  afterAll(async () => {
    await firefox.close();
  });

  const run = (folder: string, code: string): Promise<unknown> => {
    writeFiles(folder, { 'module.js': code, 'one.js': 'export const one = 1;' });
    return firefox.run(path.join(folder, 'module.js'));
  };

  folderTest('runs modules, each in a page of its own', async ({ folder }) => {
    const code = "import { one } from './one.js'; globalThis.count = (globalThis.count ?? 0) + one;";
    for (const half of [0.5, 1.5]) {
      expect(await run(folder, `${code} export const checked = [${half}, count];`)).toEqual([half, 1]);
    }
  });

  folderTest('rejects with what one throws', async ({ folder }) => {
    await expect(run(folder, "throw new RangeError('too far');")).rejects.toThrow('RangeError: too far');
  });
});
