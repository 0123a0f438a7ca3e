import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  const fresh = `${file}.${process.pid}.new`;
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

/** Appends lines to a file, and waits until they are on the disk. */
export function appendLines(file: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  attempt(`${file}: cannot be written`, () => {
    appendFileSync(file, lines.map((line) => `${line}\n`).join(''), { flush: true });
  });
}

/** Writes a file unless it exists; returns whether it was written. */
export function createFile(file: string, content: string): boolean {
  return attempt(`${file}: cannot be written`, () => {
    try {
      writeFileSync(file, content, { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  });
}

/** Removes a file if it exists. */
export function removeFile(file: string): void {
  attempt(`${file}: cannot be removed`, () => {
    rmSync(file, { force: true });
  });
}

/** Removes the temporary files of replacements that a kill cut short: `best.safetensors.4711.new`. */
export function removeLeftovers(folder: string): void {
  for (const name of namesIn(folder)) if (/\.\d+\.new$/.test(name)) removeFile(path.join(folder, name));
}

/** The names in a folder. */
export function namesIn(folder: string): string[] {
  return attempt(`${folder}: cannot be read`, () => readdirSync(folder));
}

/** The bytes of a file. */
export function readBytes(file: string): Buffer {
  return attempt(`${file}: cannot be read`, () => readFileSync(file));
}

/** Creates a folder and its parents; returns false if it exists. */
export function makeFolder(folder: string): boolean {
  return attempt(`${folder}: the folder cannot be created`, () => mkdirSync(folder, { recursive: true }) !== undefined);
}

/** Turns the error codes of the file system into words. */
function attempt<T>(what: string, act: () => T): T {
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
