import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A text as the place of each character among all that occur in it, and how many these are. */
export interface Text {
  readonly codes: Uint8Array;
  readonly vocabulary: number;
}

/** The text that W4 trains on, which the examples have too. */
export function readText(): Text {
  const text = readFileSync(path.join(import.meta.dirname, '../../examples/data/coriolanus.txt'), 'utf8');
  const characters = [...new Set(text)].sort();
  return { codes: Uint8Array.from(text, (character) => characters.indexOf(character)), vocabulary: characters.length };
}
