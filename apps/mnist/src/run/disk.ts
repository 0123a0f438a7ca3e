import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Thrown for a run folder or a checkpoint that cannot be read, written or gone on from. */
export class RunError extends Error {
  override readonly name = 'RunError';
}

/** What an error says, without line breaks, and without the full stop that may follow: to be a part of one line. */
export function oneLine({ message }: Error): string {
  return message.replaceAll(/\s*\n\s*/g, '; ').replace(/\.$/, '');
}

/**
 * Replaces a file as a whole: whoever reads it, at any moment, finds the old bytes or the new ones. The new ones are on the disk before
 * they get the name. (The libraries for this take a write that was cut short, as on a full disk, for a whole one.)
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

/** Adds lines to a file, and waits until the disk has them. */
export function appendLines(file: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  attempt(`${file}: cannot be written`, () => {
    appendFileSync(file, lines.map((line) => `${line}\n`).join(''), { flush: true });
  });
}

/** Writes a file unless one of that name is there; says whether it was written. */
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

/** Removes a file if it is there. */
export function removeFile(file: string): void {
  attempt(`${file}: cannot be removed`, () => {
    rmSync(file, { force: true });
  });
}

/** Removes what is left of replacements that a kill cut short: `best.safetensors.4711.new`. */
export function removeLeftovers(folder: string): void {
  for (const name of namesIn(folder)) if (/\.\d+\.new$/.test(name)) removeFile(path.join(folder, name));
}

/** What a folder holds. */
export function namesIn(folder: string): string[] {
  return attempt(`${folder}: cannot be read`, () => readdirSync(folder));
}

/** The bytes of a file. */
export function readBytes(file: string): Buffer {
  return attempt(`${file}: cannot be read`, () => readFileSync(file));
}

/** Makes a folder that is not there yet, and those that it lies in; false if it is there already. */
export function makeFolder(folder: string): boolean {
  return attempt(`${folder}: the folder cannot be made`, () => mkdirSync(folder, { recursive: true }) !== undefined);
}

/** Says in words what the file system answers in codes. */
function attempt<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new RunError(`${what}: ${advice.get(code ?? '') ?? `${message}. Check the place, and your right to it`}`, {
      cause,
    });
  }
}

const advice = new Map([
  ['ENOSPC', 'the disk is full. Make room, and go on with --resume if the run has begun'],
  ['EDQUOT', 'your share of the disk is full. Make room, and go on with --resume if the run has begun'],
  ['EFBIG', 'the file would be larger than allowed here. Raise the limit (ulimit -f), or take another place'],
  ['EROFS', 'the place is for reading only. Take another one'],
  ['EACCES', 'you have no right to. Get it, or take another place'],
  ['EPERM', 'it is not permitted. Take another place'],
  ['EEXIST', 'a file of that name is there. Take another place'],
  ['ENOENT', 'it is not there, or the folder that it belongs in cannot be made. Take another place'],
  ['EISDIR', 'it is a folder. Take another place'],
  ['ENOTDIR', 'a part of the path is a file, and no folder. Take another place'],
]);
