import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** A package's manifest, as far as the tests need it. */
interface Manifest {
  name: string;
  exports?: Record<string, string | { '@mg/source': string }>;
}

const folders = ['packages', 'apps']
  .flatMap((parent) => readdirSync(path.join(import.meta.dirname, parent)).map((name) => path.join(parent, name)))
  .filter((folder) => existsSync(path.join(import.meta.dirname, folder, 'package.json')))
  .map((folder) => path.join(import.meta.dirname, folder));

const manifest = (folder: string) => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;

/** Every entry of every package, to its source: tests, and the snippets of any README, need no build. */
const alias = folders.flatMap((folder) => {
  const { name, exports = {} } = manifest(folder);
  return Object.entries(exports).flatMap(([entry, target]) =>
    typeof target === 'string'
      ? []
      : [
          {
            find: new RegExp(`^${path.posix.join(name, entry)}$`),
            replacement: path.join(folder, target['@mg/source']),
          },
        ],
  );
});

/** The only limit on time: a guard against a test that hangs. No machine is slow enough to reach it. */
const HALF_AN_HOUR = 30 * 60_000;

export default defineConfig({
  resolve: { alias },
  test: {
    testTimeout: HALF_AN_HOUR,
    hookTimeout: HALF_AN_HOUR,
    teardownTimeout: HALF_AN_HOUR,
    setupFiles: [path.join(import.meta.dirname, 'vitest.setup.ts')],
    projects: folders.map((root) => ({
      extends: true,
      test: { name: manifest(root).name, root, include: ['src/**/*.test.ts'] },
    })),
  },
});
