/** What is asked of a stream before something is drawn on it. Of a pipe, `process.stdout` and `process.stderr` know none of it. */
export interface MaybeTerminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/**
 * Whether text for the stream may be coloured: on a terminal that can, unless `NO_COLOR` says no (https://no-color.org);
 * elsewhere only when `FORCE_COLOR` says so (https://force-color.org). An empty variable says nothing.
 */
export function usesColour(stream: MaybeTerminal, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return !['0', 'false'].includes(env['FORCE_COLOR']);
  return drawsOn(stream, env);
}

/** Whether the stream is a terminal that understands more than plain text: lines can be taken back on it and drawn anew. */
export function drawsOn(stream: MaybeTerminal, env: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** How many characters a line of the stream holds, and how many lines it shows; 80 and 24 where it does not say, or says 0 as some do. */
export function size(stream: MaybeTerminal): { columns: number; rows: number } {
  return { columns: positive(stream.columns, 80), rows: positive(stream.rows, 24) };
}

function positive(x: number | undefined, otherwise: number): number {
  return x !== undefined && x > 0 ? x : otherwise;
}
