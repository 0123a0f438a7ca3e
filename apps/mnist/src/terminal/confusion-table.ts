import { createColors } from 'picocolors';
import { type ClassScores, type Confusion, mostConfused, perClass } from '../confusion.ts';
import { plainTable } from './plain-table.ts';

/** Between two columns of the table. */
const gap = 1;

/** The number of confusions listed if the table does not fit. */
const most = 12;

/**
 * A confusion matrix as a table, with the recall of each label beside its row and the precision of each class below its column.
 * If that is wider than `columns`, the most frequent confusions and the scores of each class are listed instead.
 */
export function confusionTable(
  confusion: Confusion,
  { colour, columns }: { colour: boolean; columns: number },
): string {
  const scores = perClass(confusion);
  const rows = [
    ['label', ...scores.map(({ label }) => String(label)), 'recall'],
    ...confusion.map((row, label) => [String(label), ...row.map(countText), scoreText(scores[label]?.recall)]),
    ['precision', ...scores.map(({ precision }) => scoreText(precision)), ''],
  ];
  const colWidths = widths(rows);
  if (colWidths.reduce((sum, each) => sum + gap + each, -gap) > columns) {
    return folded(listed(confusion, scores), columns);
  }
  const paint = painter(confusion, colour);
  const painted = rows.map((row, y) => row.map((text, x) => paint(text, y - 1, x - 1)));
  const title = 'rows: labels; columns: predictions; recall and precision in percent';
  return [folded([title], columns), plainTable(painted, { gap, colWidths, colAligns: rows.map(() => 'right') })].join(
    '\n',
  );
}

/** Wraps lines that are wider than the columns between words. */
function folded(lines: readonly string[], columns: number): string {
  return plainTable(
    lines.map((line) => [line]),
    { gap, colWidths: [columns], wordWrap: true },
  );
}

function countText(count: number): string {
  return count === 0 ? '·' : String(count);
}

/** Percent with one decimal; only 100 is `100.0`. A dash for null. */
function scoreText(x: number | null | undefined): string {
  if (x === null || x === undefined) return '–';
  return (x < 100 ? Math.min(x, 99.9) : x).toFixed(1);
}

/** The widths of the columns; all classes have the width of the widest one. */
function widths(rows: readonly string[][]): number[] {
  const own = (rows[0] ?? []).map((_, x) => Math.max(...rows.map((row) => row[x]?.length ?? 0)));
  const widest = Math.max(0, ...own.slice(1, -1));
  return own.map((width, x) => (x === 0 || x === own.length - 1 ? width : widest));
}

/** Colours for the cells of the matrix: green for correct, red for errors of at least half the largest, grey for 0. */
function painter(confusion: Confusion, colour: boolean): (text: string, label: number, predicted: number) => string {
  const { dim, green, red } = createColors(colour);
  const largest = Math.max(0, ...confusion.flatMap((row, label) => row.filter((_, predicted) => predicted !== label)));
  return (text, label, predicted) => {
    const count = confusion[label]?.[predicted];
    if (count === undefined) return text;
    if (count === 0) return dim(text);
    if (label === predicted) return green(text);
    return 2 * count >= largest ? red(text) : text;
  };
}

/** The confusions and scores as lines of text. */
function listed(confusion: Confusion, scores: readonly ClassScores[]): string[] {
  const confusions = mostConfused(confusion);
  const digits = String(confusion.length - 1).length;
  return [
    `The confusion matrix of ${confusion.length} classes is too wide for this terminal.`,
    confusions.length === 0 ? 'No class was taken for another.' : 'The most frequent confusions:',
    ...confusions
      .slice(0, most)
      .map(({ label, predicted, count }) => `${label} taken for ${predicted}: ${times(count)}`),
    'Precision and recall of each class, in percent:',
    ...scores.map(
      ({ label, precision, recall }) =>
        `${String(label).padStart(digits)}: ${scoreText(precision).padStart(5)} ${scoreText(recall).padStart(5)}`,
    ),
  ];
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
