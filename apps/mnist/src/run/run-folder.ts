import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Metrics } from '../metrics.ts';
import { type Settings, type Training } from '../training.ts';
import { checkpointBytes, modelBytes, readCheckpoint, readModel } from './checkpoint.ts';
import { fileNames as names, readConfig, readMetrics } from './contents.ts';
import { appendLines, makeFolder, namesIn, readBytes, removeLeftovers, replaceFile, RunError } from './disk.ts';
import { lock } from './lock.ts';
import { type Config } from './schemas.ts';

/**
 * A run on the disk:
 *
 * ```text
 * config.json            the settings; written once
 * metrics.jsonl          a line for each step and epoch; the test at the end
 * best.safetensors       the model after the epoch that did best on the validation images
 * last.safetensors       the last checkpoint; previous.safetensors is the one before
 * report.html            for a browser; written at the end
 * ```
 *
 * The metrics and best.safetensors are written before the checkpoint that refers to them, so that `resume` finds everything its
 * checkpoint needs, whenever the process was killed.
 */
export class RunFolder {
  readonly path: string;
  #config: Config;
  readonly #release: () => void;
  /** Metrics that are not written yet. */
  #pending: string[] = [];

  /** Locks the folder, until `close`. */
  private constructor(folder: string, config: Config) {
    this.path = folder;
    this.#config = config;
    this.#release = lock(folder);
  }

  get config(): Config {
    return this.#config;
  }

  /** @throws RunError if a folder contains a run, or parts of one */
  static expectFree(folder: string): void {
    const found = Object.values(names).filter((name) => existsSync(path.join(folder, name)));
    if (found.includes(names.config)) {
      throw new RunError(`${folder}: already contains a run. Resume it (--resume), or choose another folder (--out)`);
    }
    // A run that was killed while it was created may have left its first checkpoint.
    if (found.some((name) => name !== names.last)) {
      throw new RunError(
        `${folder}: contains files of a run (${found.join(', ')}) but no ${names.config}. Restore it, or choose another folder (--out)`,
      );
    }
  }

