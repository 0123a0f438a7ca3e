import { type Sequential } from '@mg/nn';
import { Adam, CosineAnnealingLR } from '@mg/optim';
import { Generator } from '@mg/tensor';
import { type Best } from './metrics.ts';
import { inputShape, makeModel, type ModelName, type Task } from './model.ts';

/** Everything that determines a run: the same settings give the same bits on every machine. */
export interface Settings extends Task {
  model: ModelName;
  epochs: number;
  batchSize: number;
  lr: number;
  seed: number;
  /** Train on all training images, with no validation set. */
  full: boolean;
  /** Images per epoch. */
  images: number;
  /** SHA-256 of the data set. */
  data: string;
}

/** The progress of a run. */
export interface Position {
  /** From 1; `epochs + 1` when the run is finished. */
  epoch: number;
  /** Steps since the run began. */
  step: number;
  /** Within this epoch: batches and images done, the sum of the images' losses, and the number of correct predictions. */
  batches: number;
  images: number;
  lossSum: number;
  correct: number;
}

/** A run in memory: the contents of a checkpoint, ready to continue. */
export interface Training {
  readonly settings: Settings;
  readonly model: Sequential;
  readonly inputShape: readonly number[];
  readonly optimizer: Adam;
  /** Lowers the learning rate along a cosine, from its initial value at the first step to 0 after the last. */
  readonly scheduler: CosineAnnealingLR;
  /** Draws the initial weights, and then the shifts of the images. */
  readonly generator: Generator;
  position: Position;
  best: Best | null;
}

/** Creates a run before its first step. */
export function startTraining(settings: Settings): Training {
  const generator = new Generator(settings.seed);
  const model = makeModel(settings.model, settings, generator);
  const optimizer = new Adam(model.parameters(), { lr: settings.lr });
  return {
    settings,
    model,
    inputShape: inputShape(settings.model, settings),
    optimizer,
    scheduler: schedule(optimizer, settings),
    generator,
    position: { epoch: 1, step: 0, ...freshEpoch },
    best: null,
  };
}

/** Whether the last epoch of a run is over. */
export function isFinished({ settings, position }: Training): boolean {
  return position.epoch > settings.epochs;
}

/** A finished run with more epochs to go: the learning rate continues on the cosine that ends after the new last one. */
export function extended(training: Training, epochs: number): Training {
  const { optimizer, position } = training;
  const settings = { ...training.settings, epochs };
  optimizer.paramGroups[0].lr = settings.lr;
  const scheduler = schedule(optimizer, settings);
  for (let step = 0; step < position.step; step++) scheduler.step();
  return { ...training, settings, scheduler };
}

function schedule(optimizer: Adam, { epochs, images, batchSize }: Settings): CosineAnnealingLR {
  return new CosineAnnealingLR(optimizer, { tMax: epochs * Math.ceil(images / batchSize) });
}

/** The position in an epoch before its first batch. */
export const freshEpoch: Omit<Position, 'epoch' | 'step'> = { batches: 0, images: 0, lossSum: 0, correct: 0 };
