import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import getReleasePlan from '@changesets/get-release-plan';
import { runCommand } from '../run-command.ts';
import {
  isPublished,
  type Manifest,
  readWorkspace,
  root as thisRepository,
  type WorkspacePackage,
} from '../workspace.ts';
import { writeJson } from './fill-in.ts';

/** The program of Changesets. */
export const changesetsProgram: string = createRequire(path.join(thisRepository, 'package.json')).resolve(
  '@changesets/cli/bin.js',
);

/**
 * Takes the changesets of a repository as `changeset version` does, but never makes a 1.0.0 because of a peer.
 *
 * A peer range `^0.1.0` does not allow 0.2.0. Changesets answers with a major version of the package that has the peer: from
 * 0.1.0 to 1.0.0. Below 1.0.0 a minor version is what may break, and so that package gets a minor one here, in a changeset
 * that says why. Meanwhile the range is wide, which keeps Changesets from its answer. From 1.0.0 on its answer is right.
 */
export async function versionPackages(root: string): Promise<void> {
  const peers = peersBelowOne(readWorkspace(root).filter(isPublished));
  setRanges(root, peers, 'workspace:<1.0.0');
  try {
    await addChangesets(root, peers);
    await runCommand(process.execPath, [changesetsProgram, 'version'], { cwd: root });
  } finally {
    setRanges(root, peers, 'workspace:^');
  }
  writeVersions(root);
}

/** Writes the version of a manifest into the source that states it too: tensor names its own in errors about two copies. */
function writeVersions(root: string): void {
  for (const { folder, manifest } of readWorkspace(root)) {
    const file = path.join(folder, 'src/array/version.ts');
    if (!existsSync(file) || manifest.version === undefined) continue;
    const source = readFileSync(file, 'utf8');
    writeFileSync(file, source.replace(/(?<=version = ')[^']*/, manifest.version));
  }
}

/** A package of ours that another one takes from its user. */
interface Peer {
  /** The package with the peer dependency. */
  readonly dependent: string;
  readonly peer: string;
}

function peersBelowOne(packages: readonly WorkspacePackage[]): Peer[] {
  const below = packages
    .filter(({ manifest }) => manifest.version?.startsWith('0.'))
    .map(({ manifest: { name } }) => name);
  return packages.flatMap(({ manifest: { name, peerDependencies = {} } }) =>
    below.filter((peer) => peerDependencies[peer] === 'workspace:^').map((peer) => ({ dependent: name, peer })),
  );
}

function setRanges(root: string, peers: readonly Peer[], range: string): void {
  for (const { folder, manifest } of readWorkspace(root)) {
    const own = peers.filter(({ dependent }) => dependent === manifest.name).map(({ peer }) => [peer, range] as const);
    if (own.length === 0) continue;
    const peerDependencies = { ...manifest.peerDependencies, ...Object.fromEntries(own) };
    writeJson(path.join(folder, 'package.json'), { ...manifest, peerDependencies } satisfies Manifest);
  }
}

/** Adds a minor changeset for each package whose peer leaves its range, until there are no more: a dependent may be a peer itself. */
async function addChangesets(root: string, peers: readonly Peer[]): Promise<void> {
  const { releases } = await getReleasePlan(root);
  const breaking = new Map(
    releases.filter(({ type }) => type === 'minor' || type === 'major').map((each) => [each.name, each]),
  );
  const left = peers.find(({ dependent, peer }) => breaking.has(peer) && !breaking.has(dependent));
  if (left === undefined) return;
  const { dependent, peer } = left;
  const text = `Required \`${peer}\` ${breaking.get(peer)?.newVersion}.`;
  const file = path.join(root, '.changeset', `peer-of-${path.basename(dependent)}.md`);
  writeFileSync(file, `---\n'${dependent}': minor\n---\n\n${text}\n`);
  await addChangesets(root, peers);
}
