import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** Thrown when a picture file or a folder of them cannot be read. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** A PNG file of this many bytes is none that a person drew. */
const maxBytes = 256e6;

const inNaturalOrder = new Intl.Collator('en', { numeric: true }).compare;

/**
 * The picture files that an argument stands for: itself, or the PNG files of a folder, 2.png before 10.png; not those of
 * folders in it, nor hidden ones. @throws FileError when there is none
 */
export async function listImages(place: string): Promise<string[]> {
  if (!(await isFolder(place))) return [place];
  const entries = await readdir(place, { withFileTypes: true }).catch((cause: unknown) => {
    throw fileError(place, cause);
  });
  const names = entries
    .filter((entry) => !entry.isDirectory() && /^[^.].*\.png$/is.test(entry.name))
    .map(({ name }) => name)
    .sort((a, b) => inNaturalOrder(a, b) || (a < b ? -1 : 1));
  if (names.length === 0) throw new FileError(`${place}: has no PNG files. Give a folder of PNG files`);
  return names.map((name) => path.join(place, name));
}

async function isFolder(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isDirectory(),
    (cause: unknown) => {
      throw fileError(place, cause);
    },
  );
}

/** The bytes of a picture file. @throws FileError when it is no file, or an enormous one */
export async function readImage(file: string): Promise<Uint8Array> {
  const found = await stat(file).catch((cause: unknown) => {
    throw fileError(file, cause);
  });
  // A device may never end; a pipe, as a shell's <(…), does.
  if (!found.isFile() && !found.isFIFO()) throw new FileError(`${file}: no file. Give a PNG file`);
  if (found.size > maxBytes) {
    throw new FileError(`${file}: ${found.size} bytes; expected ${maxBytes} at most. Scale the picture down`);
  }
  return readFile(file).catch((cause: unknown) => {
    throw fileError(file, cause);
  });
}

/** Says in words what the file system answers in codes. */
function fileError(place: string, cause: unknown): FileError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new FileError(`${place}: no such file. Give PNG files, or a folder of them`, { cause });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new FileError(`${place}: may not be read. Ask for the right to read it`, { cause });
  }
  return new FileError(`${place}: cannot be read (${message}). Check what it is`, { cause });
}
