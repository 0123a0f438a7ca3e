import { plainProductKernels } from './kernels/compiled/products.ts';
import { determinism } from './kernels/determinism.ts';

/**
 * Has every operation give the same bits on every engine and machine, so that a seeded run can be repeated anywhere: products are
 * rounded after each multiplication and each addition, instead of once after both where the processor can. Off by default.
 *
 * Throws an Error where WebAssembly is missing or forbidden: its kernels and those in JavaScript round differently.
 */
export function setDeterministic(on: boolean): void {
  if (on && plainProductKernels() === null) {
    throw new Error(
      'setDeterministic: needs WebAssembly, which is missing here, or forbidden; results would differ from elsewhere',
    );
  }
  determinism.isAsked = on;
}
