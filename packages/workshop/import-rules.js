// Who may import whom, as rules of dependency-cruiser, which graph.js checks. How a rule reads:
// https://github.com/sverweij/dependency-cruiser/blob/main/doc/rules-reference.md
import { builtinModules } from 'node:module';

/**
 * Packages whose folders are layers: a file imports from its own folder or from one before it. `above` are the files above the layers:
 * the entries, the tests of the whole, and tensor's methods.
 */
const layered = [
  {
    name: 'tensor',
    layers: ['array', 'kernels', 'random', 'graph', 'ops', 'autograd', 'io', 'distributions', 'functional'],
    above: ['(index|internal|matchers|methods|distributions|functional)[.]', 'test/'],
  },
  { name: 'nn', layers: ['module', 'init', 'losses', 'layers', 'containers'], above: ['index[.]'] },
];

const [tensor] = layered;

const test = '[.]test(-d)?[.]ts$';

/** The rules, for packages as graph.js reads them. The comment of a rule tells what to do. */
export function importRules(packages) {
  const filesOf = (entries) => entries.map(({ file }) => `^${file}$`);
  const entries = packages.flatMap((each) => each.entries);
  const published = packages.filter(({ isPublished }) => isPublished).map(({ folder }) => folder);
  return [
    forbid('no circles', {
      comment: 'Move what both files need into a file below both. Imports of types count too.',
      from: {},
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
    ...layered.flatMap(layerRules),
    forbid('methods of tensor', {
      comment: 'Only the entries and the tests of the whole import methods.ts: import the operation instead.',
      from: { path: sourcesOf(tensor.name), pathNot: filesAbove(tensor) },
      to: { path: `${sourcesOf(tensor.name)}methods[.]ts$` },
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

function layerRules(each) {
  const { name, layers } = each;
  const sources = sourcesOf(name);
  const folders = layers.map((layer) => `${sources}${layer}/`);
  return [
    ...layers.map((layer, index) =>
      forbid(`layers of ${name}: ${layer}`, {
        comment: `A file imports from its own layer or from one below. From the bottom: ${layers.join(', ')}.`,
        from: { path: folders[index], pathNot: test },
        to: { path: sources, pathNot: folders.slice(0, index + 1) },
      }),
    ),
    forbid(`layers of ${name}: no file outside`, {
      comment: `Move the file into one of the folders ${layers.join(', ')}.`,
      from: { path: sources, pathNot: [test, ...folders, ...filesAbove(each)] },
      to: {},
    }),
  ];
}

function filesAbove({ name, above }) {
  return above.map((file) => sourcesOf(name) + file);
}

function sourcesOf(name) {
  return `^packages/${name}/src/`;
}

function forbid(name, rule) {
  return { name, severity: 'error', ...rule };
}
