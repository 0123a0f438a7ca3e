// Who may import whom, as rules of dependency-cruiser, which graph.js checks. How a rule reads:
// https://github.com/sverweij/dependency-cruiser/blob/main/doc/rules-reference.md
import { builtinModules } from 'node:module';

/** The folders of packages/tensor/src, from the bottom: a file imports from its own folder or from one before it. */
const tensorLayers = ['array', 'kernels', 'random', 'graph', 'ops', 'autograd', 'io'];

/** Circles that are to be opened: no other may come. */
const knownCircles = [
  // nn's shape types name the class Linear, and Linear uses them.
  '^packages/nn/src/(shape-types|layers/linear)[.]ts$',
];

const test = '[.]test(-d)?[.]ts$';
const tensor = '^packages/tensor/src/';
const layers = tensorLayers.map((layer) => `${tensor}${layer}/`);
/** Above the layers: the entries, the methods, and the tests of the whole. */
const top = [`${tensor}(index|internal|matchers|methods)[.]`, `${tensor}test/`];

/** The rules, for packages as graph.js reads them. The comment of a rule tells what to do. */
export function importRules(packages) {
  const filesOf = (entries) => entries.map(({ file }) => `^${file}$`);
  const entries = packages.flatMap((each) => each.entries);
  const published = packages.filter(({ isPublished }) => isPublished).map(({ folder }) => folder);
  return [
    forbid('no circles', {
      comment: 'Move what both files need into a file below both. Imports of types count too.',
      from: { pathNot: knownCircles },
      to: { circular: true },
    }),
    forbid('imports exist', {
      comment: 'Import a package by an entry of its package.json, and list the package in yours.',
      from: {},
      to: { couldNotResolve: true },
    }),
    forbid('packages by name', {
      comment: 'A relative path must not lead out of a package: import the other package by its name.',
      from: { path: '^((packages|apps)/[^/]+)/' },
      to: { pathNot: '^$1/', dependencyTypes: ['local'] },
    }),
    ...packages.flatMap(packageRules),
    forbid('Node built-ins behind /node', {
      comment: 'All entries of a published package but /node run in browsers too, so nothing they need may use Node.',
      from: { path: filesOf(entries.filter(({ name }) => name !== './node')) },
      to: { path: `^(node:)?(${builtinModules.join('|')})$`, reachable: true },
    }),
    forbid('published files', {
      comment: 'No entry needs the file, but it would be packed. What only tests use goes into src/test or out of src.',
      from: { path: filesOf(entries) },
      to: {
        path: published.map((folder) => `^${folder}/src/(?!test/)`),
        pathNot: [test, ...filesOf(entries)],
        reachable: false,
      },
    }),
    ...tensorLayers.map((layer, index) =>
      forbid(`layers of tensor: ${layer}`, {
        comment: `A file imports from its own layer or from one below. From the bottom: ${tensorLayers.join(', ')}.`,
        from: { path: layers[index], pathNot: test },
        to: { path: tensor, pathNot: layers.slice(0, index + 1) },
      }),
    ),
    forbid('layers of tensor: no file outside', {
      comment: `Move the file into one of the folders ${tensorLayers.join(', ')}.`,
      from: { path: tensor, pathNot: [test, ...layers, ...top] },
      to: {},
    }),
    forbid('methods of tensor', {
      comment: 'Only the entries and the tests of the whole import methods.ts: import the operation instead.',
      from: { path: tensor, pathNot: top },
      to: { path: `${tensor}methods[.]ts$` },
    }),
  ];
}

function packageRules({ folder, isPublished, imports, devImports }) {
  const sources = { path: `^${folder}/src/`, pathNot: test };
  const others = (allowed) => ({
    path: '^(packages|apps)/',
    pathNot: [folder, ...allowed].map((each) => `^${each}/`),
  });
  const comment = 'CONTRIBUTING.md draws who imports whom, and has no such arrow.';
  const withDev = others([...imports, ...devImports]);
  if (!isPublished) return [forbid('package graph', { comment, from: { path: `^${folder}/` }, to: withDev })];
  return [
    forbid('package graph', { comment, from: sources, to: others(imports) }),
    forbid('package graph, tests', {
      comment,
      from: { path: [`^${folder}/(?!src/)`, `^${folder}/src/.*${test}`] },
      to: withDev,
    }),
    forbid('published dependencies', {
      comment: 'Users of the package do not get what is in devDependencies.',
      from: sources,
      // An optional peer is a devDependency as well, for the tests.
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    }),
  ];
}

function forbid(name, rule) {
  return { name, severity: 'error', ...rule };
}
