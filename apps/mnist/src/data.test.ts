import { rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { type MnistData } from '@mg/data-mnist/node';
import { DataError, loadDataSet, pixels, splitValidation } from './data.ts';
import { madeUpDigits, writeDataSet } from './made-up-digits.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function load(train: MnistData, test: MnistData): ReturnType<typeof loadDataSet> {
  folders.push(writeDataSet(train, test));
  return loadDataSet(folders.at(-1));
}

test('MNIST: 55,000 to train on, the last 5,000 to validate, 10,000 to test', async () => {
  const { train, validation, test } = await loadDataSet();
  expect([train.count, validation.count, test.count]).toEqual([55_000, 5_000, 10_000]);
  expect([train.labels.length, validation.labels.length]).toEqual([55_000, 5_000]);
  expect([train.images.length, validation.images.length]).toEqual([55_000 * 784, 5_000 * 784]);
  // Bytes 55,008 to 55,012 of the file of labels.
  expect([...validation.labels.subarray(0, 5)]).toEqual([1, 2, 8, 7, 4]);
});

test.each([
  [240_000, 5_000],
  [60_000, 5_000],
  [59_999, 4_999],
  [600, 50],
  [12, 1],
  [2, 1],
])('of %d training images %d are for validation', (count, held) => {
  const data = { images: new Uint8Array(count), labels: new Uint8Array(count), count, rows: 1, cols: 1 };
  data.images[count - held] = 7;
  const { train, validation } = splitValidation(data);
  expect([train.count, validation.count]).toEqual([count - held, held]);
  expect([train.images.length, train.labels.length]).toEqual([count - held, count - held]);
  expect([validation.images[0], validation.images.length, validation.labels.length]).toEqual([7, held, held]);
});

test('pixels are scaled to [0, 1], a row an image', () => {
  const images = new Uint8Array(2 * 784);
  images.set([255, 51], 784);
  const x = pixels(images);
  expect(x.shape).toEqual([2, 784]);
  expect(x.dtype).toBe('float32');
  expect([...x.data.slice(783, 787)]).toEqual([0, 1, Math.fround(0.2), 0]);
});

test('data sets that the model cannot take', async () => {
  const digits = madeUpDigits(20);
  const none = { ...digits, images: new Uint8Array(0), labels: new Uint8Array(0), count: 0 };
  const wide = { ...digits, rows: 14, cols: 56 };
  const letters = { ...digits, labels: digits.labels.with(13, 26) };
  await expect(load(madeUpDigits(1), digits)).rejects.toThrow('the training images are 1; expected 2 or more');
  await expect(load(digits, none)).rejects.toThrow('the test images are 0; expected 1 or more');
  await expect(load(digits, wide)).rejects.toThrow('the test images are 14×56 pixels; the model takes 28×28');
  await expect(load(letters, digits)).rejects.toThrow('the training images have a label 26 (image 13)');
  await expect(load(letters, digits)).rejects.toThrow(DataError);
});
