import { bundlerToolchains } from './bundle.ts';
import { installedBundlers, workspaceBundlers } from './bundlers.ts';
import { nextToolchains } from './next.ts';
import { otherNodes, thisNode } from './node.ts';
import { edgeRuntimes, restrictedNodes } from './restricted.ts';
import { otherRuntimes } from './runtimes.ts';
import { testRunners } from './test-runners.ts';
import { type Toolchain } from './toolchain.ts';
import { installedTypescript, workspaceTypescript } from './typescript.ts';
import { viteToolchains } from './vite.ts';

/** Those that need no installation: `npm test` tries a part of them. */
export const workspaceToolchains: readonly Toolchain[] = [
  ...thisNode,
  ...restrictedNodes,
  ...workspaceTypescript,
  ...workspaceBundlers.flatMap(bundlerToolchains),
];

/** In the order of the table. */
export const everyToolchain: readonly Toolchain[] = [
  ...thisNode,
  ...otherNodes,
  ...restrictedNodes,
  ...workspaceTypescript,
  ...installedTypescript,
  ...[...workspaceBundlers, ...installedBundlers].flatMap(bundlerToolchains),
  ...testRunners,
  ...edgeRuntimes,
  ...viteToolchains,
  ...nextToolchains,
  ...otherRuntimes,
];
