import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { dependencyProblems } from './dependency-rules.ts';
import { importProblems, nodeProblems, unusedArrows } from './import-rules.ts';
import { manifestProblems } from './manifest-rules.ts';
import { entryFiles, importingFiles } from './package-files.ts';
import { graphText, type PackageGraph, parseGraph } from './package-graph.ts';
import { publishedPackages, root, workspacePackages } from './workspace.ts';

const shortNames = new Map(workspacePackages.map(({ manifest, shortName }) => [manifest.name, shortName]));
const files = workspacePackages.flatMap((workspacePackage) => importingFiles(workspacePackage));

test('there are packages and files to check', () => {
  expect(publishedPackages.length).toBeGreaterThanOrEqual(6);
  for (const { shortName } of workspacePackages) {
    expect(files.filter(({ importer }) => importer === shortName)).not.toEqual([]);
  }
});

test.each(publishedPackages.map(({ shortName, manifest }) => [shortName, manifest] as const))(
  'the manifest of %s has the fields that all have',
  (_name, manifest) => {
    expect(manifestProblems(manifest)).toEqual([]);
  },
);

test('Node built-ins stand behind /node entries only', () => {
  const entries = publishedPackages.flatMap((workspacePackage) => entryFiles(workspacePackage));
  expect(entries.flatMap((entry) => entry.files).length).toBeGreaterThanOrEqual(entries.length);
  expect(nodeProblems(entries)).toEqual([]);
});

test.each(
  publishedPackages.flatMap(({ manifest, folder }) =>
    Object.keys(manifest.peerDependencies ?? {}).includes('@mg/tensor') ? [[manifest.name, folder] as const] : [],
  ),
)('%s asks the tensor beside it for its protocol', (name, folder) => {
  const sources = readdirSync(path.join(folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(folder, 'src', file), 'utf8'));
  expect(sources.filter((source) => source.includes(`requireProtocol('${name}', `))).toHaveLength(1);
});

describe('the package graph of CONTRIBUTING.md', () => {
  let graph: PackageGraph;

  beforeAll(() => {
    const file = path.join(root, 'CONTRIBUTING.md');
    if (!existsSync(file))
      throw new Error('CONTRIBUTING.md is missing: it shows the package graph that is compared here');
    const isPrivate = workspacePackages.filter(({ manifest }) => manifest.private === true);
    graph = parseGraph(
      graphText(readFileSync(file, 'utf8')),
      isPrivate.map(({ shortName }) => shortName),
    );
  });

  test('is what the manifests say', () => {
    expect(dependencyProblems(graph, shortNames, workspacePackages)).toEqual([]);
  });

  test('is what the files import', () => {
    expect(importProblems(graph, shortNames, files)).toEqual([]);
  });

  test('has no arrow that nothing follows', () => {
    expect(unusedArrows(graph, shortNames, files)).toEqual([]);
  });
});
