import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Metrics } from '../metrics.ts';
import { readBytes, RunError } from './disk.ts';
import { checked, type Config, configSchema, metricsSchema } from './schemas.ts';

/** The files of a run. */
export const fileNames = {
  config: 'config.json',
  metrics: 'metrics.jsonl',
  best: 'best.safetensors',
  last: 'last.safetensors',
  previous: 'previous.safetensors',
  report: 'report.html',
} as const;

/** The folder of the data that a run was trained on, for a file of the run; null for MNIST, and for a file of no run. */
export function dataFolderOf(file: string): string | null {
  const folder = path.dirname(file);
  return existsSync(path.join(folder, fileNames.config)) ? readConfig(folder).dataFolder : null;
}

/** The configuration of the run in a folder. @throws RunError if there is none */
export function readConfig(folder: string): Config {
  const file = path.join(folder, fileNames.config);
  if (!existsSync(file)) {
    throw new RunError(
      `${folder}: holds no run to go on with. Give the folder of one (--out), or start one without --resume`,
    );
  }
  try {
    return checked(configSchema, JSON.parse(readBytes(file).toString()));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new RunError(`${file}: is no configuration (${cause.message}). Put it back as it was, or start another run`, {
      cause,
    });
  }
}

/** The lines of the file. A last line that a kill cut short is left out. */
export function readMetrics(file: string): { lines: Metrics[]; isCutShort: boolean } {
  if (!existsSync(file)) return { lines: [], isCutShort: false };
  const texts = readBytes(file).toString().split('\n');
  const isCutShort = texts.pop() !== '';
  const lines = texts.map((text, index) => {
    try {
      return checked(metricsSchema, JSON.parse(text));
    } catch (cause) {
      throw new RunError(`${file}: line ${index + 1} is no metrics (${(cause as Error).message}). Delete the line`, {
        cause,
      });
    }
  });
  return { lines, isCutShort };
}
