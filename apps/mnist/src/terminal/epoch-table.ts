import { createColors } from 'picocolors';
import { percent } from '../format.ts';
import { type EpochMetrics } from '../metrics.ts';

/** A column of the table of epochs: its title, and the text of an epoch, null without validation. */
interface Column {
  readonly title: string;
  readonly text: (epoch: EpochMetrics) => string | null;
  /** The column exists only with validation images. */
  readonly validates?: boolean;
}

const columns: readonly Column[] = [
  { title: 'epoch', text: ({ epoch }) => String(epoch) },
  { title: 'train loss', text: ({ trainLoss }) => trainLoss.toFixed(4) },
  { title: 'train accuracy', text: ({ trainAccuracy }) => percent(trainAccuracy) },
  { title: 'validation loss', text: ({ validationLoss: x }) => x?.toFixed(4) ?? null, validates: true },
  {
    title: 'validation accuracy',
    text: ({ validationAccuracy: x }) => (x === null ? null : percent(x)),
    validates: true,
  },
  { title: 'seconds', text: ({ seconds }) => seconds.toFixed(1) },
];

/** Between two columns: with all of them, a row is as wide as a terminal of 80 columns. */
const gap = '  ';

/** The heading of the table of epochs. */
export function epochHeading({ validates }: { validates: boolean }): string {
  return columns
    .filter((column) => validates || column.validates !== true)
    .map(({ title }) => title)
    .join(gap);
}

/** A row of the table. With `colour` the best epoch so far is green; the text is the same. */
export function epochRow(epoch: EpochMetrics, { colour, best }: { colour: boolean; best: boolean }): string {
  const row = columns
    .map(({ title, text }) => text(epoch)?.padStart(title.length))
    .filter((cell) => cell !== undefined)
    .join(gap);
  return best ? createColors(colour).green(row) : row;
}
