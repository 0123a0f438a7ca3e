import { type GraphNode, type PackageGraph } from './package-graph.ts';
import { type ShortNames } from './import-rules.ts';
import { type WorkspacePackage } from './workspace.ts';

type Dependencies = Readonly<Record<string, string>>;

/** Where the dependencies of the manifests differ from the package graph. */
export function dependencyProblems(
  graph: PackageGraph,
  shortNames: ShortNames,
  packages: readonly Pick<WorkspacePackage, 'shortName' | 'manifest'>[],
): string[] {
  const listed = new Set(packages.map(({ shortName }) => shortName));
  const missing = [...graph.keys()].filter((name) => !listed.has(name));
  return [
    ...missing.map((name) => `${name}: the package graph has a line for it, but there is no such package`),
    ...packages.flatMap(({ shortName, manifest }) => {
      const node = graph.get(shortName);
      const problems = node
        ? [
            ...(node.isPrivate ? privateProblems : publishedProblems)(node, {
              dependencies: ours(manifest.dependencies, shortNames),
              peers: ours(manifest.peerDependencies, shortNames),
              dev: ours(manifest.devDependencies, shortNames),
            }),
            ...privacyProblems(node, manifest.private === true),
          ]
        : ['the package graph has no line for it: give it one, or mark it private'];
      const all = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies };
      return [...problems, ...rangeProblems(all)].map((problem) => `${shortName}: ${problem}`);
    }),
  ];
}

/** Short names of those dependencies that are our own packages, by field. */
interface OurDependencies {
  readonly dependencies: ReadonlySet<string>;
  readonly peers: ReadonlySet<string>;
  readonly dev: ReadonlySet<string>;
}

function ours(dependencies: Dependencies | undefined, shortNames: ShortNames): ReadonlySet<string> {
  return new Set(Object.keys(dependencies ?? {}).flatMap((name) => shortNames.get(name) ?? []));
}

/** Who installs the package gets its dependencies and is told of its peers, so each arrow belongs in one field. */
function publishedProblems({ arrows, peers, tests, readme, support }: GraphNode, found: OurDependencies): string[] {
  return [
    ...difference('dependencies', found.dependencies, { must: minus(arrows, peers) }),
    ...difference('peerDependencies', found.peers, { must: peers }),
    ...difference('devDependencies', found.dev, {
      must: tests,
      // pnpm installs peers for the tests, listed here or not.
      may: new Set([...peers, ...readme, ...support]),
    }),
  ];
}

/** Nobody installs a private package: its arrows may stand in `dependencies` or in `devDependencies`. */
function privateProblems({ arrows, tests, readme, support }: GraphNode, found: OurDependencies): string[] {
  const all = new Set([...found.dependencies, ...found.dev]);
  return [
    ...difference('dependencies and devDependencies', all, {
      must: new Set([...arrows, ...tests]),
      may: new Set([...readme, ...support]),
    }),
    ...difference('peerDependencies', found.peers, { must: new Set() }),
  ];
}

function difference(
  field: string,
  found: ReadonlySet<string>,
  { must, may = new Set() }: { must: ReadonlySet<string>; may?: ReadonlySet<string> },
): string[] {
  return [
    ...[...minus(must, found)].map((name) => `the package graph wants ${name} in its ${field}`),
    ...[...minus(minus(found, must), may)].map((name) => `the package graph does not want ${name} in its ${field}`),
  ];
}

function minus(names: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...names].filter((name) => !others.has(name)));
}

function privacyProblems(node: GraphNode, isPrivate: boolean): string[] {
  if (node.isPrivate === isPrivate) return [];
  return [node.isPrivate ? 'mark it "private": true' : 'it is to be published, but its manifest is marked private'];
}

/** With any other range, pnpm could take one of our packages from the registry. */
function rangeProblems(dependencies: Dependencies): string[] {
  return Object.entries(dependencies)
    .filter(([name, range]) => name.startsWith('@mg/') && !range.startsWith('workspace:'))
    .map(([name, range]) => `write ${name} as "workspace:^", not "${range}"`);
}
