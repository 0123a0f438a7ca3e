import path from 'node:path';
import { describe, expect } from 'vitest';
import { programEngine, thisNode } from './engine.ts';
import { folderTest } from './folder-test.ts';
import { writeFiles } from './write-files.ts';

describe('a program that runs modules', () => {
  const run = async (folder: string, code: string): Promise<unknown> => {
    writeFiles(folder, { 'module.js': code, 'package.json': '{ "type": "module" }' });
    const engine = await thisNode();
    return engine.run(path.join(folder, 'module.js'));
  };

  folderTest('gives what the module exports as checked, whatever else is printed', async ({ folder }) => {
    expect(await run(folder, "console.log('checked 7'); export const checked = { W1: [2] };")).toEqual({ W1: [2] });
  });

  folderTest('rejects with what is thrown', async ({ folder }) => {
    await expect(run(folder, "throw new RangeError('too far');")).rejects.toThrow('RangeError: too far');
  });

  folderTest('rejects when the process ends early', async ({ folder }) => {
    const early = run(folder, "console.log('hello'); process.exit(0);");
    await expect(early).rejects.toThrow(/did not run to its end.*hello/);
  });

  folderTest('is called by its name, and says its version', async () => {
    const major = Number.parseInt(process.versions.node);
    expect(await thisNode()).toMatchObject({ name: `Node ${major}`, version: process.versions.node });
  });

  folderTest('or is none', async () => {
    await expect(programEngine('Echo', { command: 'echo' })).rejects.toThrow('echo --version prints no version');
  });
});
