import { expect, test } from 'vitest';
import { manifestProblems } from './manifest-rules.ts';
import { type Manifest } from './workspace.ts';

const right: Manifest = {
  name: '@mg/tensor',
  version: '0.1.0',
  type: 'module',
  license: 'MIT',
  sideEffects: false,
  engines: { node: '>=20.19' },
  exports: {
    '.': { '@mg/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    './engine': { '@mg/source': './src/engine.ts', types: './dist/engine.d.ts', default: './dist/engine.js' },
  },
  files: ['dist', 'src', '!src/**/*.test.ts', '!src/**/*.test-d.ts'],
  scripts: { build: 'tsc', lint: 'eslint .', test: 'vitest run', typecheck: 'tsc' },
};

const withoutField = (field: keyof Manifest): Manifest =>
  Object.fromEntries(Object.entries(right).filter(([key]) => key !== field)) as unknown as Manifest;

test('a manifest that is right', () => {
  expect(manifestProblems(right)).toEqual([]);
});

test.each<[string, Manifest, string]>([
  ['another name', { ...right, name: 'tensor' }, 'name is "tensor"'],
  ['no version', withoutField('version'), 'version is ""'],
  ['CommonJS', { ...right, type: 'commonjs' }, 'type is "commonjs"'],
  ['no type', withoutField('type'), 'type is ""'],
  ['another license', { ...right, license: 'GPL-3.0' }, 'license is "GPL-3.0"'],
  ['no sideEffects', withoutField('sideEffects'), 'sideEffects is missing'],
  ['another engine', { ...right, engines: { node: '>=18' } }, 'engines.node is not'],
  ['packed tests', { ...right, files: ['dist', 'src', '!src/**/*.test-d.ts'] }, 'files lacks "!src/**/*.test.ts"'],
  ['no script', { ...right, scripts: { ...right.scripts, lint: '' } }, 'scripts lacks "lint"'],
  ['no main entry', { ...right, exports: {} }, 'exports lacks "."'],
  [
    'an entry without its source',
    { ...right, exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } } },
    'exports["."] is to be',
  ],
  [
    'an entry in another order',
    {
      ...right,
      exports: { '.': { types: './dist/index.d.ts', '@mg/source': './src/index.ts', default: './dist/index.js' } },
    },
    'exports["."] is to be',
  ],
  [
    'an entry of different files',
    {
      ...right,
      exports: { '.': { '@mg/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/main.js' } },
    },
    'exports["."] is to be',
  ],
])('a manifest with %s', (_what, manifest, problem) => {
  expect(manifestProblems(manifest)).toEqual([expect.stringContaining(problem)]);
});
