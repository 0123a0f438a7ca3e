import { clearScreenDown, moveCursor } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { createLogUpdate } from 'log-update';
import { type StepMetrics } from '../metrics.ts';
import { drawsOn, type MaybeTerminal, usesColour } from './capabilities.ts';
import { chartRows, lossCurve } from './loss-curve.ts';
import { progressLines } from './progress-lines.ts';
import { MovingMean, Pace } from './smoothing.ts';
import { ThinnedSeries } from './thinned-series.ts';

/** The least time between two pictures, in milliseconds. */
const shortest = 100;

/** The decay per step of the mean loss and accuracy on display: about fifty steps count. */
const decay = 0.98;

/**
 * A live picture of a training run: its loss curve, a bar for the epoch, and figures, below the last line of a terminal. Nothing is
 * drawn on any other stream.
 *
 * The cursor is never hidden and no signal is handled, so that the terminal is intact however the process ends.
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
  /** The picture on the terminal: when and for how many columns it was drawn, and the lengths of its lines. */
  #picture: { since: number; columns: number; lengths: number[] } | null = null;

  /** `epochs` and `imagesPerEpoch` are those of the whole run, also if it is resumed; `now` returns milliseconds. */
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

  /** Call after a step of the optimizer. Draws if the last picture is old enough, and is cheap otherwise. */
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

  /** Erases the picture. Call before anything else is written to the terminal; the next step draws it again. */
  clear(): void {
    if (this.#picture === null) return;
    this.#erase(this.#picture, this.#stream.columns ?? this.#picture.columns);
    this.#picture = null;
  }

  #draw(now: number, epoch: number, images: number): void {
    const { columns = 0, rows = 0 } = this.#stream;
    if (columns < 2 || rows < 2) return; // a terminal of unknown size, or without room
    const lines = this.#lines(epoch, images, columns - 1).slice(0, rows - 1);
    const lengths = lines.map((line) => stripVTControlCharacters(line).length);
    const last = this.#picture;
    // log-update compares line by line, which fails when their number changes.
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

  /** Erases a picture. If the terminal has become narrower, it has wrapped lines: they take more rows than log-update knows. */
  #erase({ lengths }: { lengths: readonly number[] }, columns: number): void {
    const folded = lengths.reduce((sum, length) => sum + Math.max(1, Math.ceil(length / columns)) - 1, 0);
    this.#update.clear();
    if (folded === 0) return;
    moveCursor(this.#stream, 0, -folded);
    clearScreenDown(this.#stream);
  }
}
