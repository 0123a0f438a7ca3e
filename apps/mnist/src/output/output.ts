import { type MnistData } from '@mg/data-mnist/node';
import { type Evaluation } from '../evaluate.ts';
import { type Metrics } from '../metrics.ts';
import { type Training } from '../training.ts';

/** What the user sees of a training run. */
export interface Output {
  /** Before the first step of this process: the run as it is, in which folder. */
  begin(training: Training, validationImages: number, folder: string): void;
  metrics(metrics: Metrics): void;
  /** At the end. */
  tested(evaluation: Evaluation, data: MnistData): void;
  /** Clears what moves, as a progress bar: before an error, say. */
  stop(): void;
}
