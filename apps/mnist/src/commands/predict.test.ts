import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Linear, Sequential } from '@mg/nn';
import { Generator } from '@mg/tensor';
import { greyPng } from '../../test/made-up-png.ts';
import { predictPictures } from './predict.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures');
const loaded = {
  model: new Sequential(new Linear(784, 10, { generator: new Generator(1) })),
  inputShape: [784],
  task: { rows: 28, cols: 28, classes: 10 },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mnist-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

const add = (name: string, from?: string): string => {
  const file = path.join(folder, name);
  if (from === undefined) writeFileSync(file, 'GIF89a');
  else copyFileSync(path.join(fixtures, from), file);
  return file;
};

/** What the command writes, and gives. */
async function result(
  files: string[],
  { json, terminal }: { json?: true; terminal?: { isTTY: true; columns: number } } = {},
): Promise<{ out: string; err: string; allRead: boolean }> {
  let [out, err] = ['', ''];
  const allRead = await predictPictures(
    { files, checkpoint: 'best.safetensors', ...(json ? { json } : {}) },
    { stdout: { ...terminal, write: (text) => (out += text) }, stderr: { write: (text) => (err += text) } },
    undefined,
    (place) => {
      expect(place).toBe('best.safetensors');
      return loaded;
    },
  );
  return { out, err, allRead };
}

test('one file: its name, what it is, and ten bars', async () => {
  const file = add('seven.png', 'original.png');
  const { out, err, allRead } = await result([file]);
  const lines = out.split('\n');
  expect(lines[0]).toMatch(/seven\.png: \d, \d+\.\d %$/);
  expect(lines.slice(1, 11).map((line) => line.replace(/[█░]+ +\d+\.\d %$/, 'bar'))).toEqual(
    Array.from({ length: 10 }, (_, label) => `${label} bar`),
  );
  expect([lines.length, lines[11], err, allRead]).toEqual([12, '', '', true]);
});

test('a folder: a table, in the order of the names, even of one file', async () => {
  add('10.png', 'thin.png');
  expect((await result([folder])).out).toMatch(/^file +prediction .*\n.*10\.png +\d +\d+\.\d % +\d \(\d+\.\d %\)\n$/);
  add('9.png', 'sheet.png');
  expect((await result([folder])).out.split('\n').map((line) => /(\w+)\.png/.exec(line)?.[1])).toEqual([
    undefined,
    '9',
    '10',
    undefined,
  ]);
});

test('files that are not pictures are reported in a line each, and the rest are read', async () => {
  const [first, gif, last] = [add('1.png', 'original.png'), add('2\n.png'), add('3.png', 'thick.png')];
  const { out, err, allRead } = await result([first, gif, `${folder}/none.png`, last]);
  expect(out).toMatch(/^\S+1\.png: \d, .*\n(\d [█░]+ .*\n){10}\n\S+3\.png: \d, .*\n(\d [█░]+ .*\n){10}$/);
  expect(err).toBe(
    `error: ${folder}/2\\u000a.png: a GIF picture, not a PNG or JPEG file. Pass a PNG or JPEG file\n` +
      `error: ${folder}/none.png: no such file. Pass PNG or JPEG files, or a folder of them\n`,
  );
  expect(allRead).toBe(false);
  expect(await result([gif])).toMatchObject({ out: '', allRead: false });
  expect((await result([folder])).out.split('\n')).toHaveLength(4);
});

test('json: a line for each file and nothing else', async () => {
  const [first, gif] = [add('1.png', 'original.png'), add('2.png')];
  const { out, err, allRead } = await result([first, gif], { json: true });
  const [one, two, ...rest] = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const probabilities = one?.['probabilities'] as number[];
  expect(one).toEqual({ file: first, prediction: probabilities.indexOf(Math.max(...probabilities)), probabilities });
  expect(probabilities).toHaveLength(10);
  expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  expect(two).toEqual({ file: gif, error: `${gif}: a GIF picture, not a PNG or JPEG file. Pass a PNG or JPEG file` });
  expect([rest, allRead]).toEqual([[], false]);
  expect(err).toContain('2.png: a GIF picture');
});

describe('control characters', () => {
  const terminal = { isTTY: true, columns: 60 } as const;

  test('none in a pipe', async () => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('FORCE_COLOR', '');
    const file = add('1.png', 'original.png');
    for (const files of [[file], [folder]]) expect((await result(files)).out).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test('colours on a terminal, which shows the digit too; none with NO_COLOR', async () => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('FORCE_COLOR', '');
    vi.stubEnv('TERM', 'xterm-256color');
    const file = add('1.png', 'original.png');
    expect((await result([file], { terminal })).out).toContain('\u001b[1m');
    vi.stubEnv('NO_COLOR', '1');
    const { out } = await result([file], { terminal });
    expect(out).not.toMatch(/[^\P{Cc}\n]/u);
    expect(out.split('\n').length).toBeGreaterThan(20);
    for (const line of out.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(60);
  });
});

test('an abort ends it', async () => {
  const reason = new Error('enough');
  const streams = { stdout: { write: vi.fn() }, stderr: { write: vi.fn() } };
  const files = [add('1.png', 'original.png')];
  await expect(
    predictPictures({ files, checkpoint: '' }, streams, AbortSignal.abort(reason), () => loaded),
  ).rejects.toBe(reason);
  expect(streams.stdout.write).not.toHaveBeenCalled();
});

test('an enormous file is not read', async () => {
  const file = add('1.png');
  truncateSync(file, 256e6 + 1); // takes no room on the disk
  expect((await result([file])).err).toBe(
    `error: ${file}: 256000001 bytes; expected 256000000 at most. Scale the picture down\n`,
  );
});

test.each(['/dev/zero', '/dev/null'])('%s is no file', async (device) => {
  expect((await result([device])).err).toBe(`error: ${device}: not a regular file. Pass a PNG or JPEG file\n`);
});

test('two digits side by side are read as one, and that is said', async () => {
  const file = path.join(folder, '11.png');
  writeFileSync(
    file,
    greyPng(60, 40, (x, y) => (y > 5 && y < 35 && [15, 16, 17, 40, 41, 42].includes(x) ? 0 : 255)),
  );
  const { out, err, allRead } = await result([file]);
  expect(out).toMatch(/11\.png: \d, /);
  expect(err).toBe(`note: ${file}: there seem to be 2 digits, but it is read as one. Cut them apart\n`);
  expect(allRead).toBe(true);
});
