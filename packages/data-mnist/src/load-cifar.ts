import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Split } from './data-sets.ts';
import { SourceError } from './source.ts';
import { type LabelledImages } from './to-dataset.ts';

export interface CifarOptions {
  split: Split;
  /** The folder of the binary version: a path or a `file:` URL. */
  source: string | URL;
  signal?: AbortSignal | undefined;
}

/** One split of CIFAR: `images` holds bytes `[count, 3, 32, 32]`, red, green, blue; `labels` one class index per image. */
export interface CifarData extends LabelledImages {
  channels: 3;
  rows: 32;
  cols: 32;
}

/** One split of CIFAR-100, whose 100 classes belong to 20 groups. */
export interface Cifar100Data extends CifarData {
  /** The index of the group per image, 0 to 19. */
  coarseLabels: Uint8Array;
}

const pixels = 3 * 32 * 32;

/**
 * Loads one split of CIFAR-10 from the folder `cifar-10-batches-bin` of its binary version: `data_batch_1.bin` to `data_batch_5.bin`,
 * or `test_batch.bin`. `classNames['cifar-10']` has the classes.
 *
 * @throws SourceError if a file is missing or has another format, the signal's reason on abort.
 *
 * ```ts
 * import { loadCifar10 } from '@mg/data-mnist/node';
 *
 * await loadCifar10({ split: 'test', source: './nowhere' }); // => throws SourceError: test_batch.bin: no such file
 * ```
 */
export async function loadCifar10({ split, source, signal }: CifarOptions): Promise<CifarData> {
  const names = {
    train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
    test: ['test_batch.bin'],
  };
  const { images, labels } = await loadRecords('loadCifar10', { split, source, signal }, names, [10]);
  const [classes = new Uint8Array()] = labels;
  return { images, labels: classes, count: classes.length, channels: 3, rows: 32, cols: 32 };
}

/**
 * Loads one split of CIFAR-100 from the folder `cifar-100-binary` of its binary version: `train.bin` or `test.bin`.
 *
 * @throws SourceError if a file is missing or has another format, the signal's reason on abort.
 *
 * ```ts
 * import { loadCifar100 } from '@mg/data-mnist/node';
 *
 * await loadCifar100({ split: 'train', source: './nowhere' }); // => throws SourceError: train.bin: no such file
 * ```
 */
export async function loadCifar100({ split, source, signal }: CifarOptions): Promise<Cifar100Data> {
  const names = { train: ['train.bin'], test: ['test.bin'] };
  const { images, labels } = await loadRecords('loadCifar100', { split, source, signal }, names, [20, 100]);
  const [coarseLabels = new Uint8Array(), classes = new Uint8Array()] = labels;
  return { images, labels: classes, coarseLabels, count: classes.length, channels: 3, rows: 32, cols: 32 };
}

/** Reads files of records: a byte for each label, which is below the number of its classes, and the pixels of an image. */
async function loadRecords(
  operation: string,
  { split, source, signal }: CifarOptions,
  names: Readonly<Record<Split, readonly string[]>>,
  classes: readonly number[],
): Promise<{ images: Uint8Array; labels: Uint8Array[] }> {
  if (!Object.hasOwn(names, split)) {
    throw new RangeError(`${operation}: split is ${JSON.stringify(split)}; expected 'train' or 'test'`);
  }
  const folder = String(source).startsWith('file:') ? fileURLToPath(source) : path.resolve(String(source));
  const width = classes.length + pixels;
  const files: Uint8Array[] = [];
  for (const name of names[split]) files.push(await readRecords(path.join(folder, name), classes, signal));

  const count = files.reduce((sum, { length }) => sum + length / width, 0);
  const images = new Uint8Array(count * pixels);
  const labels = classes.map(() => new Uint8Array(count));
  let image = 0;
  for (const file of files) {
    for (let start = 0; start < file.length; start += width, image++) {
      for (const [place, each] of labels.entries()) each[image] = file[start + place] ?? 0;
      images.set(file.subarray(start + classes.length, start + width), image * pixels);
    }
  }
  return { images, labels };
}

async function readRecords(
  file: string,
  classes: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const bytes = await readFile(file, { signal }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'no such file' : `the file cannot be read (${message})`;
    throw new SourceError(`${file}: ${problem}. Pass the folder of CIFAR's binary version`, { cause });
  });
  const width = classes.length + pixels;
  if (bytes.length === 0 || bytes.length % width !== 0) {
    throw new SourceError(
      `${file}: ${bytes.length} bytes are not a whole number of records of ${width} bytes. Get the file again, in CIFAR's binary version`,
    );
  }
  for (let start = 0; start < bytes.length; start += width) {
    for (const [place, limit] of classes.entries()) {
      const label = bytes[start + place] ?? 0;
      if (label < limit) continue;
      throw new SourceError(
        `${file}: image ${start / width} has the label ${label}, but there are ${limit} classes. Get the file again, in CIFAR's binary version`,
      );
    }
  }
  return bytes;
}
