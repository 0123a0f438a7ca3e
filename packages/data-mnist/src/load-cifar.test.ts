import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCifar10, loadCifar100, SourceError, toDataset } from '@mg/data-mnist/node';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cifar-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A record: labels, and a red, a green and a blue plane, each of one value. */
function record(labels: number[], red: number, green: number, blue: number): number[] {
  return [...labels, ...[red, green, blue].flatMap((value) => Array<number>(1024).fill(value))];
}

function write(name: string, records: number[][]): void {
  writeFileSync(path.join(folder, name), Uint8Array.from(records.flat()));
}

test('CIFAR-10: the five training files one after the other, and the test file', async () => {
  for (const batch of [1, 2, 3, 4, 5])
    write(`data_batch_${batch}.bin`, [record([batch], batch, 20, 30), record([9], 7, 8, 9)]);
  write('test_batch.bin', [record([3], 1, 2, 3)]);
  const train = await loadCifar10({ split: 'train', source: folder });
  expect([...train.labels]).toEqual([1, 9, 2, 9, 3, 9, 4, 9, 5, 9]);
  expect(train.images).toHaveLength(10 * 3072);
  expect([train.images[2 * 3072], train.images[2 * 3072 + 1024], train.images[3 * 3072 - 1]]).toEqual([2, 20, 30]);
  const test = await loadCifar10({ split: 'test', source: pathToFileURL(folder) });
  expect(test).toMatchObject({ count: 1, channels: 3, rows: 32, cols: 32 });
  expect(toDataset(test).get(0).image.shape).toEqual([3, 32, 32]);
});

test('CIFAR-100: groups and classes', async () => {
  write('train.bin', [record([19, 99], 1, 2, 3), record([0, 5], 4, 5, 6)]);
  const { labels, coarseLabels, images, count } = await loadCifar100({ split: 'train', source: folder });
  expect([count, [...labels], [...coarseLabels], images[3072]]).toEqual([2, [99, 5], [19, 0], 4]);
});

test('errors name the file', async () => {
  await expect(loadCifar10({ split: 'train', source: folder })).rejects.toThrow(SourceError);
  await expect(loadCifar10({ split: 'train', source: folder })).rejects.toThrow(
    'data_batch_1.bin: no such file. Pass the folder',
  );
  write('test_batch.bin', [record([3], 1, 2, 3), [1]]);
  await expect(loadCifar10({ split: 'test', source: folder })).rejects.toThrow(
    'test_batch.bin: 3074 bytes are not a whole number of records of 3073 bytes',
  );
  write('test_batch.bin', []);
  await expect(loadCifar10({ split: 'test', source: folder })).rejects.toThrow('0 bytes are not');
  write('test_batch.bin', [record([3], 1, 2, 3), record([10], 1, 2, 3)]);
  await expect(loadCifar10({ split: 'test', source: folder })).rejects.toThrow(
    'image 1 has the label 10, but there are 10 classes',
  );
  await expect(loadCifar10({ split: 'dev' as 'test', source: folder })).rejects.toThrow(
    "loadCifar10: split is \"dev\"; expected 'train' or 'test'",
  );
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(loadCifar10({ split: 'test', source: folder, signal })).rejects.toThrow('stopped');
});
