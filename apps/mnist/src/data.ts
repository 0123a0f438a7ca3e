import { createHash } from 'node:crypto';
import { loadMnist, type MnistData, SourceError } from '@mg/data-mnist/node';
import { tensor, type Tensor } from '@mg/tensor';
import { type Task } from './model.ts';

/** Thrown for a well-formed data set that cannot be trained on. */
export class DataError extends RangeError {
  override readonly name = 'DataError';
}

export interface DataSet {
  train: MnistData;
  /** Null with `full`. */
  validation: MnistData | null;
  test: MnistData;
  task: Task;
  /** SHA-256 of all images, labels and sizes: identifies the data set. */
  sha256: string;
}

export interface DataOptions {
  /** Four IDX files; MNIST when left out. */
  folder?: string | undefined;
  /** Train on all images, with no validation set. */
  full: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Loads MNIST, or a data set of the same form from a folder, and sets the last training images aside for validation.
 *
 * Everything is read and checked before the first step, so that a broken test file does not surface only after training.
 */
export async function loadDataSet({ folder, full, signal }: DataOptions): Promise<DataSet> {
  const training = await loadMnist({ split: 'train', source: folder, signal });
  const test = await loadMnist({ split: 'test', source: folder, signal });
  const task = taskOf(training, full ? 1 : 2);
  checkTest(test, task);
  const sha256 = digest([training, test]);
  return { ...(full ? { train: training, validation: null } : splitValidation(training)), test, task, sha256 };
}

/** Loads only the test images, for a model of the given task. */
export async function loadTestImages(task: Task, { folder, signal }: Omit<DataOptions, 'full'>): Promise<MnistData> {
  const test = await loadMnist({ split: 'test', source: folder, signal });
  checkTest(test, task);
  return test;
}

/**
 * The digest of the data set that test images belong to; null if the training images are not beside them. It tells whether a model
 * was trained on this data set.
 */
export async function digestOfFolder(
  test: MnistData,
  { folder, signal }: Omit<DataOptions, 'full'>,
): Promise<string | null> {
  try {
    return digest([await loadMnist({ split: 'train', source: folder, signal }), test]);
  } catch (error) {
    if (error instanceof SourceError) return null;
    throw error;
  }
}

/** Sets aside the last 5,000 images; of fewer than MNIST's 60,000, the same share: a twelfth, but at least one. */
export function splitValidation(data: MnistData): { train: MnistData; validation: MnistData } {
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

/** The task of a data set; the number of classes follows from the largest label. */
function taskOf({ labels, count, rows, cols }: MnistData, least: number): Task {
  if (count < least) {
    throw new DataError(`the data set has ${count} training images; expected ${least} or more. Use a larger data set`);
  }
  if (rows < 4 || cols < 4) {
    throw new DataError(`the training images are ${rows}×${cols} pixels; expected 4×4 or more. Use larger images`);
  }
  const classes = largest(labels) + 1;
  if (classes < 2) {
    throw new DataError('every training image has the label 0; expected two classes or more. Use another data set');
  }
  return { rows, cols, classes };
}

/** Throws unless the test images have the size and the classes of the task. */
function checkTest(test: MnistData, { rows, cols, classes }: Task): void {
  if (test.count < 1) throw new DataError('the data set has 0 test images; expected 1 or more. Use a larger data set');
  if (test.rows !== rows || test.cols !== cols) {
    throw new DataError(
      `the test images are ${test.rows}×${test.cols} pixels, but the training images are ${rows}×${cols}. ` +
        'Use test images of the same size',
    );
  }
  const stranger = test.labels.findIndex((label) => label >= classes);
  if (stranger >= 0) {
    throw new DataError(
      `test image ${stranger} has the label ${test.labels[stranger] ?? ''}; the training images have the labels 0 to ` +
        `${classes - 1}. Use test images of the same classes`,
    );
  }
}

function largest(labels: Uint8Array): number {
  return labels.reduce((most, label) => Math.max(most, label), 0);
}

function digest(sets: readonly MnistData[]): string {
  const hash = createHash('sha256');
  for (const { images, labels, count, rows, cols } of sets) {
    hash
      .update(JSON.stringify([count, rows, cols]))
      .update(images)
      .update(labels);
  }
  return hash.digest('hex');
}

/** Images as the input of a model: each in the given shape, the bytes 0 to 255 scaled to [0, 1]. */
export function pixels(images: Uint8Array, shape: readonly number[]): Tensor {
  const count = images.length / shape.reduce((product, size) => product * size, 1);
  return tensor(images, { shape: [count, ...shape] }).div(255);
}
