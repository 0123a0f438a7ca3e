import { gunzip } from './gunzip.ts';
import { IdxError, parseIdx } from './idx.ts';
import { expectSha256, type MnistSha256, verifySha256 } from './sha256.ts';
import { type Bytes, type NamedBytes } from './source.ts';

/** The two IDX files of a split, gzipped or not. */
export interface MnistBytes {
  images: Bytes;
  labels: Bytes;
}

/** One split: `images` holds `count * rows * cols` pixels, 0 to 255 and row-major; `labels` one class index per image. */
export interface MnistData {
  images: Uint8Array;
  labels: Uint8Array;
  count: number;
  rows: number;
  cols: number;
}

/** The checks of the two files, in addition to their format. */
export interface Checks {
  sha256?: MnistSha256 | undefined;
  signal?: AbortSignal | undefined;
  /** The advice in the error for a file with another digest. */
  advice?: string;
}

/**
 * Unpacks, parses and checks the two files of a split. It reads the labels first, so that errors in this small file
 * appear before the large file with the images is fetched.
 *
 * @throws SourceError if a file is not available, IdxError if the files are not images with their labels, the signal's reason
 * on abort.
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
      `loadMnist: ${images.name} has ${count} images, ${labels.name} has ${labels.data.length} labels; expected equal numbers. ` +
        'Use two files of the same data set and split',
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
  { signal, advice = 'Get the file again, or pass the digest of this file' }: Checks,
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
        (shape.length === 4 - ndim
          ? 'Check whether images and labels are swapped'
          : 'Use a file in the format of MNIST'),
    );
  }
  return { name, shape, data };
}
