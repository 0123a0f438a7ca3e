import path from 'node:path';
import { publishedPackages, root } from '../workspace.ts';
import { type ImportForm, program, programPrints } from './program.ts';
import { type Toolchain } from './toolchain.ts';

/** A TypeScript, and where its compiler is: of the workspace, or of the project's tools. */
interface Compiler {
  readonly name: string;
  readonly tools: Toolchain['tools'];
  readonly tsc: string;
}

const workspaceCompiler: Compiler = {
  name: 'TypeScript 7',
  tools: {},
  tsc: path.join(root, 'node_modules/typescript-7/bin/tsc'),
};

const installedCompiler: Compiler = {
  name: 'TypeScript 5.9',
  tools: { typescript: '5.9.3' },
  tsc: 'node_modules/typescript/bin/tsc',
};

/** All entries of all packages, by which a project finds that each has types: without them, tsc says so. */
const entries = publishedPackages.flatMap(({ manifest: { name, exports = {} } }) =>
  Object.keys(exports).map((entry) => path.posix.join(name, entry)),
);

/** Compiles the program, and the types of all entries, with a way to find modules, and runs what came of it. */
function typescriptToolchain(
  { name, tools, tsc }: Compiler,
  what: string,
  form: ImportForm,
  type: 'module' | 'commonjs',
  options: Readonly<Record<string, string>>,
): Toolchain {
  const typeImports = entries.map((entry, index) => {
    const attribute =
      options['module'] === 'node16' && type === 'commonjs' ? ` with { 'resolution-mode': 'import' }` : '';
    return `export type * as entry${index} from '${entry}'${attribute};`;
  });
  return {
    name: `${name}, ${what}`,
    tools,
    files: {
      'package.json': JSON.stringify({ private: true, type }),
      'main.ts': program(form),
      'entries.ts': typeImports.join('\n'),
      'tsconfig.json': JSON.stringify({
        compilerOptions: { target: 'es2022', strict: true, skipLibCheck: true, types: [], outDir: 'dist', ...options },
        files: ['main.ts', 'entries.ts'],
      }),
    },
    async tryIn({ node }) {
      await node(tsc);
      return await node('dist/main.js');
    },
    prints: programPrints,
  };
}

/** What TypeScript 7 can do. */
export const workspaceTypescript: readonly Toolchain[] = [
  typescriptToolchain(workspaceCompiler, 'nodenext', 'import', 'module', { module: 'nodenext' }),
  typescriptToolchain(workspaceCompiler, 'bundler', 'import', 'module', {
    module: 'esnext',
    moduleResolution: 'bundler',
  }),
  typescriptToolchain(workspaceCompiler, 'nodenext from CommonJS', 'import', 'commonjs', { module: 'nodenext' }),
  typescriptToolchain(workspaceCompiler, 'node16 from CommonJS, import()', 'import()', 'commonjs', {
    module: 'node16',
  }),
];

/** What TypeScript 7 can no longer do. */
export const installedTypescript: readonly Toolchain[] = [
  typescriptToolchain(installedCompiler, 'node16 from CommonJS, import()', 'import()', 'commonjs', {
    module: 'node16',
  }),
  typescriptToolchain(installedCompiler, 'node10', 'import', 'module', {
    module: 'esnext',
    moduleResolution: 'node10',
  }),
];
