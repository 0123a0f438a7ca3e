import { type TrainArguments } from './command-line.ts';
import { type DataSet } from './data.ts';
import { type EpochResult } from './train.ts';

/** What is trained on what, how, and the first line of the table. */
export function heading({ train, validation }: DataSet, { epochs, batchSize, lr, seed }: TrainArguments): string {
  const images = (count: number): string => count.toLocaleString('en-US');
  return [
    `784-128-64-10, ${images(train.count)} images to train on and ${images(validation.count)} to validate`,
    `epochs ${epochs}, batch size ${batchSize}, learning rate ${lr}, seed ${seed}`,
    'epoch   train loss   validation accuracy   seconds',
  ].join('\n');
}

/** A line of the table, under its heading. */
export function epochRow({ epoch, trainLoss, validationAccuracy, seconds }: EpochResult): string {
  return [
    String(epoch).padStart(5),
    trainLoss.toFixed(4).padStart(13),
    percent(validationAccuracy).padStart(22),
    seconds.toFixed(1).padStart(10),
  ].join('');
}

/** `97.31 %`: as fine as 10,000 images can tell. */
export function percent(x: number): string {
  return `${x.toFixed(2)} %`;
}
