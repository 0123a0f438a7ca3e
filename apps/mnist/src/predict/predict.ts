import { type Module } from '@mg/nn';
import { noGrad } from '@mg/tensor';
import { pixels } from '../data.ts';

/**
 * What a model thinks of each image: a row of probabilities, one for each class. The model's mode is what it was, afterwards.
 *
 * `images` holds the images one after the other, 0 for paper to 255 for ink; `inputShape` is the shape of one.
 */
export function predict(model: Module, inputShape: readonly number[], images: Uint8Array): number[][] {
  const wasTraining = model.training;
  model.eval();
  try {
    return noGrad(() => model.forward(pixels(images, inputShape)).softmax(1).toArray() as number[][]);
  } finally {
    if (wasTraining) model.train();
  }
}

/** The classes, the most probable first; of equal ones, the smaller first. */
export function ranked(probabilities: readonly number[]): { label: number; probability: number }[] {
  return probabilities
    .map((probability, label) => ({ label, probability }))
    .sort((a, b) => b.probability - a.probability || a.label - b.label);
}
