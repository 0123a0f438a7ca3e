/** The properties of a stream that decide what can be drawn on it. `process.stdout` and `process.stderr` lack them on a pipe. */
export interface MaybeTerminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/**
 * Whether text for the stream may be coloured: on a capable terminal unless `NO_COLOR` is set (https://no-color.org), elsewhere
 * only if `FORCE_COLOR` is set (https://force-color.org). An empty variable counts as unset.
 */
export function usesColour(stream: MaybeTerminal, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return !['0', 'false'].includes(env['FORCE_COLOR']);
  return drawsOn(stream, env);
}

/** Whether the stream is a terminal on which lines can be erased and drawn again. */
export function drawsOn(stream: MaybeTerminal, env: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** The size of the stream's terminal, in characters; 80 × 24 if it is unknown, or 0 as on some terminals. */
export function size(stream: MaybeTerminal): { columns: number; rows: number } {
  return { columns: positive(stream.columns, 80), rows: positive(stream.rows, 24) };
}

function positive(x: number | undefined, otherwise: number): number {
  return x !== undefined && x > 0 ? x : otherwise;
}
