import { testSnippets, testSnippetsIn } from '@mg/snippets';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll } from 'vitest';
import { bundleTensorFlow } from './libraries/tfjs-bundle.ts';

testSnippets(import.meta.url);

// A snippet runs in a folder of its own, from where the other libraries are found by their paths only.
const tensorflow = await bundleTensorFlow();
const folder = path.join(path.dirname(tensorflow), '..');
const paths = {
  '@tensorflow/tfjs': tensorflow,
  '@jax-js/jax': createRequire(import.meta.url)
    .resolve('@jax-js/jax')
    .replace(/\.cjs$/, '.js'),
};
const page = readFileSync(new URL('../GRADIENTS.md', import.meta.url), 'utf8');
const found = Object.entries(paths).reduce(
  (text, [name, file]) => text.replaceAll(`from '${name}'`, `from '${file}'`),
  page,
);
writeFileSync(path.join(folder, 'GRADIENTS.md'), found);
testSnippetsIn(import.meta.url, [path.join(folder, 'GRADIENTS.md')]);

afterAll(() => {
  rmSync(folder, { recursive: true });
});
