import { existsSync } from 'node:fs';
import path from 'node:path';
import { type MnistData } from '@mg/data-mnist/node';
import { afterEach, expect, test, vi } from 'vitest';
import { digestsOf, lastStep } from '../../test/killed-runs.ts';
import { dataFolder } from '../../test/trial.ts';
import { type Output } from './train-output.ts';
import { trainAndTest } from './train.ts';

/** The simulated process dies at a counted point: before a change to the disk, or in the middle of a write. */
const life = vi.hoisted(() => ({ points: 0, endsAt: Infinity }));

vi.mock(import('node:fs'), async (importOriginal) => {
  const fs = await importOriginal();
  /** A point at which the process may die. A dead one can do nothing more, not even clean up. */
  const point = (lastAct = (): void => undefined): void => {
    life.points++;
    if (life.points === life.endsAt) lastAct();
    if (life.points >= life.endsAt) throw new Error('the process is dead');
  };
  /** What is written of a file when the process dies in the middle: whole blocks of 512 bytes. */
  const half = (content: string | Uint8Array): Uint8Array => {
    const bytes = Buffer.from(content);
    return bytes.subarray(0, 512 * Math.floor(bytes.length / 1024));
  };
  type Write = (file: string, content: string | Uint8Array, options: object) => void;
  const interruptible =
    (write: Write): Write =>
    (file, content, options) => {
      point();
      point(() => {
        write(file, half(content), options);
      });
      write(file, content, options);
    };
  return {
    ...fs,
    writeFileSync: interruptible(fs.writeFileSync) as typeof fs.writeFileSync,
    appendFileSync: interruptible(fs.appendFileSync) as typeof fs.appendFileSync,
    renameSync: (from, to) => {
      point();
      fs.renameSync(from, to);
    },
    rmSync: (file, options) => {
      point();
      fs.rmSync(file, options);
    },
  };
});

// Its drawing takes longer than the training here, and what counts is when it is written.
vi.mock('../report/report.ts', () => ({ reportHtml: () => '<!doctype html>' }));

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Images of 4×4 pixels, for which the model and its checkpoints are small. */
function tiny(count: number): MnistData {
  const images = Uint8Array.from({ length: 16 * count }, (_, i) => (i * i * 37) % 256);
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => i % 3), count, rows: 4, cols: 4 };
}

const silent: Output = {
  begin: () => undefined,
  metrics: () => undefined,
  tested: () => undefined,
  stop: () => undefined,
};

test('a run that dies at any change to the disk is resumed, or started again, to the same bits', async () => {
  // A clock that advances by 100 ms each time it is read: checkpoints come after the same steps on every machine.
  let now = 0;
  vi.stubGlobal('performance', { now: () => (now += 100) });
  const data = dataFolder(tiny(120), tiny(10));
  const { signal } = new AbortController();
  // Epochs of three steps: some checkpoint is due exactly where an epoch ends, after its best model.
  const train = async (folder: string, diesAt = Infinity): Promise<number> => {
    Object.assign(life, { points: 0, endsAt: diesAt });
    const isRun = existsSync(path.join(folder, 'config.json'));
    const flags = isRun ? ({ resume: true } as const) : { data, epochs: 8, batchSize: 37 };
    return (await trainAndTest({ out: folder, ...flags }, silent, signal)).accuracy;
  };

  const whole = path.join(data, 'whole');
  const accuracy = await train(whole);
  const { points } = life;
  const digests = digestsOf(whole);
  const steps = lastStep(whole);
  expect(steps).toBe(24);
  expect(points).toBeGreaterThan(40);

  const resumedFrom = [];
  for (let diesAt = 1; diesAt <= points; diesAt++) {
    const folder = path.join(data, `run-${diesAt}`);
    await expect(train(folder, diesAt), `point ${diesAt}`).rejects.toThrow('the process is dead');
    resumedFrom.push(existsSync(path.join(folder, 'config.json')) ? lastStep(folder) : null);
    expect(await train(folder), `point ${diesAt}`).toBe(accuracy);
    expect(digestsOf(folder), `point ${diesAt}`).toEqual(digests);
  }
  // Some died before the run existed, before its first step, between two checkpoints, and after the last one.
  expect(resumedFrom).toEqual(expect.arrayContaining([null, 0, steps]));
  expect(resumedFrom.filter((step) => step !== null && step > 0 && step < steps).length).toBeGreaterThan(10);
});
