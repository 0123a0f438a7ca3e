import { type EvaluateArguments } from '../command-line.ts';
import { perClass } from '../confusion.ts';
import { loadTestImages } from '../data.ts';
import { evaluate } from '../evaluate.ts';
import { percent } from '../format.ts';
import { breather } from '../interrupt.ts';
import { describeModel } from '../model.ts';
import { dataFolderOf } from '../run/contents.ts';
import { loadModel } from '../run/load-model.ts';
import { size, usesColour } from '../terminal/capabilities.ts';
import { confusionTable } from '../terminal/confusion-table.ts';

/** Tests a trained model, and prints its confusion matrix, the scores of each class and its accuracy. */
export async function evaluateCheckpoint(
  { checkpoint, data: folder, json }: EvaluateArguments,
  stdout: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<void> {
  const { file, name, model, inputShape, task } = loadModel(checkpoint);
  // By default, the model of a run is tested on the data of the run.
  const from = folder ?? dataFolderOf(file);
  const test = await loadTestImages(task, { folder: from ?? undefined, signal });
  const { loss, accuracy, confusion } = await evaluate(model, inputShape, test, breather(signal));
  if (json) {
    stdout.write(
      `${JSON.stringify({ data: from ?? 'MNIST', loss, accuracy, classes: perClass(confusion), confusion })}\n`,
    );
    return;
  }
  stdout.write(
    `${describeModel(name, task)}, ${test.count.toLocaleString('en-US')} test images of ${from ?? 'MNIST'}\n`,
  );
  // A pipe has no width: it gets the whole table, up to about fifty classes.
  const columns = stdout.isTTY ? size(stdout).columns : 400;
  stdout.write(`${confusionTable(confusion, { colour: usesColour(stdout), columns })}\n`);
  stdout.write(`test accuracy ${percent(accuracy)}\n`);
}
