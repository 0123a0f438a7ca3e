import { spawnSync } from 'node:child_process';
import { type Output, readOutput } from './output.ts';

/** A measurement to be made by a process of its own. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/**
 * Libraries that could use more threads are kept to one. Which kernels OpenBLAS takes is for the run to say, not for the environment
 * that it was started in.
 */
const oneThread = {
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  OPENBLAS_CORETYPE: undefined,
};

/** Runs a measurement, kept on one core by `pin`, and reads what it prints. Throws an Error with the reason if it fails. */
export function run({ program, args, env }: Command, pin: readonly string[]): Output {
  const [first = program, ...rest] = [...pin, program, ...args];
  const startedAt = Date.now();
  const { stdout, stderr, error, signal, status } = spawnSync(first, rest, {
    encoding: 'utf8',
    env: { ...process.env, ...oneThread, ...env },
    timeout: 600_000,
    maxBuffer: 2 ** 26,
  });
  if (error !== undefined) throw new Error(error.message);
  if (status !== 0) throw new Error(reasonOf(stderr) ?? `it ended with ${signal ?? `status ${status ?? 'unknown'}`}`);
  return sinceStart(readOutput(stdout), startedAt);
}

/** A script can only say when its first step was done; how long that took counts from the start of its process. */
function sinceStart(output: Output, startedAt: number): Output {
  const { doneAt, ...figures } = output.figures;
  return doneAt === undefined ? output : { ...output, figures: { ...figures, ms: doneAt - startedAt } };
}

/** The message of the error that ended a process: Node prints it before the stack, Python after it. */
export function reasonOf(stderr: string): string | undefined {
  return /^\s*(?:Uncaught )?(?:\w*Error: )(.+)$/m.exec(stderr)?.[1];
}
