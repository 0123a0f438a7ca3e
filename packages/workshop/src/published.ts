import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { type ConsumerProject, createConsumerProject, installWithNpm } from './consumer-project.ts';
import { runCommand } from './run-command.ts';
import { publishedPackages, readWorkspace, root, type WorkspacePackage, workspacePackages } from './workspace.ts';
import { writeFiles } from './write-files.ts';

/** A tarball, as `pnpm publish` would send it. */
interface PackedPackage {
  /** The path of the tarball. */
  readonly tarball: string;
  /** What it holds, relative to its root. */
  readonly files: readonly string[];
}

/** What `pnpm pack --json` prints, as far as this looks at it. */
interface PackResult {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** A package as its users get it, as soon as it is packed and installed. */
export interface Published {
  readonly packed: Promise<PackedPackage>;
  /** A project that has it installed. */
  readonly project: Promise<ConsumerProject>;
}

/** Builds and packs every published package below a folder, all at once. Gives them by name. */
export function packTo(folder: string): ReadonlyMap<string, Promise<PackedPackage>> {
  const staged = path.join(folder, 'workspace');
  mkdirSync(staged);
  stageWorkspace(staged);
  return new Map(publishedPackages.map((each) => [each.manifest.name, awaitedLater(packStaged(staged, each))]));
}

/**
 * Builds, packs and installs every published package below a folder, all at once. Gives them by name.
 *
 * A package that cannot be built fails what waits for it and nothing else.
 */
export function publishTo(folder: string): ReadonlyMap<string, Published> {
  const packed = packTo(folder);
  const tarballs = new Map([...packed].map(([name, each]) => [name, each.then(({ tarball }) => tarball)]));
  return new Map(
    publishedPackages.flatMap((workspacePackage) => {
      const { name } = workspacePackage.manifest;
      const own = packed.get(name);
      const projectFolder = path.join(folder, 'projects', workspacePackage.shortName);
      const project = awaitedLater(createConsumerProject(projectFolder, workspacePackage, tarballs));
      return own === undefined ? [] : [[name, { packed: own, project }] as const];
    }),
  );
}

/** Installs packed packages into an empty project with plain npm. Gives the folder of the project. */
export async function installPacked(
  folder: string,
  packed: ReadonlyMap<string, Promise<PackedPackage>>,
): Promise<string> {
  const tarballs = await Promise.all([...packed.values()].map(async (each) => (await each).tarball));
  writeFiles(folder, { 'package.json': '{ "private": true, "type": "module" }\n' });
  await installWithNpm(folder, tarballs);
  return folder;
}

/** A rejection is for whoever awaits the promise: until then it is no unhandled one. */
function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/**
 * What is made, not written, and what makes a folder a part of a repository: in a worktree of git, `.git` is a file, and git in a copy
 * that has it works on the original.
 */
const left = new Set(['node_modules', 'dist', 'coverage', '.turbo', '.git']);

/**
 * Copies the sources of all packages, to build and pack them there: what an earlier build left behind is not packed, and
 * what other tests read is not touched.
 *
 * The copy has no dependencies but the bundler of its build script, and no link to ours, so that nothing pnpm does in it can
 * reach them. Its packages find each other, because `pnpm pack` writes their versions in place of `workspace:`.
 */
export function stageWorkspace(folder: string): void {
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (entry.isFile() && !left.has(entry.name)) cpSync(path.join(root, entry.name), path.join(folder, entry.name));
  }
  for (const workspacePackage of workspacePackages) {
    const staged = stagedFolder(folder, workspacePackage);
    cpSync(workspacePackage.folder, staged, { recursive: true, filter: (source) => !left.has(path.basename(source)) });
  }
  linkPackages(folder);
  const workshop = path.join(folder, 'packages/workshop');
  linkModule(path.join(root, 'packages/workshop/node_modules/rolldown'), workshop, 'rolldown');
}

/** Makes the packages of a staged workspace find each other by their names. */
export function linkPackages(folder: string): void {
  const packages = readWorkspace(folder);
  for (const { folder: importer, manifest } of packages) {
    const needed = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies };
    for (const each of packages.filter(({ manifest: { name } }) => name in needed)) {
      linkModule(each.folder, importer, each.manifest.name);
    }
  }
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

/** Builds all of a staged package, as its script says, with the tools of this repository. */
export async function buildWhole(cwd: string): Promise<void> {
  const env = { PATH: [path.join(root, 'node_modules/.bin'), process.env['PATH']].join(path.delimiter) };
  await runCommand('npm', ['run', 'build'], { cwd, env });
}

/** Builds and packs a package of a staged workspace. */
async function packStaged(folder: string, workspacePackage: WorkspacePackage): Promise<PackedPackage> {
  const cwd = stagedFolder(folder, workspacePackage);
  await buildWhole(cwd);
  const args = ['pack', '--json', '--pack-destination', cwd];
  const { filename, files } = JSON.parse(await runCommand('pnpm', args, { cwd })) as PackResult;
  return { tarball: path.resolve(cwd, filename), files: files.map((file) => file.path) };
}

function stagedFolder(folder: string, { folder: original }: WorkspacePackage): string {
  return path.join(folder, path.relative(root, original));
}
