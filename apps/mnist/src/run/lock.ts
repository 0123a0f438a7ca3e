import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { attempt, remove, RunError } from './disk.ts';

/**
 * Reserves a run for a process; returns a function that releases it. The lock of a process that has ended, such as after
 * `kill -9`, does not count.
 *
 * A lock is a folder with one entry, named by the process and a number that no other lock has:
 *
 * ```text
 * lock/4711-0f7c…/     made under another name, and renamed: it is complete when it appears
 * ```
 *
 * A folder cannot take the name of one that has an entry, so only one process succeeds. To take over from a process that has
 * ended, its entry is removed by its name: a lock that has appeared in the meantime has another one, and stays.
 *
 * @throws RunError if another process is training the run
 */
export function lock(folder: string, pid: number = process.pid): () => void {
  const place = path.join(folder, 'lock');
  const fresh = `${place}.${randomUUID()}.new`;
  const own = `${pid}-${randomUUID()}`;
  try {
    for (;;) {
      attempt(`${place}: cannot be created`, () => mkdirSync(path.join(fresh, own), { recursive: true }));
      if (renamed(fresh, place)) break;
      removeEnded(folder, place, pid);
    }
  } catch (error) {
    remove(fresh);
    throw error;
  }
  return () => {
    removeFolder(path.join(place, own));
    removeFolder(place);
  };
}

/** Gives a folder a name unless another with an entry has it; returns whether it did. */
function renamed(from: string, to: string): boolean {
  return attempt(`${to}: cannot be created`, () => {
    try {
      renameSync(from, to);
      return true;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      // ENOENT: the process that has the lock has cleaned up. Windows has other codes than ENOTEMPTY.
      if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(code) || isThere(to)) return false;
      throw error;
    }
  });
}

/** Removes the lock of a process that has ended. @throws RunError if the process is alive, or if there is another thing in its place */
function removeEnded(folder: string, place: string, pid: number): void {
  for (const entry of isThere(place) ? entries(place) : []) {
    const holder = Number(/^(\d+)-[\da-f-]{36}$/.exec(entry)?.[1]);
    if (Number.isNaN(holder)) throw notALock(place);
    // A lock of this process's number is older: of a process that had the number before.
    if (holder !== pid && isAlive(holder)) {
      throw new RunError(
        `${folder}: process ${holder} is training this run. Wait for it, or stop it; if it is another program, delete ${place}`,
      );
    }
    removeFolder(path.join(place, entry));
  }
  removeFolder(place);
}

function isThere(place: string): boolean {
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found?.isDirectory() === false) throw notALock(place);
  return found !== undefined;
}

function notALock(place: string): RunError {
  return new RunError(`${place}: not a lock of this version. If no process is training this run, delete it`);
}

function entries(place: string): string[] {
  try {
    return readdirSync(place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // it has just been released
    throw error;
  }
}

/** Removes a folder if it is there and empty. */
function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(code)) throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it exists, and belongs to another user
  }
}
