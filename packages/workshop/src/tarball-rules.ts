/** Files of a package that npm adds to whatever `files` lists. */
const always = new Set(['package.json', 'README.md', 'LICENSE']);

/**
 * What a tarball holds that it should not, and lacks that it should have.
 *
 * `files` are relative to its root. `entries` lead from the source of each entry to all that it needs, directly or not:
 * whatever else is in `src` would be a test, a fixture or forgotten.
 */
export function tarballProblems(files: readonly string[], entries: ReadonlyMap<string, readonly string[]>): string[] {
  const sources = [...entries.values()].flat();
  const isShared = new Set(sources).size < sources.length;
  const modules = [...[...entries.keys()].map(built), ...(isShared ? ['dist/chunk'] : [])];
  const wanted = new Set([
    ...always,
    ...sources,
    ...modules.map((name) => `${name}.js`),
    ...sources.map(built).flatMap((name) => [`${name}.d.ts`, `${name}.d.ts.map`]),
  ]);
  // A file that only exports what is in another has no map.
  const allowed = new Set([...wanted, ...modules.map((name) => `${name}.js.map`)]);
  const packed = new Set(files);
  return [
    ...[...wanted].filter((file) => !packed.has(file)).map((file) => `lacks ${file}`),
    ...files
      .filter((file) => !allowed.has(file))
      .map((file) => `holds ${file}, which no entry needs: keep it out of "files"`),
  ];
}

/** Where what is built of a source is, but for the end of its name. */
function built(source: string): string {
  return source.replace(/^src\//, 'dist/').replace(/\.ts$/, '');
}
