import cliProgress from 'cli-progress';
import { createColors } from 'picocolors';
import { printable, share } from '../format.ts';
import { plainTable } from '../terminal/plain-table.ts';
import { ranked } from './predict.ts';

/** With more classes than this, only the most probable are shown. */
const most = 10;

/** The greatest length of a bar, in characters. */
const longest = 40;

/** The probabilities as bars, a line for each class, the most probable one bold where `colour` allows it. No line is wider than `columns`. */
export function bars(
  probabilities: readonly number[],
  { columns, colour }: { columns: number; colour: boolean },
): string {
  const { bold } = createColors(colour);
  const order = ranked(probabilities);
  const shown = order.slice(0, most).sort((a, b) => a.label - b.label);
  const digits = Math.max(...shown.map(({ label }) => String(label).length));
  const barsize = Math.max(1, Math.min(longest, columns - digits - '  100.0 %'.length));
  const style = {
    barsize,
    barCompleteString: '█'.repeat(barsize),
    barIncompleteString: '░'.repeat(barsize),
    barGlue: '',
  };

  const lines = shown.map(({ label, probability }) => {
    const bar = cliProgress.Format.BarFormat(probability, style);
    const line = `${String(label).padStart(digits)} ${bar} ${share(probability).padStart(7)}`;
    return label === order[0]?.label ? bold(line) : line;
  });
  const rest = order.slice(most);
  if (rest.length > 0) {
    const together = rest.reduce((sum, { probability }) => sum + probability, 0);
    lines.push(`the other ${rest.length} together ${share(together)}`);
  }
  return lines.join('\n');
}

/** The prediction for a picture file. */
interface Row {
  file: string;
  probabilities: readonly number[];
}

const gap = 2;

/** A file's name is never cut to fewer characters than this. */
const shortest = 8;

/** A table of files: prediction, probability and second guess. If it is wider than `columns`, the starts of the names are cut. */
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
