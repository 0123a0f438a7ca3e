import { type DataSetName, isTransposed } from './data-sets.ts';
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

/** How the two files are read, and their checks in addition to their format. */
export interface Checks {
  dataSet: DataSetName;
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
  const labels = await readPart(await file('labels'), labelForm(checks.dataSet), checks, checks.sha256?.labels);
  const images = await readPart(await file('images'), imageForm, checks, checks.sha256?.images);
  const [count = 0, rows = 0, cols = 0] = images.shape;
  if (count !== labels.data.length) {
    throw new IdxError(
      `loadMnist: ${images.name} has ${count} images, ${labels.name} has ${labels.data.length} labels; expected equal numbers. ` +
        'Use two files of the same data set and split',
    );
  }
  if (!isTransposed(checks.dataSet)) return { images: images.data, labels: labels.data, count, rows, cols };
  return { images: transposed(images.data, rows, cols), labels: labels.data, count, rows: cols, cols: rows };
}

/** Exchanges the rows and columns of each image. */
function transposed(images: Uint8Array, rows: number, cols: number): Uint8Array {
  const size = rows * cols;
  return images.map((_, i) => {
    const inImage = i % size;
    const [row, col] = [Math.floor(inImage / rows), inImage % rows];
    return images[i - inImage + col * cols + row] ?? 0;
  });
}

/** What an IDX file must hold. */
interface Form {
  type: 'uint8' | 'int32';
  ndim: number;
  meaning: string;
}

const imageForm: Form = { type: 'uint8', ndim: 3, meaning: 'images × rows × columns' };

/** QMNIST has a row of eight numbers per image; the first is its class. */
function labelForm(dataSet: DataSetName): Form {
  return dataSet === 'qmnist'
    ? { type: 'int32', ndim: 2, meaning: 'a row of numbers per image, the first its label' }
    : { type: 'uint8', ndim: 1, meaning: 'one label per image' };
}

interface Part {
  name: string;
  shape: number[];
  data: Uint8Array;
}

async function readPart(
  file: NamedBytes,
  form: Form,
  { signal, advice = 'Get the file again, or pass the digest of this file' }: Checks,
  sha256: string | undefined,
): Promise<Part> {
  const unpacked = await gunzip(file, signal);
  const array = bytesOf(unpacked, form);
  if (sha256 !== undefined) await verifySha256(unpacked, sha256, advice);
  signal?.throwIfAborted();
  return array;
}

function bytesOf({ name, bytes }: NamedBytes, { type, ndim, meaning }: Form): Part {
  const { shape, data } = parseIdx(bytes, name);
  const found = data.constructor.name.replace('Array', '').toLowerCase();
  if (found !== type || shape.length !== ndim) {
    throw new IdxError(
      `${name}: ${shape.length} dimensions of ${found}; expected ${ndim} of ${type} (${meaning}). ` +
        (shape.length === 4 - ndim
          ? 'Check whether images and labels are swapped'
          : 'Use a file in the format of MNIST'),
    );
  }
  return { name, shape, data: data instanceof Uint8Array ? data : firstColumn(name, shape, data) };
}

/** The first number of each row, as bytes. */
function firstColumn(name: string, [count = 0, width = 0]: readonly number[], table: ArrayLike<number>): Uint8Array {
  return Uint8Array.from({ length: count }, (_, row) => {
    const label = table[row * width] ?? NaN;
    if (label >= 0 && label <= 255) return label;
    throw new IdxError(`${name}: the label of image ${row} is ${label}; expected 0 to 255. Get the file again`);
  });
}
