import { createHash } from 'node:crypto';
import { loadMnist, type MnistData } from '@mg/data-mnist/node';
import { tensor, type Tensor } from '@mg/tensor';
import { type Task } from './model.ts';

/** Thrown for a well-formed data set that cannot be trained on. */
export class DataError extends RangeError {
  override readonly name = 'DataError';
}

export interface DataSet {
  train: MnistData;
  /** Null if all images are trained on. */
  validation: MnistData | null;
  test: MnistData;
  task: Task;
  /** SHA-256 of all images and labels and of their sizes: of another data set it is another. */
  sha256: string;
}

export interface DataOptions {
  /** Four IDX files; MNIST when left out. */
  folder?: string | undefined;
  /** Whether to train on all images, and set none aside for validation. */
  full: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Loads MNIST, or another data set of its form from a folder, and sets the last training images aside for validation.
 *
 * Everything is read and checked before the first step, so that a broken file is not found out after the training.
 */
export async function loadDataSet({ folder, full, signal }: DataOptions): Promise<DataSet> {
  const training = await loadMnist({ split: 'train', source: folder, signal });
  const test = await loadMnist({ split: 'test', source: folder, signal });
  const task = taskOf(training, full ? 1 : 2);
  checkTest(test, task);
  const sha256 = digest([training, test]);
  return { ...(full ? { train: training, validation: null } : splitValidation(training)), test, task, sha256 };
}

/** Loads the test images alone, for a model of that task. */
export async function loadTestImages(task: Task, { folder, signal }: Omit<DataOptions, 'full'>): Promise<MnistData> {
  const test = await loadMnist({ split: 'test', source: folder, signal });
  checkTest(test, task);
  return test;
}

/** Sets aside the last 5,000 images; of fewer than MNIST's 60,000, the same share: every twelfth, and one at least. */
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

/** What there is to learn: the largest label tells how many classes there are. */
function taskOf({ labels, count, rows, cols }: MnistData, least: number): Task {
  if (count < least) {
    throw new DataError(`the training images are ${count}; expected ${least} or more. Give a larger data set`);
  }
  if (rows < 4 || cols < 4) {
    throw new DataError(
      `the training images are ${rows}×${cols} pixels; expected 4×4 or more. Give a data set of larger images`,
    );
  }
  const classes = largest(labels) + 1;
  if (classes < 2) {
    throw new DataError('every training image has the label 0; expected two classes or more. Give another data set');
  }
  return { rows, cols, classes };
}

/** Throws unless the test images are of the size and the classes that were trained on. */
function checkTest(test: MnistData, { rows, cols, classes }: Task): void {
  if (test.count < 1) throw new DataError('the test images are 0; expected 1 or more. Give a larger data set');
  if (test.rows !== rows || test.cols !== cols) {
    throw new DataError(
      `the test images are ${test.rows}×${test.cols} pixels, those trained on ${rows}×${cols}. ` +
        'Give test images of the same size',
    );
  }
  const stranger = test.labels.findIndex((label) => label >= classes);
  if (stranger >= 0) {
    throw new DataError(
      `test image ${stranger} has the label ${test.labels[stranger] ?? ''}; those trained on have the labels 0 to ` +
        `${classes - 1}. Give test images of the same classes`,
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

/** Images as a model takes them: each in the shape given, the bytes 0 to 255 scaled to [0, 1]. */
export function pixels(images: Uint8Array, shape: readonly number[]): Tensor {
  const count = images.length / shape.reduce((product, size) => product * size, 1);
  return tensor(images, { shape: [count, ...shape] }).div(255);
}
