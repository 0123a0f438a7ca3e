import { SingleBar } from 'cli-progress';

/** Draws how far an epoch is, on a terminal; on any other stream it writes nothing. */
export class EpochProgress {
  readonly #bar: SingleBar;
  readonly #epochs: number;
  readonly #images: number;
  #epoch = 0;
  #startedAt = 0;

  constructor(epochs: number, images: number, stream: NodeJS.WritableStream) {
    this.#epochs = epochs;
    this.#images = images;
    this.#bar = new SingleBar({
      stream,
      format: 'epoch {epoch} [{bar}] {percentage} % · loss {loss} · {rate} images/s · {eta_formatted} left',
      barsize: 24,
      etaBuffer: 200,
      clearOnComplete: true,
      gracefulExit: false, // Ctrl-C ends the loop, and the loop's end stops the bar
    });
  }

  /** After a step: the epoch, its images so far, and their mean loss. The first of an epoch begins a new bar. */
  step({ epoch, images, loss }: { epoch: number; images: number; loss: number }): void {
    const now = performance.now();
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#startedAt = now;
      this.#bar.start(this.#images, 0, { epoch: `${epoch}/${this.#epochs}`, loss: '–', rate: '–' });
    }
    const rate = Math.round((1000 * images) / (now - this.#startedAt));
    this.#bar.update(images, {
      loss: loss.toFixed(4),
      rate: Number.isFinite(rate) ? rate.toLocaleString('en-US') : '–',
    });
  }

  /** Clears the line, for something else to be written there. */
  stop(): void {
    this.#bar.stop();
  }
}
