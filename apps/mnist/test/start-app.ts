// The app as a process, started as the root script starts it.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Ending {
  /** Null after a signal. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface StartOptions {
  /** The folder in which the command is typed. */
  folder: string;
  /** Added to the environment. */
  env?: NodeJS.ProcessEnv;
  /** Modules of test/preload that the process loads before the app. */
  preload?: readonly string[];
  /** Called with the process after each piece of standard output. */
  onOutput?: (child: ChildProcess) => void;
}

/** Runs the app; resolves with what it printed and how it ended. */
export function startApp(
  args: readonly string[],
  { folder, env = {}, preload = [], onOutput }: StartOptions,
): Promise<Ending> {
  const start = path.join(import.meta.dirname, '../start.js');
  const preloaded = preload.map(
    (name) => `--import=${pathToFileURL(path.join(import.meta.dirname, 'preload', name)).href}`,
  );
  const child = spawn(process.execPath, [...preloaded, start, ...args], {
    env: { ...process.env, ...env, INIT_CWD: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  child.stdout.on('data', (text: Buffer) => {
    stdout += text.toString();
    onOutput?.(child);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}
