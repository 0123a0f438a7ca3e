import { expect, test } from 'vitest';
import { tarballProblems } from './tarball-rules.ts';

const sources = ['src/index.ts', 'src/ops/add.ts'];
const right = [
  'LICENSE',
  'README.md',
  'dist/index.d.ts',
  'dist/index.d.ts.map',
  'dist/index.js',
  'dist/index.js.map',
  'dist/ops/add.d.ts',
  'dist/ops/add.d.ts.map',
  'dist/ops/add.js',
  'dist/ops/add.js.map',
  'package.json',
  ...sources,
];

test('a tarball with the sources, what is built of them, and the papers', () => {
  expect(tarballProblems(right, sources)).toEqual([]);
});

test.each(['LICENSE', 'README.md', 'dist/index.js', 'dist/ops/add.d.ts', 'src/index.ts'])('one without %s', (file) => {
  const files = right.filter((other) => other !== file);
  expect(tarballProblems(files, sources)).toEqual([`lacks ${file}`]);
});

test.each([
  'src/ops/add.test.ts',
  'src/ops/add.test-d.ts',
  'src/fixtures/mnist.idx',
  'src/ops/cases.ts',
  'dist/old.js',
  'dist/ops/add.test.js',
  'tsconfig.json',
  'bench/add.ts',
])('one with %s', (file) => {
  expect(tarballProblems([...right, file], sources)).toEqual([expect.stringContaining(`holds ${file}`)]);
});
