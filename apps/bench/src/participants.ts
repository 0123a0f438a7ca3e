import path from 'node:path';
import { type Installed, peersFolder } from './installed.ts';
import { type Command } from './run.ts';

/** By which script someone is measured: what it can be asked for depends on that. */
export type Script =
  | 'mg'
  | 'kernel-calls'
  | 'mg-scalar'
  | 'loops'
  | 'ported-seed'
  | JavaScriptPeer
  | 'pytorch'
  | 'flushed-pytorch'
  | 'foreach-pytorch'
  | 'seed'
  | 'micrograd';

export const javaScriptPeers = ['jax-js', 'tfjs'] as const;
export type JavaScriptPeer = (typeof javaScriptPeers)[number];

/** Who is measured. */
export interface Participant {
  readonly name: string;
  readonly script: Script;
  /** The process that measures, by the arguments that its script takes. */
  readonly commandFor: (...args: readonly string[]) => Command;
}

/** Where the files are that measurements read, and what OpenBLAS is told. */
export interface Prepared {
  /** Holds images.u8, labels.u8, text.u8, plain.wasm and relaxed.wasm. */
  readonly folder: string;
  readonly blas: Readonly<Record<string, string>>;
}

export const ours = (major: number): string => `@mg, Node ${major}`;
export const kernelCalls = (major: number): string => `its kernel calls alone, Node ${major}`;
export const bareLoop = (major: number): string => `bare loop, Node ${major}`;
export const portedSeed = (major: number): string => `the seed's Value, ported, Node ${major}`;
export const inNode = (peer: JavaScriptPeer, major: number): string => `${peer}, Node ${major}`;
export const pyTorch = 'PyTorch';
export const flushedPyTorch = 'PyTorch, denormals flushed';
export const foreachPyTorch = 'PyTorch, denormals flushed, foreach';
export const micrograd = 'micrograd';
export const uncollectedMicrograd = 'micrograd, collector off';

const ownScripts: Readonly<Record<string, string>> = { train: 'train.js', cold: 'cold.js', memory: 'memory.js' };

/** All who are installed, ours first. */
export function participantsOf(installed: Installed, { folder, blas }: Prepared): Participant[] {
  const inNodes = (
    script: Script,
    name: (major: number) => string,
    scriptArgs: (args: readonly string[]) => readonly string[],
  ): Participant[] =>
    installed.nodes.map(({ major, program }) => ({
      name: name(major),
      script,
      commandFor: (...args) => {
        const [file = '', ...rest] = scriptArgs(args);
        return { program, args: [path.join(import.meta.dirname, file), ...rest] };
      },
    }));
  const inPython = (
    script: Script,
    name: string,
    file: string,
    { env, last = [] }: { env?: Readonly<Record<string, string>>; last?: readonly string[] } = {},
  ): Participant => ({
    name,
    script,
    commandFor: (...args) => ({
      program: installed.python ?? 'python3',
      args: [path.join(peersFolder, file), ...args, ...last],
      env: { DIGITS: folder, ...blas, ...env },
    }),
  });

  const wasm = ['plain.wasm', 'relaxed.wasm'].map((file) => path.join(folder, file));
  const { python, hasTorch, hasJavaScriptPeers, micrograd: checkout } = installed;
  const env = { MICROGRAD_DIR: checkout ?? '' };
  return [
    ...inNodes('mg', ours, (args) => [`ours/${ownScripts[args[0] ?? ''] ?? 'operations.js'}`, ...args]),
    ...inNodes('kernel-calls', kernelCalls, (args) => ['ours/kernel-calls.js', ...args]),
    ...inNodes('mg-scalar', ours, (args) => ['scalar/work.js', 'scalar', ...args]),
    ...inNodes('ported-seed', portedSeed, (args) => ['scalar/work.js', 'seed', ...args]),
    ...(hasTorch
      ? [
          inPython('pytorch', pyTorch, 'pytorch.py'),
          inPython('flushed-pytorch', flushedPyTorch, 'pytorch.py', { env: { FLUSH: '1' } }),
          inPython('foreach-pytorch', foreachPyTorch, 'pytorch.py', { env: { FLUSH: '1', FOREACH: '1' } }),
        ]
      : []),
    ...(python === null ? [] : [inPython('seed', 'the seed in NumPy', 'seed.py')]),
    ...(python === null || checkout === null
      ? []
      : [
          inPython('micrograd', micrograd, 'micrograd.py', { env }),
          inPython('micrograd', uncollectedMicrograd, 'micrograd.py', { env, last: ['nogc'] }),
        ]),
    ...(hasJavaScriptPeers ? javaScriptPeers : []).flatMap((peer) =>
      inNodes(
        peer,
        (major) => inNode(peer, major),
        (args) => [`../peers/${peer}.js`, ...args],
      ),
    ),
    ...inNodes('loops', bareLoop, (args) => ['loops.js', ...wasm, ...args]),
  ];
}
