import { isBuiltin } from 'node:module';
import path from 'node:path';
import { type PackageGraph } from './package-graph.ts';
import { packageOf } from './workspace.ts';

/** A file of a package, with what it imports. */
export interface ImportingFile {
  /** The short name of its package. */
  readonly importer: string;
  /** Relative to the folder of its package: `src/linear.ts`. */
  readonly file: string;
  /** A test, a README or a tool's configuration: it may import what is for development only. */
  readonly isDev: boolean;
  readonly imports: readonly string[];
}

/** The names of all our packages, each with the name it has in the graph. */
export type ShortNames = ReadonlyMap<string, string>;

/** Imports that the package graph does not allow. */
export function importProblems(graph: PackageGraph, shortNames: ShortNames, files: readonly ImportingFile[]): string[] {
  return files.flatMap(({ importer, file, isDev, imports }) => {
    const node = graph.get(importer);
    if (!node) return [`${importer}: the package graph has no line for it`];
    const dev = isDev || node.isPrivate ? [importer, ...node.tests, ...node.readme, ...node.support] : [];
    const allowed = [...node.arrows, ...dev];
    return imports.flatMap((specifier) => {
      const problem = specifier.startsWith('.')
        ? relativeImportProblem(file, specifier)
        : packageImportProblem(importer, allowed, specifier, shortNames);
      return problem === undefined ? [] : [`${importer}: ${file} imports ${specifier}${problem}`];
    });
  });
}

function relativeImportProblem(file: string, specifier: string): string | undefined {
  const isOutside = path.posix.join(path.posix.dirname(file), specifier).startsWith('../');
  return isOutside ? ', outside of its package: import the package by its name' : undefined;
}

function packageImportProblem(
  importer: string,
  allowed: readonly string[],
  specifier: string,
  shortNames: ShortNames,
): string | undefined {
  const target = shortNames.get(packageOf(specifier) ?? '');
  if (target === undefined) return specifier.startsWith('@mg/') ? ', which does not exist' : undefined;
  if (allowed.includes(target)) return undefined;
  if (target === importer) return ', its own package: import the file';
  return `, but the package graph has no arrow ${importer} -> ${target} for such a file`;
}

/** Arrows of the package graph that no import follows. */
export function unusedArrows(graph: PackageGraph, shortNames: ShortNames, files: readonly ImportingFile[]): string[] {
  const arrow = (isDev: boolean, from: string, to: string): string => `${from} -> ${to}${isDev ? ' (dev only)' : ''}`;
  const followed = new Set(
    files.flatMap(({ importer, isDev, imports }) =>
      imports.map((specifier) => arrow(isDev, importer, shortNames.get(packageOf(specifier) ?? '') ?? '')),
    ),
  );
  const drawn = [...graph].flatMap(([name, { arrows, tests, readme, dependsOnEverything }]) => [
    ...[...(dependsOnEverything ? [] : arrows)].map((target) => arrow(false, name, target)),
    ...[...tests, ...readme].map((target) => arrow(true, name, target)),
  ]);
  return drawn
    .filter((one) => !followed.has(one))
    .map((one) => `the package graph has ${one}, and no import follows it`);
}

/** An entry of a published package (`.`, `./node`) with all the files reachable from it. */
export interface EntryFiles {
  readonly entry: string;
  readonly files: readonly ImportingFile[];
}

/** Node built-ins that are reachable from an entry other than `./node`: those run in browsers too. */
export function nodeProblems(entries: readonly EntryFiles[]): string[] {
  return entries
    .filter(({ entry }) => entry !== './node')
    .flatMap(({ entry, files }) =>
      files.flatMap(({ importer, file, imports }) =>
        imports
          .filter((specifier) => isBuiltin(specifier))
          .map(
            (specifier) =>
              `${importer}: ${file} imports ${specifier}, and entry "${entry}" needs it: only "./node" may`,
          ),
      ),
    );
}
