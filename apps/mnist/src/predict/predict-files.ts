import { readFile, stat } from 'node:fs/promises';
import { DivergedError } from '../diverged-error.ts';
import { type LoadedModel } from '../loaded-model.ts';
import { centred } from './centre.ts';
import { drawingOn } from './drawing.ts';
import { FileError, fileError } from './file-error.ts';
import { listImages } from './list-images.ts';
import { PngError, readPng } from './png.ts';
import { predict } from './predict.ts';

/** What a model thinks of a picture file, or why the file was no picture. */
export type FilePrediction = Prediction | Refusal;

export interface Prediction {
  file: string;
  /** What the model was shown, row by row: 0 for paper, 255 for ink. */
  image: Uint8Array;
  /** One for each class. */
  probabilities: number[];
}

interface Refusal {
  file: string;
  error: string;
}

/** A PNG file of this many bytes is none that a person drew. */
const maxBytes = 256e6;

/** Reads the files, and the PNG files of the folders, in their order. A file that is no picture is told, and the others go on. */
export async function* predictFiles(
  { model, inputShape, task: { rows, cols } }: Pick<LoadedModel, 'model' | 'inputShape' | 'task'>,
  places: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<FilePrediction, undefined> {
  for (const place of places) {
    for (const file of await filesIn(place)) {
      signal?.throwIfAborted();
      if (typeof file !== 'string') {
        yield file;
        continue;
      }
      try {
        const image = centred(drawingOn(readPng(await bytesOf(file), file), file), rows, cols);
        const [probabilities = []] = predict(model, inputShape, image);
        if (!probabilities.every(Number.isFinite)) {
          throw new DivergedError('the model gives no numbers any more. Train one with a lower learning rate (--lr)');
        }
        yield { file, image, probabilities };
      } catch (error) {
        yield refusal(file, error);
      }
    }
  }
}

async function filesIn(place: string): Promise<(string | Refusal)[]> {
  return listImages(place).catch((error: unknown) => [refusal(place, error)]);
}

async function bytesOf(file: string): Promise<Uint8Array> {
  const found = await stat(file).catch((cause: unknown) => {
    throw fileError(file, cause);
  });
  // A device may never end; a pipe, as a shell's <(…), does.
  if (!found.isFile() && !found.isFIFO()) throw new FileError(`${file}: no file. Give a PNG file`);
  if (found.size > maxBytes) {
    throw new FileError(`${file}: ${found.size} bytes; expected ${maxBytes} at most. Scale the picture down`);
  }
  return readFile(file).catch((cause: unknown) => {
    throw fileError(file, cause);
  });
}

function refusal(file: string, error: unknown): Refusal {
  if (error instanceof PngError || error instanceof FileError) return { file, error: error.message };
  throw error;
}
