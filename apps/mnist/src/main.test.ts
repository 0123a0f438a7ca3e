import { spawn } from 'node:child_process';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { idxFile, madeUpDigits, writeDataSet } from './made-up-digits.ts';

// Each test starts a process or two, on machines that may be busy with others.
vi.setConfig({ testTimeout: 60_000, maxConcurrency: 2 });

interface Ending {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command as the root script does, typed in `folder`. `onOutput` may kill it. */
function mnist(
  folder: string,
  args: string[],
  onOutput?: (kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Ending> {
  const start = path.join(import.meta.dirname, '../start.js');
  const child = spawn(process.execPath, ['--conditions=@mg/source', start, ...args], {
    env: { ...process.env, INIT_CWD: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  child.stdout.on('data', (text: Buffer) => {
    stdout += text.toString();
    onOutput?.((signal) => child.kill(signal));
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

const folders: string[] = [];
function madeUpFolder(): string {
  const folder = writeDataSet(madeUpDigits(600), madeUpDigits(50));
  folders.push(folder);
  return folder;
}

let good = '';
beforeAll(() => {
  good = madeUpFolder();
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe.concurrent('pnpm mnist', () => {
  const row = /^ {4}[12] +\d\.\d{4} +\d+\.\d{2} % +\d+\.\d$/;

  test('trains, prints a row an epoch and the test accuracy last, in plain text', async () => {
    const { code, stdout, stderr } = await mnist(good, ['--data', '.', '--epochs', '2', '--target-accuracy', '50']);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toBe('784-128-64-10, 550 images to train on and 50 to validate');
    expect(lines[1]).toBe('epochs 2, batch size 32, learning rate 0.001, seed 0');
    expect(lines[3]).toMatch(row);
    expect(lines[4]).toMatch(row);
    expect(lines[5]).toMatch(/^test accuracy \d+\.\d\d %$/);
    expect(lines[6]).toBe('');
    // Of control characters, the ends of lines and no other.
    expect(stdout).toMatch(/^[^\p{Cc}]*(\n[^\p{Cc}]*)*$/u);
  });

  test('the same seed gives the same figures', async () => {
    const args = ['train', '--data', path.basename(good), '--epochs', '1', '--seed', '9'];
    const [one, other] = await Promise.all([mnist(path.dirname(good), args), mnist(path.dirname(good), args)]);
    const withoutSeconds = (text: string): string => text.replaceAll(/ +\d+\.\d$/gm, '');
    expect(one.code).toBe(0);
    expect(withoutSeconds(one.stdout)).toBe(withoutSeconds(other.stdout));
  });

  test('exits with 1 below the target', async () => {
    const { code, stdout, stderr } = await mnist(good, [
      '--data',
      good,
      '--epochs',
      '1',
      '--lr',
      '1e-9',
      '--target-accuracy',
      '99.5',
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/\ntest accuracy \d+\.\d\d %\n$/);
    expect(stderr).toMatch(/^test accuracy \d+\.\d\d % is below the target of 99\.5 %\n$/);
  });

  test('exits with 130 after Ctrl-C, and no stack trace', async () => {
    const { code, stdout, stderr } = await mnist(good, ['--data', '.', '--epochs', '100000'], (kill) => {
      kill('SIGINT');
    });
    expect([code, stderr]).toEqual([130, 'stopped by Ctrl-C\n']);
    expect(stdout).not.toContain('test accuracy');
  });

  test('help exits with 0', async () => {
    const { code, stdout, stderr } = await mnist(good, ['--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('--target-accuracy');
  });
});

describe.concurrent('bad input: one line, exit code 2, nothing done', () => {
  test.each<[string, string[], (folder: string) => void, string]>([
    ['an unknown flag', ['--fast'], () => undefined, "error: unknown option '--fast'. Try --help."],
    [
      'no number',
      ['--epochs', 'many'],
      () => undefined,
      "argument 'many' is invalid. Expected a whole number, 1 or more.",
    ],
    ['no epochs', ['--', '--epochs', '0'], () => undefined, "argument '0' is invalid."],
    ['a missing folder', ['--data', 'nowhere'], () => undefined, 'nowhere: no such folder.'],
    [
      'a missing file',
      ['--data', '.'],
      (folder) => {
        rmSync(path.join(folder, 't10k-images-idx3-ubyte'));
      },
      'has no t10k-images-idx3-ubyte',
    ],
    [
      'a truncated file',
      ['--data', '.'],
      (folder) => {
        truncateSync(path.join(folder, 'train-images-idx3-ubyte'), 1000);
      },
      'train-images-idx3-ubyte: cut short: the header says 600×28×28 of uint8, 470400 bytes, and 984 follow it.',
    ],
    [
      'a wrong magic',
      ['--data', '.'],
      (folder) => {
        writeFileSync(path.join(folder, 'train-labels-idx1-ubyte'), 'five, nought, four');
      },
      'train-labels-idx1-ubyte: not an IDX file: it starts with 66 69 76 65;',
    ],
    [
      'counts that differ, among the test images',
      ['--data', '.'],
      (folder) => {
        writeFileSync(path.join(folder, 't10k-labels-idx1-ubyte'), idxFile([3], Uint8Array.of(1, 2, 3)));
      },
      'has 50 images, ',
    ],
    [
      'other images',
      ['--data', '.'],
      (folder) => {
        writeFileSync(path.join(folder, 'train-images-idx3-ubyte'), idxFile([600, 1, 1], new Uint8Array(600)));
      },
      'the training images are 1×1 pixels; the model takes 28×28.',
    ],
  ])('%s', async (_name, args, damage, message) => {
    const folder = madeUpFolder();
    damage(folder);
    const { code, stdout, stderr } = await mnist(folder, args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(message);
  });
});
