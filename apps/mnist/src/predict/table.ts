import { plainTable } from '../terminal/plain-table.ts';
import { printable } from './printable.ts';
import { ranked } from './predict.ts';
import { share } from './share.ts';

/** A picture file and what a model thinks of it. */
interface Row {
  file: string;
  probabilities: readonly number[];
}

const gap = 2;

/** What is left of a file's name however narrow the terminal. */
const shortest = 8;

/** A table of files: what each was taken for, how surely, and the second guess. Where it would be wider than `columns`, the names lose their beginnings. */
export function predictionTable(rows: readonly Row[], { columns }: { columns: number }): string {
  const guesses = rows.map(({ probabilities }) => {
    const [first, second] = ranked(probabilities);
    return [
      String(first?.label ?? ''),
      share(first?.probability ?? 0),
      second === undefined ? '' : `${second.label} (${share(second.probability)})`,
    ];
  });
  const titles = ['prediction', 'probability', 'second guess'];
  const widths = titles.map((title, x) => Math.max(title.length, ...guesses.map((guess) => guess[x]?.length ?? 0)));
  const room = Math.max(shortest, columns - widths.reduce((sum, width) => sum + gap + width, 0));
  const cells = rows.map(({ file }, y) => [ending(printable(file), room), ...(guesses[y] ?? [])]);
  return plainTable([['file', ...titles], ...cells], { gap, colAligns: ['left', 'right', 'right', 'right'] });
}

function ending(text: string, length: number): string {
  return text.length <= length ? text : `…${text.slice(1 - length)}`;
}
