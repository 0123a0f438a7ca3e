import { type PredictArguments } from '../command-line.ts';
import { printable, share, writeLine } from '../format.ts';
import { bars, predictionTable } from '../predict/display.ts';
import { type FilePrediction, predictFiles, type Prediction, ranked } from '../predict/predict.ts';
import { type LoadedModel, loadModel, modelOrLatest } from '../run/load-model.ts';
import { drawsOn, type MaybeTerminal, size, usesColour } from '../terminal/capabilities.ts';
import { drawDigits } from '../terminal/digits.ts';

/** The streams that the command writes to: `process` has both. */
interface Streams {
  stdout: MaybeTerminal & { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/**
 * Reads digits from picture files and prints them: as bars, as a table if there is a folder among the arguments, or as JSON. A file
 * that is not a picture is reported on standard error (and in its line of JSON), and the rest are read. Returns whether all were read.
 */
export async function predictPictures(
  { files, checkpoint, json }: PredictArguments,
  { stdout, stderr }: Streams,
  signal?: AbortSignal,
  load: (place: string) => Pick<LoadedModel, 'model' | 'inputShape' | 'task'> = loadModel,
): Promise<boolean> {
  const loaded = load(modelOrLatest(checkpoint, stderr));
  const predictions: Prediction[] = [];
  let refused = 0;
  for await (const result of predictFiles(loaded, files, signal)) {
    if (json) writeLine(stdout, jsonLine(result));
    if ('error' in result) {
      refused++;
      writeLine(stderr, `error: ${result.error}`);
      continue;
    }
    predictions.push(result);
    if (result.digits > 1) {
      writeLine(
        stderr,
        `note: ${result.file}: there seem to be ${result.digits} digits, but it is read as one. Cut them apart`,
      );
    }
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
  // Files that were not named as arguments come from a folder.
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
