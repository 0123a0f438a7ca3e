import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Sequential, skipInit } from '@mg/nn';
import { Generator, type Tensor } from '@mg/tensor';
import { writeLine } from '../format.ts';
import { inputShape, makeModel, type ModelName, type Task } from '../model.ts';
import { readModel } from './checkpoint.ts';
import { fileNames } from './contents.ts';
import { oneLine, RunError } from './disk.ts';
import { latestFolder, runs } from './run-folder.ts';

/** A trained model from a file. */
export interface LoadedModel {
  /** The path of the file. */
  file: string;
  name: ModelName;
  model: Sequential;
  task: Task;
  inputShape: readonly number[];
  /** SHA-256 of the data set that it was trained on; null if the file does not say. */
  data: string | null;
}

/**
 * Reads a model from a safetensors file: best, last or previous of a run, or one written by PyTorch with the same layers and
 * names. The folder of a run stands for its best model, or for its last one without validation. @throws RunError for anything else
 */
export function loadModel(place: string): LoadedModel {
  const file = modelFile(place);
  const { notes, tensors } = readModel(file);
  const { name, task } = notes === null ? guess(file, tensors) : { name: notes.settings.model, task: notes.settings };
  const model = skipInit(() => makeModel(name, task, new Generator(0)));
  try {
    model.loadStateDict(tensors);
  } catch (cause) {
    throw new RunError(`${file}: the parameters do not fit the ${name}: ${oneLine(cause as Error)}`, { cause });
  }
  model.eval();
  return { file, name, model, task, inputShape: inputShape(name, task), data: notes?.settings.data ?? null };
}

/** The place of a model, by default the latest run, which is then named on standard error. @throws RunError if there is none */
export function modelOrLatest(place: string | undefined, stderr: { write(text: string): unknown }): string {
  if (place !== undefined) return place;
  const latest = latestFolder(runs, 'Train a model first (npm run mnist), or pass one (--checkpoint)');
  writeLine(stderr, `the latest run is ${latest}`);
  return latest;
}

function modelFile(place: string): string {
  if (!existsSync(place)) throw new RunError(`${place}: no such file. Pass a safetensors file or the folder of a run`);
  const kind = statSync(place);
  if (kind.isFile()) return place;
  if (!kind.isDirectory())
    throw new RunError(`${place}: not a regular file. Pass a safetensors file or the folder of a run`);
  const files = [fileNames.best, fileNames.last].map((name) => path.join(place, name));
  const found = files.find((file) => existsSync(file));
  if (found === undefined)
    throw new RunError(`${place}: contains neither ${fileNames.best} nor ${fileNames.last}. Pass the folder of a run`);
  return found;
}

/** Infers the model of a file without notes from the shapes of its first and last weights; images are assumed to be square. */
function guess(file: string, tensors: Readonly<Record<string, Tensor>>): { name: ModelName; task: Task } {
  const shape = (key: string): readonly number[] => tensors[key]?.shape ?? [];
  const name: ModelName = shape('0.weight').length === 4 ? 'cnn' : 'mlp';
  const side = name === 'mlp' ? Math.sqrt(shape('0.weight')[1] ?? 0) : 4 * Math.sqrt((shape('7.weight')[1] ?? 0) / 32);
  const [classes = 0] = shape(name === 'mlp' ? '4.weight' : '9.weight');
  if (Number.isInteger(side) && side >= 4 && classes >= 2) return { name, task: { rows: side, cols: side, classes } };
  throw new RunError(
    `${file}: does not have the parameters of the mlp (0.weight, 2.weight, 4.weight) or the cnn (0.weight, 3.weight, 7.weight, 9.weight). Pass a file written by training`,
  );
}
