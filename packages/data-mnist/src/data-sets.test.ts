import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataLoader } from '@mg/data';
import { classNames, type DataSetName, loadMnist, toDataset } from '@mg/data-mnist';
import { IdxError, loadMnist as loadInNode, SourceError } from '@mg/data-mnist/node';

/** Two images of two rows and three columns. */
const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);
/** Labels as QMNIST has them: the class and another number. */
const table = Uint8Array.of(0, 0, 12, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 7, 1, 1, 1, 1, 0, 0, 0, 9, 2, 2, 2, 2);
const plain = { images: images.subarray(16), labels: Uint8Array.of(7, 9), count: 2, rows: 2, cols: 3 };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'data-sets-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('files', () => {
  test.each<[DataSetName, string, string, string, string]>([
    ['mnist', 'train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'],
    [
      'fashion-mnist',
      'train-images-idx3-ubyte',
      'train-labels-idx1-ubyte',
      't10k-images-idx3-ubyte',
      't10k-labels-idx1-ubyte',
    ],
    [
      'kmnist',
      'train-images-idx3-ubyte',
      'train-labels-idx1-ubyte',
      't10k-images-idx3-ubyte',
      't10k-labels-idx1-ubyte',
    ],
    [
      'qmnist',
      'qmnist-train-images-idx3-ubyte',
      'qmnist-train-labels-idx2-int',
      'qmnist-test-images-idx3-ubyte',
      'qmnist-test-labels-idx2-int',
    ],
    [
      'emnist-letters',
      'emnist-letters-train-images-idx3-ubyte',
      'emnist-letters-train-labels-idx1-ubyte',
      'emnist-letters-test-images-idx3-ubyte',
      'emnist-letters-test-labels-idx1-ubyte',
    ],
  ])('%s', async (dataSet, trainImages, trainLabels, testImages, testLabels) => {
    for (const name of [trainImages, testImages]) writeFileSync(path.join(folder, name), images);
    for (const name of [trainLabels, testLabels])
      writeFileSync(path.join(folder, name), dataSet === 'qmnist' ? table : labels);
    for (const split of ['train', 'test'] as const) {
      const data = await loadInNode({ split, dataSet, source: folder });
      expect([...data.labels]).toEqual([7, 9]);
      expect(data.count).toBe(2);
    }
  });
});

test('images of EMNIST are transposed, those of other data sets are not', async () => {
  const source = { images, labels };
  expect(await loadMnist({ split: 'train', dataSet: 'kmnist', source })).toEqual(plain);
  expect(await loadMnist({ split: 'train', dataSet: 'emnist-digits', source })).toEqual({
    images: Uint8Array.of(1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12),
    labels: plain.labels,
    count: 2,
    rows: 3,
    cols: 2,
  });
});

test('labels of QMNIST are the first column of its table', async () => {
  expect(await loadMnist({ split: 'train', dataSet: 'qmnist', source: { images, labels: table } })).toEqual(plain);
  const loading = loadMnist({ split: 'train', dataSet: 'qmnist', source: { images, labels } });
  await expect(loading).rejects.toThrow(IdxError);
  await expect(loading).rejects.toThrow('1 dimensions of uint8; expected 2 of int32 (a row of numbers per image');
  const large = loadMnist({ split: 'train', dataSet: 'qmnist', source: { images, labels: table.with(14, 1) } });
  await expect(large).rejects.toThrow('the label of image 0 is 263; expected 0 to 255');
});

test('names of classes', () => {
  const counts = Object.entries(classNames).map(([name, names]) => [name, names.length, new Set(names).size]);
  expect(counts).toEqual([
    ['mnist', 10, 10],
    ['fashion-mnist', 10, 10],
    ['kmnist', 10, 10],
    ['qmnist', 10, 10],
    ['emnist-byclass', 62, 62],
    ['emnist-bymerge', 47, 47],
    ['emnist-balanced', 47, 47],
    ['emnist-letters', 27, 27],
    ['emnist-digits', 10, 10],
    ['emnist-mnist', 10, 10],
    ['cifar-10', 10, 10],
  ]);
  expect(classNames['emnist-balanced'].join('')).toBe('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt');
});

test('unknown data sets, and those that are not installed', async () => {
  const loading = loadMnist({ split: 'train', dataSet: 'cifar' as 'mnist', source: { images, labels } });
  await expect(loading).rejects.toThrow('loadMnist: dataSet is "cifar"; expected one of mnist, fashion-mnist');
  await expect(loadInNode({ split: 'train', dataSet: 'kmnist' })).rejects.toThrow(SourceError);
  await expect(loadInNode({ split: 'train', dataSet: 'kmnist' })).rejects.toThrow('only MNIST itself is installed');
});

test('as a dataset, for loaders', () => {
  const dataset = toDataset(plain);
  expect(dataset.get(1)).toEqual({ image: { data: plain.images.subarray(6), shape: [1, 2, 3] }, label: 9 });
  const [batch] = new DataLoader(dataset, { batchSize: 2 });
  expect(batch?.image).toEqual({ data: plain.images, shape: [2, 1, 2, 3] });
  expect(() => toDataset({ ...plain, count: 3 })).toThrow(
    'the shape [3, 1, 2, 3] of image does not fit its 12 elements',
  );
});
