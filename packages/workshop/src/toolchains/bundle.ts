import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { mnistPrints, mnistProgram, program, programPrints } from './program.ts';
import { type Project } from './project.ts';
import { type Toolchain } from './toolchain.ts';

/** What a bundle is: a module, CommonJS, or a classic script for a page. */
type BundleFormat = 'esm' | 'cjs' | 'iife';

/** A bundler that writes `main.js` with all that it imports into one file. */
export interface Bundler {
  readonly name: string;
  readonly tools: Toolchain['tools'];
  /** Its configuration. */
  readonly files: Toolchain['files'];
  /** Writes `dist/main.js` in the folder of a project. */
  readonly bundle: (project: Project, format: BundleFormat, minify: boolean) => Promise<unknown>;
}

/** A bundler with each format, as it is and minified; and with MNIST, which is not in the bundle, in what runs in Node. */
export function bundlerToolchains({ name, tools, files, bundle }: Bundler): Toolchain[] {
  const toolchain = (format: BundleFormat, minify: boolean, what: string, main: string, prints: string): Toolchain => ({
    name: `${name}, ${format}${what}`,
    tools,
    files: {
      ...files,
      'main.js': main,
      'dist/package.json': JSON.stringify({ type: format === 'esm' ? 'module' : 'commonjs' }),
      'run-script.js': runScript,
    },
    async tryIn(project) {
      await bundle(project, format, minify);
      expectNoPath(path.join(project.folder, 'dist'), project.folder);
      return await project.node(format === 'iife' ? 'run-script.js' : 'dist/main.js');
    },
    prints,
  });
  return (['esm', 'cjs', 'iife'] as const).flatMap((format) => [
    toolchain(format, false, '', program('import'), programPrints),
    toolchain(format, true, ', minified', program('import'), programPrints),
    ...(format === 'iife' ? [] : [toolchain(format, true, ', MNIST', mnistProgram, mnistPrints)]),
  ]);
}

/** Runs a classic script where there is what the language and the web have, but nothing of Node. */
const runScript = `
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';

runInContext(readFileSync('dist/main.js', 'utf8'), createContext({ console }));
`;

/** Throws if a file below a folder names a folder of the machine that made it, as a path or an address. */
export function expectNoPath(folder: string, ofMachine: string): void {
  const names = [ofMachine, realpathSync(ofMachine)].flatMap((each) => [each, pathToFileURL(each).href]);
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const own = path.join(file.parentPath, file.name);
    const text = readFileSync(own, 'utf8');
    const at = Math.max(...names.map((each) => text.indexOf(each)));
    if (at !== -1) {
      throw new Error(
        `${path.relative(folder, own)} names ${ofMachine}: ${text.slice(Math.max(0, at - 80), at + 120)}`,
      );
    }
  }
}
