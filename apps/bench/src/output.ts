/** What one run measured: by name, and in units that the topic states. */
export interface Output {
  /** Of the library that was measured, where it has one. */
  readonly version?: string;
  readonly figures: Readonly<Record<string, number>>;
}

/** Prints what a run measured, as the line that `readOutput` looks for. */
export function printOutput(output: Output): void {
  console.log(JSON.stringify(output));
}

/** Reads what a run printed: its result is the last line, for libraries print remarks of their own. Throws if there is none. */
export function readOutput(printed: string): Output {
  const last = printed.trim().split('\n').at(-1) ?? '';
  let output: unknown;
  try {
    output = JSON.parse(last);
  } catch {
    throw new Error(`the last line that was printed is not JSON: ${last}`);
  }
  if (!isOutput(output)) throw new Error(`the last line that was printed has no figures: ${last}`);
  return output;
}

function isOutput(value: unknown): value is Output {
  if (typeof value !== 'object' || value === null || !('figures' in value)) return false;
  const { figures } = value;
  if (typeof figures !== 'object' || figures === null) return false;
  const numbers: unknown[] = Object.values(figures);
  return numbers.length > 0 && numbers.every((each) => Number.isFinite(each));
}
