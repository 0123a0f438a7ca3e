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
 * config.json            what was asked for; written once
 * metrics.jsonl          a line for each step and epoch; the test at the end
 * best.safetensors       the model after the epoch that did best on the validation images
 * last.safetensors       all that going on needs; previous.safetensors is the one before
 * report.html            for a browser; written at the end
 * ```
 *
 * A checkpoint is written after the metrics that lead to it, and best.safetensors before the last.safetensors that knows of it: whatever
 * a kill leaves, `resume` finds all that its checkpoint speaks of.
 */
export class RunFolder {
  readonly path: string;
  readonly config: Config;
  readonly #release: () => void;
  /** Metrics that are not in the file yet. */
  #pending: string[] = [];

  /** Locks the folder, until `close`. */
  private constructor(folder: string, config: Config) {
    this.path = folder;
    this.config = config;
    this.#release = lock(folder);
  }

  /** @throws RunError if a folder holds a run already, or what is left of one */
  static expectFree(folder: string): void {
    const found = Object.values(names).filter((name) => existsSync(path.join(folder, name)));
    if (found.includes(names.config)) {
      throw new RunError(`${folder}: a run is there already. Go on with it (--resume), or take another folder (--out)`);
    }
    // Of a run that was killed before it began, the first checkpoint may be there.
    if (found.some((name) => name !== names.last)) {
      throw new RunError(
        `${folder}: has files of a run (${found.join(', ')}) without its ${names.config}. Put that back, or take another folder (--out)`,
      );
    }
  }

  /** Makes the folder of a new run, with a checkpoint of its beginning. @throws RunError if a run is there already */
  static create(folder: string, config: Config, training: Training): RunFolder {
    RunFolder.expectFree(folder);
    makeFolder(folder);
    const run = new RunFolder(folder, config);
    return run.#closeOnError(() => {
      // The configuration makes the folder a run, so it comes last.
      run.save(training);
      replaceFile(run.file('config'), `${JSON.stringify(config, null, 2)}\n`);
      return run;
    });
  }

  /** Reads a run, for this process to go on with. Nothing is changed yet. */
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

  /** Takes note of metrics; they are in the file after the next `save`. */
  record(metrics: Metrics): void {
    this.#pending.push(JSON.stringify(metrics));
  }

  /** Writes what was recorded, and then the checkpoint. The one before stays, as previous.safetensors. */
  save(training: Training): void {
    this.flush();
    const last = this.file('last');
    // By a copy and not by renaming: at no moment is there none.
    if (existsSync(last)) replaceFile(this.file('previous'), readBytes(last));
    replaceFile(last, checkpointBytes(training));
  }

  /**
   * Throws unless best.safetensors is of this run, and of the epoch that the checkpoint knows of, or of a later one: that one was
   * written before a kill, and comes again.
   */
  #checkBest({ best, settings }: Training): void {
    if (best === null) return;
    const file = this.file('best');
    const { notes } = readModel(file);
    if (JSON.stringify(notes?.settings) === JSON.stringify(settings) && (notes?.best?.epoch ?? 0) >= best.epoch) return;
    throw new RunError(`${file}: is not the best model of this run. Put that back, or start another run`);
  }

  /** Writes the model alone: after the epoch that did best. */
  saveBest(training: Training): void {
    replaceFile(this.file('best'), modelBytes(training));
  }

  /** Writes what was recorded. */
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

  /** Lets another process go on with the run. */
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
        `${error.message}. The one before is whole: to go on from there, copy ${names.previous} over ${names.last}`,
        { cause: error },
      );
    }
  }

  /** Drops metrics after the last checkpoint, whose steps come again, and what a kill left of files. */
  dropAfter({ position }: Training): void {
    removeLeftovers(this.path);
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

/** A folder for a run of a model inside `parent`, which no run has: `runs/mlp-1`, then `runs/mlp-2`. */
export function freshFolder(parent: string, model: string): string {
  for (let number = 1; ; number++) {
    const folder = path.join(parent, `${model}-${number}`);
    if (makeFolder(folder)) return folder;
  }
}

/** The run inside `parent` that was trained last. @throws RunError if there is none */
export function latestFolder(parent: string): string {
  const folders = existsSync(parent) ? namesIn(parent).map((name) => path.join(parent, name)) : [];
  const runs = folders
    .filter((folder) => [names.config, names.last].every((name) => existsSync(path.join(folder, name))))
    .map((folder) => ({ folder, time: statSync(path.join(folder, names.last)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  if (runs[0] !== undefined) return runs[0].folder;
  throw new RunError(`${parent}: no run to go on with. Give its folder (--out), or start one without --resume`);
}

/** An edited configuration would promise what the checkpoint does not do. */
function checkSameRun({ path: folder, config }: RunFolder, { settings }: Training): void {
  for (const [name, value] of Object.entries(settings)) {
    const stated: unknown = config[name as keyof Settings];
    if (stated === value) continue;
    throw new RunError(
      `${path.join(folder, names.config)}: says ${name} ${String(stated)}, and the checkpoint was made with ${value}. ` +
        'Put it back, or start another run',
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
