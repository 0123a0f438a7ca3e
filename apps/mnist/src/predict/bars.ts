import cliProgress from 'cli-progress';
import { createColors } from 'picocolors';
import { ranked } from './predict.ts';
import { share } from './share.ts';

/** With more classes than this, only the most probable are shown. */
const most = 10;

/** A bar is at most so many characters long. */
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
