import cliProgress from 'cli-progress'; // CommonJS: Node finds no Format by name in it

/** Where a run is, and how it does; null for what is not known yet. */
export interface Progress {
  epoch: number;
  epochs: number;
  /** Of the epoch, from 0 to 1. */
  done: number;
  loss: number;
  /** In percent. */
  accuracy: number;
  imagesPerSecond: number | null;
  /** Of the whole run. */
  secondsLeft: number | null;
}

/** How many characters a bar has at most: more would say no more. */
const longest = 60;

/** A bar for the epoch in the first line, and figures below it, in as many lines as they need. */
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

/** The parts one after the other, each line as full as the columns allow. */
function flowed(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 3 + part.length <= columns) lines.splice(-1, 1, `${line} · ${part}`);
    else lines.push(part.slice(0, columns));
  }
  return lines;
}
