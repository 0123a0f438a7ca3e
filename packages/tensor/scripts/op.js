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

const git = (...args) => spawnSync('git', args, { cwd: tensor, encoding: 'utf8' }).stdout.split('\n').filter(Boolean);

if (!(await run(pythonWithTorch(), ['-W', 'ignore', 'fixtures/op-table/record.py', ...names]))) process.exit(1);

const changed = [
  ...git('diff', '--relative', '--name-only', '--diff-filter=d', 'HEAD', '.'),
  ...git('ls-files', '--others', '--exclude-standard', '.'),
].filter((file) => /\.(?:js|ts)$/.test(file));
if (changed.length > 0) await run('oxfmt', changed);

const named = `(?:${names.join('|')})`;
const tests = [
  ...[
    `PyTorch ${named} float(?:32|64)$`,
    `is refused ${named}$`,
    `central differences ${named}$`,
    `the kernels of ${named},`,
  ],
  ...['is in the table', 'its kinds of rows', 'the page of results', 'the snapshot', 'src/methods.ts:'],
];
const typed = changed.filter((file) => file.endsWith('.ts') && !file.startsWith('assembly/'));
const checks = {
  tests: run('vitest', [
    ...['run', '--update', '--root', '../..', '--mode', 'whole', '--hideSkippedTests'],
    ...['test/op-table', 'test/gradcheck', 'kernels/served', 'snippets'].map((file) => `packages/tensor/src/${file}`),
    ...(names.length > 0 ? ['-t', tests.join('|')] : []),
  ]),
  types: run('tsc', []),
  lint: typed.length === 0 || run('oxlint', typed),
};
const wrong = [];
for (const [check, isRight] of Object.entries(checks)) if (!(await isRight)) wrong.push(check);
if (wrong.length > 0) stop(`op: not right yet: ${wrong.join(', ')}; see above`);
console.log(`op: ${names.join(', ') || 'all operations'}: as PyTorch; OPERATIONS.md is up to date`);
