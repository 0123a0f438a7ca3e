import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { publishedPackages } from './workspace.ts';

/** All of a package's main entry, minified and gzipped, without the packages beside it: in kB. */
async function size(folder: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: "export * from './src/index.ts'", resolveDir: folder },
    bundle: true,
    minify: true,
    format: 'esm',
    external: ['@mg/*'],
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? '').length / 1000;
}

test.each(publishedPackages.map(({ manifest, folder }) => [manifest.name, folder] as const))(
  'the README of %s states its size, to a tenth of it',
  async (_, folder) => {
    const stated = /(\d+(?:\.\d)?) kB minified and gzipped/.exec(readFileSync(path.join(folder, 'README.md'), 'utf8'));
    const [actual, said] = [await size(folder), Number(stated?.[1])];
    expect(Math.abs(said / actual - 1), `it is ${actual} kB, and the README says ${said}`).toBeLessThanOrEqual(0.1);
  },
);
