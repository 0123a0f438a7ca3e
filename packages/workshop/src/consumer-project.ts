import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fencedSnippets, type Snippet, type WrittenSnippet, writeSnippets } from '@mg/snippets/write';
import { runCommand } from './run-command.ts';
import { packageOf, publishedPackages, type WorkspacePackage } from './workspace.ts';
import { writeFiles } from './write-files.ts';

/** An empty project of a user who installed one of our packages. */
export interface ConsumerProject {
  readonly folder: string;
  /** The entries of the package as a user imports them: `@mg/tensor`, `@mg/tensor/internal`. */
  readonly entries: readonly string[];
  /** For each entry a module that loads it, but for those that only a test of Vitest can load. */
  readonly loads: readonly EntryLoad[];
  /** The snippets of the package's README. */
  readonly snippets: readonly WrittenSnippet[];
}

/** A module that loads an entry, and exports how many names the entry has as `checked`. */
export interface EntryLoad {
  readonly entry: string;
  readonly module: string;
}

/**
 * Makes a project with the tarball of a package, those of our packages that it needs, and those that its README imports.
 *
 * `tarballs` are paths by package name. Plain npm installs them, as it would for a user.
 */
export async function createConsumerProject(
  folder: string,
  workspacePackage: WorkspacePackage,
  tarballs: ReadonlyMap<string, Promise<string>>,
): Promise<ConsumerProject> {
  const { name, exports = {} } = workspacePackage.manifest;
  const snippets = writeSnippets(path.join(folder, 'snippets'), readmeSnippets(workspacePackage));
  const needed = neededPackages([name, ...snippets.flatMap(({ imports }) => imports)]);
  const installed = await Promise.all(
    needed.map((needs) => tarballs.get(needs)).filter((tarball) => tarball !== undefined),
  );

  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  await installWithNpm(folder, installed);

  const entries = Object.keys(exports).map((entry) => path.posix.join(name, entry));
  return { folder, entries, loads: writeLoads(path.join(folder, 'loads'), entries), snippets };
}

/** Installs tarballs into a project as its user would. */
export async function installWithNpm(folder: string, tarballs: readonly string[]): Promise<void> {
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await runCommand('npm', ['install', ...quiet, ...tarballs], { cwd: folder });
}

/** The snippets of a package's README. A package without one has none. */
export function readmeSnippets({ folder }: WorkspacePackage): Snippet[] {
  const file = path.join(folder, 'README.md');
  return existsSync(file) ? fencedSnippets('README.md', readFileSync(file, 'utf8')) : [];
}

/** Writes a module for each entry, which uses all of it, so that no bundler leaves anything out. */
export function writeLoads(folder: string, entries: readonly string[]): EntryLoad[] {
  return entries
    .filter((entry) => !isVitestOnly(entry))
    .map((entry, index) => {
      const code = `import * as entry from '${entry}';\nexport const checked = Object.keys(entry).length;\n`;
      writeFiles(folder, { [`entry-${index}.js`]: code });
      return { entry, module: path.join(folder, `entry-${index}.js`) };
    });
}

/** Whether code that imports this can run in Node only. */
export function isNodeOnly(specifier: string): boolean {
  return isBuiltin(specifier) || /^@[^/]+\/.+\/node$/.test(specifier);
}

/** Whether code that imports this can run in a test of Vitest only: Vitest refuses to be imported elsewhere. */
export function isVitestOnly(specifier: string): boolean {
  return /^@[^/]+\/.+\/vitest$/.test(specifier);
}

/** The names of our packages among the imports, and of all that those depend on. */
function neededPackages(imports: readonly string[], found: Set<string> = new Set()): string[] {
  for (const specifier of imports) {
    const needed = publishedPackages.find(({ manifest }) => manifest.name === packageOf(specifier));
    if (!needed || found.has(needed.manifest.name)) continue;
    found.add(needed.manifest.name);
    const { dependencies, peerDependencies } = needed.manifest;
    neededPackages(Object.keys({ ...dependencies, ...peerDependencies }), found);
  }
  return [...found];
}
