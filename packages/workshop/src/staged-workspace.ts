import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './run-command.ts';
import { root, type WorkspacePackage, workspacePackages } from './workspace.ts';

/** What is made, not written. */
const left = new Set(['node_modules', 'dist', 'coverage', '.turbo']);

/**
 * Copies the sources of all packages, to build and pack them there: what an earlier build left behind is not packed, and
 * what other tests read is not touched.
 *
 * The copy has no dependencies but the bundler of its build script, and no link to ours, so that nothing pnpm does in it can
 * reach them. Its packages find each other, because `pnpm pack` writes their versions in place of `workspace:`.
 */
export function stageWorkspace(folder: string): void {
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (entry.isFile()) cpSync(path.join(root, entry.name), path.join(folder, entry.name));
  }
  for (const workspacePackage of workspacePackages) {
    const staged = stagedFolder(folder, workspacePackage);
    cpSync(workspacePackage.folder, staged, { recursive: true, filter: (source) => !left.has(path.basename(source)) });
    for (const dependency of dependenciesOf(workspacePackage)) {
      linkModule(stagedFolder(folder, dependency), staged, dependency.manifest.name);
    }
  }
  const workshop = path.join(folder, 'packages/workshop');
  linkModule(path.join(root, 'packages/workshop/node_modules/rolldown'), workshop, 'rolldown');
}

/** Makes a package one that another can import. */
function linkModule(target: string, importer: string, name: string): void {
  const link = path.join(importer, 'node_modules', name);
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(target, link, 'junction');
}

/** Builds the JavaScript of a package of a staged workspace; its declarations take longer. Gives the folder of the package. */
export async function buildStaged(folder: string, workspacePackage: WorkspacePackage): Promise<string> {
  const cwd = stagedFolder(folder, workspacePackage);
  await runCommand(process.execPath, ['../workshop/build.js'], { cwd });
  return cwd;
}

/** Builds and packs a package of a staged workspace. Gives the path of the tarball. */
export async function packStaged(folder: string, workspacePackage: WorkspacePackage): Promise<string> {
  const cwd = stagedFolder(folder, workspacePackage);
  const bins = [workspacePackage.folder, root].map((where) => path.join(where, 'node_modules/.bin'));
  const env = { PATH: [...bins, process.env['PATH']].join(path.delimiter) };
  await runCommand('npm', ['run', 'build'], { cwd, env });
  const args = ['pack', '--json', '--pack-destination', cwd];
  const { filename } = JSON.parse(await runCommand('pnpm', args, { cwd })) as { filename: string };
  return path.resolve(cwd, filename);
}

function stagedFolder(folder: string, { folder: original }: WorkspacePackage): string {
  return path.join(folder, path.relative(root, original));
}

function dependenciesOf({ manifest }: WorkspacePackage): WorkspacePackage[] {
  const all = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies };
  return workspacePackages.filter(({ manifest: { name } }) => name in all);
}
