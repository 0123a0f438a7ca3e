import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleForBrowser, findChromium, noChromium } from './browser.ts';
import { isNodeOnly, isVitestOnly, readmeSnippets } from './consumer-project.ts';
import { chromiumEngine, type Engine, thisNode } from './engine.ts';
import { tryPackage } from './package-trial.ts';
import { installPacked, publishTo, type Published } from './published.ts';
import { manifestProblems } from './release/published-manifest.ts';
import { runCommand } from './run-command.ts';
import { workspaceToolchains } from './toolchains/every-toolchain.ts';
import { projectFolder, tryToolchain } from './toolchains/trial.ts';
import { typeCheck } from './type-check.ts';
import { type Manifest, publishedPackages } from './workspace.ts';

const executable = findChromium();
if (executable === undefined) console.warn(noChromium);

const require = createRequire(import.meta.url);
const attw = path.join(path.dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js');

let folder: string;
let node: Engine;
let browser: Engine | undefined;
let published: ReadonlyMap<string, Published>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pack-'));
  published = publishTo(folder);
  node = await thisNode();
  browser = executable === undefined ? undefined : await chromiumEngine(executable);
});

afterAll(async () => {
  await browser?.close();
  await Promise.allSettled([...published.values()].map(({ project }) => project));
  rmSync(folder, { recursive: true });
});

describe.each(publishedPackages.map((workspacePackage) => [workspacePackage.manifest.name, workspacePackage] as const))(
  '%s',
  { concurrent: true },
  (name, workspacePackage) => {
    const of = (): Published => {
      const found = published.get(name);
      if (!found) throw new Error(`${name} was not packed`);
      return found;
    };

    test('holds its sources, what is built of them and the papers', async () => {
      const { files } = await of().packed;
      const papers = ['LICENSE', 'README.md', 'package.json'];
      expect(files).toEqual(expect.arrayContaining([...papers, 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']));
      const expected = /^(src\/.*[.]ts|dist\/.*[.](js|d[.]ts)([.]map)?)$/;
      expect(files.filter((file) => !papers.includes(file) && !expected.test(file))).toEqual([]);
      expect(files.filter((file) => /[.]test(-d)?[.]|\/(test|fixtures)\//.test(file))).toEqual([]);
    });

    test('has a manifest that npm understands', async () => {
      const [{ files }, project] = await Promise.all([of().packed, of().project]);
      const text = readFileSync(path.join(project.folder, 'node_modules', name, 'package.json'), 'utf8');
      const names = publishedPackages.map(({ manifest }) => manifest.name);
      expect(manifestProblems(JSON.parse(text) as Manifest, files, names)).toEqual([]);
    });

    test('passes publint', async () => {
      const { tarball } = await of().packed;
      const bytes = new Uint8Array(readFileSync(tarball));
      const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
      expect(messages.map((each) => formatMessage(each, pkg as Record<string, unknown>, { color: false }))).toEqual([]);
    });

    test('passes attw: its types describe its code', async () => {
      const { tarball } = await of().packed;
      // CommonJS gets the same modules, from Node 20.19 on by require().
      const args = ['--ignore-rules', 'cjs-resolves-to-esm', '--format', 'ascii', '--no-emoji', '--no-color', tarball];
      await runCommand(process.execPath, [attw, ...args], { cwd: folder });
    });

    test.each(['nodenext', 'bundler'] as const)('compiles with its README, %s', async (moduleResolution) => {
      const project = await of().project;
      await typeCheck(project.folder, project, moduleResolution);
    });

    test('bundles for browsers', async () => {
      const { folder: projectFolder, entries } = await of().project;
      const imports = entries
        .filter((entry) => !isNodeOnly(entry) && !isVitestOnly(entry))
        .map((entry) => `import ${JSON.stringify(entry)};`);
      await bundleForBrowser(imports.join('\n'), projectFolder);
    });

    test('has a README with a snippet', () => {
      expect(readmeSnippets(workspacePackage)).not.toEqual([]);
    });

    test('loads, and runs the snippets of its README, in Node', async () => {
      expect(await tryPackage(node, await of().project)).toMatchObject({ skipped: 0, failures: [] });
    });

    test('and in a browser, but for what needs Node', async ({ skip }) => {
      if (!browser) return skip(noChromium);
      const { tried, failures } = await tryPackage(browser, await of().project);
      expect(failures).toEqual([]);
      expect(tried).toBeGreaterThan(0);
    });
  },
);

describe('all packages in one project', () => {
  let packages: string;
  beforeAll(async () => {
    const packed = [...published].map(([name, each]) => [name, each.packed] as const);
    packages = await installPacked(path.join(folder, 'all'), new Map(packed));
  });

  // A sample of the matrix, which needs no installation: `pnpm --filter @mg/workshop matrix` tries everything.
  const sample = workspaceToolchains.filter(
    ({ name }) => !/^(?:esbuild|Rolldown), /.test(name) || /cjs, MNIST|esbuild, cjs$|iife, minified/.test(name),
  );

  test.each(sample.map((toolchain) => [toolchain.name, toolchain] as const))('%s', async (_name, toolchain) => {
    expect((await tryToolchain(toolchain, projectFolder(folder, toolchain), packages)).failure).toBeUndefined();
  });
});
