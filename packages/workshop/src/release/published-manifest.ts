import { type Manifest } from '../workspace.ts';

/**
 * What is wrong with a manifest as npm gets it, besides its values. `files` are those of the tarball, and `published` the names of all
 * packages of ours that npm has.
 */
export function manifestProblems(manifest: Manifest, files: readonly string[], published: readonly string[]): string[] {
  const { name, dependencies, peerDependencies, devDependencies, exports = {} } = manifest;
  const scope = name.replace(/\/.*/, '/');
  const needed = Object.entries({ ...dependencies, ...peerDependencies, ...devDependencies });
  const targets = Object.values(exports).flatMap((each) => Object.values(each));
  return [
    ...needed
      .filter(([each]) => each.startsWith(scope) && !published.includes(each))
      .map(([each]) => `${each} is private`),
    ...needed.filter(([, range]) => !isRange(range)).map(([each, range]) => `${each}: ${range} means nothing to npm`),
    ...targets
      .filter((file) => !files.includes(file.replace(/^\.\//, '')))
      .map((file) => `${file} is not in the tarball`),
  ];
}

/** Whether npm finds a version by this: `^0.1.0`, and not `workspace:^`. */
function isRange(range: string): boolean {
  return /^[\d<>=^~|. *-]+$/.test(range);
}
