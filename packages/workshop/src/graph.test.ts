import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { folderTest } from './folder-test.ts';
import { runCommand } from './run-command.ts';
import { writeFiles } from './write-files.ts';

const manifest = (name: string, more: object = {}): string => {
  const entries = name === 'data' ? ['index', 'node'] : ['index'];
  const exports = entries.map((entry) => [
    entry === 'index' ? '.' : `./${entry}`,
    { '@mg/source': `./src/${entry}.ts` },
  ]);
  return JSON.stringify({ name: `@mg/${name}`, exports: Object.fromEntries(exports) as object, ...more });
};

/** A repository in which every import is allowed. */
const right: Readonly<Record<string, string>> = {
  'CONTRIBUTING.md': `\`\`\`
data        -> nothing of ours  but a remark
tensor      -> nothing
nn          -> tensor  (peer)   and another
apps/docs   -> everything
dev only: tests
tensor      -> data
\`\`\`
`,
  'apps/docs/package.json': manifest('docs', { private: true }),
  'apps/docs/src/main.ts': "import '@mg/data/node';",
  'packages/snippets/package.json': manifest('snippets', { private: true }),
  'packages/snippets/src/index.ts': 'export const a = 1;',
  'packages/data/package.json': manifest('data'),
  'packages/data/src/index.ts': "export * from './rows.ts';",
  'packages/data/src/rows.ts': 'export const rows = 1;',
  'packages/data/src/node.ts': "import 'node:fs';\nimport './rows.ts';",
  'packages/tensor/package.json': manifest('tensor'),
  'packages/tensor/src/index.ts': "import './methods.ts';\nexport * from './ops/add.ts';",
  'packages/tensor/src/methods.ts': "import { add } from './ops/add.ts';\nadd();",
  'packages/tensor/src/array/shape.ts': 'export type Shape = number[];',
  'packages/tensor/src/ops/add.ts':
    "import { type Shape } from '../array/shape.ts';\nexport const add = (): Shape => [];",
  'packages/tensor/src/ops/add.test.ts': "import '@mg/data';\nimport '@mg/snippets';\nimport '../index.ts';",
  'packages/tensor/src/test/whole.test.ts': "import '../methods.ts';",
  'packages/nn/package.json': manifest('nn', { peerDependencies: { '@mg/tensor': 'workspace:*' } }),
  'packages/nn/src/index.ts': "export * from '@mg/tensor';",
};

const links = ['apps/docs -> data', 'nn -> tensor', 'nn -> data', 'tensor -> data', 'tensor -> snippets'];

/** What graph.js prints of a repository. Rejects with it when something is wrong. */
function graph(folder: string, changes: Readonly<Record<string, string>> = {}): Promise<string> {
  writeFiles(folder, { ...right, ...changes });
  for (const link of links) {
    const [from = '', to = ''] = link.split(' -> ');
    const importer = path.join(folder, from.startsWith('apps/') ? from : `packages/${from}`, 'node_modules/@mg');
    mkdirSync(importer, { recursive: true });
    symlinkSync(path.join(folder, 'packages', to), path.join(importer, to), 'junction');
  }
  return runCommand(process.execPath, [path.join(import.meta.dirname, '../graph.js'), folder], { cwd: folder });
}

folderTest('a repository in which every import is allowed', async ({ folder }) => {
  expect(await graph(folder)).toContain('each is allowed, and there are no circles');
});

/** Files that each break one rule, by the rule. */
const wrong: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no circles': {
    'packages/data/src/a.ts': "import './b.ts';",
    'packages/data/src/b.ts': "export type B = import('./c.ts').C;",
    'packages/data/src/c.ts': "import { type B } from './a.ts';\nexport type C = B;",
  },
  'imports exist': {
    'packages/data/src/up.ts': "import '@mg/nn';",
    'packages/nn/src/inside.ts': "import '@mg/tensor/src/ops/add.ts';",
  },
  'packages by name': { 'packages/nn/src/path.ts': "import '../../tensor/src/index.ts';" },
  'package graph': {
    'packages/nn/src/data.ts': "export { type rows } from '@mg/data';",
    'packages/tensor/src/ops/data.ts': "import '@mg/data';",
    'packages/tensor/src/io/support.ts': "import '@mg/snippets';",
    'packages/snippets/src/up.ts': "import '@mg/tensor';",
  },
  'package graph, tests': { 'packages/nn/src/data.test.ts': "import '@mg/data';" },
  'published dependencies': { 'packages/nn/src/check.ts': "import 'fast-check';" },
  'Node built-ins behind /node': { 'packages/data/src/rows.ts': "import 'node:fs';" },
  'published files': { 'packages/data/src/made-up.ts': 'export const madeUp = 1;' },
  'layers of tensor: array': { 'packages/tensor/src/array/up.ts': "import '../ops/add.ts';" },
  'layers of tensor: ops': { 'packages/tensor/src/ops/top.ts': "import '../index.ts';" },
  'layers of tensor: no file outside': { 'packages/tensor/src/utils.ts': "import './ops/add.ts';" },
  'layers of nn: module': {
    'packages/nn/src/module/module.ts':
      "import { type Linear } from '../layers/linear.ts';\nexport type Module = Linear;",
    'packages/nn/src/layers/linear.ts': 'export type Linear = number;',
  },
  'methods of tensor': { 'packages/tensor/src/ops/methods.test.ts': "import '../methods.ts';" },
};

