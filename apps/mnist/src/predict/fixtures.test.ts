import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { centred } from './centre.ts';
import { drawingOn } from './drawing.ts';
import { readPng } from './png.ts';

const folder = new URL('../../fixtures/', import.meta.url);

/** What make.py beside the pictures centred them to: bytes of 28×28, in base64. */
const made = JSON.parse(readFileSync(new URL('centred.json', folder), 'utf8')) as { file: string; centred: string }[];

/** The mean difference that is allowed, in steps of 255: what rounding leaves, and more for paper that is not clean. */
const tolerances: Record<string, number> = { 'noise-and-dust.png': 2, 'was-a-jpeg.png': 0.5, 'tiny.png': 0.2 };

/** The largest, of a pixel that one takes for ink, and the other, as it holds less than 0.08, for paper. */
const largest = 21;

test('every picture is known to the script', () => {
  const pictures = readdirSync(folder).filter((name) => name.endsWith('.png'));
  expect(pictures.sort()).toEqual(made.map(({ file }) => file).sort());
  expect(made).toHaveLength(26);
});

test.each(made)('$file is centred as NumPy does it', ({ file, centred: base64 }) => {
  const theirs = Buffer.from(base64, 'base64');
  const ours = centred(drawingOn(readPng(readFileSync(new URL(file, folder)), file), file), 28, 28);
  const differences = Array.from(ours, (value, i) => Math.abs(value - (theirs[i] ?? NaN)));
  expect(theirs).toHaveLength(784);
  expect(Math.max(...differences)).toBeLessThanOrEqual(largest);
  expect(differences.reduce((a, b) => a + b, 0) / 784).toBeLessThanOrEqual(tolerances[file] ?? 0.1);
});
