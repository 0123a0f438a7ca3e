import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from '../run-command.ts';

/** Where the tools are installed, each set in a folder of its own, and stay. Git does not look there. */
const installedTools = path.join(import.meta.dirname, '../../node_modules/.cache/toolchains');

/**
 * The folder in whose `node_modules` some packages of npm are, at these exact versions. Installs them unless an earlier run has.
 * Rejects when npm cannot: without a network, or if a version does not exist.
 */
export async function obtainTools(
  tools: Readonly<Record<string, string>>,
  folder: string = installedTools,
  install: (folder: string) => Promise<void> = installWithNpm,
): Promise<string> {
  const name = Object.entries(tools)
    .map(([each, version]) => `${each.replace(/^@/, '').replace('/', '-')}-${version}`)
    .join('+');
  const own = path.join(folder, name.length > 100 ? name.slice(0, 100) : name);
  const manifest = JSON.stringify({ private: true, dependencies: tools });
  const complete = path.join(own, 'complete.json'); // Written last: an interrupted installation is not taken for one.
  if (existsSync(complete) && readFileSync(complete, 'utf8') === manifest) return own;
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  writeFileSync(path.join(own, 'package.json'), manifest);
  await install(own);
  writeFileSync(complete, manifest);
  return own;
}

async function installWithNpm(folder: string): Promise<void> {
  await runCommand('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
}
