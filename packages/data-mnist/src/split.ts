/** The training images (60,000 in MNIST) or the test images (10,000). */
export type Split = 'train' | 'test';

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
