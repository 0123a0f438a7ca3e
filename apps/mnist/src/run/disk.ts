import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** Thrown for a run folder or a checkpoint that cannot be read, written or resumed. */
export class RunError extends Error {
  override readonly name = 'RunError';
}

/** The message of an error without line breaks and without a final full stop, to be part of one line. */
export function oneLine({ message }: Error): string {
  return message.replaceAll(/\s*\n\s*/g, '; ').replace(/\.$/, '');
}

/**
 * Replaces a file atomically: at any moment it has either the old bytes or the new ones. The new ones are on the disk before they
 * get the name. (The libraries for this accept a write that was cut short, such as on a full disk.)
 */
export function replaceFile(file: string, content: string | Uint8Array): void {
  const fresh = `${file}.${randomUUID()}.new`; // a name that no link waits under
  attempt(`${file}: cannot be written`, () => {
    try {
      writeFileSync(fresh, content, { flush: true });
      renameSync(fresh, file);
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    }
  });
}

/** Appends lines to a file, and waits until they are on the disk. A link, which may lead anywhere, is not followed. */
export function appendLines(file: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const isOther = attempt(`${file}: cannot be written`, () => lstatSync(file, maybe)?.isFile() === false);
  if (isOther) throw new RunError(`${file}: not a regular file. Replace it by the file`);
  attempt(`${file}: cannot be written`, () => {
    appendFileSync(file, lines.map((line) => `${line}\n`).join(''), { flush: true });
  });
}

const maybe = { throwIfNoEntry: false } as const;

/** Removes what a kill cut short: `best.safetensors.4711.new`. */
export function removeLeftovers(folder: string): void {
  for (const name of namesIn(folder)) {
    if (/\.[\da-f-]+\.new$/.test(name)) remove(path.join(folder, name));
  }
}

/** Removes a file or a folder if it exists. */
export function remove(place: string): void {
  attempt(`${place}: cannot be removed`, () => {
    rmSync(place, { force: true, recursive: true });
  });
}

/** The names in a folder. */
export function namesIn(folder: string): string[] {
  return attempt(`${folder}: cannot be read`, () => readdirSync(folder));
}

/** The bytes of a file. A pipe or a device, which may never end, is not opened. */
export function readBytes(file: string): Buffer {
  const isFile = attempt(`${file}: cannot be read`, () => statSync(file).isFile());
  if (!isFile) throw new RunError(`${file}: not a regular file. Restore the file`);
  return attempt(`${file}: cannot be read`, () => readFileSync(file));
}

/** Creates a folder and its parents; returns false if it exists. */
export function makeFolder(folder: string): boolean {
  return attempt(`${folder}: the folder cannot be created`, () => mkdirSync(folder, { recursive: true }) !== undefined);
}

/** Turns the error codes of the file system into words. */
export function attempt<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new RunError(`${what}: ${advice.get(code ?? '') ?? `${message}. Check the path and its permissions`}`, {
      cause,
    });
  }
}

const advice = new Map([
  ['ENOSPC', 'the disk is full. Free some space, then resume the run (--resume) if it had started'],
  ['EDQUOT', 'the disk quota is exceeded. Free some space, then resume the run (--resume) if it had started'],
  ['EFBIG', 'the file would exceed the size limit. Raise the limit (ulimit -f), or choose another folder'],
  ['EROFS', 'the file system is read-only. Choose another folder'],
  ['EACCES', 'permission denied. Change the permissions, or choose another path'],
  ['EPERM', 'operation not permitted. Choose another path'],
  ['EEXIST', 'a file with that name exists. Choose another path'],
  ['ENOENT', 'no such file or folder. Check the path'],
  ['EISDIR', 'it is a folder. Choose another path'],
  ['ENOTDIR', 'a part of the path is a file, not a folder. Choose another path'],
]);
