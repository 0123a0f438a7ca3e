import { edges, median } from './edges.ts';
import { withoutSlope } from './slope.ts';
import { withoutSpecks } from './specks.ts';

/** An image of one or more channels, whose values, from 0 to 1, follow each other pixel by pixel. */
export interface Layer {
  width: number;
  height: number;
  channels: number;
  values: Float32Array;
}

/** The least distance from paper to ink that is drawn, not left by a scanner or a codec: five steps of 255. */
const leastContrast = 5 / 255;

/** What holds less ink than this is paper. */
const leastInk = 0.08;

/**
 * How much ink each pixel holds: 0 on the paper, about 1 where the pen went. Nothing when no ink stands out.
 *
 * Light that falls from one side is taken off first. Then the border tells the paper's colour p, and the pixels farthest
 * from it the ink's, p + d. Each pixel x is a mixture of the two; the nearest in least squares has
 *
 *     ink = (x − p) · d / |d|²
 *
 * whichever of the two is dark. What is no more than the paper's noise, or hangs together with no stroke, is dropped.
 */
export function distinctInk(layer: Layer): Float32Array | undefined {
  const { width, height } = layer;
  const border = edges({ left: 0, top: 0, right: width - 1, bottom: height - 1 }, width);
  const ink = mixture(withoutSlope(layer, border), border);
  if (ink === undefined) return undefined;

  // The median distance of normal numbers from 0 is 0.6745 standard deviations; strokes that touch the border hardly change it.
  const noise = median(border.map((i) => Math.abs(ink[i] ?? 0))) / 0.6745;
  return withoutSpecks(ink, width, Math.max(leastInk, 4 * noise));
}

function mixture({ channels, values }: Layer, border: readonly number[]): Float32Array | undefined {
  const paper = Array.from({ length: channels }, (_, c) => median(border.map((i) => values[i * channels + c] ?? 0)));
  const pixels = values.length / channels;

  const squared = new Float32Array(pixels);
  let farthest = 0;
  for (let i = 0; i < pixels; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += ((values[i * channels + c] ?? 0) - (paper[c] ?? 0)) ** 2;
    squared[i] = sum;
    farthest = Math.max(farthest, sum);
  }

  // The mean of all that is farther than half of the way: one odd pixel does not choose the colour.
  const d = new Array<number>(channels).fill(0);
  let count = 0;
  for (let i = 0; i < pixels; i++) {
    if ((squared[i] ?? 0) < farthest / 4) continue;
    count++;
    for (let c = 0; c < channels; c++) d[c] = (d[c] ?? 0) + (values[i * channels + c] ?? 0) - (paper[c] ?? 0);
  }
  const step = d.map((sum) => sum / count);
  const length = step.reduce((sum, x) => sum + x * x, 0);
  if (length / channels < leastContrast ** 2) return undefined;

  const ink = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      sum += ((values[i * channels + c] ?? 0) - (paper[c] ?? 0)) * (step[c] ?? 0);
    }
    ink[i] = sum / length;
  }
  return ink;
}
