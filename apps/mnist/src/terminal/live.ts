import { clearScreenDown, moveCursor } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { createLogUpdate } from 'log-update';
import { type StepMetrics } from '../metrics.ts';
import { drawsOn, type MaybeTerminal, usesColour } from './capabilities.ts';
import { chartRows, lossCurve } from './loss-curve.ts';
import { progressLines } from './progress-lines.ts';
import { MovingMean, Pace } from './smoothing.ts';
import { ThinnedSeries } from './thinned-series.ts';

/** How long a picture stays at least, in milliseconds. */
const shortest = 100;

/** How much of what came before a step still counts in the loss and accuracy that are shown: about fifty steps do. */
const decay = 0.98;

/**
 * A moving picture of a training run: its loss curve, a bar for the epoch, and figures. It stands at the end of what a
 * terminal shows; on any other stream nothing is drawn.
 *
 * The cursor is never hidden, so that whatever ends the process leaves nothing to mend; and nothing listens to signals.
 */
export class LiveTraining {
  readonly #epochs: number;
  readonly #imagesPerEpoch: number;
  readonly #stream: NodeJS.WritableStream & MaybeTerminal;
  readonly #now: () => number;
  readonly #draws: boolean;
  readonly #colour: boolean;
  readonly #update: ReturnType<typeof createLogUpdate>;

  readonly #curve = new ThinnedSeries();
  readonly #loss = new MovingMean(decay);
  readonly #accuracy = new MovingMean(decay);
  readonly #pace = new Pace();
  /** What stands on the terminal: since when, drawn for how many columns, and how long its lines are. */
  #picture: { since: number; columns: number; lengths: number[] } | null = null;

  /** `epochs` and `imagesPerEpoch` are those of the whole run, wherever in it this process begins; `now` tells milliseconds. */
  constructor(
    { epochs, imagesPerEpoch }: { epochs: number; imagesPerEpoch: number },
    stream: NodeJS.WritableStream & MaybeTerminal,
    now: () => number = () => performance.now(),
  ) {
    this.#epochs = epochs;
    this.#imagesPerEpoch = imagesPerEpoch;
    this.#stream = stream;
    this.#now = now;
    this.#draws = drawsOn(stream);
    this.#colour = usesColour(stream);
    this.#update = createLogUpdate(stream, { showCursor: true });
  }

  /** After a step of the optimizer. Draws anew when the last picture is old enough; otherwise it costs next to nothing. */
  step({ epoch, images, loss, accuracy }: StepMetrics): void {
    if (!this.#draws) return;
    const seen = (epoch - 1) * this.#imagesPerEpoch + images;
    this.#curve.add(seen / this.#imagesPerEpoch, loss);
    this.#loss.add(loss);
    this.#accuracy.add(accuracy);

    const now = this.#now();
    if (this.#picture === null) this.#pace.start(now, seen);
    else if (now - this.#picture.since < shortest) return;
    else this.#pace.update(now, seen);
    this.#draw(now, epoch, images);
  }

  /** Takes the picture away, as must be done before anything else is written to the terminal. The next step draws it again. */
  clear(): void {
    if (this.#picture === null) return;
    this.#erase(this.#picture, this.#stream.columns ?? this.#picture.columns);
    this.#picture = null;
  }

  #draw(now: number, epoch: number, images: number): void {
    const { columns = 0, rows = 0 } = this.#stream;
    if (columns < 2 || rows < 2) return; // a terminal that does not tell its size, or has no room
    const lines = this.#lines(epoch, images, columns - 1).slice(0, rows - 1);
    const lengths = lines.map((line) => stripVTControlCharacters(line).length);
    const last = this.#picture;
    // log-update compares line by line, which goes wrong when their number changes.
    if (last !== null && (last.columns !== columns || last.lengths.length !== lengths.length)) {
      this.#erase(last, columns);
    }
    this.#update(lines.join('\n'));
    this.#picture = { since: now, columns, lengths };
  }

  #lines(epoch: number, images: number, columns: number): string[] {
    const imagesPerSecond = this.#pace.rate;
    const left = (this.#epochs - epoch + 1) * this.#imagesPerEpoch - images;
    const progress = progressLines(
      {
        epoch,
        epochs: this.#epochs,
        done: images / this.#imagesPerEpoch,
        loss: this.#loss.value,
        accuracy: this.#accuracy.value,
        imagesPerSecond,
        secondsLeft: imagesPerSecond === null ? null : left / imagesPerSecond,
      },
      columns,
    );
    if (chartRows + progress.length >= (this.#stream.rows ?? 0)) return progress;
    return [...lossCurve(this.#curve, { columns, colour: this.#colour }), ...progress];
  }

  /** A line that is longer than the terminal is wide by now has been folded by it, and takes up more rows than log-update knows of. */
  #erase({ lengths }: { lengths: readonly number[] }, columns: number): void {
    const folded = lengths.reduce((sum, length) => sum + Math.max(1, Math.ceil(length / columns)) - 1, 0);
    this.#update.clear();
    if (folded === 0) return;
    moveCursor(this.#stream, 0, -folded);
    clearScreenDown(this.#stream);
  }
}
