import cliProgress from 'cli-progress'; // CommonJS: Node does not find Format by name

/** The progress of a run; null for what is not known yet. */
export interface Progress {
  epoch: number;
  epochs: number;
  /** The part of the epoch that is done, from 0 to 1. */
  done: number;
  loss: number;
  /** In percent. */
  accuracy: number;
  imagesPerSecond: number | null;
  /** Of the whole run. */
  secondsLeft: number | null;
}

/** The greatest length of a bar, in characters. */
const longest = 60;

/** A bar for the epoch, and the figures in as many lines below it as they need. */
export function progressLines(progress: Progress, columns: number): string[] {
  const { epoch, epochs, done, loss, accuracy, imagesPerSecond: rate, secondsLeft: left } = progress;
  const head = `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`;
  const share = `${String(Math.floor(100 * done)).padStart(3)} %`;
  const room = columns - head.length - share.length - 2;
  return [
    `${head} ${bar(done, Math.min(room, longest))} ${share}`.slice(0, columns),
    ...flowed(
      [
        `loss ${loss.toFixed(4)}`,
        `accuracy ${accuracy.toFixed(1)} %`,
        `${rate === null ? '–' : Math.round(rate).toLocaleString('en-US')} images/s`,
        `run done in ${left === null ? '–' : duration(left)}`,
      ],
      columns,
    ),
  ];
}

function bar(done: number, size: number): string {
  if (size < 1) return '';
  return cliProgress.Format.BarFormat(done, {
    barsize: size,
    barCompleteString: '█'.repeat(size),
    barIncompleteString: '░'.repeat(size),
    barGlue: '',
  });
}

function duration(seconds: number): string {
  return cliProgress.Format.TimeFormat(Math.ceil(seconds), { autopaddingChar: '0' }, 1);
}

/** Joins the parts into lines, each as long as the columns allow. */
function flowed(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 3 + part.length <= columns) lines.splice(-1, 1, `${line} · ${part}`);
    else lines.push(part.slice(0, columns));
  }
  return lines;
}
