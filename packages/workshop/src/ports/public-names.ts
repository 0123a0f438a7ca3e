import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { publishedPackages, root } from '../workspace.ts';

/** A public name that our code in a table uses: an export, or a member of the class of `on`. */
export interface UsedName {
  readonly on?: string;
  readonly name: string;
}

/** What is public, and what the tests name. */
export interface PublicNames {
  has(used: UsedName): boolean;
  isTested(used: UsedName): boolean;
}

/** Entries that are not for users, or that load in a test run only. */
const leftOut = ['@mg/tensor/internal', '@mg/gradcheck/vitest'];

/** What `x`, `model` … stand for in the tables: an object whose members are looked up. Namespaces are looked up among the exports. */
const receivers: Readonly<Record<string, string>> = {
  x: 'Tensor',
  y: 'Tensor',
  model: 'Module',
  optimizer: 'Optimizer',
  dataset: 'Dataset',
  init: 'init',
  transforms: 'transforms',
};

/** The names that a piece of code uses: what it calls, makes or extends, and the members of the receivers. */
export function usedNames(code: string): UsedName[] {
  const plain = code.replaceAll(/'[^']*'/g, "''");
  const uses = plain.matchAll(/(?:\b(\w+)|(\)))\.(\w+)|\b(?:new|extends) (\w+)|(?<![.\w])(\w+)(?=\()/g);
  return [...uses].flatMap(([, receiver, chained, member, made, called]) => {
    const name = made ?? called;
    if (name !== undefined) return [{ name }];
    const on = chained === undefined ? receivers[receiver ?? ''] : 'Tensor';
    // `.indices` of a result is a field of a plain object.
    return on === undefined || member === undefined || member === 'indices' ? [] : [{ on, name: member }];
  });
}

/** Loads every public entry, and reads every test and the tables of fixtures. */
export async function readPublicNames(): Promise<PublicNames> {
  const exports = new Map<string, unknown>();
  for (const { manifest, folder } of publishedPackages) {
    for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
      if (leftOut.includes(path.posix.join(manifest.name, entry))) continue;
      const file = pathToFileURL(path.join(folder, target['@mg/source'] ?? '')).href;
      for (const [name, value] of Object.entries((await import(/* @vite-ignore */ file)) as object))
        if (!exports.has(name)) exports.set(name, value);
    }
  }
  const members = instances(exports);
  const named = namesInTests();
  const holder = (on: string): unknown => members.get(on) ?? exports.get(on);
  return {
    has: ({ on, name }) => {
      const of = on === undefined ? undefined : holder(on);
      return on === undefined ? exports.has(name) : typeof of === 'object' && of !== null && name in of;
    },
    isTested: ({ name }) => named.has(name),
  };
}

/** Objects of the classes whose members the tables name: a field counts as much as a method. */
function instances(exports: ReadonlyMap<string, unknown>): Map<string, unknown> {
  const made = (name: string, ...given: unknown[]): unknown =>
    Reflect.construct(exports.get(name) as new () => object, given);
  const called = (name: string, ...given: unknown[]): unknown =>
    (exports.get(name) as (...given: unknown[]) => unknown)(...given);
  const tensor = called('zeros', [1], { requiresGrad: true });
  return new Map([
    ['Tensor', tensor],
    ['Module', made('ReLU')],
    ['Optimizer', made('SGD', [tensor])],
    ['Dataset', called('fromArrays', [1])],
  ]);
}

/** Every name that a test calls, makes, extends, reads as a member or quotes, and those that rows of recorded answers quote. */
function namesInTests(): Set<string> {
  const names = new Set<string>();
  for (const file of testSources()) {
    const text = readFileSync(file, 'utf8');
    for (const [, name = ''] of text.matchAll(/(?:\.|\bnew |\bextends )(\w+)/g)) names.add(name);
    for (const [, name = ''] of text.matchAll(/\b(\w+)(?=[(<])/g)) names.add(name);
    for (const [, name = ''] of text.matchAll(/['"](\w+)['"]/g)) names.add(name);
  }
  return names;
}

function testSources(): string[] {
  return publishedPackages.flatMap(({ folder }) => [
    ...filesOf(path.join(folder, 'src'), /\.test(-d)?\.ts$/),
    ...filesOf(path.join(folder, 'fixtures'), /\.(ts|py)$/),
  ]);
}

function filesOf(folder: string, pattern: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file))
    .map((file) => path.join(folder, file));
}

/** The page that the tables are for. */
export const pageFile: string = path.join(root, 'apps/docs/guides/pytorch.md');
