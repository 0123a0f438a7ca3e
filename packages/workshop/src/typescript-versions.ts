import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { isVitestOnly } from './consumer-project.ts';
import { installWithNpm } from './engine-programs.ts';
import { runCommand } from './run-command.ts';
import { publishedPackages, root, type WorkspacePackage } from './workspace.ts';
import { writeFiles } from './write-files.ts';

/** The compilers that users may have: the oldest that is supported, the last of 5, and those that the workspace has. */
export const typescriptVersions = ['5.4', '5.9', '6.0', '7.0'] as const;

export type TypescriptVersion = (typeof typescriptVersions)[number];

/** What a project finds when it imports our packages: their declarations, as users do, or their sources. */
export type Found = 'declarations' | 'sources';

/** Those of the workspace: below `node_modules`. */
const ofWorkspace: Partial<Record<TypescriptVersion, string>> = {
  '6.0': 'typescript/bin/tsc6',
  '7.0': 'typescript-7/bin/tsc',
};

/** Where the others are installed, each in a folder of its own, and stay. Git does not look there. */
const installedCompilers = path.join(import.meta.dirname, '../node_modules/.cache/typescript');

/** What users write: code that has to compile, and mistakes that have to be errors. */
const cases = path.join(import.meta.dirname, '../cases');

/** The compiler's program, which Node runs. npm installs it first, unless it is there. Rejects when it cannot be had, as without a network. */
export async function obtainTypescript(
  version: TypescriptVersion,
  folder: string = installedCompilers,
  install: (npmPackage: string, folder: string) => Promise<void> = installWithNpm,
): Promise<string> {
  const own = ofWorkspace[version];
  if (own !== undefined) return path.join(root, 'node_modules', own);
  const home = path.join(folder, version);
  const program = path.join(home, 'node_modules/typescript/bin/tsc');
  if (!existsSync(program)) {
    writeFiles(home, { 'package.json': '{ "private": true }\n' });
    await install(`typescript@~${version}`, home);
  }
  return program;
}

/** Puts all published packages where a project in the folder finds them. */
export async function providePackages(folder: string, found: Found): Promise<void> {
  mkdirSync(path.join(folder, 'node_modules/@mg'), { recursive: true });
  await Promise.all(
    publishedPackages.map(async ({ folder: source, manifest }) => {
      const target = path.join(folder, 'node_modules', manifest.name);
      if (found === 'sources') {
        symlinkSync(source, target, 'junction');
        return;
      }
      mkdirSync(target);
      cpSync(path.join(source, 'package.json'), path.join(target, 'package.json'));
      // As the package's build makes them.
      const args = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', path.join(target, 'dist')];
      await runCommand(process.execPath, [await obtainTypescript('7.0'), ...args], { cwd: source });
    }),
  );
}

/**
 * Compiles the cases, the files that are given, and an import of every entry, in a folder that has the packages. Strictly: with
 * `noUncheckedIndexedAccess`, and declarations are checked too. Rejects with what the compiler reports.
 */
export async function compileStrictly(
  folder: string,
  version: TypescriptVersion,
  found: Found,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const compilerOptions = {
    target: 'es2022',
    ...(found === 'sources' && {
      lib: ['es2023', 'dom', 'dom.iterable'],
      customConditions: ['@mg/source'],
      allowImportingTsExtensions: true,
    }),
    module: 'nodenext',
    moduleDetection: 'force',
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    // Those that come with TypeScript are not ours to check.
    skipDefaultLibCheck: true,
    noEmit: true,
    typeRoots: [path.join(root, 'node_modules/@types')],
    types: ['node'],
  };
  const sources = {
    ...Object.fromEntries(readdirSync(cases).map((name) => [name, readFileSync(path.join(cases, name), 'utf8')])),
    ...Object.fromEntries(
      publishedPackages.flatMap(entries).map((entry, index) => [`entry-${index}.ts`, `export * from '${entry}';\n`]),
    ),
    ...files,
  };
  writeFiles(folder, {
    ...sources,
    'package.json': '{ "private": true, "type": "module" }\n',
    'tsconfig.json': JSON.stringify({ compilerOptions, files: Object.keys(sources) }),
  });
  await runCommand(process.execPath, [await obtainTypescript(version)], { cwd: folder });
}

/** The entries of a package, but for those that need the declarations of Vitest: they are not ours to check, and are large. */
function entries({ manifest: { name, exports = {} } }: WorkspacePackage): string[] {
  return Object.keys(exports)
    .map((entry) => path.posix.join(name, entry))
    .filter((entry) => !isVitestOnly(entry));
}
