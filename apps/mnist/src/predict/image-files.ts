import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { garbled, isGarbled } from '../format.ts';

/** Thrown when a picture file or a folder of them cannot be read. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** No picture that a person drew or took has this many bytes. */
const maxBytes = 256e6;

const inNaturalOrder = new Intl.Collator('en', { numeric: true }).compare;

/**
 * The picture files that an argument stands for: itself, or the PNG and JPEG files of a folder, 2.png before 10.png, without hidden
 * files and subfolders. @throws FileError when there are none
 */
export async function listImages(place: string): Promise<string[]> {
  if (!(await isFolder(place))) return [place];
  const entries = await readdir(place, { withFileTypes: true }).catch((cause: unknown) => {
    throw fileError(place, cause);
  });
  const names = entries
    .filter((entry) => !entry.isDirectory() && /^[^.].*\.(png|jpe?g)$/is.test(entry.name))
    .map(({ name }) => name)
    .sort((a, b) => inNaturalOrder(a, b) || (a < b ? -1 : 1));
  if (names.length === 0) throw new FileError(`${place}: contains no PNG or JPEG files. Pass a folder of pictures`);
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

/** Reads a picture file. A pipe or a device, which may never end, is not opened. @throws FileError when it is not a file, or too large */
export async function readImage(file: string): Promise<Uint8Array> {
  const found = await stat(file).catch((cause: unknown) => {
    throw fileError(file, cause);
  });
  if (!found.isFile()) throw new FileError(`${file}: not a regular file. Pass a PNG or JPEG file`);
  if (found.size > maxBytes) {
    throw new FileError(`${file}: ${found.size} bytes; expected ${maxBytes} at most. Scale the picture down`);
  }
  return readFile(file).catch((cause: unknown) => {
    throw fileError(file, cause);
  });
}

/** Turns the error codes of the file system into words. */
function fileError(place: string, cause: unknown): FileError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    if (isGarbled(place)) return new FileError(`${place}: ${garbled}`, { cause });
    return new FileError(`${place}: no such file. Pass PNG or JPEG files, or a folder of them`, { cause });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new FileError(`${place}: permission denied. Change the permissions of the file`, { cause });
  }
  return new FileError(`${place}: cannot be read: ${message}`, { cause });
}
