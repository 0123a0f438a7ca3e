import { loadMnist, type MnistData } from '@mg/data-mnist/node';
import { tensor, type Tensor } from '@mg/tensor';

/** Thrown for a well-formed data set that the model cannot take. */
export class DataError extends RangeError {
  override readonly name = 'DataError';
}

export interface DataSet {
  train: MnistData;
  validation: MnistData;
  test: MnistData;
}

/**
 * Loads MNIST, or another data set of its form from a folder, and sets the last training images aside for validation.
 *
 * Everything is read and checked before the first step, so that a broken file is not found out after the training.
 */
export async function loadDataSet(folder?: string, signal?: AbortSignal): Promise<DataSet> {
  const training = await loadMnist({ split: 'train', source: folder, signal });
  const test = await loadMnist({ split: 'test', source: folder, signal });
  expectDigits('training', training, 2);
  expectDigits('test', test, 1);
  return { ...splitValidation(training), test };
}

/** Sets aside the last 5,000 images; of fewer than MNIST's 60,000, the same share: every twelfth, and one at least. */
export function splitValidation(data: MnistData): Pick<DataSet, 'train' | 'validation'> {
  const held = Math.max(1, Math.min(5_000, Math.floor(data.count / 12)));
  const kept = data.count - held;
  return { train: part(data, 0, kept), validation: part(data, kept, data.count) };
}

function part({ images, labels, rows, cols }: MnistData, start: number, end: number): MnistData {
  const pixels = rows * cols;
  return {
    images: images.subarray(start * pixels, end * pixels),
    labels: labels.subarray(start, end),
    count: end - start,
    rows,
    cols,
  };
}

function expectDigits(split: string, { labels, count, rows, cols }: MnistData, least: number): void {
  const where = `the ${split} images`;
  if (count < least) throw new DataError(`${where} are ${count}; expected ${least} or more. Give a larger data set`);
  if (rows !== 28 || cols !== 28) {
    throw new DataError(
      `${where} are ${rows}×${cols} pixels; the model takes 28×28. Scale them, or give another data set`,
    );
  }
  const stranger = labels.findIndex((label) => label > 9);
  if (stranger >= 0) {
    throw new DataError(
      `${where} have a label ${labels[stranger] ?? ''} (image ${stranger}); the model tells the classes 0 to 9 apart. ` +
        'Give a data set of ten classes',
    );
  }
}

/** Images as the model takes them: one row of 784 each, the bytes 0 to 255 scaled to [0, 1]. */
export function pixels(images: Uint8Array): Tensor {
  return tensor(images, { shape: [images.length / 784, 784] }).div(255);
}
