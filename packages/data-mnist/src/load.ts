import { download, type FileProgress } from './download.ts';
import { isUint8Array } from './idx.ts';
import { type MnistBytes, type MnistData, readMnist } from './mnist.ts';
import { type MnistSha256 } from './sha256.ts';
import { type DataSetName, fileNames, type Split } from './data-sets.ts';

export interface LoadOptions {
  split: Split;
  /** The data set, which tells the names of the files, and how labels and pixels are stored. Default 'mnist'. */
  dataSet?: DataSetName | undefined;
  /** The address of a folder with the IDX files under their usual names, with or without `.gz`, or the bytes of both files. */
  source: string | URL | MnistBytes;
  /** The expected digests: `mnistSha256.train`, or the output of `sha256sum` for other files. Default: not checked. */
  sha256?: MnistSha256 | undefined;
  signal?: AbortSignal | undefined;
  /** Called as each file arrives, first the labels. Not called if `source` is bytes. */
  onProgress?: ((progress: FileProgress) => void) | undefined;
}

/**
 * Loads the images and labels of one split of MNIST, or of any data set in the same format. It unpacks gzipped files.
 *
 * `dataSet` is for those with other file names: QMNIST, whose labels are the first column of its table, and EMNIST, whose images are
 * stored by columns and are returned by rows.
 *
 * @throws SourceError if a file is not available or has another digest, IdxError if it is not the expected IDX file, the
 * signal's reason on abort.
 *
 * ```ts
 * import { loadMnist } from '@mg/data-mnist';
 *
 * const images = Uint8Array.of(0, 0, 0x08, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 255, 0, 0, 255);
 * const labels = Uint8Array.of(0, 0, 0x08, 1, 0, 0, 0, 2, 7, 9);
 * const data = await loadMnist({ split: 'train', source: { images, labels } }); // or source: 'https://…/mnist/'
 * console.log(data.count, data.rows, data.cols); // => 2 1 2
 * console.log([...data.labels]); // => [7, 9]
 * ```
 */
export async function loadMnist({
  split,
  dataSet = 'mnist',
  source,
  sha256,
  signal,
  onProgress,
}: LoadOptions): Promise<MnistData> {
  const names = fileNames(split, dataSet);
  signal?.throwIfAborted();
  return await readMnist(
    isBytes(source)
      ? (part) => ({ name: `the bytes of ${names[part]}`, bytes: source[part] })
      : (part) => download(source, names[part], { signal, onProgress }),
    { dataSet, sha256, signal },
  );
}

/** Whether the source is bytes. @throws TypeError for a source that TypeScript would reject. */
function isBytes(source: unknown): source is MnistBytes {
  if (typeof source === 'string' || source instanceof URL) return false;
  if (typeof source === 'object' && source !== null && 'images' in source && 'labels' in source) {
    if (isUint8Array(source.images) && isUint8Array(source.labels)) return true;
  }
  throw new TypeError(
    `loadMnist: source is ${source === undefined ? 'missing' : 'neither an address nor bytes'}; pass the address of the ` +
      'folder with the IDX files, or { images, labels } as Uint8Arrays. (In @mg/data-mnist/node, the default is MNIST.)',
  );
}
