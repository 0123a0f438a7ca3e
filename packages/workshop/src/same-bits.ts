import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Engine } from './engine.ts';
import {
  type Digests,
  type MathDigests,
  mathFunctions,
  mathProgram,
  sameBitsParts,
  sameBitsProgram,
} from './same-bits-program.ts';

/**
 * What an engine computes, from a folder where @mg/tensor, @mg/nn and @mg/optim can be imported: with `setDeterministic(true)`,
 * or free to round as it likes. Rejects when the program fails, or a digest is missing.
 */
export function digestsIn(
  engine: Engine,
  folder: string,
  rounding: 'deterministic' | 'free' = 'deterministic',
): Promise<Digests> {
  return runForDigests(engine, path.join(folder, `same-bits-${rounding}.js`), sameBitsProgram(rounding), sameBitsParts);
}

/** What the functions of an engine's own `Math` give. Rejects as `digestsIn` does. */
export function mathDigestsIn(engine: Engine, folder: string): Promise<MathDigests> {
  return runForDigests(engine, path.join(folder, 'math.js'), mathProgram, mathFunctions);
}

async function runForDigests<Name extends string>(
  engine: Engine,
  module: string,
  program: string,
  names: readonly Name[],
): Promise<Readonly<Record<Name, string>>> {
  if (!existsSync(module)) writeFileSync(module, program); // Written again, it would be empty for a moment.
  const checked = await engine.run(module);
  if (!haveDigests(checked, names)) {
    throw new Error(`${engine.name} gave ${JSON.stringify(checked)}, and not a digest for each of ${names.join(', ')}`);
  }
  return checked;
}

function haveDigests<Name extends string>(
  checked: unknown,
  names: readonly Name[],
): checked is Readonly<Record<Name, string>> {
  if (typeof checked !== 'object' || checked === null) return false;
  const digests = new Map<string, unknown>(Object.entries(checked));
  return names.every((name) => /^[0-9a-f]{64}$/.test(String(digests.get(name))));
}
