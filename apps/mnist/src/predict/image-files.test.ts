import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileError, listImages } from './image-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mnist-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (...names: string[]): void => {
  for (const name of names) writeFileSync(path.join(folder, name), '');
};

test('a folder: its PNG files in natural order, and nothing else', async () => {
  write(
    '10.png',
    '2.png',
    '1.PNG',
    'b.Png',
    'a 3.png',
    'notes.txt',
    'png',
    '.hidden.png',
    '._1.png',
    'x.png.txt',
    'line\nend.png',
  );
  mkdirSync(path.join(folder, 'more.png'));
  write('more.png/inner.png');
  symlinkSync(path.join(folder, '2.png'), path.join(folder, 'link.png'));
  expect((await listImages(folder)).map((file) => path.relative(folder, file))).toEqual([
    '1.PNG',
    '2.png',
    '10.png',
    'a 3.png',
    'b.Png',
    'line\nend.png',
    'link.png',
  ]);
});

test('a file of any name', async () => {
  write('seven.jpeg');
  const file = path.join(folder, 'seven.jpeg');
  expect(await listImages(file)).toEqual([file]);
});

test('missing files', async () => {
  write('notes.txt');
  await expect(listImages(folder)).rejects.toThrow(`${folder}: contains no PNG files. Pass a folder of PNG files`);
  for (const nowhere of [`${folder}/none.png`, `${folder}/notes.txt/1.png`]) {
    await expect(listImages(nowhere)).rejects.toThrow(`${nowhere}: no such file. Pass PNG files, or a folder of them`);
    await expect(listImages(nowhere)).rejects.toThrow(FileError);
  }
});
