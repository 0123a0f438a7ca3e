/** Which images: for training (60,000 in MNIST) or for testing (10,000). */
export type Split = 'train' | 'test';

/** The usual names of the two files of a split. @throws RangeError for another split. */
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

/** Bytes in a buffer that no other thread shares: `Uint8Array<ArrayBuffer>`, which TypeScript before 5.7 does not know by that name. */
export type Bytes = ReturnType<typeof Uint8Array.of>;

/** The bytes of a file and its name in error messages: a path or an address. */
export interface NamedBytes {
  name: string;
  bytes: Bytes;
}

/** Thrown when a file is not available: missing, unreachable, with an unexpected digest, or broken gzip. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}
