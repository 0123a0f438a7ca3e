import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { idxFile, madeUpDigits } from '../test/made-up-digits.ts';
import { startApp } from '../test/start-app.ts';
import { dataFolder, jsonLines, mnist } from '../test/trial.ts';

// Each test starts a process or two.
vi.setConfig({ maxConcurrency: 2 });

describe.concurrent('pnpm mnist', () => {
  const row = /^ {4}[12] +\d\.\d{4} +\d+\.\d\d % +\d\.\d{4} +\d+\.\d\d % +\d+\.\d$/;

  test('trains, prints a row an epoch and the test accuracy last, in plain text', async () => {
    const folder = dataFolder();
    const args = ['--data', '.', '--epochs', '2', '--target-accuracy', '50'];
    const { code, stdout, stderr } = await mnist(folder, ...args);
    expect([code, stderr]).toEqual([0, next('runs/mlp-1')]);
    const lines = stdout.split('\n');
    expect(lines).toHaveLength(8);
    expect(lines.slice(0, 3)).toEqual([
      'mlp 784-128-64-10, 550 images to train on and 50 to validate',
      'epochs 2, batch size 32, learning rate 0.001, seed 0',
      'run runs/mlp-1',
    ]);
    expect(lines[4]).toMatch(row);
    expect(lines[5]).toMatch(row);
    expect(lines[6]).toMatch(/^test accuracy \d+\.\d\d %$/);
    expect(lines[7]).toBe('');
    // Of control characters, the ends of lines and no other.
    expect(stdout).toMatch(/^[^\p{Cc}]*(\n[^\p{Cc}]*)*$/u);

    const run = path.join(folder, 'runs/mlp-1');
    expect(readdirSync(run).sort()).toEqual(
      ['best', 'last', 'previous']
        .map((name) => `${name}.safetensors`)
        .concat('config.json', 'metrics.jsonl', 'report.html')
        .sort(),
    );
    const metrics = jsonLines(readFileSync(path.join(run, 'metrics.jsonl'), 'utf8'));
    expect(metrics.map(({ type }) => type)).toEqual([...steps(18), 'epoch', ...steps(18), 'epoch', 'test']);
    expect(JSON.parse(readFileSync(path.join(run, 'config.json'), 'utf8'))).toMatchObject({
      epochs: 2,
      dataFolder: folder,
    });
    expect(readFileSync(path.join(run, 'report.html'), 'utf8')).toContain('<!doctype html>');

    const evaluated = await mnist(folder, 'evaluate', '--checkpoint', 'runs/mlp-1', '--data', '.');
    expect([evaluated.code, evaluated.stderr]).toEqual([0, '']);
    expect(evaluated.stdout.trimEnd().split('\n').at(-1)).toBe(lines[6]);
    expect(evaluated.stdout).toMatch(/^precision( +\d+\.\d){10}$/m);

    // The latest run is the default, and other data are not passed over in silence.
    const other = dataFolder(madeUpDigits(601));
    const again = await mnist(folder, 'evaluate', '--data', other);
    expect([again.code, again.stderr]).toEqual([
      0,
      `the latest run is runs/mlp-1\nnote: ${other} is not the data set that the model was trained on: their digests differ\n`,
    ]);
  });

  test('--json: a line for each step and epoch, and for the test, and nothing else', async () => {
    const folder = dataFolder();
    const { code, stdout, stderr } = await mnist(folder, '--data', '.', '--epochs', '1', '--model', 'cnn', '--json');
    expect([code, stderr]).toEqual([0, next('runs/cnn-1')]);
    const lines = jsonLines(stdout);
    expect(lines.map(({ type }) => type)).toEqual([...steps(9), 'epoch', 'test']);
    const test = lines.at(-1);
    expect(test).toMatchObject({ type: 'test', folder: 'runs/cnn-1' });

    const evaluated = await mnist(
      folder,
      'evaluate',
      '--checkpoint',
      'runs/cnn-1/last.safetensors',
      '--data',
      '.',
      '--json',
    );
    const { accuracy, loss, confusion, classes } = JSON.parse(evaluated.stdout) as Record<string, unknown>;
    expect({ accuracy, loss }).toEqual({
      accuracy: (test as { accuracy: number }).accuracy,
      loss: (test as { loss: number }).loss,
    });
    expect((confusion as number[][]).flat().reduce((sum, count) => sum + count, 0)).toBe(50);
    expect(classes).toHaveLength(10);
  });

  test('images of another size and other classes, with no other flag; all of them', async () => {
    const small = {
      ...madeUpDigits(120),
      rows: 14,
      cols: 56,
      labels: madeUpDigits(120).labels.map((label) => label % 3),
    };
    const folder = dataFolder(small, small);
    const { code, stdout, stderr } = await mnist(folder, '--data', '.', '--full', '--epochs', '1', '--model', 'cnn');
    expect([code, stderr]).toEqual([0, next('runs/cnn-1')]);
    expect(stdout).toMatch(/^cnn conv16-conv32-128-3, 120 images to train on\n/);
    expect(existsSync(path.join(folder, 'runs/cnn-1/best.safetensors'))).toBe(false);
    const evaluated = await mnist(folder, 'evaluate', '--checkpoint', 'runs/cnn-1');
    expect(evaluated.stdout).toContain(stdout.trimEnd().split('\n').at(-1) ?? 'nothing');
    copyFileSync(path.join(folder, 'runs/cnn-1/last.safetensors'), path.join(folder, 'alone.safetensors'));
    const digits = await mnist(folder, 'evaluate', '--checkpoint', 'alone.safetensors');
    expect([digits.code, digits.stderr]).toEqual([
      2,
      'error: the test images are 28×28 pixels, but the training images are 14×56. Use test images of the same size\n',
    ]);
  });

  test('exits with 1 below the target', async () => {
    const args = ['--data', '.', '--epochs', '1', '--lr', '1e-9', '--target-accuracy', '99.5'];
    const { code, stdout, stderr } = await mnist(dataFolder(), ...args);
    expect(code).toBe(1);
    expect(stdout).toMatch(/\ntest accuracy \d+\.\d\d %\n$/);
    expect(stderr).toMatch(/^report: .*\nread digits: .*\ntest accuracy \d+\.\d\d % is below the target of 99\.5 %\n$/);
  });

  test('exits with 1 when the loss is no number any more, in training or after it', async () => {
    const folder = dataFolder();
    const args = ['--data', '.', '--epochs', '2', '--lr', '1e38', '--batch-size'];
    const [long, short] = [await mnist(folder, ...args, '550'), await mnist(folder, ...args, '32', '--out', 'a')];
    expect([long.code, long.stderr]).toEqual([1, expect.stringMatching(/^error: the loss is NaN: .*\n$/)]);
    expect([short.code, short.stderr]).toEqual([
      1,
      expect.stringMatching(/^error: the loss became NaN in epoch 1\. .*\n$/),
    ]);
    expect(readFileSync(path.join(folder, 'a/metrics.jsonl'), 'utf8')).toMatch(/^{"type":"step"/);
  });

  test('a reader that has seen enough stops it, and it is saved', async () => {
    const folder = dataFolder();
    const { code, stderr } = await startApp(['--data', '.', '--epochs', '100000', '--json'], {
      folder,
      onOutput: (child) => child.stdout?.destroy(),
    });
    expect([code, stderr]).toEqual([0, 'stopped and saved. Resume with: npm run mnist -- --resume --out runs/mlp-1\n']);
    expect(readdirSync(path.join(folder, 'runs/mlp-1'))).not.toContain('lock');
  });

  test('help exits with 0', async () => {
    const { code, stdout, stderr } = await mnist(dataFolder(), '--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('--target-accuracy');
  });
});

/** What a finished run says on standard error. */
function next(folder: string): string {
  return `report: ${folder}/report.html\nread digits: npm run mnist -- predict FILE.png --checkpoint ${folder}\n`;
}

function steps(count: number): string[] {
  return Array<string>(count).fill('step');
}

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
      'train-images-idx3-ubyte: cut short: expected 470400 bytes after the header (600×28×28 of uint8), got 984.',
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
      'images too small',
      ['--data', '.'],
      (folder) => {
        writeFileSync(path.join(folder, 'train-images-idx3-ubyte'), idxFile([600, 1, 1], new Uint8Array(600)));
      },
      'the training images are 1×1 pixels; expected 4×4 or more.',
    ],
    [
      'no checkpoint',
      ['evaluate', '--checkpoint', 'best.safetensors'],
      () => undefined,
      'best.safetensors: no such file.',
    ],
    [
      'another file',
      ['evaluate', '--checkpoint', 'train-labels-idx1-ubyte'],
      () => undefined,
      'train-labels-idx1-ubyte: damaged, or not a checkpoint: safetensors: ',
    ],
    ['a folder without a run', ['--resume', '--out', '.'], () => undefined, 'contains no run'],
  ])('%s', async (_name, args, damage, message) => {
    const folder = dataFolder();
    damage(folder);
    const { code, stdout, stderr } = await mnist(folder, ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(message);
    expect(existsSync(path.join(folder, 'runs'))).toBe(false);
  });
});
