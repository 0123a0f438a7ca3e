import { type MnistData } from '@mg/data-mnist/node';
import { type Mistake } from '../evaluate.ts';
import { drawDigits } from './digits.ts';

/** The images that were taken for another class, each with what it is and what it was taken for. */
export function drawMistakes(
  mistakes: readonly Mistake[],
  { images, rows, cols }: MnistData,
  look: { columns: number; colour: boolean },
): string {
  const drawings = mistakes.map(({ index, label, predicted, predictedProbability }) => ({
    pixels: images.subarray(index * rows * cols, (index + 1) * rows * cols),
    rows,
    cols,
    caption: `${label}, taken for ${predicted} (${Math.floor(100 * predictedProbability)} %)`,
  }));
  return drawDigits(drawings, look);
}
