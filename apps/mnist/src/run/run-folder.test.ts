import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { madeUpSettings } from '../../test/made-up-digits.ts';
import { type Best, type Metrics } from '../metrics.ts';
import { extended, type Settings, startTraining } from '../training.ts';
import { modelBytes } from './checkpoint.ts';
import { RunError } from './disk.ts';
import { lock } from './lock.ts';
import { freshFolder, latestFolder, RunFolder } from './run-folder.ts';
import { type Config } from './schemas.ts';

const settings: Settings = { ...madeUpSettings, rows: 4, cols: 4, classes: 2 };
const config: Config = { ...settings, dataFolder: null, node: 'v20.0.0', started: '2026-01-02T03:04:05Z' };

let parent = '';
let folder = '';
beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'mnist-run-'));
  folder = path.join(parent, 'a', 'run');
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

const file = (name: string): string => path.join(folder, name);
const step = (n: number, epoch = 1): Metrics => ({
  type: 'step',
  epoch,
  step: n,
  images: n,
  loss: 1,
  accuracy: 50,
  lr: 1,
});
const epochEnd = (epoch: number, n: number): Metrics => ({
  type: 'epoch',
  epoch,
  step: n,
  trainLoss: 1,
  trainAccuracy: 1,
  validationLoss: null,
  validationAccuracy: null,
  seconds: 1,
});

/** A run that has saved after step 2 of its second epoch, and taken more steps since. */
function stoppedRun(best: Best | null = null): void {
  const training = startTraining(settings);
  const run = RunFolder.create(folder, config, training);
  for (const each of [step(1), step(2), epochEnd(1, 2), step(3, 2), step(4, 2)]) run.record(each);
  training.position = { ...training.position, epoch: 2, step: 4, batches: 2 };
  training.best = best;
  if (best !== null) run.saveBest(training);
  run.save(training);
  for (const each of [step(5, 2), epochEnd(2, 5)]) run.record(each);
  run.flush();
  run.close();
}

test('a new run has its configuration and a checkpoint of its beginning', () => {
  RunFolder.create(folder, config, startTraining(settings)).close();
  expect(readdirSync(folder).sort()).toEqual(['config.json', 'last.safetensors']);
  expect(JSON.parse(readFileSync(file('config.json'), 'utf8'))).toEqual(config);
  expect(() => RunFolder.create(folder, config, startTraining(settings))).toThrow('already contains a run');
  const { run, training } = RunFolder.resume(folder);
  expect([run.config, training.position.step]).toEqual([config, 0]);
  run.close();
});

test('metrics after the last checkpoint are dropped, with a line that a kill cut short and its temporary files', () => {
  stoppedRun();
  appendFileSync(file('metrics.jsonl'), '{"type":"st');
  writeFileSync(file('best.safetensors.123.new'), 'half');
  const { run, training } = RunFolder.resume(folder);
  expect(training.position).toMatchObject({ epoch: 2, step: 4, batches: 2 });
  run.dropAfter(training);
  expect(run.metrics()).toEqual([step(1), step(2), epochEnd(1, 2), step(3, 2), step(4, 2)]);
  run.record(step(5, 2));
  run.flush();
  expect(run.metrics()).toHaveLength(6);
  run.close();
  expect(readdirSync(folder).sort()).toEqual([
    'config.json',
    'last.safetensors',
    'metrics.jsonl',
    'previous.safetensors',
  ]);
});

