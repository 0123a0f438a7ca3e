import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createFile, removeFile } from './files.ts';
import { RunError } from './run-error.ts';

/**
 * Keeps a run to this process, by a file with its number; gives what ends that. A file whose process is gone, as after
 * `kill -9`, keeps nobody out.
 *
 * @throws RunError if another process is at it
 */
export function lock(folder: string): () => void {
  const file = path.join(folder, 'lock');
  const holder = Number(readIfThere(file));
  if (holder > 0 && holder !== process.pid && isAlive(holder)) {
    throw new RunError(
      `${folder}: process ${holder} is training this run. Wait for it, or stop it; if it is another program, delete ${file}`,
    );
  }
  removeFile(file);
  createFile(file, String(process.pid));
  return () => {
    removeFile(file);
  };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // there is one, of somebody else
  }
}
