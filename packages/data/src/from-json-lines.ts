import { DataError } from './data-error.ts';
import { type Dataset } from './dataset.ts';
import { fromArrays } from './from-arrays.ts';
import { parseText, type TextStream } from './text-source.ts';

/**
 * Reads JSON lines: one JSON value per line. Empty lines are left out.
 *
 * The values are what the file says, so check them or convert them with `map`.
 *
 * @throws DataError for a line that is not JSON, with its number.
 * @see https://jsonlines.org
 *
 * ```ts
 * import { fromJsonLines } from '@mg/data';
 *
 * const dataset = fromJsonLines('{"text":"good","stars":5}\n{"text":"bad","stars":1}\n');
 * console.log(dataset.length, dataset.get(1)); // => 2 { text: bad, stars: 1 }
 * fromJsonLines('1\n{'); // => throws DataError: line 2 is not JSON
 * ```
 */
export function fromJsonLines(source: string): Dataset<unknown>;
export function fromJsonLines(source: TextStream): Promise<Dataset<unknown>>;
export function fromJsonLines(source: string | TextStream): Dataset<unknown> | Promise<Dataset<unknown>> {
  return parseText('fromJsonLines', source, (text) =>
    fromArrays(text.split(/\r?\n/).flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, index + 1)]))),
  );
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`fromJsonLines: line ${number} is not JSON: ${reason}. Write one JSON value per line`, {
      cause,
    });
  }
}
