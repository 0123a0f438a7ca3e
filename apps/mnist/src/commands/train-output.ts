import { type MnistData } from '@mg/data-mnist/node';
import { type Evaluation } from '../evaluate.ts';
import { percent, printable, writeLine } from '../format.ts';
import { type Metrics } from '../metrics.ts';
import { describeModel } from '../model.ts';
import { drawsOn, size, usesColour } from '../terminal/capabilities.ts';
import { confusionTable } from '../terminal/confusion-table.ts';
import { drawMistakes } from '../terminal/digits.ts';
import { epochHeading, epochRow } from '../terminal/epoch-table.ts';
import { LiveTraining } from '../terminal/live.ts';
import { type Training } from '../training.ts';

/** What the user sees of a training run. */
export interface Output {
  /** Called before the first step of this process, with the run and its folder. */
  begin(training: Training, validationImages: number, folder: string): void;
  metrics(metrics: Metrics): void;
  /** Called at the end. */
  tested(evaluation: Evaluation, data: MnistData): void;
  /** Clears what moves, such as a progress bar: before an error is printed. */
  stop(): void;
}

/** The streams that a command writes to. */
export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Lines of text, and pictures on a terminal. */
export class TextOutput implements Output {
  readonly #streams: Streams;
  #live: LiveTraining | null = null;
  #training: Training | null = null;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  begin(training: Training, validationImages: number, folder: string): void {
    this.#training = training;
    const { settings, position } = training;
    const { epochs, batchSize, lr, seed, images } = settings;
    this.#live = new LiveTraining({ epochs, imagesPerEpoch: images }, this.#streams.stderr);
    const count = (n: number): string => n.toLocaleString('en-US');
    const validates = validationImages > 0;
    this.#line(
      `${describeModel(settings.model, settings)}, ${count(images)} images to train on` +
        (validates ? ` and ${count(validationImages)} to validate` : ''),
    );
    this.#line(`epochs ${epochs}, batch size ${batchSize}, learning rate ${lr}, seed ${seed}`);
    this.#line(`run ${printable(folder)}${position.step > 0 ? `, resumed after step ${count(position.step)}` : ''}`);
    this.#line(epochHeading({ validates }));
  }

  metrics(metrics: Metrics): void {
    if (metrics.type === 'step') this.#live?.step(metrics);
    if (metrics.type !== 'epoch') return;
    this.stop();
    const best = this.#training?.best?.epoch === metrics.epoch;
    const look = { colour: usesColour(this.#streams.stdout), best };
    this.#line(epochRow(metrics, look));
  }

  tested(evaluation: Evaluation, data: MnistData): void {
    this.stop();
    const { stdout } = this.#streams;
    if (drawsOn(stdout)) {
      const look = { colour: usesColour(stdout), columns: size(stdout).columns };
      // The table last: the digits are higher than a screen, and would push it out.
      if (evaluation.mostWrong.length > 0)
        this.#line(`\nmost wrong\n${drawMistakes(evaluation.mostWrong, data, look)}`);
      this.#line(`\n${confusionTable(evaluation.confusion, look)}\n`);
    }
    this.#line(`test accuracy ${percent(evaluation.accuracy)}`);
  }

  stop(): void {
    this.#live?.clear();
  }

  #line(text: string): void {
    this.#streams.stdout.write(`${text}\n`);
  }
}

/** A line of JSON for each step and epoch, and for the test. */
export class JsonOutput implements Output {
  readonly #stdout: NodeJS.WritableStream;
  #folder = '';

  constructor(stdout: NodeJS.WritableStream) {
    this.#stdout = stdout;
  }

  begin(_training: Training, _validationImages: number, folder: string): void {
    this.#folder = folder;
  }

  metrics(metrics: Metrics): void {
    this.#line(metrics);
  }

  tested({ loss, accuracy }: Evaluation): void {
    this.#line({ type: 'test', loss, accuracy, folder: this.#folder });
  }

  stop(): void {
    // Nothing moves.
  }

  #line(content: object): void {
    writeLine(this.#stdout, JSON.stringify(content));
  }
}
