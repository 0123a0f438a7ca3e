import { existsSync } from 'node:fs';

/** A percentage: `97.31 %`, or a dash for null. Values near 0 and 100 do not round to them: `< 0.01 %`, `> 99.99 %`. */
export function percent(x: number | null): string {
  if (x === null) return '–';
  if (x > 0 && x < 0.005) return '< 0.01 %';
  if (x < 100 && x >= 99.995) return '> 99.99 %';
  return `${x.toFixed(2)} %`;
}

/** A probability in percent: `97.3 %`. Only 1 is `100.0 %`. */
export function share(probability: number): string {
  return `${(probability < 1 ? Math.min(100 * probability, 99.9) : 100).toFixed(1)} %`;
}

/**
 * Text in which every character that would steer a terminal or reorder a line is written out, as file names may contain them: a
 * line break is `\u000a`. These are Unicode's control, format and separator characters, and halves of surrogate pairs. Text of
 * others is shown by `writeLine` and by `html`, which call this. In JSON the escapes stand for the same characters.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, i) => escaped(character.charCodeAt(i))).join(''),
  );
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/** Writes a line of text, which may contain a path, a flag or the contents of a file. Everything except tables and charts of numbers is written by this function. */
export function writeLine(stream: { write(text: string): unknown }, text: string): void {
  stream.write(`${printable(text)}\n`);
}

/** Whether a path is that of a file whose name is not UTF-8: Node replaces the other bytes, and cannot open the file. */
export function isGarbled(place: string): boolean {
  return place.includes('\uFFFD') && !existsSync(place);
}

export const garbled = 'the name is not UTF-8, so that the file cannot be opened. Rename it';
