import path from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import * as scalar from './index.ts';

/** Bundles a module that imports this package. Its exports are in a global called `result`. */
function bundle(contents: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: import.meta.dirname },
    alias: {
      '@mg/scalar': path.join(import.meta.dirname, 'index.ts'),
      '@mg/scalar/nn': path.join(import.meta.dirname, 'nn.ts'),
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    globalName: 'result',
    platform: 'neutral', // so that it fails on a Node built-in
    target: 'es2022',
  });
  return outputFiles.map(({ text }) => text).join('');
}

const gzippedSize = (code: string) => gzipSync(bundle(code), { level: 9 }).length;

test('all of @mg/scalar is at most 3 kB, minified and gzipped', () => {
  const names = Object.keys(scalar).sort().join(', ');
  expect(names).toMatch(/^GraphError, Value, abs, add, .*, toDot, toMermaid, topologicalOrder, trace, value$/);
  const size = gzippedSize(`import { ${names} } from '@mg/scalar'; export const everything = [${names}];`);
  expect(size).toBeGreaterThan(1000); // else little was bundled
  expect(size).toBeLessThanOrEqual(3000);
});

test('what is not imported is not bundled', () => {
  const all = gzippedSize("export { toDot, value } from '@mg/scalar';");
  expect(gzippedSize("export { value } from '@mg/scalar';")).toBeLessThan(all - 200);
});

test('runs where there is nothing but the language, and leaves no trace at import', () => {
  const code = bundle(`
    import { toDot, trace, value } from '@mg/scalar';
    import { MLP } from '@mg/scalar/nn';
    export function train() {
      const x = value(3);
      const y = new MLP(1, [4, 1]).forward([x]).pow(0).mul(x).mul(x);
      trace(y);
      y.backward();
      toDot(y);
      return x.grad;
    }`);
  const world = createContext({});
  const before = runInContext('Reflect.ownKeys(globalThis).join()', world) as string;
  runInContext(`{ ${code.replace(/^(?:"use strict";)?\s*var result/, 'const result')} }`, world);
  expect(runInContext('Reflect.ownKeys(globalThis).join()', world)).toBe(before);
  expect(runInContext(`${code}; result.train()`, world)).toBe(6);
});
