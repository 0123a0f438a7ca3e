import { setImmediate as turn } from 'node:timers/promises';

/** How long a loop may keep the process to itself, in milliseconds: short for a hand on Ctrl-C, long for the arithmetic. */
const longest = 50;

/**
 * Makes a function for a long loop to await each time round. Now and then it lets the process hear signals and draw;
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
