import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { type Runtime } from '../engine.ts';
import { runCommand } from '../run-command.ts';
import { writeFiles } from '../write-files.ts';
import { type Registry, toolFile } from './registry.ts';

/** What installs packages into the project of a user. */
export interface PackageManager {
  /** `npm 11.6.0` */
  readonly name: string;
  /** Whether it installs the peers of what it installs. The Yarns leave that to the user. */
  readonly installsPeers: boolean;
  /** Makes an empty project. */
  readonly start: (project: string) => void;
  /** Adds packages to a project. */
  readonly add: (project: string, packages: readonly string[]) => Promise<void>;
  /** The names of all packages that a project has, sorted. */
  readonly installed: (project: string) => string[];
  /** How a project runs a file. */
  readonly runtime: (project: string) => Runtime;
}

/** The package managers, each with a store in the folder and nothing from an earlier run. */
export async function packageManagers(folder: string, registry: Registry): Promise<PackageManager[]> {
  const store = (name: string): string => path.join(folder, 'stores', name);
  const yarn1 = await toolFile('yarn/bin/yarn.js');
  const yarn4 = await toolFile('@yarnpkg/cli-dist/bin/yarn.js');
  const npmrc = `registry=${registry.url}\n`;
  const emptyProject = (files: Readonly<Record<string, string>>) => (project: string) => {
    const manifest = { name: 'project', version: '1.0.0', private: true, type: 'module' };
    writeFiles(project, { 'package.json': JSON.stringify(manifest), ...files });
  };
  const node = (): Runtime => ({ command: process.execPath });
  const run = async (project: string, command: string, args: readonly string[], env: Record<string, string>) => {
    await runCommand(command, args, { cwd: project, env: { npm_config_registry: registry.url, ...env } });
  };
  return [
    {
      name: `npm ${await versionOf('npm', [])}`,
      installsPeers: true,
      start: emptyProject({ '.npmrc': npmrc }),
      add: (project, packages) =>
        run(project, 'npm', ['install', '--no-audit', '--no-fund', ...packages], { npm_config_cache: store('npm') }),
      installed: (project) => inNodeModules(path.join(project, 'node_modules')),
      runtime: node,
    },
    {
      name: `pnpm ${await versionOf('pnpm', [])}`,
      installsPeers: true,
      start: emptyProject({
        '.npmrc': npmrc,
        // The packages are minutes old.
        'pnpm-workspace.yaml': `minimumReleaseAge: 0\nstoreDir: ${store('pnpm')}\ncacheDir: ${store('pnpm-cache')}\n`,
      }),
      add: (project, packages) => run(project, 'pnpm', ['add', ...packages], {}),
      installed: (project) => inPnpmStore(path.join(project, 'node_modules/.pnpm')),
      runtime: node,
    },
    {
      name: `Yarn ${await versionOf(process.execPath, [yarn1])}`,
      installsPeers: false,
      start: emptyProject({ '.npmrc': npmrc, '.yarnrc': `registry "${registry.url}"\n` }),
      add: (project, packages) =>
        run(project, process.execPath, [yarn1, 'add', '--non-interactive', ...packages], {
          YARN_CACHE_FOLDER: store('yarn-1'),
        }),
      installed: (project) => inNodeModules(path.join(project, 'node_modules')),
      runtime: node,
    },
    {
      name: `Yarn ${await versionOf(process.execPath, [yarn4])}`,
      installsPeers: false,
      start: emptyProject({
        // Without it, Yarn takes the project as a part of what is above it.
        'yarn.lock': '',
        '.yarnrc.yml': JSON.stringify({
          npmRegistryServer: registry.url,
          unsafeHttpWhitelist: ['127.0.0.1'],
          // The packages are minutes old.
          npmMinimalAgeGate: 0,
          enableTelemetry: false,
          enableGlobalCache: false,
          globalFolder: store('yarn-4'),
        }),
      }),
      add: (project, packages) => run(project, process.execPath, [yarn4, 'add', ...packages], {}),
      installed: (project) => inYarnLock(path.join(project, 'yarn.lock')),
      // Plug'n'Play: there is no node_modules.
      runtime: () => ({ command: process.execPath, args: [yarn4, 'node'] }),
    },
  ];
}

async function versionOf(command: string, args: readonly string[]): Promise<string> {
  return (await runCommand(command, [...args, '--version'], { cwd: '/' })).trim();
}

/** The packages in a flat node_modules, and in those of packages. */
function inNodeModules(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(path.join(folder, name)).map((each) => `${name}/${each}`) : name,
    );
  const nested = names.flatMap((name) => inNodeModules(path.join(folder, name, 'node_modules')));
  return [...new Set([...names, ...nested])].sort();
}

/** The packages that pnpm has put into the store of a project, where each is a folder beside links to what it needs. */
function inPnpmStore(store: string): string[] {
  const names = readdirSync(store)
    .map((entry) => path.join(store, entry, 'node_modules'))
    .filter((folder) => existsSync(folder) && path.basename(path.dirname(folder)) !== 'node_modules')
    .flatMap((folder) =>
      inNodeModules(folder).filter(
        (name) => realpathSync(path.join(folder, name)) === path.join(realpathSync(folder), name),
      ),
    );
  return [...new Set(names)].sort();
}

/** The packages that a lock file of Yarn 4 names, but for the project itself. */
function inYarnLock(file: string): string[] {
  const names = [...readFileSync(file, 'utf8').matchAll(/^ {2}resolution: "(@?[^@]+)@npm:/gm)].map(
    ([, name]) => name ?? '',
  );
  return [...new Set(names)].sort();
}
