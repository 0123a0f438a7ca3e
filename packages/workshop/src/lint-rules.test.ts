import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { folderTest } from './folder-test.ts';
import { runCommand } from './run-command.ts';
import { writeFiles } from './write-files.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const kernel = 'packages/tensor/src/kernel';

/** Files, each with the only rule of ours that it breaks. */
const broken: readonly (readonly [file: string, rule: string, code: string])[] = [
  ['apps/mnist/src/main.ts', 'ours(named-exports)', 'export default 1;'],
  ['apps/mnist/src/loop.ts', 'ours(no-labels)', 'outer: for (;;) break outer;'],
  [`${kernel}.ts`, 'ours(exact-math)', 'export const x = Math.sin(1);'],
  [`${kernel}-1.test.ts`, 'ours(no-clock)', 'export const x = new Date();'],
  [`${kernel}-2.test.ts`, 'ours(no-resident-size)', 'export const rss = 1;'],
  [`${kernel}-3.test.ts`, 'ours(no-retry)', 'export const x = { retry: 1 };'],
  [`${kernel}-4.test.ts`, 'ours(one-time-limit)', 'export const x = { timeout: 1 };'],
  [`${kernel}-5.test.ts`, 'ours(one-time-limit)', 'beforeAll(() => 1, 1000);'],
  [`${kernel}-6.test.ts`, 'ours(one-time-limit)', "test('a', () => 1, 1000);"],
  [`${kernel}-7.test.ts`, 'ours(no-clock)', 'export const x = performance.now();'],
  [`${kernel}-8.test.ts`, 'ours(no-clock)', 'export const { now } = Date;'],
  [`${kernel}-9.test.ts`, 'ours(no-chance)', 'export const x = Math.random();'],
];

/** Files that break none. */
const right: Readonly<Record<string, string>> = {
  'apps/mnist/src/sine.ts': 'export const x = Math.sin(1);',
  'apps/docs/.vitepress/config.ts': 'export default 1;',
  [`${kernel}s.ts`]: 'export const x = Math.sqrt(2) * Math.PI;',
  [`${kernel}s.test.ts`]: 'export const x = [Math.sin(1), new Date(1)];',
};

folderTest('the linter refuses what lint-rules.js says, where .oxlintrc.json says', async ({ folder }) => {
  mkdirSync(path.join(folder, 'packages/workshop'), { recursive: true });
  for (const file of ['.oxlintrc.json', 'packages/workshop/lint-rules.js']) {
    copyFileSync(path.join(root, file), path.join(folder, file));
  }
  writeFiles(folder, { ...Object.fromEntries(broken.map(([file, , code]) => [file, code])), ...right });
  const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint');
  const report = await runCommand(process.execPath, [oxlint, '--format=unix', '.'], { cwd: folder }).catch(String);
  const found = [...report.matchAll(/^(?:\.\/)?(\S+?):\d+:\d+: .*\[Error\/(ours\(.*)\]$/gm)].map(
    ([, file, rule]) => `${String(file)} ${String(rule)}`,
  );
  expect(found.sort()).toEqual(broken.map(([file, rule]) => `${file} ${rule}`).sort());
});
