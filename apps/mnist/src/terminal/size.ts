import { type MaybeTerminal } from './colour.ts';

/** How many characters a line of the stream holds, and how many lines it shows; 80 and 24 where it does not say, or says 0 as some do. */
export function size(stream: MaybeTerminal): { columns: number; rows: number } {
  return { columns: positive(stream.columns, 80), rows: positive(stream.rows, 24) };
}

function positive(x: number | undefined, otherwise: number): number {
  return x !== undefined && x > 0 ? x : otherwise;
}
