import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileError, listImages, readImage } from './image-files.ts';

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

test('a folder: its PNG and JPEG files in natural order, and nothing else', async () => {
  write(
    '10.png',
    '2.png',
    '1.PNG',
    'b.Png',
    'a 3.png',
    'photo.JPG',
    'scan.jpeg',
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
    'photo.JPG',
    'scan.jpeg',
  ]);
});

test('a file of any name', async () => {
  write('seven.jpeg');
  const file = path.join(folder, 'seven.jpeg');
  expect(await listImages(file)).toEqual([file]);
});

test('missing files', async () => {
  write('notes.txt');
  await expect(listImages(folder)).rejects.toThrow(
    `${folder}: contains no PNG or JPEG files. Pass a folder of pictures`,
  );
  for (const nowhere of [`${folder}/none.png`, `${folder}/notes.txt/1.png`]) {
    await expect(listImages(nowhere)).rejects.toThrow(
      `${nowhere}: no such file. Pass PNG or JPEG files, or a folder of them`,
    );
    await expect(listImages(nowhere)).rejects.toThrow(FileError);
  }
});

test('a name that is not UTF-8 is said to be one', async () => {
  const file = path.join(folder, 'caf\uFFFD.png'); // so Node names it
  await expect(listImages(file)).rejects.toThrow(
    `${file}: the name is not UTF-8, so that the file cannot be opened. Rename it`,
  );
  write('caf\uFFFD.png');
  expect(await listImages(file)).toEqual([file]);
});

test('a pipe without a writer is not opened', async () => {
  const pipe = path.join(folder, 'pipe.png');
  execFileSync('mkfifo', [pipe]);
  await expect(readImage(pipe)).rejects.toThrow(`${pipe}: not a regular file. Pass a PNG or JPEG file`);
});
