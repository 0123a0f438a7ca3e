import { type EvaluateArguments } from '../command-line.ts';
import { perClass } from '../confusion.ts';
import { digestOfFolder, loadTestImages } from '../data.ts';
import { evaluate } from '../evaluate.ts';
import { percent, writeLine } from '../format.ts';
import { breather } from '../interrupt.ts';
import { describeModel } from '../model.ts';
import { dataFolderOf } from '../run/contents.ts';
import { loadModel, modelOrLatest } from '../run/load-model.ts';
import { size, usesColour } from '../terminal/capabilities.ts';
import { confusionTable } from '../terminal/confusion-table.ts';
import { type Streams } from './train-output.ts';

/** Tests a trained model, and prints its confusion matrix, the scores of each class and its accuracy. */
export async function evaluateCheckpoint(
  { checkpoint, data: folder, json }: EvaluateArguments,
  { stdout, stderr }: Streams,
  signal: AbortSignal,
): Promise<void> {
  const { file, name, model, inputShape, task, data } = loadModel(modelOrLatest(checkpoint, stderr));
  // By default, the model of a run is tested on the data of the run.
  const from = folder ?? dataFolderOf(file);
  const test = await loadTestImages(task, { folder: from ?? undefined, signal });
  const digest = data === null ? null : await digestOfFolder(test, { folder: from ?? undefined, signal });
  if (digest !== null && digest !== data) {
    writeLine(
      stderr,
      `note: ${from ?? 'MNIST'} is not the data set that the model was trained on: their digests differ`,
    );
  }
  const { loss, accuracy, confusion } = await evaluate(model, inputShape, test, breather(signal));
  if (json) {
    const result = { data: from ?? 'MNIST', loss, accuracy, classes: perClass(confusion), confusion };
    writeLine(stdout, JSON.stringify(result));
    return;
  }
  const images = `${test.count.toLocaleString('en-US')} test images of ${from ?? 'MNIST'}`;
  writeLine(stdout, `${describeModel(name, task)}, ${images}`);
  // A pipe has no width: it gets the whole table, up to about fifty classes.
  const columns = stdout.isTTY ? size(stdout).columns : 400;
  stdout.write(`${confusionTable(confusion, { colour: usesColour(stdout), columns })}\n`);
  writeLine(stdout, `test accuracy ${percent(accuracy)}`);
}
