import path from 'node:path';
import { type Snippet } from '@mg/snippets/write';
import { isNodeOnly } from './consumer-project.ts';
import { importsIn } from './imports.ts';
import { runCommand } from './run-command.ts';
import { root } from './workspace.ts';
import { writeFiles } from './write-files.ts';

/** How TypeScript finds what is imported: as Node does, or as bundlers do. */
export type ModuleResolution = 'nodenext' | 'bundler';

const tsc = path.join(root, 'node_modules/typescript/bin/tsc');

/**
 * Checks snippets, and the declarations of all entries, in a project that has the package installed, as strictly as a user
 * may. Rejects with what tsc reports.
 *
 * What runs in browsers too is checked without Node's types, so that none of its declarations needs them.
 */
export async function typeCheck(
  folder: string,
  { entries, snippets }: { readonly entries: readonly string[]; readonly snippets: readonly Snippet[] },
  moduleResolution: ModuleResolution,
): Promise<void> {
  const sources = new Map([
    ...snippets.map(({ line, code }) => [`line-${line}.ts`, code] as const),
    ...entries.map((entry, index) => [`entry-${index}.ts`, `export * from '${entry}';\n`] as const),
  ]);
  const forNode = new Map([...sources].filter(([, code]) => importsIn(code).some(isNodeOnly)));
  const forAll = new Map([...sources].filter(([name]) => !forNode.has(name)));
  await check(path.join(folder, `types-${moduleResolution}`), forAll, options(moduleResolution, []));
  await check(path.join(folder, `types-${moduleResolution}-node`), forNode, options(moduleResolution, ['node']));
}

async function check(folder: string, sources: ReadonlyMap<string, string>, compilerOptions: object): Promise<void> {
  if (sources.size === 0) return;
  const config = JSON.stringify({ compilerOptions, files: [...sources.keys()] });
  writeFiles(folder, { ...Object.fromEntries(sources), 'tsconfig.json': config });
  await runCommand(process.execPath, [tsc], { cwd: folder });
}

function options(moduleResolution: ModuleResolution, types: readonly string[]): object {
  return {
    target: 'es2022',
    module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution,
    moduleDetection: 'force',
    strict: true,
    skipLibCheck: false,
    // Those that come with TypeScript are not ours to check.
    skipDefaultLibCheck: true,
    noEmit: true,
    typeRoots: [path.join(root, 'node_modules/@types')],
    types,
  };
}
