import { readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { createFile, removeFile, RunError } from './disk.ts';

/**
 * Keeps a run to this process, by a file with its number; gives what ends that. A file whose process is gone, as after
 * `kill -9`, keeps nobody out.
 *
 * @throws RunError if another process is at it
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

/** Removes the file of a process that is gone; one that somebody has put there in the meantime is put back. */
function takeAway(file: string, holder: string): void {
  const aside = `${file}.${process.pid}.new`;
  try {
    renameSync(file, aside);
    if (readIfThere(aside) === holder) removeFile(aside);
    else renameSync(aside, file);
  } catch (error) {
    // Somebody else was faster; the next look at the file tells who has it now.
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
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // there is one, of somebody else
  }
}
