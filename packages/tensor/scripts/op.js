// After an edit of an operation: records PyTorch's answers to its rows, compares, writes the pages, and checks what changed.
// pnpm --filter @mg/tensor op [NAME ...]; without a name, all operations.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

const tensor = path.join(import.meta.dirname, '..');
const names = process.argv.slice(2);

/** Runs a program, which prints for itself; whether it succeeded. */
const run = (command, args) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: tensor, stdio: 'inherit', shell: process.platform === 'win32' });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });

const stop = (message) => {
  console.error(message);
  process.exit(1);
};

/** The Python that has PyTorch. */
function pythonWithTorch() {
  const hasTorch = (python) =>
    spawnSync(python, ['-c', 'import torch; assert torch.__version__.startswith("1.13")']).status === 0;
  const found = ['python3', '/usr/bin/python3', process.env.PYTHON].find((python) => python && hasTorch(python));
  if (found) return found;
  return stop(`op: no Python here has PyTorch 1.13, whose answers are recorded. Debian 12 has it, also in a container:

  apt-get install python3-torch libopenblas0-pthread

PYTHON names a Python elsewhere. The tests need none of it: they read the answers in fixtures/op-table/answers.`);
}

const vitest = (...args) => run('vitest', ['run', '--root', '../..', '--project', '@mg/tensor', ...args]);
const git = (...args) => spawnSync('git', args, { cwd: tensor, encoding: 'utf8' }).stdout.split('\n').filter(Boolean);

if (!(await run(pythonWithTorch(), ['-W', 'ignore', 'fixtures/op-table/record.py', ...names]))) process.exit(1);
if (names.length > 0 && !(await vitest('src/test/op-table.test.ts', '-t', `(?:${names.join('|')}) float(?:32|64)$`))) {
  stop('op: what differs is above. The page and the checks come when the values and gradients are right.');
}

const changed = [
  ...git('diff', '--relative', '--name-only', '--diff-filter=d', 'HEAD', '.'),
  ...git('ls-files', '--others', '--exclude-standard', '.'),
].filter((file) => /\.(?:js|ts)$/.test(file));
const pages = 'as PyTorch|completeness|has its kernels';
const typed = changed.filter((file) => file.endsWith('.ts') && !file.startsWith('assembly/'));
const checks = [
  ['the pages', () => vitest('src/test/op-table', 'src/kernels/served', '--update', '-t', pages)],
  ['types', () => run('tsc', [])],
  ['lint', async () => typed.length === 0 || run('eslint', typed)],
  ['formatting', async () => changed.length === 0 || run('prettier', ['--write', '--log-level', 'warn', ...changed])],
];
const results = await Promise.all(checks.map(async ([what, check]) => ((await check()) ? null : what)));
const wrong = results.filter((what) => what !== null);
if (wrong.length > 0) stop(`op: not right yet: ${wrong.join(', ')}; see above`);
console.log(`op: ${names.join(', ') || 'all operations'}: as PyTorch; OPERATIONS.md is up to date`);
