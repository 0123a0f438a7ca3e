import { expect, test } from 'vitest';
import { tarballProblems } from './tarball-rules.ts';

const entries = new Map([
  ['src/index.ts', ['src/index.ts', 'src/ops/add.ts']],
  ['src/engine.ts', ['src/engine.ts', 'src/ops/add.ts']],
]);
const right = [
  'LICENSE',
  'README.md',
  'dist/chunk.js',
  'dist/chunk.js.map',
  'dist/engine.d.ts',
  'dist/engine.d.ts.map',
  'dist/engine.js',
  'dist/engine.js.map',
  'dist/index.d.ts',
  'dist/index.d.ts.map',
  'dist/index.js',
  'dist/index.js.map',
  'dist/ops/add.d.ts',
  'dist/ops/add.d.ts.map',
  'package.json',
  'src/engine.ts',
  'src/index.ts',
  'src/ops/add.ts',
];

test('a tarball with the sources, what is built of them, and the papers', () => {
  expect(tarballProblems(right, entries)).toEqual([]);
});

test('one whose entries have nothing in common', () => {
  const files = right.filter((file) => !/chunk|engine/.test(file));
  expect(tarballProblems(files, new Map([...entries].slice(0, 1)))).toEqual([]);
});

test.each(['LICENSE', 'README.md', 'dist/chunk.js', 'dist/engine.js', 'dist/ops/add.d.ts', 'src/index.ts'])(
  'one without %s',
  (file) => {
    const files = right.filter((other) => other !== file);
    expect(tarballProblems(files, entries)).toEqual([`lacks ${file}`]);
  },
);

test.each([
  'src/ops/add.test.ts',
  'src/ops/add.test-d.ts',
  'src/fixtures/mnist.idx',
  'src/ops/cases.ts',
  'dist/old.js',
  'dist/ops/add.js',
  'tsconfig.json',
  'bench/add.ts',
])('one with %s', (file) => {
  expect(tarballProblems([...right, file], entries)).toEqual([expect.stringContaining(`holds ${file}`)]);
});
