import { type PredictArguments } from '../command-line.ts';
import { printable, share } from '../format.ts';
import { bars, predictionTable } from '../predict/display.ts';
import { type FilePrediction, predictFiles, type Prediction, ranked } from '../predict/predict.ts';
import { type LoadedModel, loadModel } from '../run/load-model.ts';
import { drawsOn, type MaybeTerminal, size, usesColour } from '../terminal/capabilities.ts';
import { drawDigits } from '../terminal/digits.ts';

/** Where the command writes: `process` has both. */
interface Streams {
  stdout: MaybeTerminal & { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/**
 * Reads the digits of picture files: those named as bars, with a folder among them as a table, with `json` a line for each file. What is no
 * picture is told on standard error (with `json` in its line too), and the others go on. Gives whether every file was one.
 */
export async function predictPictures(
  { files, checkpoint, json }: PredictArguments,
  { stdout, stderr }: Streams,
  signal?: AbortSignal,
  load: (place: string) => Pick<LoadedModel, 'model' | 'inputShape' | 'task'> = loadModel,
): Promise<boolean> {
  const loaded = load(checkpoint);
  const predictions: Prediction[] = [];
  let refused = 0;
  for await (const result of predictFiles(loaded, files, signal)) {
    if (json) stdout.write(`${jsonLine(result)}\n`);
    if ('error' in result) {
      refused++;
      stderr.write(`error: ${printable(result.error)}\n`);
    } else predictions.push(result);
  }
  if (!json && predictions.length > 0) stdout.write(`${shown(predictions, loaded, files, stdout)}\n`);
  return refused === 0;
}

function jsonLine(result: FilePrediction): string {
  if ('error' in result) return JSON.stringify(result);
  const { file, probabilities } = result;
  return JSON.stringify({ file, prediction: ranked(probabilities)[0]?.label ?? null, probabilities });
}

function shown(
  predictions: readonly Prediction[],
  { task: { rows, cols } }: Pick<LoadedModel, 'task'>,
  files: readonly string[],
  stdout: MaybeTerminal,
): string {
  const terminal = drawsOn(stdout);
  const columns = terminal ? size(stdout).columns : Infinity;
  // A folder has another name than its files.
  if (predictions.some(({ file }) => !files.includes(file))) return predictionTable(predictions, { columns });

  const colour = usesColour(stdout);
  const pages = predictions.map(({ file, image, probabilities }) => {
    const [first] = ranked(probabilities);
    const line = `${printable(file)}: ${first?.label ?? ''}, ${share(first?.probability ?? 0)}`;
    const digit = drawDigits([{ pixels: image, rows, cols, caption: 'as the model sees it' }], { columns, colour });
    return [line, ...(terminal ? [digit] : []), bars(probabilities, { columns, colour })].join('\n');
  });
  return pages.join('\n\n');
}