folderTest('a repository in which every rule is broken', async ({ folder }) => {
  const drawing = (right['CONTRIBUTING.md'] ?? '').replace('nn          -> tensor', 'nn -> tensor gone');
  const files = Object.assign({}, ...Object.values(wrong)) as Record<string, string>;
  writeFiles(path.join(folder, 'packages/nn/node_modules/fast-check'), { 'package.json': '{}', 'index.js': '' });
  Object.assign(files, { 'CONTRIBUTING.md': drawing, 'packages/rl/package.json': manifest('rl') });
  const report = await graph(folder, files).then(() => '', String);
  expect(sections(report)).toMatchInlineSnapshot(`
    {
      "Node built-ins behind /node": [
        "packages/data/src/index.ts → packages/data/src/rows.ts → fs",
      ],
      "drawing": [
        "packages/nn -> packages/gone: no import follows this arrow",
        "packages/nn: its package.json lists packages/tensor, its line packages/tensor, packages/gone",
        "there are lines for packages/data, packages/tensor, packages/nn; the published packages are packages/data, packages/nn, packages/rl, packages/tensor",
      ],
      "imports exist": [
        "packages/data/src/up.ts → @mg/nn",
        "packages/nn/src/inside.ts → @mg/tensor/src/ops/add.ts",
        "packages/snippets/src/up.ts → @mg/tensor",
      ],
      "layers of nn: module": [
        "packages/nn/src/module/module.ts → packages/nn/src/layers/linear.ts",
      ],
      "layers of nn: no file outside": [
        "packages/nn/src/check.ts → packages/nn/node_modules/fast-check/index.js",
        "packages/nn/src/data.ts → packages/data/src/index.ts",
        "packages/nn/src/inside.ts → @mg/tensor/src/ops/add.ts",
        "packages/nn/src/path.ts → packages/tensor/src/index.ts",
      ],
      "layers of tensor: array": [
        "packages/tensor/src/array/up.ts → packages/tensor/src/ops/add.ts",
      ],
      "layers of tensor: no file outside": [
        "packages/tensor/src/utils.ts → packages/tensor/src/ops/add.ts",
      ],
      "layers of tensor: ops": [
        "packages/tensor/src/ops/top.ts → packages/tensor/src/index.ts",
      ],
      "methods of tensor": [
        "packages/tensor/src/ops/methods.test.ts → packages/tensor/src/methods.ts",
      ],
      "no circles": [
        "packages/data/src/a.ts → packages/data/src/b.ts → packages/data/src/c.ts → packages/data/src/a.ts",
      ],
      "package graph": [
        "packages/nn/src/data.ts → packages/data/src/index.ts",
        "packages/tensor/src/io/support.ts → packages/snippets/src/index.ts",
        "packages/tensor/src/ops/data.ts → packages/data/src/index.ts",
      ],
      "package graph, tests": [
        "packages/nn/src/data.test.ts → packages/data/src/index.ts",
      ],
      "packages by name": [
        "packages/nn/src/path.ts → packages/tensor/src/index.ts",
      ],
      "published dependencies": [
        "packages/nn/src/check.ts → packages/nn/node_modules/fast-check/index.js",
      ],
      "published files": [
        "packages/data/src/a.ts",
        "packages/data/src/b.ts",
        "packages/data/src/c.ts",
        "packages/data/src/made-up.ts",
        "packages/data/src/up.ts",
        "packages/nn/src/check.ts",
        "packages/nn/src/data.ts",
        "packages/nn/src/inside.ts",
        "packages/nn/src/layers/linear.ts",
        "packages/nn/src/module/module.ts",
        "packages/nn/src/path.ts",
        "packages/tensor/src/array/up.ts",
        "packages/tensor/src/io/support.ts",
        "packages/tensor/src/ops/data.ts",
        "packages/tensor/src/ops/top.ts",
        "packages/tensor/src/utils.ts",
      ],
    }
  `);
});

/** The lines of a report, by the rule that they stand under. */
function sections(report: string): Record<string, string[]> {
  const [, ...parts] = report.split(/\n(?=\S)/);
  return Object.fromEntries(
    parts.map((part) => part.trim().split(/\n */)).map(([title = '', ...lines]) => [title.replace(/\. .*/, ''), lines]),
  );
}

folderTest('a repository without a drawing', async ({ folder }) => {
  await expect(graph(folder, { 'CONTRIBUTING.md': '# Title' })).rejects.toThrow('draws no package graph');
});
