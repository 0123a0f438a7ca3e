import path from 'node:path';
import { writeSnippets } from '@mg/snippets/write';
import { describe, expect } from 'vitest';
import { folderTest } from './folder-test.ts';
import { madeUpPackage } from './made-up-package.ts';
import { writeFiles } from './write-files.ts';
import { typeCheck } from './type-check.ts';

const rightSnippet = "import { twice } from '@mg/made-up';\nconst four: number = twice(2);\nfour; // => 4";

async function check(folder: string, code: string, changes: Readonly<Record<string, string>> = {}): Promise<void> {
  writeFiles(path.join(folder, 'node_modules/@mg/made-up'), { ...madeUpPackage, ...changes });
  const snippets = writeSnippets(path.join(folder, 'snippets'), [{ file: 'README.md', line: 3, code }]);
  await typeCheck(folder, { entries: ['@mg/made-up', '@mg/made-up/node'], snippets }, 'nodenext');
}

/** The declarations of the main entry, and one more. */
const declare = (declaration: string): Readonly<Record<string, string>> => ({
  'dist/index.d.ts': `${madeUpPackage['dist/index.d.ts'] ?? ''}export declare const b: ${declaration};\n`,
});

describe('typeCheck', { concurrent: true }, () => {
  folderTest('resolves when all is right', async ({ folder }) => {
    await check(folder, rightSnippet);
  });

  folderTest.for<{ what: string; code?: string; changes?: Readonly<Record<string, string>>; problem: string }>([
    {
      what: 'a snippet',
      code: rightSnippet.replace('number', 'string'),
      problem: "line-3.ts(2,7): error TS2322: Type 'number'",
    },
    { what: 'missing declarations', changes: { 'dist/index.d.ts': '' }, problem: 'index.d.ts' },
    { what: 'a declaration that no snippet uses', changes: declare('Missing'), problem: "Cannot find name 'Missing'" },
    { what: "Node's types in the main entry", changes: declare('Buffer'), problem: "Cannot find name 'Buffer'" },
  ])('rejects for $what', async ({ code = rightSnippet, changes = {}, problem }, { folder }) => {
    await expect(check(folder, code, changes)).rejects.toThrow(problem);
  });
});
