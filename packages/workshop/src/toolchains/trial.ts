import path from 'node:path';
import { createProject } from './project.ts';
import { type Toolchain } from './toolchain.ts';
import { obtainTools } from './tools.ts';

/** How a toolchain did. */
export interface ToolchainTrial {
  readonly name: string;
  readonly tools: Toolchain['tools'];
  /** What went wrong, if anything did. */
  readonly failure: string | undefined;
}

/**
 * Tries a toolchain in a folder that does not exist yet. `packages` is a folder in whose `node_modules` npm has installed ours.
 *
 * Never rejects: that the tools cannot be installed is a failure too.
 */
export async function tryToolchain(
  { name, tools, files, tryIn, prints }: Toolchain,
  folder: string,
  packages: string,
): Promise<ToolchainTrial> {
  try {
    const installed = Object.keys(tools).length === 0 ? undefined : await obtainTools(tools);
    const printed = (await tryIn(createProject(folder, files, packages, installed))).trim();
    const failure =
      printed === prints.trim() ? undefined : `it printed\n${printed}\nwhere it should have printed\n${prints.trim()}`;
    return { name, tools, failure };
  } catch (error) {
    return { name, tools, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** The name of a folder for a toolchain: that of the toolchain, as far as a path can have it. */
export function projectFolder(parent: string, { name }: Toolchain): string {
  return path.join(parent, name.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-'));
}
