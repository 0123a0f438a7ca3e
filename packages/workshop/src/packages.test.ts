import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand } from './run-command.ts';
import { minifiedSize } from './size.js';
import { publishedPackages, root } from './workspace.ts';

test('there are packages to look at', () => {
  expect(publishedPackages.length).toBeGreaterThanOrEqual(6);
});

describe.each(publishedPackages.map((each) => [each.manifest.name, each] as const))(
  '%s',
  (_name, { folder, manifest }) => {
    test('has the fields that the manifests of all packages have', () => {
      expect(manifest).toMatchObject({
        name: expect.stringMatching(/^@mg\/[a-z-]+$/) as string,
        version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
        type: 'module',
        description: expect.stringMatching(/^[A-Z].{30,}[^.]$/) as string,
        keywords: expect.arrayContaining([expect.stringMatching(/^[a-z-]+$/)]) as string[],
        license: 'MIT',
        publishConfig: { access: 'public', provenance: true },
        engines: { node: '>=20.19' },
        files: expect.arrayContaining(['dist', 'src', '!src/**/*.test.ts', '!src/**/*.test-d.ts']) as string[],
        scripts: { build: expect.any(String) as string, test: expect.any(String) as string },
        exports: { '.': {} },
      });
      // Without it, bundlers keep all of a package.
      expect(manifest.sideEffects).toBeDefined();
    });

    test('has entries of one form: our sources first, for a program takes the first condition that it knows', () => {
      for (const targets of Object.values(manifest.exports ?? {})) {
        const [, entry = ''] = /^\.\/src\/(.+)\.ts$/.exec(targets['@mg/source'] ?? '') ?? [];
        const source = `./src/${entry}.ts`;
        const form = { '@mg/source': source, types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` };
        expect(Object.entries(targets)).toEqual(Object.entries(form));
      }
    });

    test('says the same to tools that do not know exports, such as TypeScript with node10', () => {
      const { main, types, typesVersions, exports = {} } = manifest;
      const [index, ...others] = Object.entries(exports);
      expect([main, types]).toEqual([index?.[1]['default'], index?.[1]['types']]);
      const typesOf = others.map(([entry, targets]) => [entry.replace('./', ''), [targets['types']]] as const);
      expect(typesVersions).toEqual(others.length === 0 ? undefined : { '*': Object.fromEntries(typesOf) });
    });

    test('takes our packages from the workspace, and tensor and nn from its user', () => {
      const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = manifest;
      const ours = Object.entries({ ...dependencies, ...peerDependencies, ...devDependencies }).filter(([each]) =>
        each.startsWith('@mg/'),
      );
      expect(ours.filter(([, range]) => !range.startsWith('workspace:'))).toEqual([]);
      // What is published says ^0.1.0: a range that the next version that may break leaves.
      const peers = Object.entries(peerDependencies).filter(([each]) => each.startsWith('@mg/'));
      expect(peers.filter(([, range]) => range !== 'workspace:^')).toEqual([]);
      // Two copies of tensor would not know each other's tensors.
      expect(Object.keys(dependencies).filter((each) => ['@mg/tensor', '@mg/nn'].includes(each))).toEqual([]);
    });

    test('has the test frameworks that its sources import or extend as optional peers', () => {
      const { peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
      const sources = sourcesOf(folder).join('\n');
      const frameworks = [...sources.matchAll(/^(?:import .* from|declare module) '(vitest|expect)'/gm)];
      for (const [, name = ''] of frameworks) {
        expect(peerDependencies).toHaveProperty(name);
        expect(peerDependenciesMeta[name]).toEqual({ optional: true });
      }
      // Of a peer that only the second list names, package managers know nothing.
      expect(Object.keys(peerDependenciesMeta).filter((name) => !(name in peerDependencies))).toEqual([]);
    });

    test('states its size in its README, to a tenth of it', async () => {
      const stated = /(\d+(?:\.\d)?) kB minified and gzipped/.exec(
        readFileSync(path.join(folder, 'README.md'), 'utf8'),
      );
      const [actual, said] = [await minifiedSize(folder), Number(stated?.[1])];
      expect(Math.abs(said / actual - 1), `it is ${actual} kB, and the README says ${said}`).toBeLessThanOrEqual(0.1);
    });
  },
);

/** The sources of a package, without their tests. */
function sourcesOf(folder: string): string[] {
  return readdirSync(path.join(folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<![.]test|[.]test-d)[.]ts$/.test(file))
    .map((file) => readFileSync(path.join(folder, 'src', file), 'utf8'));
}

const withPeers = publishedPackages.filter(({ manifest }) => '@mg/tensor' in (manifest.peerDependencies ?? {}));

/** What `turbo run … --dry=json` prints, as far as this looks at it. */
interface DryRun {
  readonly tasks: readonly { readonly taskId: string; readonly dependencies: readonly string[] }[];
}

test('turbo, which does not look at peer dependencies, knows of them from turbo.json', async () => {
  const dryRun = JSON.parse(
    await runCommand('npx', ['turbo', 'run', 'sources', '--dry=json'], { cwd: root }),
  ) as DryRun;
  const below = new Map(dryRun.tasks.map(({ taskId, dependencies }) => [taskId, dependencies]));
  for (const { manifest } of withPeers) {
    const peers = Object.keys(manifest.peerDependencies ?? {}).filter((peer) => below.has(`${peer}#sources`));
    const known = below.get(`${manifest.name}#sources`);
    expect(known, manifest.name).toEqual(expect.arrayContaining(peers.map((peer) => `${peer}#sources`)));
  }
});

test.each(withPeers.map(({ manifest, folder }) => [manifest.name, folder] as const))(
  '%s asks the tensor beside it for its protocol',
  (name, folder) => {
    const sources = sourcesOf(folder);
    expect(sources.filter((source) => source.includes(`requireProtocol('${name}', `))).toHaveLength(1);
  },
);
