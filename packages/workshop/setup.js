// Makes a root script work on a machine with nothing but Node and npm: installs what is missing, then runs a command.
//
//   node packages/workshop/setup.js [--for FOLDER] [COMMAND]
//
// --for apps/mnist installs what that one app needs to run; without it everything is installed.
// COMMAND goes to the shell, with the pnpm that package.json names on its PATH. What an install prints goes to standard
// error: it is no result. This file runs before anything is installed, and so it is plain JavaScript.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
const inRoot = (...parts) => path.join(root, ...parts);
const { packageManager } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
const { values, positionals } = parseArgs({ options: { for: { type: 'string' } }, allowPositionals: true });

/** Runs a shell command with pnpm on the PATH: `pnpm test` has brought it, for `npm test` npx does. Ends the process on failure. */
function run(command, stdout) {
  const hasPnpm = (process.env.npm_config_user_agent ?? '').startsWith('pnpm/');
  const options = { cwd: root, stdio: ['inherit', stdout, 'inherit'] };
  const { status, error } = hasPnpm
    ? spawnSync(command, { ...options, shell: true })
    : spawnSync('npx', ['--yes', '--package', packageManager, '--call', command], {
        ...options,
        // On Windows npx is a script, which only a shell can start.
        shell: process.platform === 'win32',
      });
  if (error) console.error(`setup: could not run "${command}": ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** Like make: what was installed after the lock file changed for the last time is up to date. */
function isUpToDate(...installed) {
  const stamp = inRoot('node_modules/.pnpm-workspace-state-v1.json');
  if (![stamp, ...installed].every((each) => existsSync(each))) return false;
  return statSync(stamp).mtimeMs >= statSync(inRoot('pnpm-lock.yaml')).mtimeMs;
}

/**
 * Installs what the lock file says. It names every package by its hash, so that there is nothing to ask the registry about
 * their releases: that would take 140 MB of answers. `what` is said first, since nothing moves in a pipe while npx brings pnpm.
 */
function install(what, ...options) {
  console.error(`Installing ${what}.`);
  run(['pnpm install --frozen-lockfile --trust-lockfile', ...options].join(' '), process.stderr.fd);
}

const hasEverything = existsSync(inRoot('node_modules/turbo'));
if (values.for !== undefined && !hasEverything) {
  if (!isUpToDate(inRoot(values.for, 'node_modules'))) {
    // Without -prod, what builds and tests the packages that the app needs would come too.
    install(
      `what ${values.for} runs: about 90 MB, in less than a minute`,
      '--prod',
      `--filter-prod "{${values.for}}..."`,
    );
  }
} else if (!isUpToDate(inRoot('node_modules/turbo'))) {
  install('everything: about 600 MB, in a few minutes');
}
if (positionals[0] !== undefined) run(positionals[0], 'inherit');
