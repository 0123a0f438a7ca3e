import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { FileError, fileError } from './file-error.ts';

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
