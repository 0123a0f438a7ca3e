import path from 'node:path';
import { type TrainArguments } from '../command-line.ts';
import { type DataSet, loadDataSet } from '../data.ts';
import { type ModelName } from '../model.ts';
import { extended, isFinished, type Settings, startTraining, type Training } from '../training.ts';
import { RunError } from './disk.ts';
import { freshFolder, latestFolder, RunFolder, runs } from './run-folder.ts';

/** A run that is ready to train. */
export interface StartedRun {
  run: RunFolder;
  training: Training;
  data: DataSet;
}

/** The defaults. The learning rates are those that did best on the validation images. */
const defaults: Readonly<Record<ModelName, Pick<Settings, 'batchSize' | 'lr'>>> = {
  mlp: { batchSize: 32, lr: 0.001 },
  cnn: { batchSize: 64, lr: 0.002 },
};

/** Reads and checks the data, and creates the folder of a new run. Nothing is written if anything is wrong. */
export async function startRun(options: TrainArguments, signal: AbortSignal): Promise<StartedRun> {
  const { model = 'mlp', full = false, out } = options;
  if (out !== undefined) RunFolder.expectFree(out);
  const dataFolder = options.data === undefined ? null : path.resolve(options.data);
  const data = await loadDataSet({ folder: dataFolder ?? undefined, full, signal });
  signal.throwIfAborted();
  const settings: Settings = {
    model,
    epochs: options.epochs ?? 10,
    batchSize: options.batchSize ?? defaults[model].batchSize,
    lr: options.lr ?? defaults[model].lr,
    seed: options.seed ?? 0,
    full,
    ...data.task,
    images: data.train.count,
    data: data.sha256,
  };
  const training = startTraining(settings);
  const config = { ...settings, dataFolder, node: process.version, started: new Date().toISOString() };
  const folder = path.resolve(out ?? freshFolder(runs, model));
  return { run: RunFolder.create(folder, config, training), training, data };
}

/** Reads a run from its folder, and its data. With more epochs, a finished one is to be trained further. */
export async function resumeRun(options: TrainArguments, signal: AbortSignal): Promise<StartedRun> {
  const folder = path.resolve(options.out ?? latestFolder(runs, noRun));
  const { run, training } = RunFolder.resume(folder);
  try {
    const { epochs = 0 } = options;
    const isLonger = isFinished(training) && epochs > training.settings.epochs;
    expectSame(isLonger ? { ...options, epochs: training.settings.epochs } : options, training.settings);
    const { dataFolder } = run.config;
    const from = options.data === undefined ? dataFolder : path.resolve(options.data);
    const data = await loadDataSet({ folder: from ?? undefined, full: training.settings.full, signal });
    if (data.sha256 !== training.settings.data) {
      throw new RunError(
        `${from ?? 'MNIST'}: not the data set that this run was started with. Pass the folder of that data set (--data)`,
      );
    }
    signal.throwIfAborted();
    run.dropAfter(training);
    if (!isLonger) return { run, training, data };
    const longer = extended(training, epochs);
    run.extend(longer);
    return { run, training: longer, data };
  } catch (error) {
    run.close();
    throw error;
  }
}

const noRun = 'Pass the folder of a run (--out), or start a new run without --resume';

/** Throws if an option differs from the one that the run was started with. */
function expectSame(options: TrainArguments, settings: Settings): void {
  for (const name of ['model', 'epochs', 'batchSize', 'lr', 'seed', 'full'] as const) {
    const given = options[name];
    if (given === undefined || given === settings[name]) continue;
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const started = given === true ? 'without it' : `with ${String(settings[name])}`;
    throw new RunError(
      `${flag}${given === true ? '' : ` ${String(given)}`}: the run was started ${started}. ` +
        'Omit the flag, or start a new run',
    );
  }
}
