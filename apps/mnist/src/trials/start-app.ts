// For the tests: the app as a process, started as the root script starts it.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

export interface Ending {
  /** Null after a signal. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface StartOptions {
  /** Where the command is typed. */
  folder: string;
  /** Called with each piece of standard output, and the process. */
  onOutput?: (child: ChildProcess, text: string) => void;
  /** Called at once. */
  onStart?: (child: ChildProcess) => void;
}

/** Runs the app, and gives what it printed and how it ended. */
export function startApp(args: readonly string[], { folder, onOutput, onStart }: StartOptions): Promise<Ending> {
  const start = path.join(import.meta.dirname, '../../start.js');
  const child = spawn(process.execPath, ['--conditions=@mg/source', start, ...args], {
    env: { ...process.env, INIT_CWD: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  child.stdout.on('data', (text: Buffer) => {
    stdout += text.toString();
    onOutput?.(child, text.toString());
  });
  onStart?.(child);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}
