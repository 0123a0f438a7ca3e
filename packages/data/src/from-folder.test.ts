import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { encode } from 'jpeg-js';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DataError, DataLoader } from '@mg/data';
import { fromFolder } from '@mg/data/node';

/** Red, green, blue and opacity of two pixels, side by side. */
const pixels = Uint8Array.of(200, 100, 50, 255, 1, 2, 3, 0);
const image = { data: Uint8Array.of(200, 1, 100, 2, 50, 3), shape: [3, 1, 2] };

function png(data: Uint8Array, width: number, height: number): Uint8Array {
  const picture = new PNG({ width, height });
  picture.data.set(data);
  return PNG.sync.write(picture);
}

/** A JPEG file of one colour, which survives the compression. */
function jpeg(red: number, green: number, blue: number): Uint8Array {
  const data = Buffer.from(Array.from({ length: 64 }, () => [red, green, blue, 255]).flat());
  return encode({ data, width: 8, height: 8 }, 100).data;
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'data-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Record<string, Uint8Array | string>): void {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), bytes);
  }
}

test('classes and files are in sorted order, other files are left out', async () => {
  write({
    'dog/b.PNG': png(pixels, 2, 1),
    'dog/a/z.png': png(pixels, 2, 1),
    'cat/10.jpeg': jpeg(10, 20, 30),
    'cat/9.jpg': jpeg(128, 128, 128),
    'cat/notes.txt': 'no picture',
    'README.md': 'no class',
    'Eel/1.png': png(pixels, 2, 1),
  });
  const dataset = await fromFolder(folder);
  expect(dataset.classes).toEqual(['Eel', 'cat', 'dog']);
  expect(dataset.files.map((file) => path.relative(folder, file).replaceAll(path.sep, '/'))).toEqual([
    'Eel/1.png',
    'cat/10.jpeg',
    'cat/9.jpg',
    'dog/a/z.png',
    'dog/b.PNG',
  ]);
  const labels = (await Promise.all(dataset)).map(({ label }) => label);
  expect(labels).toEqual([0, 1, 1, 2, 2]);
  expect(await dataset.get(4)).toEqual({ image, label: 2 });
});

test('JPEG files and shades of grey', async () => {
  write({ 'a/1.jpg': jpeg(128, 128, 128), 'a/2.png': png(pixels, 2, 1) });
  const grey = await fromFolder(pathToFileURL(folder), { channels: 1 });
  expect((await grey.get(0)).image).toEqual({ data: new Uint8Array(64).fill(128), shape: [1, 8, 8] });
  expect((await grey.get(1)).image).toEqual({ data: Uint8Array.of(124, 2), shape: [1, 1, 2] });
  expect((await (await fromFolder(folder)).get(0)).image).toEqual({
    data: new Uint8Array(192).fill(128),
    shape: [3, 8, 8],
  });
});

test('a loader makes batches of the pictures', async () => {
  write({ 'a/1.png': png(pixels, 2, 1), 'b/1.png': png(pixels, 2, 1), 'c/1.png': png(pixels, 2, 1) });
  const batches = [];
  for await (const batch of new DataLoader(await fromFolder(folder), { batchSize: 2 })) batches.push(batch);
  expect(batches).toEqual([
    {
      image: { data: Uint8Array.of(...image.data, ...image.data), shape: [2, 3, 1, 2] },
      label: { data: Int32Array.of(0, 1), shape: [2] },
    },
    { image: { data: image.data, shape: [1, 3, 1, 2] }, label: { data: Int32Array.of(2), shape: [1] } },
  ]);
});

test('folders that do not fit', async () => {
  write({ 'some/file.png': '', 'empty/class/notes.txt': '' });
  await expect(fromFolder(path.join(folder, 'none'))).rejects.toThrow('none: no such folder. Pass a folder');
  await expect(fromFolder(path.join(folder, 'none'))).rejects.toThrow(DataError);
  await expect(fromFolder(path.join(folder, 'some/file.png'))).rejects.toThrow('file.png: the folder cannot be read');
  await expect(fromFolder(path.join(folder, 'some'))).rejects.toThrow('some: there are no folders in it');
  await expect(fromFolder(path.join(folder, 'empty'))).rejects.toThrow('class: there are no PNG or JPEG files in it');
  await expect(fromFolder(folder, { channels: 2 as 1 })).rejects.toThrow('fromFolder: channels is 2; expected 1 or 3');
});

test('files that do not fit are named', async () => {
  const [whole, photo] = [png(pixels, 2, 1), jpeg(1, 2, 3)];
  write({
    'a/0.png': whole.subarray(0, -20),
    'a/1.png': whole.map((byte, index) => (index === 50 ? byte ^ 1 : byte)),
    'a/2.jpg': photo.subarray(0, -20),
    'a/3.jpg': 'GIF89a',
  });
  const dataset = await fromFolder(folder);
  for (const index of [0, 1]) {
    await expect(dataset.get(index)).rejects.toThrow(`${index}.png: the picture cannot be decoded`);
    await expect(dataset.get(index)).rejects.toThrow(DataError);
  }
  await expect(dataset.get(2)).rejects.toThrow(
    `2.jpg: the picture cannot be decoded: it is cut short after ${photo.length - 20} bytes`,
  );
  await expect(dataset.get(3)).rejects.toThrow('3.jpg: the file is neither a PNG nor a JPEG picture');
  await expect(dataset.get(4)).rejects.toThrow('ImageFolder.get: the index is 4; expected an integer from 0 to 3');
});

test('a decoder that is not installed is named', async () => {
  write({ 'a/1.png': png(pixels, 2, 1), 'a/2.jpg': jpeg(1, 2, 3) });
  vi.doMock('pngjs', () => {
    throw new Error('Cannot find package');
  });
  vi.doMock('jpeg-js', () => {
    throw new Error('Cannot find package');
  });
  vi.resetModules();
  const { fromFolder } = await import('@mg/data/node');
  const dataset = await fromFolder(folder);
  await expect(dataset.get(0)).rejects.toThrow(
    '1.png: pngjs, which decodes the file, is not installed. Run `npm install pngjs`',
  );
  await expect(dataset.get(1)).rejects.toThrow('2.jpg: jpeg-js, which decodes the file, is not installed');
  vi.doUnmock('pngjs');
  vi.doUnmock('jpeg-js');
});
