import { linearMemory } from './memory/linear-memory.ts';
import { shared } from './shared.ts';

/** Whether each seeded run has to give the same bits on every engine and machine. */
export const determinism: { isAsked: boolean } = shared('determinism', () => ({ isAsked: false }));

/**
 * Has every operation give the same bits on every engine and machine, so that a seeded run can be repeated anywhere: products are
 * rounded after each multiplication and each addition, instead of once after both where the processor can. Off by default.
 *
 * Throws an Error where there is no WebAssembly: its kernels and those in JavaScript round differently.
 */
export function setDeterministic(on: boolean): void {
  if (on && linearMemory === null) {
    throw new Error(
      'setDeterministic: needs WebAssembly, which there is not here; results would differ from elsewhere',
    );
  }
  determinism.isAsked = on;
}
