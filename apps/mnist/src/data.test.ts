import { rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { type MnistData } from '@mg/data-mnist/node';
import { madeUpDigits, writeDataSet } from '../test/made-up-digits.ts';
import { DataError, loadDataSet, pixels, splitValidation } from './data.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function load(train: MnistData, test: MnistData, full = false): ReturnType<typeof loadDataSet> {
  const folder = writeDataSet(train, test);
  folders.push(folder);
  return loadDataSet({ folder, full });
}

test('MNIST: 55,000 to train on, the last 5,000 to validate, 10,000 to test', async () => {
  const { train, validation, test, task } = await loadDataSet({ full: false });
  expect([train.count, validation?.count, test.count]).toEqual([55_000, 5_000, 10_000]);
  expect([train.labels.length, validation?.labels.length]).toEqual([55_000, 5_000]);
  expect([train.images.length, validation?.images.length]).toEqual([55_000 * 784, 5_000 * 784]);
  // Bytes 55,008 to 55,012 of the file of labels.
  expect([...(validation?.labels.subarray(0, 5) ?? [])]).toEqual([1, 2, 8, 7, 4]);
  expect(task).toEqual({ rows: 28, cols: 28, classes: 10 });
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

test('full trains on all images; the digest covers all files', async () => {
  const digits = madeUpDigits(24);
  const [part, full] = [await load(digits, digits), await load(digits, digits, true)];
  expect([part.train.count, part.validation?.count, full.train.count, full.validation]).toEqual([22, 2, 24, null]);
  expect(part.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(full.sha256).toBe(part.sha256);
  const other = { ...digits, labels: digits.labels.with(23, 0) };
  expect((await load(digits, other)).sha256).not.toBe(part.sha256);
});

test('the size of the images and the number of classes come from the data', async () => {
  const letters = { ...madeUpDigits(20), rows: 14, cols: 56, labels: madeUpDigits(20).labels.with(13, 25) };
  expect((await load(letters, letters)).task).toEqual({ rows: 14, cols: 56, classes: 26 });
});

test.each([[[784]], [[1, 28, 28]]])('pixels are scaled to [0, 1], in the shape %j', (shape) => {
  const images = new Uint8Array(2 * 784);
  images.set([255, 51], 784);
  const x = pixels(images, shape);
  expect(x.shape).toEqual([2, ...shape]);
  expect(x.dtype).toBe('float32');
  expect([...x.data.slice(783, 787)]).toEqual([0, 1, Math.fround(0.2), 0]);
});

test('data sets that cannot be trained on', async () => {
  const digits = madeUpDigits(20);
  const none = { ...digits, images: new Uint8Array(0), labels: new Uint8Array(0), count: 0 };
  const wide = { ...digits, rows: 14, cols: 56 };
  const thin = { ...digits, rows: 2, cols: 392 };
  const letters = { ...digits, labels: digits.labels.with(13, 26) };
  const same = { ...digits, labels: new Uint8Array(20) };
  await expect(load(madeUpDigits(1), digits)).rejects.toThrow('the data set has 1 training images; expected 2 or more');
  await expect(load(digits, none)).rejects.toThrow('the data set has 0 test images; expected 1 or more');
  await expect(load(digits, wide)).rejects.toThrow(
    'the test images are 14×56 pixels, but the training images are 28×28',
  );
  await expect(load(thin, thin)).rejects.toThrow('the training images are 2×392 pixels; expected 4×4 or more');
  await expect(load(same, same)).rejects.toThrow('every training image has the label 0');
  await expect(load(digits, letters)).rejects.toThrow(
    'test image 13 has the label 26; the training images have the labels 0 to 9',
  );
  await expect(load(digits, letters)).rejects.toThrow(DataError);
});
