import * as v from 'valibot';
import { type Best, type Metrics } from '../metrics.ts';
import { modelNames } from '../model.ts';
import { type Position, type Settings } from '../training.ts';

/** The schemas of a run's files, which may have been edited, cut short, or written by another version. */

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(whole, v.minValue(1));
const number = v.pipe(v.number(), v.finite());

const settingsEntries = {
  model: v.picklist(modelNames),
  rows: v.pipe(positive, v.minValue(4), v.maxValue(4096)),
  cols: v.pipe(positive, v.minValue(4), v.maxValue(4096)),
  classes: v.pipe(positive, v.minValue(2), v.maxValue(256)),
  epochs: positive,
  batchSize: positive,
  lr: number,
  seed: whole,
  full: v.boolean(),
  images: positive,
  data: v.string(),
};

const settingsSchema: v.GenericSchema<unknown, Settings> = v.strictObject(settingsEntries);

/** The contents of `config.json`: the settings, and facts about a run that do not change its bits. */
export interface Config extends Settings {
  /** The folder of the data set; null for MNIST. */
  dataFolder: string | null;
  /** The version of Node that started it. */
  node: string;
  started: string;
}

export const configSchema: v.GenericSchema<unknown, Config> = v.strictObject({
  ...settingsEntries,
  dataFolder: v.nullable(v.string()),
  node: v.string(),
  started: v.string(),
});

const bestSchema: v.GenericSchema<unknown, Best | null> = v.nullable(
  v.strictObject({ epoch: positive, accuracy: number, loss: number }),
);

const positionSchema: v.GenericSchema<unknown, Position> = v.strictObject({
  epoch: positive,
  step: whole,
  batches: whole,
  images: whole,
  lossSum: number,
  correct: whole,
});

export const metricsSchema: v.GenericSchema<unknown, Metrics> = v.variant('type', [
  v.strictObject({
    type: v.literal('step'),
    epoch: positive,
    step: positive,
    images: positive,
    loss: number,
    accuracy: number,
    lr: number,
  }),
  v.strictObject({
    type: v.literal('epoch'),
    epoch: positive,
    step: positive,
    trainLoss: number,
    trainAccuracy: number,
    validationLoss: v.nullable(number),
    validationAccuracy: v.nullable(number),
    seconds: number,
  }),
  v.strictObject({ type: v.literal('test'), loss: number, accuracy: number }),
]);

/** The version of a checkpoint's notes, which decides what else they hold. */
export const versionSchema: v.GenericSchema<unknown, { version: unknown }> = v.looseObject({ version: v.unknown() });

const modelEntries = { version: v.unknown(), settings: settingsSchema, best: bestSchema };

/** The notes of a model. */
export const modelNotesSchema: v.GenericSchema<unknown, { settings: Settings; best: Best | null }> =
  v.strictObject(modelEntries);

/** The notes of a checkpoint. The optimizer, the scheduler and the generator check their states themselves. */
export const trainingNotesSchema: v.GenericSchema<unknown, { settings: Settings; best: Best | null }> = v.strictObject({
  ...modelEntries,
  position: positionSchema,
  optimizer: v.unknown(),
  scheduler: v.unknown(),
  generator: v.unknown(),
});

/** Returns the value if it matches the schema. @throws SyntaxError that names the place and the value found there, or an unknown key */
export function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const result = v.safeParse(schema, value);
  // Not the schema's output, whose members are in another order: a checkpoint has the same bytes when it is written again.
  if (result.success) return value as T;
  const [issue] = result.issues;
  const place = v.getDotPath(issue);
  if (issue.type === 'strict_object' && issue.expected === 'never')
    throw new SyntaxError(`unknown key ${issue.received}`);
  throw new SyntaxError(`${place === null ? '' : `${place}: `}${issue.message}`);
}
