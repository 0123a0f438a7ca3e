import { describe, expect, test } from 'vitest';
import { dependencyProblems } from './dependency-rules.ts';
import { parseGraph } from './package-graph.ts';
import { type Manifest } from './workspace.ts';

const graph = parseGraph(
  `tensor      -> nothing
gradcheck   -> nothing
plot        -> tensor
nn          -> tensor  (peer)
apps/mnist  -> tensor nn
dev only    -> nn test themselves with gradcheck; gradcheck's README checks with tensor`,
  ['snippets'],
);

const shortNames = new Map(['tensor', 'gradcheck', 'plot', 'nn', 'snippets'].map((name) => [`@mg/${name}`, name]));
shortNames.set('@mg/mnist', 'apps/mnist');

const workspace = 'workspace:^';

/** Manifests that agree with the graph. */
const right: Readonly<Record<string, Omit<Manifest, 'name'>>> = {
  tensor: { devDependencies: { '@mg/snippets': workspace } },
  gradcheck: {},
  plot: { dependencies: { '@mg/tensor': workspace, other: '^1.0.0' } },
  nn: {
    peerDependencies: { '@mg/tensor': workspace },
    devDependencies: { '@mg/tensor': workspace, '@mg/gradcheck': workspace, '@mg/snippets': workspace },
  },
  'apps/mnist': {
    private: true,
    dependencies: { '@mg/tensor': workspace },
    devDependencies: { '@mg/nn': workspace },
  },
  snippets: { private: true },
};

function problemsWith(changes: Readonly<Record<string, Omit<Manifest, 'name'>>>): string[] {
  const manifests = Object.entries({ ...right, ...changes });
  return dependencyProblems(
    graph,
    shortNames,
    manifests.map(([shortName, manifest]) => ({ shortName, manifest: { name: `@mg/${shortName}`, ...manifest } })),
  );
}

test('manifests that agree with the graph', () => {
  expect(problemsWith({})).toEqual([]);
});

describe('manifests that do not', () => {
  const { nn = {} } = right;
  test.each([
    [
      'a dependency too many',
      { tensor: { dependencies: { '@mg/nn': workspace } } },
      'tensor: the package graph does not want nn in its dependencies',
    ],
    ['one too few', { plot: {} }, 'plot: the package graph wants tensor in its dependencies'],
    [
      'a missing peer',
      { nn: { ...nn, peerDependencies: {} } },
      'nn: the package graph wants tensor in its peerDependencies',
    ],
    [
      'a peer that should be none',
      { plot: { ...right.plot, peerDependencies: { '@mg/tensor': workspace } } },
      'plot: the package graph does not want tensor in its peerDependencies',
    ],
    [
      'a development dependency too many',
      { gradcheck: { devDependencies: { '@mg/plot': workspace } } },
      'gradcheck: the package graph does not want plot in its devDependencies',
    ],
    [
      'one too few',
      { nn: { ...nn, devDependencies: { '@mg/tensor': workspace } } },
      'nn: the package graph wants gradcheck in its devDependencies',
    ],
    [
      'a private package',
      { 'apps/mnist': { private: true, dependencies: { '@mg/tensor': workspace } } },
      'apps/mnist: the package graph wants nn in its dependencies and devDependencies',
    ],
    [
      'another private package',
      { snippets: { private: true, devDependencies: { '@mg/nn': workspace } } },
      'snippets: the package graph does not want nn',
    ],
    ['a private package not marked so', { snippets: {} }, 'snippets: mark it "private": true'],
    ['a published one marked private', { gradcheck: { private: true } }, 'gradcheck: it is to be published'],
    [
      'a range',
      { plot: { dependencies: { '@mg/tensor': '^0.1.0' } } },
      'plot: write @mg/tensor as "workspace:^", not "^0.1.0"',
    ],
    ['a package without a line', { rl: {} }, 'rl: the package graph has no line for it'],
  ])('%s', (_what, changes, problem) => {
    expect(problemsWith(changes)).toEqual([expect.stringContaining(problem)]);
  });

  test('what only a README imports may be listed or not', () => {
    expect(problemsWith({ gradcheck: { devDependencies: { '@mg/tensor': workspace } } })).toEqual([]);
  });

  test('a line without a package', () => {
    expect(dependencyProblems(parseGraph('rl -> nothing'), shortNames, [])).toEqual([
      'rl: the package graph has a line for it, but there is no such package',
    ]);
  });
});
