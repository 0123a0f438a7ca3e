import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type ConsumerProject, createConsumerProject } from './consumer-project.ts';
import { packStaged, stageWorkspace } from './staged-workspace.ts';
import { publishedPackages } from './workspace.ts';

/** A package as its users get it, as soon as it is packed and installed. */
export interface Published {
  /** The path of the tarball. */
  readonly tarball: Promise<string>;
  /** A project that has it installed. */
  readonly project: Promise<ConsumerProject>;
}

/**
 * Builds, packs and installs every published package below a folder, all at once. Gives them by name.
 *
 * A package that cannot be built fails what waits for it and nothing else.
 */
export function publishTo(folder: string): ReadonlyMap<string, Published> {
  const staged = path.join(folder, 'workspace');
  mkdirSync(staged);
  stageWorkspace(staged);
  const tarballs = new Map<string, Promise<string>>();
  for (const workspacePackage of publishedPackages) {
    tarballs.set(workspacePackage.manifest.name, awaitedLater(packStaged(staged, workspacePackage)));
  }
  const published = new Map<string, Published>();
  for (const workspacePackage of publishedPackages) {
    const { name } = workspacePackage.manifest;
    const tarball = tarballs.get(name);
    if (!tarball) continue;
    const projectFolder = path.join(folder, 'projects', path.basename(name));
    const project = awaitedLater(createConsumerProject(projectFolder, workspacePackage, tarballs));
    published.set(name, { tarball, project });
  }
  return published;
}

/** A rejection is for whoever awaits the promise: until then it is no unhandled one. */
function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
