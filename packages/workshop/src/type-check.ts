import path from 'node:path';
import { type ConsumerProject, isNodeOnly } from './consumer-project.ts';
import { runCommand } from './run-command.ts';
import { root } from './workspace.ts';
import { writeFiles } from './write-files.ts';

/** How TypeScript finds what is imported: as Node does, or as bundlers do. */
export type ModuleResolution = 'nodenext' | 'bundler';

/** TypeScript 7: a fifth of the time of 6. */
const tsc = path.join(root, 'node_modules/typescript-7/bin/tsc');

/**
 * Checks snippets, and the declarations of all entries, in a project that has the package installed, as strictly as a user
 * may. Rejects with what tsc reports.
 *
 * What runs in browsers too is checked without Node's types, so that none of its declarations needs them.
 */
export async function typeCheck(
  folder: string,
  { entries, snippets }: Pick<ConsumerProject, 'entries' | 'snippets'>,
  moduleResolution: ModuleResolution,
): Promise<void> {
  const sources = [
    ...snippets.map(({ line, code, imports }) => ({ file: `line-${line}.ts`, code, imports })),
    ...entries.map((entry, index) => ({
      file: `entry-${index}.ts`,
      code: `export * from '${entry}';`,
      imports: [entry],
    })),
  ];
  const forNode = sources.filter(({ imports }) => imports.some(isNodeOnly));
  const forAll = sources.filter((source) => !forNode.includes(source));
  await check(path.join(folder, `types-${moduleResolution}`), forAll, options(moduleResolution, []));
  await check(path.join(folder, `types-${moduleResolution}-node`), forNode, options(moduleResolution, ['node']));
}

interface Source {
  readonly file: string;
  readonly code: string;
}

async function check(folder: string, sources: readonly Source[], compilerOptions: object): Promise<void> {
  if (sources.length === 0) return;
  const files = sources.map(({ file }) => file);
  writeFiles(folder, {
    ...Object.fromEntries(sources.map(({ file, code }) => [file, code])),
    'tsconfig.json': JSON.stringify({ compilerOptions, files }),
  });
  await runCommand(process.execPath, [tsc], { cwd: folder });
}

function options(moduleResolution: ModuleResolution, types: readonly string[]): object {
  return {
    target: 'es2022',
    module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution,
    moduleDetection: 'force',
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    // Those that come with TypeScript are not ours to check.
    skipDefaultLibCheck: true,
    noEmit: true,
    typeRoots: [path.join(root, 'node_modules/@types')],
    types,
  };
}