  /** Creates the folder of a new run, with a checkpoint before its first step. @throws RunError if it contains a run */
  static create(folder: string, config: Config, training: Training): RunFolder {
    RunFolder.expectFree(folder);
    makeFolder(folder);
    const run = new RunFolder(folder, config);
    return run.#closeOnError(() => {
      // The configuration makes the folder a run, so it comes last.
      run.save(training);
      run.#saveConfig();
      return run;
    });
  }

  /** Reads a run to resume, and changes nothing yet. */
  static resume(folder: string): { run: RunFolder; training: Training } {
    const config = readConfig(folder);
    const run = new RunFolder(folder, config);
    return run.#closeOnError(() => {
      const training = run.#readLast();
      checkSameRun(run, training);
      run.#checkBest(training);
      return { run, training };
    });
  }

  file(name: keyof typeof names): string {
    return path.join(this.path, names[name]);
  }

  /** Records metrics; the next `save` or `flush` writes them. */
  record(metrics: Metrics): void {
    this.#pending.push(JSON.stringify(metrics));
  }

  /** Writes the recorded metrics, then the checkpoint. The last one is kept as previous.safetensors. */
  save(training: Training): void {
    this.flush();
    const last = this.file('last');
    // A copy, not a rename: there is a last.safetensors at every moment.
    if (existsSync(last)) replaceFile(this.file('previous'), readBytes(last));
    replaceFile(last, checkpointBytes(training));
  }

  /**
   * Throws unless best.safetensors belongs to this run and to the best epoch of its checkpoint, or a later one: that was written
   * just before a kill, and its epoch will be repeated.
   */
  #checkBest({ best, settings }: Training): void {
    if (best === null) return;
    const file = this.file('best');
    const { notes } = readModel(file);
    // The run may have been extended since.
    const found = notes === null ? null : { ...notes.settings, epochs: settings.epochs };
    if (JSON.stringify(found) === JSON.stringify(settings) && (notes?.best?.epoch ?? 0) >= best.epoch) return;
    throw new RunError(`${file}: not the best model of this run. Restore the file, or start a new run`);
  }

  /** Writes the model as the best so far. */
  saveBest(training: Training): void {
    replaceFile(this.file('best'), modelBytes(training));
  }

  /** Writes a finished run with more epochs to go: first its checkpoint, which the configuration follows after a kill. */
  extend(training: Training): void {
    this.save(training);
    this.#followEpochs(training);
  }

  /** Brings the number of epochs in the configuration up to that of the checkpoint. */
  #followEpochs({ settings: { epochs } }: Training): void {
    if (this.#config.epochs === epochs) return;
    this.#config = { ...this.#config, epochs };
    this.#saveConfig();
  }

  #saveConfig(): void {
    replaceFile(this.file('config'), `${JSON.stringify(this.#config, null, 2)}\n`);
  }

  /** Writes the recorded metrics. */
  flush(): void {
    appendLines(this.file('metrics'), this.#pending);
    this.#pending = [];
  }

  saveReport(html: string): void {
    replaceFile(this.file('report'), html);
  }

  metrics(): Metrics[] {
    return readMetrics(this.file('metrics')).lines;
  }

  /** Releases the run for other processes. */
  close(): void {
    this.#release();
  }

  #closeOnError<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #readLast(): Training {
    const previous = this.file('previous');
    try {
      return readCheckpoint(this.file('last'));
    } catch (error) {
      if (!(error instanceof RunError) || !isWhole(previous)) throw error;
      throw new RunError(
        `${error.message}. The previous checkpoint is intact: to resume from it, copy ${names.previous} over ${names.last}`,
        { cause: error },
      );
    }
  }

  /** Drops the metrics of steps after the last checkpoint, which will be repeated, and temporary files that a kill has left. */
  dropAfter(training: Training): void {
    const { position } = training;
    removeLeftovers(this.path);
    this.#followEpochs(training);
    const isDone = (each: Metrics): boolean => {
      if (each.type === 'step') return each.step <= position.step;
      return each.type === 'epoch' && each.epoch < position.epoch;
    };
    const { lines, isCutShort } = readMetrics(this.file('metrics'));
    const kept = lines.filter(isDone);
    if (kept.length === lines.length && !isCutShort) return;
    replaceFile(this.file('metrics'), kept.map((each) => `${JSON.stringify(each)}\n`).join(''));
  }
}

/** Creates a new folder inside `parent` for a run of a model: `runs/mlp-1`, then `runs/mlp-2`. */
export function freshFolder(parent: string, model: string): string {
  for (let number = 1; ; number++) {
    const folder = path.join(parent, `${model}-${number}`);
    if (makeFolder(folder)) return folder;
  }
}

/** The folder of runs without --out. */
export const runs = 'runs';

/** The folder of the run inside `parent` that was written last. @throws RunError with `advice` if there is none */
export function latestFolder(parent: string, advice: string): string {
  const folders = existsSync(parent) ? namesIn(parent).map((name) => path.join(parent, name)) : [];
  const found = folders
    .filter((folder) => [names.config, names.last].every((name) => existsSync(path.join(folder, name))))
    .map((folder) => ({ folder, time: statSync(path.join(folder, names.last)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  if (found[0] !== undefined) return found[0].folder;
  throw new RunError(`${parent}: contains no run. ${advice}`);
}

/** Throws if the configuration was edited: the checkpoint would not follow it. */
function checkSameRun({ path: folder, config }: RunFolder, { settings }: Training): void {
  for (const [name, value] of Object.entries(settings)) {
    const stated: unknown = config[name as keyof Settings];
    // With fewer epochs, it was to be extended when the process was killed.
    if (stated === value || (name === 'epochs' && config.epochs < settings.epochs)) continue;
    throw new RunError(
      `${path.join(folder, names.config)}: ${name} is ${String(stated)}, but the checkpoint was written with ${value}. ` +
        'Restore the file, or start a new run',
    );
  }
}

function isWhole(file: string): boolean {
  try {
    readCheckpoint(file);
    return true;
  } catch {
    return false;
  }
}
