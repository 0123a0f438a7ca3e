import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from '../run-command.ts';
import { writeFiles } from '../write-files.ts';

/** A folder with the project of one toolchain: its files, our packages and the tools in `node_modules`. */
export interface Project {
  readonly folder: string;
  /** Runs a file with the Node that runs this: of the project (`dist/main.js`), or of a tool (`node_modules/vite/bin/vite.js`). */
  readonly node: (file: string, ...args: readonly string[]) => Promise<string>;
  /** Runs any program in the folder of the project. */
  readonly run: (command: string, args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<string>;
}

/**
 * Makes a project. `packages` is a folder in whose `node_modules` npm has installed ours: they are copied, so that they find the
 * tools beside them, as they do with a user. `tools` is the folder of the tools, if there are any: those are linked.
 */
export function createProject(
  folder: string,
  files: Readonly<Record<string, string>>,
  packages: string,
  tools?: string,
): Project {
  writeFiles(folder, { 'package.json': '{ "private": true, "type": "module" }\n', ...files });
  const modules = path.join(folder, 'node_modules');
  mkdirSync(modules);
  cpSync(path.join(packages, 'node_modules/@mg'), path.join(modules, '@mg'), { recursive: true });
  linkPackages(path.join(packages, 'node_modules'), modules);
  if (tools !== undefined) linkPackages(path.join(tools, 'node_modules'), modules);
  return {
    folder,
    node: (file, ...args) => runCommand(process.execPath, [file, ...args], { cwd: folder }),
    run: (command, args, env = {}) => runCommand(command, args, { cwd: folder, env }),
  };
}

/** Links every package of a `node_modules` into another one, but for those that are there. */
function linkPackages(from: string, to: string): void {
  for (const name of readdirSync(from)) {
    if (name.startsWith('.') && name !== '.bin') continue;
    const [source, target] = [path.join(from, name), path.join(to, name)];
    if (name.startsWith('@') && name !== '@mg') {
      mkdirSync(target, { recursive: true });
      linkPackages(source, target);
    } else if (!existsSync(target)) symlinkSync(source, target, 'junction');
  }
}
