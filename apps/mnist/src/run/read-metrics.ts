import { existsSync } from 'node:fs';
import { type Metrics } from '../metrics.ts';
import { readBytes } from './files.ts';
import { RunError } from './run-error.ts';
import { checked, metricsSchema } from './schemas.ts';

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
