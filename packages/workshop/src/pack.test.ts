import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleForBrowser, findChromium, noChromium } from './browser.ts';
import { isNodeOnly, isVitestOnly } from './consumer-project.ts';
import { chromiumEngine, type Engine, thisNode } from './engine.ts';
import { entryFiles } from './package-files.ts';
import { tryPackage } from './package-trial.ts';
import { publishTo, type Published } from './published.ts';
import { readmeSnippets } from './readme.ts';
import { checkTypesOfTarball, publintProblems } from './tarball-lint.ts';
import { tarballProblems } from './tarball-rules.ts';
import { typeCheck } from './type-check.ts';
import { publishedPackages } from './workspace.ts';

const executable = findChromium();
if (executable === undefined) console.warn(noChromium);

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
