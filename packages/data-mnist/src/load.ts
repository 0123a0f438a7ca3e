import { decode, fileNames, type MnistBytes, type MnistData, type Split } from './mnist.ts';
import { type NamedBytes } from './named-bytes.ts';
import { SourceError } from './source-error.ts';

/** How far a file has come. `total` is unknown when the server does not say, or packs the bytes on the way. */
export interface FileProgress {
  file: string;
  loaded: number;
  total: number | undefined;
}

export interface LoadOptions {
  split: Split;
  /** The address of a folder that holds the IDX files under their own names, with or without `.gz`; or the bytes of the split's two. */
  source: string | URL | MnistBytes;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: FileProgress) => void) | undefined;
}

/**
 * Loads the images and labels of one split: MNIST, or any data set of the same form. Gzipped files are unpacked.
 *
 * @throws SourceError when a file cannot be had, IdxError when it is not what it should be, the signal's reason on abort.
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
export async function loadMnist({ split, source, signal, onProgress }: LoadOptions): Promise<MnistData> {
  const names = fileNames(split);
  signal?.throwIfAborted();
  if (isBytes(source)) {
    return decode(
      { name: `the bytes of ${names.images}`, bytes: source.images },
      { name: `the bytes of ${names.labels}`, bytes: source.labels },
    );
  }
  const labels = await download(source, names.labels, signal, onProgress);
  const images = await download(source, names.images, signal, onProgress);
  return decode(images, labels);
}

/** Also what plain JavaScript may hand in, nothing at all included. */
function isBytes(source: unknown): source is MnistBytes {
  if (typeof source === 'string' || source instanceof URL) return false;
  if (typeof source === 'object' && source !== null && 'images' in source && 'labels' in source) {
    if (source.images instanceof Uint8Array && source.labels instanceof Uint8Array) return true;
  }
  throw new TypeError(
    `loadMnist: source is ${source === undefined ? 'missing' : 'neither an address nor bytes'}; give the address of the ` +
      'folder with the IDX files, or { images, labels } as Uint8Arrays. (@mg/data-mnist/node needs none: it brings MNIST.)',
  );
}

/** Asks for the packed file first, then for the plain one: either may be what the folder holds. */
async function download(
  base: string | URL,
  file: string,
  signal: AbortSignal | undefined,
  onProgress: LoadOptions['onProgress'],
): Promise<NamedBytes> {
  const folder = String(base).replace(/\/*$/, '/');
  const refusals: string[] = [];
  for (const name of [`${folder}${file}.gz`, `${folder}${file}`]) {
    const response = await attempt(name, fetch(name, { signal: signal ?? null }), signal);
    if (!response.ok) {
      refusals.push(`${name} answered ${response.status}`);
      await response.body?.cancel();
      continue;
    }
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const total = bodyLength(response.headers);
    const reader = (response.body as ReadableStream<Uint8Array<ArrayBuffer>> | null)?.getReader();
    for (let loaded = 0; reader !== undefined;) {
      const { value } = await attempt(name, reader.read(), signal);
      if (value === undefined) break;
      chunks.push(value);
      loaded += value.length;
      onProgress?.({ file, loaded, total });
    }
    return { name, bytes: new Uint8Array(await new Blob(chunks).arrayBuffer()) };
  }
  throw new SourceError(`${refusals.join(', ')}. Give the address of the folder that holds the four IDX files`);
}

function bodyLength(headers: Headers): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}

/** fetch itself only says "fetch failed"; what failed stands in the cause. */
async function attempt<T>(address: string, result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await result;
  } catch (cause) {
    signal?.throwIfAborted();
    const error = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SourceError(`${address}: could not be fetched (${reason}). Check the address and the connection`, {
      cause,
    });
  }
}
