import { gunzip } from './gunzip.ts';
import { IdxError, parseIdx } from './idx.ts';
import { type NamedBytes } from './named-bytes.ts';

/** The training images (60,000 in MNIST) or the test images (10,000). */
export type Split = 'train' | 'test';

/** The two IDX files of a split, gzipped or not. */
export interface MnistBytes {
  images: Uint8Array<ArrayBuffer>;
  labels: Uint8Array<ArrayBuffer>;
}

/** One split: `images` holds `count * rows * cols` pixels, 0 to 255 and row-major; `labels` one class index per image. */
export interface MnistData {
  images: Uint8Array;
  labels: Uint8Array;
  count: number;
  rows: number;
  cols: number;
}

/** The names under which the four files are handed round. @throws RangeError for a split that is none. */
export function fileNames(split: Split): { images: string; labels: string } {
  switch (split) {
    case 'train':
      return { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' };
    case 'test':
      return { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' };
    default:
      throw new RangeError(`loadMnist: split is ${JSON.stringify(split)}; expected 'train' or 'test'`);
  }
}

/** Unpacks and reads the two files of a split. @throws SourceError, IdxError when they are not a set of images with their labels. */
export async function decode(imageFile: NamedBytes, labelFile: NamedBytes): Promise<MnistData> {
  const labels = oneByteArray(await gunzip(labelFile), 1, 'one label per image');
  const images = oneByteArray(await gunzip(imageFile), 3, 'images × rows × columns');
  const [count = 0, rows = 0, cols = 0] = images.shape;
  if (count !== labels.data.length) {
    throw new IdxError(
      `${imageFile.name} has ${count} images, ${labelFile.name} has ${labels.data.length} labels; expected as many of each. ` +
        'Take both files from the same data set and split',
    );
  }
  return { images: images.data, labels: labels.data, count, rows, cols };
}

function oneByteArray(
  { name, bytes }: NamedBytes,
  ndim: number,
  meaning: string,
): { shape: number[]; data: Uint8Array } {
  const { shape, data } = parseIdx(bytes, name);
  if (!(data instanceof Uint8Array) || shape.length !== ndim) {
    throw new IdxError(
      `${name}: ${shape.length} dimensions of ${data.constructor.name.replace('Array', '').toLowerCase()}; ` +
        `expected ${ndim} of uint8 (${meaning}). ` +
        (shape.length === 4 - ndim ? "Were the images' and the labels' file swapped?" : 'Give a file of MNIST’s form'),
    );
  }
  return { shape, data };
}
