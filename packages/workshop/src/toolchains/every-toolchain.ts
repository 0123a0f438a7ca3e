import { nodeToolchains } from './node.ts';
import { type Toolchain } from './toolchain.ts';

/** In the order of the table. */
export const everyToolchain: readonly Toolchain[] = [...nodeToolchains];
