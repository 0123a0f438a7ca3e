import { readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { createFile, removeFile, RunError } from './disk.ts';

/**
 * Reserves a run for this process by a file with its process id; returns a function that releases it. A file whose process has
 * ended, such as after `kill -9`, does not count.
 *
 * @throws RunError if another process is training the run
 */
export function lock(folder: string): () => void {
  const file = path.join(folder, 'lock');
  const own = String(process.pid);
  while (!createFile(file, own)) {
    const holder = readIfThere(file);
    if (holder === own) break;
    if (isAlive(Number(holder))) {
      throw new RunError(
        `${folder}: process ${holder} is training this run. Wait for it, or stop it; if it is another program, delete ${file}`,
      );
    }
    takeAway(file, holder);
  }
  return () => {
    if (readIfThere(file) === own) removeFile(file);
  };
}

/** Removes the file of a process that has ended; if another process has created a new one in the meantime, that is put back. */
function takeAway(file: string, holder: string): void {
  const aside = `${file}.${process.pid}.new`;
  try {
    renameSync(file, aside);
    if (readIfThere(aside) === holder) removeFile(aside);
    else renameSync(aside, file);
  } catch (error) {
    // Another process was faster; the next look at the file shows which.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
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
