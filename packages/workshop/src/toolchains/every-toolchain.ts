import { nodeToolchains } from './node.ts';
import { restrictedToolchains } from './restricted.ts';
import { testRunnerToolchains } from './test-runners.ts';
import { type Toolchain } from './toolchain.ts';

/** In the order of the table. */
export const everyToolchain: readonly Toolchain[] = [
  ...nodeToolchains,
  ...testRunnerToolchains,
  ...restrictedToolchains,
];
