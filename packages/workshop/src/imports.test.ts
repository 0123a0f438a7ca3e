import path from 'node:path';
import { expect, test } from 'vitest';
import { folderTest } from './folder-test.ts';
import { importsIn, reachableFrom } from './imports.ts';
import { writeFiles } from './write-files.ts';

test('every way to import', () => {
  const code = `import './a.ts';
import { b } from 'b';
import type { C } from '@mg/c';
export * from './d.ts';
export type { E } from 'node:e';
const f = await import('./f.ts');
type G = import('./g.ts').G;
// import 'comment';
const text = "import 'text'";`;
  expect(importsIn(code).sort()).toEqual(['./a.ts', './d.ts', './f.ts', './g.ts', '@mg/c', 'b', 'node:e']);
});

folderTest('what is reachable from a source', ({ folder }) => {
  writeFiles(folder, {
    'index.ts': "export * from './a.ts';\nimport 'node:fs';",
    'a.ts': "import './deep/b.ts';",
    'deep/b.ts': "import '../index.ts';",
    'unused.ts': '',
  });
  const reachable = [...reachableFrom(path.join(folder, 'index.ts'))].map((file) => path.relative(folder, file));
  expect(reachable).toEqual(['index.ts', 'a.ts', path.join('deep', 'b.ts')]);
});

folderTest('an import of a file that is not there', ({ folder }) => {
  writeFiles(folder, { 'index.ts': "export * from './nothing.ts';" });
  expect(() => reachableFrom(path.join(folder, 'index.ts'))).toThrow('nothing.ts');
});
