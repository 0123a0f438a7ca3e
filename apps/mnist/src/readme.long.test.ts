import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '@mg/workshop/run-command';
import { emptyFolder } from '../test/trial.ts';

const root = path.join(import.meta.dirname, '../../..');

/** What a run prints, without its folder and the seconds at the end of an epoch's row. */
const withoutCircumstances = (printed: string): string =>
  printed
    .replaceAll(/(\d %) +\d+\.\d$/gm, '$1')
    .replaceAll(/^run .*$/gm, 'run')
    .trim();

// The README's first command, whole. 98.0 % is what it promises; PyTorch comes to 98.1 with dropout and a cosine.
test('npm run mnist reads digits, and prints what the READMEs show', async () => {
  const args = ['--target-accuracy', '98', '--out', path.join(emptyFolder(), 'run')];
  const printed = await runCommand('npm', ['run', '--silent', 'mnist', '--', ...args], { cwd: root });
  expect(printed.trimEnd().split('\n').at(-1)).toMatch(/^test accuracy \d\d\.\d\d %$/);
  for (const readme of ['README.md', 'apps/mnist/README.md', 'apps/docs/getting-started.md']) {
    const text = readFileSync(path.join(root, readme), 'utf8');
    expect(withoutCircumstances(text), readme).toContain(withoutCircumstances(printed));
  }
});
