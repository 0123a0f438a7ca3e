import { type Sequential } from '@mg/nn';
import { Adam, CosineAnnealingLR } from '@mg/optim';
import { Generator } from '@mg/tensor';
import { type Best } from './metrics.ts';
import { inputShape, makeModel, type ModelName, type Task } from './model.ts';

/** All that makes a run what it is: with the same settings, any machine comes to the same bits. */
export interface Settings extends Task {
  model: ModelName;
  epochs: number;
  batchSize: number;
  lr: number;
  seed: number;
  /** Whether all training images are trained on, and none set aside for validation. */
  full: boolean;
  /** How many images an epoch has. */
  images: number;
  /** SHA-256 of the data set. */
  data: string;
}

/** How far an epoch is. */
export interface Position {
  /** From 1; one more than there are when all are over. */
  epoch: number;
  /** Steps since the run began. */
  step: number;
  /** Of this epoch: batches and images that are done, the sum of the images' losses, and how many were right. */
  batches: number;
  images: number;
  lossSum: number;
  correct: number;
}

/** A run in memory: what a checkpoint holds, ready to go on. */
export interface Training {
  readonly settings: Settings;
  readonly model: Sequential;
  readonly inputShape: readonly number[];
  readonly optimizer: Adam;
  /** Lets the learning rate fall along a cosine, from its full height at the first step to 0 after the last. */
  readonly scheduler: CosineAnnealingLR;
  /** Of the first weights, and then of how far images are shifted. */
  readonly generator: Generator;
  position: Position;
  best: Best | null;
}

/** A run before its first step. */
export function startTraining(settings: Settings): Training {
  const generator = new Generator(settings.seed);
  const model = makeModel(settings.model, settings, generator);
  const optimizer = new Adam(model.parameters(), { lr: settings.lr });
  const tMax = settings.epochs * Math.ceil(settings.images / settings.batchSize);
  return {
    settings,
    model,
    inputShape: inputShape(settings.model, settings),
    optimizer,
    scheduler: new CosineAnnealingLR(optimizer, { tMax }),
    generator,
    position: { epoch: 1, step: 0, ...freshEpoch },
    best: null,
  };
}

/** The position in an epoch before its first batch. */
export const freshEpoch: Omit<Position, 'epoch' | 'step'> = { batches: 0, images: 0, lossSum: 0, correct: 0 };
