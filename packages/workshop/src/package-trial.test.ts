import path from 'node:path';
import { writeSnippets } from '@mg/snippets/write';
import { expect } from 'vitest';
import { writeLoads } from './consumer-project.ts';
import { thisNode } from './engine.ts';
import { folderTest } from './folder-test.ts';
import { madeUpPackage } from './made-up-package.ts';
import { type PackageTrial, tryPackage } from './package-trial.ts';
import { writeFiles } from './write-files.ts';

const rightSnippet = "import { twice } from '@mg/made-up';\ntwice(2); // => 4";
const nodeSnippet = "import { sep } from '@mg/made-up/node';\nsep.length; // => 1";

async function tryIn(
  folder: string,
  { changes = {}, snippet = rightSnippet, hasNodeBuiltins = true },
): Promise<PackageTrial> {
  writeFiles(path.join(folder, 'node_modules/@mg/made-up'), { ...madeUpPackage, ...changes });
  writeFiles(folder, { 'package.json': '{ "type": "module" }' });
  const loads = writeLoads(folder, ['@mg/made-up', '@mg/made-up/node', '@mg/made-up/vitest']);
  const codes = [snippet, nodeSnippet].map((code, index) => ({ file: 'README.md', line: 3 + 10 * index, code }));
  return tryPackage({ ...(await thisNode()), hasNodeBuiltins }, { loads, snippets: writeSnippets(folder, codes) });
}

folderTest('entries and snippets are tried', async ({ folder }) => {
  expect(await tryIn(folder, {})).toEqual({ tried: 4, skipped: 0, failures: [] });
});

folderTest('but not what needs more than the engine has', async ({ folder }) => {
  expect(await tryIn(folder, { hasNodeBuiltins: false })).toEqual({ tried: 2, skipped: 2, failures: [] });
});

folderTest.for<[string, Parameters<typeof tryIn>[1], RegExp]>([
  [
    'an entry that does not load',
    { changes: { 'dist/node.js': "export * from './nothing.js';" } },
    /node': .*nothing/s,
  ],
  ['an entry without exports', { changes: { 'dist/node.js': '' } }, /node': it exports nothing$/],
  ['a snippet that is wrong', { snippet: rightSnippet.replace('=> 4', '=> 5') }, /README.md:4: .*=> 5.*is 4/s],
  ['a snippet that throws', { snippet: `${rightSnippet}\nthrow new RangeError('far');` }, /^README.md:3: .*far/s],
])('%s is reported', async ([, changes, problem], { folder }) => {
  const { failures } = await tryIn(folder, changes);
  expect(failures).toContainEqual(expect.stringMatching(problem));
});
