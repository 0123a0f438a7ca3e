import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig, type ViteUserConfigFnObject } from 'vitest/config';

// pnpm's script that starts vitest sets it. With it, programs that tests start would find packages that they do not depend on.
delete process.env['NODE_PATH'];

/** A package's manifest, as far as the tests need it. */
interface Manifest {
  name: string;
  exports?: Record<string, string | { '@mg/source': string }>;
}

const folders = ['packages', 'apps']
  .flatMap((parent) => readdirSync(path.join(import.meta.dirname, parent)).map((name) => path.join(parent, name)))
  .filter((folder) => existsSync(path.join(import.meta.dirname, folder, 'package.json')));

/** Every entry of every package, to its source: tests, and the snippets of any README, need no build. */
const alias = folders.flatMap((folder) => {
  const inFolder = (file: string): string => path.join(import.meta.dirname, folder, file);
  const { name, exports = {} } = JSON.parse(readFileSync(inFolder('package.json'), 'utf8')) as Manifest;
  return Object.entries(exports).flatMap(([entry, target]) =>
    typeof target === 'string'
      ? []
      : [{ find: new RegExp(`^${path.posix.join(name, entry)}$`), replacement: inFolder(target['@mg/source']) }],
  );
});

/** What a whole process shares: mocked modules, the process itself, tensor's settings and what it counts. */
const processState =
  /\b(vi\.(?!fn\b)|process\.(?!execPath|platform|versions)|memoryUsage|queryObjects|detectAnomaly|enableRelaxedSimd|set(Deterministic|MemoryLimit|PrintOptions))/;

/** The test files of all packages; in short mode without those that take long. */
const testFiles = (isShort: boolean): string[] =>
  folders.flatMap((folder) =>
    readdirSync(path.join(import.meta.dirname, folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts') && !(isShort && file.endsWith('.long.test.ts')))
      .map((file) => path.join(folder, 'src', file).replaceAll(path.sep, '/')),
  );

/**
 * The files of `together` share processes, which load the sources once. Each file of `alone` has a process of its own, because
 * it names what a whole process shares. With `--isolate` every file has one: no file passes because of what ran before it.
 */
const projects = (isShort: boolean) => {
  const isAlone = (file: string): boolean =>
    processState.test(readFileSync(path.join(import.meta.dirname, file), 'utf8'));
  const files = testFiles(isShort);
  return [
    {
      name: 'together',
      isolate: false,
      include: files.filter((file) => !isAlone(file)),
      setupFiles: [path.join(import.meta.dirname, 'vitest.together.ts')],
    },
    { name: 'alone', include: files.filter(isAlone) },
  ];
};

/** The only limit on time: a guard against a test that hangs. No machine is slow enough to reach it. */
const HALF_AN_HOUR = 30 * 60_000;

/** What the modes set: `short` is for `pnpm check`, without long tests; `whole` tries every case of a sweep, not a sample. */
const settings: Readonly<Record<string, Record<string, string>>> = {
  short: { PROPERTY_RUNS: process.env['PROPERTY_RUNS'] ?? '25' },
  whole: { WHOLE_SWEEPS: '1' },
};

const config: ViteUserConfigFnObject = defineConfig(({ mode }) => {
  const isShort = mode === 'short';
  return {
    resolve: { alias },
    test: {
      testTimeout: HALF_AN_HOUR,
      hookTimeout: HALF_AN_HOUR,
      teardownTimeout: HALF_AN_HOUR,
      setupFiles: [path.join(import.meta.dirname, 'vitest.setup.ts')],
      env: settings[mode] ?? {},
      projects: projects(isShort).map((test) => ({ extends: true, test })),
    },
  };
});

export default config;
