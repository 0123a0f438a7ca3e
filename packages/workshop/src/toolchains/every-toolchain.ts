import { bundlerToolchains } from './bundle.ts';
import { installedBundlers, workspaceBundlers } from './bundlers.ts';
import { otherNodes, thisNode } from './node.ts';
import { nextToolchains } from './next.ts';
import { otherRuntimes } from './runtimes.ts';
import { type Toolchain } from './toolchain.ts';
import { installedTypescript, workspaceTypescript } from './typescript.ts';
import { viteToolchains } from './vite.ts';

/** Those that need no installation: `npm test` tries a part of them. */
export const workspaceToolchains: readonly Toolchain[] = [
  ...thisNode,
  ...workspaceTypescript,
  ...workspaceBundlers.flatMap(bundlerToolchains),
];

/** In the order of the table. */
export const everyToolchain: readonly Toolchain[] = [
  ...thisNode,
  ...otherNodes,
  ...workspaceTypescript,
  ...installedTypescript,
  ...[...workspaceBundlers, ...installedBundlers].flatMap(bundlerToolchains),
  ...viteToolchains,
  ...nextToolchains,
  ...otherRuntimes,
];
