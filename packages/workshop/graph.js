// Checks who imports whom in this repository, or in another: node packages/workshop/graph.js [FOLDER]
//
// The package graph is the one that CONTRIBUTING.md draws; import-rules.js has the other rules. Plain JavaScript, because it
// runs as it is.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cruise } from 'dependency-cruiser';
import { importRules } from './import-rules.js';

process.chdir(process.argv[2] ?? path.join(import.meta.dirname, '../..'));
const drawing = readDrawing(readFileSync('CONTRIBUTING.md', 'utf8'));
const packages = readPackages(drawing);
const rules = importRules(packages);
const { output } = await cruise(['packages', 'apps'], {
  validate: true,
  ruleSet: { forbidden: rules },
  // The programs in peers have a package.json of their own, and are installed when the benchmark runs. The cases are what users
  // write, in projects that have the packages.
  exclude: { path: '(^|/)dist/|^apps/bench/peers/|^packages/workshop/cases/' },
  doNotFollow: { path: 'node_modules' },
  tsPreCompilationDeps: true,
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['@mg/source', 'types', 'import', 'node', 'default'],
    extensions: ['.ts', '.js', '.mjs', '.d.ts', '.json'],
  },
});

const { violations, totalCruised, totalDependenciesCruised } = output.summary;
const comments = new Map(rules.map(({ name, comment }) => [name, comment]));
const problems = [
  ...[...comments].map(([name, comment]) => [`${name}. ${comment}`, violationsOf(name)]),
  [
    'drawing. CONTRIBUTING.md draws the package graph otherwise than it is: correct one of the two.',
    drawingProblems(output.modules),
  ],
].filter(([, lines]) => lines.length > 0);
for (const [title, lines] of problems) console.error(`${title}\n${lines.map((line) => `  ${line}\n`).join('')}`);
if (problems.length > 0) process.exitCode = 1;
else
  console.log(`${totalCruised} files, ${totalDependenciesCruised} imports: each is allowed, and there are no circles`);

function violationsOf(name) {
  return violations
    .filter(({ rule }) => rule.name === name)
    .map(({ type, from, to, cycle = [], via = [] }) => {
      if (type === 'module') return from;
      const through = [...cycle, ...via].map((file) => file.name);
      return [from, ...(through.length > 0 ? through : [to])].join(' → ');
    });
}

/** The arrows of the drawing, by folder: those above the line `dev only`, and those below. */
function readDrawing(markdown) {
  const [, above, below] = /^```\n(\S+ +-> [^`]*)^dev only[^\n]*\n([^`]*)^```/m.exec(markdown) ?? [];
  if (above === undefined) {
    throw new Error(
      'CONTRIBUTING.md draws no package graph. Write lines such as "nn -> tensor  (peer)", then "dev only", then such lines for tests.',
    );
  }
  const arrows = (text) =>
    new Map(
      [...text.matchAll(/^(\S+) +-> (\S+(?: [^\s(]\S*)*)/gm)].map(([, name, targets]) => [
        folderOf(name),
        targets.startsWith('nothing') ? [] : targets.split(' ').map(folderOf),
      ]),
    );
  return { above: arrows(above), below: arrows(below) };
}

/** The drawing writes `nn` for packages/nn. */
function folderOf(name) {
  return name.startsWith('apps/') ? name : `packages/${name}`;
}

function readPackages({ above, below }) {
  const all = ['packages', 'apps']
    .flatMap((parent) => readdirSync(parent).map((name) => `${parent}/${name}`))
    .filter((folder) => existsSync(`${folder}/package.json`))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) }));
  const published = all.filter(({ manifest }) => !manifest.private).map(({ folder }) => folder);
  // Private packages that the drawing leaves out support the others, whose tests may all import them.
  const support = all.map(({ folder }) => folder).filter((folder) => ![...published, ...above.keys()].includes(folder));
  return all.map(({ folder, manifest }) => {
    const isPublished = published.includes(folder);
    const imports = above.get(folder) ?? [];
    const entries = Object.entries(isPublished ? manifest.exports : {}).map(([name, targets]) => ({
      name,
      file: path.posix.join(folder, targets['@mg/source']),
    }));
    return {
      folder,
      manifest,
      isPublished,
      imports: imports.includes(folderOf('everything')) ? published : imports,
      devImports: [...(below.get(folder) ?? []), ...support],
      entries,
    };
  });
}

/** Where the drawing differs from the imports, from the dependencies in manifests, and from the packages that there are. */
function drawingProblems(modules) {
  const { above, below } = drawing;
  const packageOf = (file) => file.split('/', 2).join('/');
  const followed = new Set(
    modules.flatMap(({ source, dependencies }) =>
      dependencies.map(({ resolved }) => `${packageOf(source)} -> ${packageOf(resolved)}`),
    ),
  );
  const drawn = [...above, ...below].flatMap(([folder, targets]) => targets.map((target) => `${folder} -> ${target}`));
  const unused = drawn.filter((arrow) => !arrow.endsWith('/everything') && !followed.has(arrow));

  const published = packages.filter(({ isPublished }) => isPublished);
  const ours = new Map(packages.map(({ folder, manifest }) => [manifest.name, folder]));
  const differs = (left, right) => [...left].sort().join() !== [...right].sort().join();
  const show = (folders) => folders.join(', ') || 'no package of ours';
  const installed = published.flatMap(({ folder, manifest, imports }) => {
    const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const listed = names.flatMap((name) => ours.get(name) ?? []);
    return differs(listed, imports)
      ? [`${folder}: its package.json lists ${show(listed)}, its line ${show(imports)}`]
      : [];
  });

  const lines = [...above.keys()].filter((folder) => !folder.startsWith('apps/'));
  const folders = published.map(({ folder }) => folder);
  return [
    ...unused.map((arrow) => `${arrow}: no import follows this arrow`),
    ...installed,
    ...(differs(lines, folders)
      ? [`there are lines for ${show(lines)}; the published packages are ${show(folders)}`]
      : []),
  ];
}
