import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleForBrowser, findChromium, launchChromium, noChromium, runInBrowser } from './browser.ts';
import { isNodeOnly, isVitestOnly } from './consumer-project.ts';
import { importsIn } from './imports.ts';
import { loadInNode, runInNode } from './node-run.ts';
import { entryFiles } from './package-files.ts';
import { publishTo, type Published } from './published.ts';
import { readmeSnippets } from './readme.ts';
import { checkTypesOfTarball, publintProblems } from './tarball-lint.ts';
import { tarballProblems } from './tarball-rules.ts';
import { typeCheck } from './type-check.ts';
import { publishedPackages } from './workspace.ts';

const executable = findChromium();
if (executable === undefined) console.warn(noChromium);

/** Most of this waits for npm and tsc, on a machine that may have other things to do. */
const slow = { timeout: 180_000, concurrent: true };

let folder: string;
let browser: Browser | undefined;
let published: ReadonlyMap<string, Published>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pack-'));
  published = publishTo(folder);
  browser = executable === undefined ? undefined : await launchChromium(executable);
}, slow.timeout);

afterAll(async () => {
  await browser?.close();
  await Promise.allSettled([...published.values()].map(({ project }) => project));
  rmSync(folder, { recursive: true });
}, slow.timeout);

describe.each(publishedPackages.map((workspacePackage) => [workspacePackage.manifest.name, workspacePackage] as const))(
  '%s',
  slow,
  (name, workspacePackage) => {
    const of = (): Published => {
      const found = published.get(name);
      if (!found) throw new Error(`${name} was not packed`);
      return found;
    };

    test('holds what it should', async () => {
      const { installedFiles } = await of().project;
      const sources = entryFiles(workspacePackage).map(({ files }) => files.map(({ file }) => file));
      const entries = new Map(sources.map((needed) => [needed[0] ?? '', needed] as const));
      expect(tarballProblems(installedFiles, entries)).toEqual([]);
    });

    test('passes publint', async () => {
      expect(await publintProblems(await of().tarball)).toEqual([]);
    });

    test('has types that describe its code', async () => {
      await checkTypesOfTarball(await of().tarball);
    });

    test('loads in Node', async () => {
      const { folder: projectFolder, entries } = await of().project;
      await loadInNode(
        projectFolder,
        entries.filter((entry) => !isVitestOnly(entry)),
      );
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

    const snippets = readmeSnippets(workspacePackage);
    test('has a README with a snippet', () => {
      expect(snippets).not.toEqual([]);
    });

    describe.each(snippets)('README.md:$line', ({ line, code }) => {
      const written = async () => {
        const snippet = (await of().project).snippets.find((other) => other.line === line);
        if (!snippet) throw new Error(`README.md:${line} was not written`);
        return snippet;
      };

      test('runs in Node', async () => {
        const { module, checks } = await written();
        expect(await runInNode(module)).toBe(checks);
      });

      if (importsIn(code).some(isNodeOnly)) return;
      test('runs in a browser', async ({ skip }) => {
        const { module, checks } = await written();
        const bundle = await bundleForBrowser(`export * from './${path.basename(module)}';`, path.dirname(module));
        if (!browser) return skip(noChromium);
        expect(await runInBrowser(browser, bundle)).toBe(checks);
      });
    });
  },
);
