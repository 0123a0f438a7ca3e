import { type Module } from '@mg/nn';
import { noGrad } from '@mg/tensor';
import { pixels } from '../data.ts';
import { DivergedError } from '../evaluate.ts';
import { type LoadedModel } from '../run/load-model.ts';
import { centred } from './centre.ts';
import { drawingOn } from './drawing.ts';
import { FileError, listImages, readImage } from './image-files.ts';
import { PictureError } from './picture.ts';
import { readPicture } from './read-picture.ts';

/** The prediction for a picture file, or the reason why there is none. */
export type FilePrediction = Prediction | Refusal;

export interface Prediction {
  file: string;
  /** The input of the model, row by row: 0 for paper, 255 for ink. */
  image: Uint8Array;
  /** One for each class. */
  probabilities: number[];
  /** How many digits there seem to be on the picture. */
  digits: number;
}

interface Refusal {
  file: string;
  error: string;
}

/** Predicts picture files, and those of folders, in order. A file that is not a picture yields an error instead. */
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
        const drawing = drawingOn(readPicture(await readImage(file), file), file);
        const image = centred(drawing, rows, cols);
        const [probabilities = []] = predict(model, inputShape, image);
        if (!probabilities.every(Number.isFinite)) {
          throw new DivergedError('the model has diverged. Train again with a lower learning rate (--lr)');
        }
        yield { file, image, probabilities, digits: drawing.digits };
      } catch (error) {
        yield refusal(file, error);
      }
    }
  }
}

async function filesIn(place: string): Promise<(string | Refusal)[]> {
  return listImages(place).catch((error: unknown) => [refusal(place, error)]);
}

function refusal(file: string, error: unknown): Refusal {
  if (error instanceof PictureError || error instanceof FileError) return { file, error: error.message };
  throw error;
}

/**
 * The probabilities of the classes, in a row for each image. The model runs in eval mode; its mode is restored.
 *
 * `images` contains the images one after the other, 0 for paper to 255 for ink; `inputShape` is the shape of one.
 */
export function predict(model: Module, inputShape: readonly number[], images: Uint8Array): number[][] {
  const wasTraining = model.training;
  model.eval();
  try {
    return noGrad(() => model.forward(pixels(images, inputShape)).softmax(1).toArray<number[][]>());
  } finally {
    if (wasTraining) model.train();
  }
}

/** The classes, the most probable first; among equal ones, the smaller first. */
export function ranked(probabilities: readonly number[]): { label: number; probability: number }[] {
  return probabilities
    .map((probability, label) => ({ label, probability }))
    .sort((a, b) => b.probability - a.probability || a.label - b.label);
}
