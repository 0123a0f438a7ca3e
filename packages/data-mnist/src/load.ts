import { download, type FileProgress } from './download.ts';
import { type MnistBytes, type MnistData, readMnist } from './mnist.ts';
import { isUint8Array } from './named-bytes.ts';
import { type MnistSha256 } from './sha256.ts';
import { fileNames, type Split } from './split.ts';

export interface LoadOptions {
  split: Split;
  /** The address of a folder that holds the IDX files under their own names, with or without `.gz`; or the bytes of the split's two. */
  source: string | URL | MnistBytes;
  /** Digests to compare the files with: `mnistSha256.train`, or what `sha256sum` prints for others. Not compared when left out. */
  sha256?: MnistSha256 | undefined;
  signal?: AbortSignal | undefined;
  /** Told how far each file has come, the labels first; files that are given as bytes are there at once. */
  onProgress?: ((progress: FileProgress) => void) | undefined;
}

/**
 * Loads the images and labels of one split: MNIST, or any data set of the same form. Gzipped files are unpacked.
 *
 * @throws SourceError when a file cannot be had or has another digest, IdxError when it is not what it should be, the signal's reason on abort.
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
export async function loadMnist({ split, source, sha256, signal, onProgress }: LoadOptions): Promise<MnistData> {
  const names = fileNames(split);
  signal?.throwIfAborted();
  return await readMnist(
    isBytes(source)
      ? (part) => ({ name: `the bytes of ${names[part]}`, bytes: source[part] })
      : (part) => download(source, names[part], { signal, onProgress }),
    { sha256, signal },
  );
}

/** Also what plain JavaScript may hand in, nothing at all included. */
function isBytes(source: unknown): source is MnistBytes {
  if (typeof source === 'string' || source instanceof URL) return false;
  if (typeof source === 'object' && source !== null && 'images' in source && 'labels' in source) {
    if (isUint8Array(source.images) && isUint8Array(source.labels)) return true;
  }
  throw new TypeError(
    `loadMnist: source is ${source === undefined ? 'missing' : 'neither an address nor bytes'}; give the address of the ` +
      'folder with the IDX files, or { images, labels } as Uint8Arrays. (@mg/data-mnist/node needs none: it brings MNIST.)',
  );
}
