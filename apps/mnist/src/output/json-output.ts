import { type Evaluation } from '../evaluate.ts';
import { type Metrics } from '../metrics.ts';
import { type Output } from './output.ts';
import { type Training } from '../training.ts';

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
    this.#stdout.write(`${JSON.stringify(content)}\n`);
  }
}
