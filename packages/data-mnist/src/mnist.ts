import { gunzip } from './gunzip.ts';
import { IdxError, parseIdx } from './idx.ts';
import { type NamedBytes } from './named-bytes.ts';
import { expectSha256, type MnistSha256, verifySha256 } from './sha256.ts';

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

/** What is asked of the two files besides their form. */
export interface Checks {
  sha256?: MnistSha256 | undefined;
  signal?: AbortSignal | undefined;
  /** What to do about a file with another digest. */
  advice?: string;
}

/**
 * Unpacks, reads and checks the two files of a split, each as soon as it is there: what is wrong with the small one, the labels, is said
 * before the large one is fetched.
 *
 * @throws SourceError, IdxError when they are not a set of images with their labels, the signal's reason on abort.
 */
export async function readMnist(
  file: (part: 'images' | 'labels') => NamedBytes | Promise<NamedBytes>,
  checks: Checks,
): Promise<MnistData> {
  if (checks.sha256 !== undefined) expectSha256(checks.sha256);
  const labels = await readPart(await file('labels'), 1, 'one label per image', checks, checks.sha256?.labels);
  const images = await readPart(await file('images'), 3, 'images × rows × columns', checks, checks.sha256?.images);
  const [count = 0, rows = 0, cols = 0] = images.shape;
  if (count !== labels.data.length) {
    throw new IdxError(
      `${images.name} has ${count} images, ${labels.name} has ${labels.data.length} labels; expected as many of each. ` +
        'Take both files from the same data set and split',
    );
  }
  return { images: images.data, labels: labels.data, count, rows, cols };
}

interface Part {
  name: string;
  shape: number[];
  data: Uint8Array;
}

async function readPart(
  file: NamedBytes,
  ndim: number,
  meaning: string,
  { signal, advice = 'Get the file again, or give the digest of this one' }: Checks,
  sha256: string | undefined,
): Promise<Part> {
  const unpacked = await gunzip(file, signal);
  const array = oneByteArray(unpacked, ndim, meaning);
  if (sha256 !== undefined) await verifySha256(unpacked, sha256, advice);
  signal?.throwIfAborted();
  return array;
}

function oneByteArray({ name, bytes }: NamedBytes, ndim: number, meaning: string): Part {
  const { shape, data } = parseIdx(bytes, name);
  if (!(data instanceof Uint8Array) || shape.length !== ndim) {
    throw new IdxError(
      `${name}: ${shape.length} dimensions of ${data.constructor.name.replace('Array', '').toLowerCase()}; ` +
        `expected ${ndim} of uint8 (${meaning}). ` +
        (shape.length === 4 - ndim ? "Were the images' and the labels' file swapped?" : 'Give a file of MNIST’s form'),
    );
  }
  return { name, shape, data };
}
