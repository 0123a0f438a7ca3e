/** Files of a package that npm adds to whatever `files` lists. */
const always = new Set(['package.json', 'README.md', 'LICENSE']);

/**
 * What a tarball holds that it should not, and lacks that it should have.
 *
 * `files` are relative to its root. `sources` are those that the package's entries need, directly or not: whatever else is
 * in `src` would be a test, a fixture or forgotten.
 */
export function tarballProblems(files: readonly string[], sources: readonly string[]): string[] {
  const built = sources.flatMap((source) => {
    const base = source.replace(/^src\//, 'dist/').replace(/\.ts$/, '');
    return [`${base}.js`, `${base}.js.map`, `${base}.d.ts`, `${base}.d.ts.map`];
  });
  const wanted = new Set([...always, ...sources, ...built]);
  const packed = new Set(files);
  return [
    ...[...wanted].filter((file) => !packed.has(file)).map((file) => `lacks ${file}`),
    ...files
      .filter((file) => !wanted.has(file))
      .map((file) => `holds ${file}, which no entry needs: keep it out of "files"`),
  ];
}
