import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { digestsOf, lastStep, trainKilled, trainWhole } from '../test/killed-runs.ts';
import { madeUpDigits } from '../test/made-up-digits.ts';
import { startApp } from '../test/start-app.ts';
import { dataFolder, jsonLines, mnist } from '../test/trial.ts';

// Each test starts several processes.
vi.setConfig({ maxConcurrency: 2 });

describe.concurrent('nothing is lost', () => {
  const epochs = 8;
  const steps = epochs * 18;
  let args: string[] = [];
  let whole: Awaited<ReturnType<typeof trainWhole>>;
  beforeAll(async () => {
    args = ['--data', dataFolder(), '--epochs', String(epochs)];
    whole = await trainWhole(args);
    expect(whole.steps).toBe(steps);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s saves and prints how to resume, to the same bits', async (signal, exitCode) => {
    const folder = dataFolder();
    const stopped = await startApp([...args, '--json'], {
      folder,
      env: { SIGNAL_AT_STEP: `${signal}:50` },
      preload: ['signal-at-step.js', 'counted-clock.js'],
    });
    expect([stopped.code, stopped.stderr]).toEqual([
      exitCode,
      'stopped and saved. Resume with: npm run mnist -- --resume --out runs/mlp-1\n',
    ]);
    const lines = jsonLines(stopped.stdout);
    const resumed = await mnist(folder, '--resume', '--json');
    expect([resumed.code, resumed.stderr]).toEqual([0, expect.stringMatching(/^report: /)]);
    expect(digestsOf(path.join(folder, 'runs/mlp-1'))).toEqual(whole.digests);
    // What the two told is the whole, without a gap and nothing twice.
    const told = [...lines, ...jsonLines(resumed.stdout)].flatMap((line) => (line.type === 'step' ? [line.step] : []));
    expect(told).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
  });

  // commands/train.long.test.ts lets a run die at every change to the disk, within one process; these kills are real.
  test.each([
    ['the first step, from the beginning', 1, 0],
    ['step 70, from an earlier one', 70, expect.toSatisfy((step: number) => step > 0 && step < 70)],
    ['the last step, from an earlier one', steps, expect.toSatisfy((step: number) => step > 70 && step < steps)],
  ])('kill -9 after %s: the run is resumed to the same bits', async (_, step, resumedFrom: unknown) => {
    const run = await trainKilled(args, step, ['counted-clock.js']);
    expect(run).toEqual({ resumedFrom, digests: whole.digests });
  });

  test('resuming a finished run tests it again and changes nothing', async () => {
    const folder = dataFolder();
    const first = await mnist(folder, '--data', '.', '--epochs', '1', '--out', 'a');
    const before = digestsOf(path.join(folder, 'a'));
    const again = await mnist(folder, '--resume', '--out', 'a', '--epochs', '1');
    expect([again.code, again.stderr]).toEqual([0, expect.stringMatching(/^report: /)]);
    expect(again.stdout.trimEnd().split('\n').at(-1)).toBe(first.stdout.trimEnd().split('\n').at(-1));
    expect(digestsOf(path.join(folder, 'a'))).toEqual(before);

    const refused = async (...flags: string[]): Promise<string> => {
      const { code, stdout, stderr } = await mnist(folder, ...flags);
      expect([code, stdout]).toEqual([2, '']);
      return stderr;
    };
    expect(await refused('--resume', '--out', 'a', '--lr', '0.1')).toBe(
      'error: --lr 0.1: the run was started with 0.001. Omit the flag, or start a new run\n',
    );
    expect(await refused('--data', '.', '--out', 'a')).toContain('a: already contains a run.');
    expect(await refused('--resume')).toContain('runs: contains no run.');
    const other = dataFolder(madeUpDigits(601), madeUpDigits(50));
    expect(await refused('--resume', '--out', 'a', '--data', other)).toContain(
      'not the data set that this run was started with',
    );
    expect(digestsOf(path.join(folder, 'a'))).toEqual(before);

    const longer = await mnist(folder, '--resume', '--out', 'a', '--epochs', '3');
    expect(longer.stdout).toMatch(/^ {4}2 .*\n {4}3 .*\ntest accuracy /m);
    expect(lastStep(path.join(folder, 'a'))).toBe(54);
    expect(await refused('--resume', '--out', 'a', '--epochs', '2')).toBe(
      'error: --epochs 2: the run was started with 3. Omit the flag, or start a new run\n',
    );
  });

  test('a damaged checkpoint is an error, and the previous one can be resumed', async () => {
    const folder = dataFolder();
    await mnist(folder, '--data', '.', '--epochs', '2', '--out', 'a');
    const before = digestsOf(path.join(folder, 'a'));
    truncateSync(path.join(folder, 'a/last.safetensors'), 100_000);
    const { code, stdout, stderr } = await mnist(folder, '--resume', '--out', 'a');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^error: .*last\.safetensors: damaged, or not a checkpoint.* copy previous\.safetensors over last\.safetensors\n$/,
    );
    copyFileSync(path.join(folder, 'a/previous.safetensors'), path.join(folder, 'a/last.safetensors'));
    expect((await mnist(folder, '--resume', '--out', 'a')).code).toBe(0);
    expect(digestsOf(path.join(folder, 'a'))).toEqual(before);
  });

  test.skipIf(process.platform === 'win32')(
    'where no more can be written, the older checkpoint stays and loads',
    async () => {
      // A limit on the size of files stops a write in its middle, as a full disk does. (Skipped on Windows, which has none.)
      const folder = dataFolder();
      const app = path.join(import.meta.dirname, '../start.js');
      const limited = `trap '' XFSZ; ulimit -f 1600; exec "${process.execPath}" "${app}" --data . --epochs 2 --out a`;
      let stderr = '';
      try {
        execFileSync('sh', ['-c', limited], { cwd: folder, env: { ...process.env, INIT_CWD: folder }, stdio: 'pipe' });
      } catch (error) {
        const ended = error as { status: number; stderr: Buffer };
        stderr = ended.stderr.toString();
        expect(ended.status).toBe(2);
      }
      expect(stderr).toMatch(
        /^error: .*last\.safetensors: cannot be written: the file would exceed the size limit\. .*\n$/,
      );
      expect(readdirSync(path.join(folder, 'a')).filter((name) => /new|lock/.test(name))).toEqual([]);
      expect((await mnist(folder, '--resume', '--out', 'a')).code).toBe(0);
      await mnist(folder, '--data', '.', '--epochs', '2', '--out', 'b');
      expect(digestsOf(path.join(folder, 'a'))).toEqual(digestsOf(path.join(folder, 'b')));
    },
  );

  test('a folder that cannot be written', async () => {
    const folder = dataFolder();
    // An administrator may write anywhere but where the kernel says no.
    const place = process.getuid?.() === 0 ? '/sys/kernel' : path.join(folder, 'locked');
    if (!existsSync(place)) mkdirSync(place);
    if (place.endsWith('locked')) chmodSync(place, 0o555);
    const { code, stdout, stderr } = await mnist(folder, '--data', '.', '--out', path.join(place, 'run'));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^error: .*run: the folder cannot be created: (permission denied\. Change the permissions, or choose another path|operation not permitted\. Choose another path)\n$/,
    );

    writeFileSync(path.join(folder, 'file'), '');
    const inFile = await mnist(folder, '--data', '.', '--out', 'file/run');
    expect([inFile.code, inFile.stderr]).toEqual([
      2,
      expect.stringContaining('a part of the path is a file, not a folder'),
    ]);
  });
});