test('a damaged checkpoint is an error that names the previous one, which can be resumed', () => {
  stoppedRun();
  const bytes = readFileSync(file('last.safetensors'));
  writeFileSync(file('last.safetensors'), bytes.subarray(0, -1));
  expect(() => RunFolder.resume(folder)).toThrow(
    /last\.safetensors: damaged, or not a checkpoint: .* The previous checkpoint is intact: to resume from it, copy previous\.safetensors over last\.safetensors$/,
  );
  expect(existsSync(file('lock'))).toBe(false);
  writeFileSync(file('last.safetensors'), readFileSync(file('previous.safetensors')));
  const { run, training } = RunFolder.resume(folder);
  run.dropAfter(training);
  expect([training.position.step, run.metrics()]).toEqual([0, []]);
  run.close();

  writeFileSync(file('last.safetensors'), '');
  writeFileSync(file('previous.safetensors'), '');
  expect(() => RunFolder.resume(folder)).toThrow(/damaged, or not a checkpoint: (?!.*previous checkpoint)/);
});

test.each<[string, () => void, string]>([
  ['no folder', () => undefined, 'contains no run'],
  [
    'a configuration that is none',
    () => {
      stoppedRun();
      writeFileSync(file('config.json'), '{');
    },
    'config.json: not a valid configuration (Expected property name',
  ],
  [
    'a configuration of other things',
    () => {
      stoppedRun();
      writeFileSync(file('config.json'), JSON.stringify({ ...config, dataFolder: 5 }));
    },
    'config.json: not a valid configuration (dataFolder: ',
  ],
  [
    'a configuration with an unknown key',
    () => {
      stoppedRun();
      writeFileSync(file('config.json'), JSON.stringify({ ...config, note: { markup: '<script>' } }));
    },
    'config.json: not a valid configuration (unknown key "note").',
  ],
  [
    'a configuration with a key that every object inherits',
    () => {
      stoppedRun();
      writeFileSync(file('config.json'), JSON.stringify({ ...config, constructor: 1 }));
    },
    'config.json: not a valid configuration (unknown key "constructor").',
  ],
  [
    'metrics with an unknown key',
    () => {
      stoppedRun();
      writeFileSync(file('metrics.jsonl'), `${JSON.stringify({ ...step(1), note: '' })}\n`);
    },
    'metrics.jsonl: line 1 is not valid (unknown key "note"). Delete the line',
  ],
  [
    'an edited configuration',
    () => {
      stoppedRun();
      writeFileSync(file('config.json'), JSON.stringify({ ...config, epochs: 30 }));
    },
    'config.json: epochs is 30, but the checkpoint was written with 3.',
  ],
  [
    'metrics that are none',
    () => {
      stoppedRun();
      writeFileSync(file('metrics.jsonl'), `${JSON.stringify(step(1))}\nloss\n`);
    },
    'metrics.jsonl: line 2 is not valid (Unexpected token',
  ],
  [
    'metrics of another form',
    () => {
      stoppedRun();
      writeFileSync(file('metrics.jsonl'), '{"type":"epoch","epoch":1}\n');
    },
    'metrics.jsonl: line 1 is not valid (',
  ],
  [
    'a best model that is gone',
    () => {
      stoppedRun({ epoch: 1, accuracy: 90, loss: 1 });
      rmSync(file('best.safetensors'));
    },
    'best.safetensors: cannot be read',
  ],
  [
    'a best model of an earlier epoch',
    () => {
      stoppedRun({ epoch: 1, accuracy: 90, loss: 1 });
      writeFileSync(file('best.safetensors'), modelBytes(startTraining(settings)));
    },
    'best.safetensors: not the best model of this run',
  ],
  [
    'a best model of another run',
    () => {
      stoppedRun({ epoch: 1, accuracy: 90, loss: 1 });
      const other = { ...startTraining({ ...settings, seed: 9 }), best: { epoch: 2, accuracy: 95, loss: 1 } };
      writeFileSync(file('best.safetensors'), modelBytes(other));
    },
    'best.safetensors: not the best model of this run',
  ],
])('%s cannot be resumed', (_, damage, message) => {
  damage();
  const resume = (): void => {
    const { run, training } = RunFolder.resume(folder);
    run.close();
    run.dropAfter(training);
  };
  expect(resume).toThrow(RunError);
  expect(resume).toThrow(message);
});

