import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { folderTest } from '../folder-test.ts';
import { writeFiles } from '../write-files.ts';
import { everyToolchain } from './every-toolchain.ts';
import { type Toolchain } from './toolchain.ts';
import { projectFolder, tryToolchain } from './trial.ts';
import { toolchainsPage } from './toolchains-page.ts';

const madeUp: Toolchain = {
  name: 'Made up, 1',
  tools: {},
  files: { 'main.js': "import { twice } from '@mg/made-up'; console.log(twice(21));" },
  tryIn: ({ node }) => node('main.js'),
  prints: '42',
};

folderTest('a toolchain passes that prints what it should, and fails otherwise', async ({ folder }) => {
  const packages = path.join(folder, 'packages');
  writeFiles(path.join(packages, 'node_modules/@mg/made-up'), {
    'package.json': '{ "type": "module", "exports": "./index.js" }',
    'index.js': 'export const twice = (x) => 2 * x;',
  });
  const attempt = async (name: string, changes: Partial<Toolchain>) => {
    const toolchain = { ...madeUp, name, ...changes };
    return await tryToolchain(toolchain, projectFolder(folder, toolchain), packages);
  };
  const trials = [
    await attempt('right', {}),
    await attempt('wrong', { prints: '43' }),
    await attempt('broken', { files: { 'main.js': "throw new Error('a mistake');" } }),
  ];
  expect(trials.map(({ failure }) => failure)).toEqual([
    undefined,
    'it printed\n42\nwhere it should have printed\n43',
    expect.stringContaining('Error: a mistake'),
  ]);
  const page = toolchainsPage(trials);
  expect(page).toContain('| right |  | passes |\n| wrong |  | **fails** |');
  expect(page).toContain('## wrong\n\nit printed\n42');
});

test('no two toolchains have the same folder', () => {
  const folders = everyToolchain.map((toolchain) => projectFolder('', toolchain));
  expect(new Set(folders).size).toBe(folders.length);
});

test('TOOLCHAINS.md has a row for each toolchain, and each passes', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../TOOLCHAINS.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (.+?) \| .*? \| (passes|\*\*fails\*\*) \|$/gm)].map(([, name, result]) => [
    name,
    result,
  ]);
  expect(rows).toEqual(everyToolchain.map(({ name }) => [name, 'passes']));
});
