import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { runCommand } from '../run-command.ts';
import { writeFiles } from '../write-files.ts';

/** What a dry release needs and the repository does not: a registry and the two Yarns. */
const tools = {
  private: true,
  dependencies: { verdaccio: '6.8.0', yarn: '1.22.22', '@yarnpkg/cli-dist': '4.18.1' },
  // Verdaccio wants a node-fetch that Node 20 warns of with every request.
  overrides: { 'node-fetch': '2.7.0' },
};

/** Where npm installs the tools. Git does not look there. */
const toolsFolder = path.join(import.meta.dirname, '../../node_modules/.cache/dry-release');

/** The path of a file of a tool, which npm installs first if it is not there. */
export async function toolFile(file: string): Promise<string> {
  const manifest = path.join(toolsFolder, 'package.json');
  const found = path.join(toolsFolder, 'node_modules', file);
  if (!existsSync(found)) {
    rmSync(toolsFolder, { recursive: true, force: true });
    mkdirSync(toolsFolder, { recursive: true });
    writeFileSync(manifest, JSON.stringify(tools));
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await runCommand('npm', ['install', ...quiet], { cwd: toolsFolder });
  }
  return found;
}

/** A registry on this machine, for as long as it runs. */
export interface Registry {
  /** `http://127.0.0.1:4873/` */
  readonly url: string;
  /** Lets a client publish. */
  readonly token: string;
  readonly close: () => void;
}

/**
 * Starts a registry with an empty folder of its own. It keeps the packages of a scope, and asks the registry of this machine's
 * npm for all others.
 */
export async function startRegistry(folder: string, scope: string): Promise<Registry> {
  const program = await toolFile('verdaccio/bin/verdaccio');
  const upstream = (await runCommand('npm', ['config', 'get', 'registry'], { cwd: toolsFolder })).trim();
  const port = await freePort();
  const config = {
    storage: './storage',
    auth: { htpasswd: { file: './htpasswd' } },
    uplinks: { npm: { url: upstream, timeout: '120s', maxage: '60m' } },
    packages: {
      [`${scope}/*`]: { access: '$all', publish: '$authenticated' },
      '**': { access: '$all', proxy: 'npm' },
    },
    max_body_size: '100mb',
    web: { enable: false },
    log: { type: 'stdout', format: 'pretty', level: 'warn' },
  };
  // JSON is YAML.
  writeFiles(folder, { 'config.yaml': JSON.stringify(config) });
  const args = [program, '--config', path.join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  const url = `http://127.0.0.1:${port}/`;
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => {
      reject(new Error(`the registry ended with status ${status}`));
    });
  });
  ended.catch(() => undefined);
  await Promise.race([ended, answers(`${url}-/ping`)]);
  const user = { name: 'dry-release', password: 'dry-release', email: 'dry-release@example.com', type: 'user' };
  const response = await fetch(`${url}-/user/org.couchdb.user:${user.name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...user, _id: `org.couchdb.user:${user.name}`, roles: [], date: new Date() }),
  });
  const { token } = (await response.json()) as { token?: string };
  if (token === undefined) throw new Error(`the registry gave no token, but the status ${response.status}`);
  return { url, token, close: () => child.kill() };
}

/** Waits until a server answers. It starts in a few seconds, or its process ends. */
async function answers(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A port that nothing listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('there is no free port'));
        else resolve(address.port);
      });
    });
  });
}
