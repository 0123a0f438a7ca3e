import { expect, test } from 'vitest';
import { drawMistakes } from './mistakes.ts';

test('draws the images of the mistakes, with what they are and what they were taken for', () => {
  // Three images of 2×3: paper, paper, and a stroke on the left.
  const images = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 9, 255, 0, 9]);
  const data = { images, labels: Uint8Array.of(0, 1, 2), count: 3, rows: 2, cols: 3 };
  const mistake = { index: 2, label: 2, predicted: 7, predictedProbability: 0.999, labelProbability: 0.001 };
  const drawn = drawMistakes([mistake, { ...mistake, index: 0, label: 0 }], data, { columns: 80, colour: false });
  expect(drawn).toBe(['█', '2, taken for 7 (99 %)  0, taken for 7 (99 %)'].join('\n'));
});
