import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Metrics } from '../metrics.ts';
import { readBytes, RunError } from './disk.ts';
import { checked, type Config, configSchema, metricsSchema } from './schemas.ts';

/** The names of the files of a run. */
export const fileNames = {
  config: 'config.json',
  metrics: 'metrics.jsonl',
  best: 'best.safetensors',
  last: 'last.safetensors',
  previous: 'previous.safetensors',
  report: 'report.html',
} as const;

/** The data folder of the run that a file belongs to; null for MNIST, and for a file outside a run. */
export function dataFolderOf(file: string): string | null {
  const folder = path.dirname(file);
  return existsSync(path.join(folder, fileNames.config)) ? readConfig(folder).dataFolder : null;
}

/** Reads the configuration of the run in a folder. @throws RunError if there is no run */
export function readConfig(folder: string): Config {
  const file = path.join(folder, fileNames.config);
  if (!existsSync(file)) {
    throw new RunError(
      `${folder}: contains no run. Pass the folder of a run (--out), or start a new run without --resume`,
    );
  }
  try {
    return checked(configSchema, JSON.parse(readBytes(file).toString()));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new RunError(`${file}: not a valid configuration (${cause.message}). Restore the file, or start a new run`, {
      cause,
    });
  }
}

/** Reads the lines of a metrics file. A last line that a kill has cut short is left out. */
export function readMetrics(file: string): { lines: Metrics[]; isCutShort: boolean } {
  if (!existsSync(file)) return { lines: [], isCutShort: false };
  const texts = readBytes(file).toString().split('\n');
  const isCutShort = texts.pop() !== '';
  const lines = texts.map((text, index) => {
    try {
      return checked(metricsSchema, JSON.parse(text));
    } catch (cause) {
      throw new RunError(`${file}: line ${index + 1} is not valid (${(cause as Error).message}). Delete the line`, {
        cause,
      });
    }
  });
  return { lines, isCutShort };
}
