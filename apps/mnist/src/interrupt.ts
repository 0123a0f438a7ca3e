import { setImmediate as turn } from 'node:timers/promises';
import { writeLine } from './format.ts';

/** What has asked the app to stop, if anything has. */
export interface Interrupt {
  /** Aborted when the app is to stop. */
  readonly signal: AbortSignal;
  /** What the process is to exit with then. */
  readonly exitCode: number;
}

/** Thrown when a run was interrupted, after everything is saved. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** A second Ctrl-C ends the process if it comes this much later, in milliseconds; npm may send one twice at once. */
const patience = 1_000;

/** A loop keeps the process to itself for this long, in milliseconds: short for a user who presses Ctrl-C, long for the arithmetic. */
const longest = 50;

/**
 * Listens for Ctrl-C, SIGTERM and a standard output that takes no more. The first interrupt lets a run be saved. A second one that
 * comes later is of a user who does not want to wait for that, and ends the process.
 */
export function listenForInterrupts(): Interrupt {
  const controller = new AbortController();
  const { signal } = controller;
  const interrupt = { signal, exitCode: 0 };
  let stoppedAt = Infinity;
  const stop = (exitCode: number): void => {
    if (signal.aborted) return;
    interrupt.exitCode = exitCode;
    stoppedAt = performance.now();
    controller.abort();
  };
  for (const [name, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    process.on(name, () => {
      if (performance.now() > stoppedAt + patience) process.exit(128 + number);
      stop(128 + number);
    });
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (signal.aborted) return;
    // EPIPE: a reader such as `head` has seen enough. Anything else, such as a full disk, is an error.
    if (error.code !== 'EPIPE') writeLine(process.stderr, `error: cannot write to standard output: ${error.message}`);
    stop(error.code === 'EPIPE' ? 0 : 2);
  });
  return interrupt;
}

/**
 * Makes a function for a long loop to await in each iteration. From time to time it lets the process handle signals and draw;
 * after an abort it throws the signal's reason.
 */
export function breather(signal?: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < longest) return;
    await turn();
    signal?.throwIfAborted();
    last = performance.now();
  };
}
