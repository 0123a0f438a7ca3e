import path from 'node:path';
import { describe, expect } from 'vitest';
import { folderTest } from './folder-test.ts';
import { madeUpPackage } from './made-up-package.ts';
import { writeFiles } from './write-files.ts';
import { loadInNode, runInNode } from './node-run.ts';

describe('runInNode', { timeout: 30_000 }, () => {
  const run = (folder: string, code: string): Promise<number> => {
    writeFiles(folder, { 'snippet.js': code, 'package.json': '{ "type": "module" }' });
    return runInNode(path.join(folder, 'snippet.js'));
  };

  folderTest('gives the number of checks, whatever else is printed', async ({ folder }) => {
    expect(await run(folder, "console.log('checked 7'); export const checked = 2;")).toBe(2);
  });

  folderTest('rejects with what is thrown', async ({ folder }) => {
    await expect(run(folder, "throw new RangeError('too far');")).rejects.toThrow('RangeError: too far');
  });

  folderTest('rejects when the process ends early', async ({ folder }) => {
    const early = run(folder, "console.log('hello'); process.exit(0);");
    await expect(early).rejects.toThrow(/did not run to its end.*hello/);
  });
});

describe('loadInNode', { timeout: 30_000 }, () => {
  const load = async (folder: string, changes: Readonly<Record<string, string>>): Promise<void> => {
    writeFiles(path.join(folder, 'node_modules/@mg/made-up'), { ...madeUpPackage, ...changes });
    await loadInNode(folder, ['@mg/made-up', '@mg/made-up/node']);
  };

  folderTest('resolves when every entry loads', async ({ folder }) => {
    await load(folder, {});
  });

  folderTest('rejects when one imports what is not there', async ({ folder }) => {
    await expect(load(folder, { 'dist/node.js': "export * from './nothing.js';" })).rejects.toThrow('nothing.js');
  });
});
