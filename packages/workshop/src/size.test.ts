import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { minifiedSize } from './size.js';
import { publishedPackages } from './workspace.ts';

test.each(publishedPackages.map(({ manifest, folder }) => [manifest.name, folder] as const))(
  'the README of %s states its size, to a tenth of it',
  async (_, folder) => {
    const stated = /(\d+(?:\.\d)?) kB minified and gzipped/.exec(readFileSync(path.join(folder, 'README.md'), 'utf8'));
    const [actual, said] = [await minifiedSize(folder), Number(stated?.[1])];
    expect(Math.abs(said / actual - 1), `it is ${actual} kB, and the README says ${said}`).toBeLessThanOrEqual(0.1);
  },
);