test('a run belongs to one process at a time; the lock of a process that has ended does not count', () => {
  stoppedRun();
  const release = lock(folder, process.ppid);
  expect(() => RunFolder.resume(folder)).toThrow(`process ${process.ppid} is training this run`);
  release();
  lock(folder, 999_999_999);
  RunFolder.resume(folder).run.close();
  expect(existsSync(file('lock'))).toBe(false);
});

test('a link in place of the metrics is not written through, and a pipe in place of the configuration is not read', () => {
  stoppedRun();
  const other = path.join(parent, 'precious');
  writeFileSync(other, '');
  rmSync(file('metrics.jsonl'));
  symlinkSync(other, file('metrics.jsonl'));
  const { run } = RunFolder.resume(folder);
  run.record(step(1));
  expect(() => {
    run.flush();
  }).toThrow(`${file('metrics.jsonl')}: not a regular file`);
  expect(readFileSync(other, 'utf8')).toBe('');
  run.close();
  rmSync(file('config.json'));
  execFileSync('mkfifo', [file('config.json')]);
  expect(() => RunFolder.resume(folder)).toThrow(`${file('config.json')}: not a regular file`);
});

test('a finished run is extended, even if a kill comes before its configuration is written', () => {
  stoppedRun({ epoch: 1, accuracy: 90, loss: 1 });
  const first = RunFolder.resume(folder);
  const longer = extended(first.training, 7);
  first.run.extend(longer);
  first.run.close();
  expect(JSON.parse(readFileSync(file('config.json'), 'utf8'))).toEqual({ ...config, epochs: 7 });

  writeFileSync(file('config.json'), JSON.stringify(config));
  const second = RunFolder.resume(folder);
  expect(second.training.settings).toEqual({ ...settings, epochs: 7 });
  second.run.dropAfter(second.training);
  expect(second.run.config).toEqual({ ...config, epochs: 7 });
  second.run.close();
  expect(JSON.parse(readFileSync(file('config.json'), 'utf8'))).toEqual({ ...config, epochs: 7 });
});

test('a failed write is an error, and leaves the old file', () => {
  stoppedRun();
  const before = readFileSync(file('last.safetensors'));
  const { run, training } = RunFolder.resume(folder);
  // A folder by the name of the file cannot be replaced by a file.
  rmSync(file('previous.safetensors'));
  const blocked = file('previous.safetensors');
  mkdirSync(blocked);
  expect(() => {
    run.save(training);
  }).toThrow(`${blocked}: cannot be written: `);
  expect(readFileSync(file('last.safetensors')).equals(before)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  run.close();
});

test('the remains of a run without its configuration are not overwritten', () => {
  stoppedRun();
  rmSync(file('config.json'));
  expect(() => RunFolder.create(folder, config, startTraining(settings))).toThrow(
    'contains files of a run (metrics.jsonl, last.safetensors, previous.safetensors) but no config.json.',
  );
  // The first checkpoint alone is of a run that was killed before it began.
  for (const name of ['metrics.jsonl', 'previous.safetensors']) rmSync(file(name));
  RunFolder.create(folder, config, startTraining(settings)).close();
});

test('folders are numbered, and the latest run is found', () => {
  expect(() => latestFolder(path.join(parent, 'runs'), 'Train.')).toThrow('contains no run. Train.');
  const names = [1, 2, 3].map(() => freshFolder(path.join(parent, 'runs'), 'mlp'));
  expect(names.map((name) => path.basename(name))).toEqual(['mlp-1', 'mlp-2', 'mlp-3']);
  for (const [index, name] of names.slice(0, 2).entries()) {
    RunFolder.create(name, config, startTraining(settings)).close();
    utimesSync(path.join(name, 'last.safetensors'), 2_000 - index, 2_000 - index);
  }
  expect(latestFolder(path.join(parent, 'runs'), '')).toBe(names[0]);
});
