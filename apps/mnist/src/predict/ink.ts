import { edges, type Layer, median } from './edges.ts';

/** The least distance between paper and ink. Less, five steps of 255, may come from a scanner or a codec. */
const leastContrast = 5 / 255;

/** A pixel with less ink than this is paper. */
const leastInk = 0.08;

/**
 * The amount of ink in each pixel: 0 on the paper, about 1 where the pen went. Undefined when no ink stands out.
 *
 * Light from one side is removed first. Then the border gives the paper's colour p, and the pixels farthest from it the ink's,
 * p + d. Each pixel x is a mixture of the two; the nearest in least squares has
 *
 *     ink = (x − p) · d / |d|²
 *
 * It does not matter which of the two is dark. Noise of the paper and specks that belong to no stroke are dropped.
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

  // The mean of all pixels that are farther than half of the way, so that no single pixel decides the colour.
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

/**
 * Removes a slope of the paper's shade in each channel: the difference between the medians of opposite edges. A channel whose
 * border would not become more even, such as with a stroke along a whole edge, stays as it is. The paper then has the shade of the
 * first pixel.
 */
function withoutSlope({ width, height, channels, values }: Layer, border: readonly number[]): Layer {
  const [right, bottom] = [width - 1, height - 1];
  const level = values.slice();
  for (let c = 0; c < channels; c++) {
    const shade = (indices: readonly number[]): number => median(indices.map((i) => values[i * channels + c] ?? 0));
    const east = shade(edges({ left: right, top: 0, right, bottom }, width));
    const west = shade(edges({ left: 0, top: 0, right: 0, bottom }, width));
    const south = shade(edges({ left: 0, top: bottom, right, bottom }, width));
    const north = shade(edges({ left: 0, top: 0, right, bottom: 0 }, width));
    const levelled = (i: number): number => {
      const x = i % width;
      const y = (i - x) / width;
      const slope = ((east - west) * x) / Math.max(1, right) + ((south - north) * y) / Math.max(1, bottom);
      return (values[i * channels + c] ?? 0) - slope;
    };

    const before = border.map((i) => values[i * channels + c] ?? 0);
    if (unevenness(border.map(levelled)) >= unevenness(before)) continue;
    for (let i = 0; i < width * height; i++) level[i * channels + c] = levelled(i);
  }
  return { width, height, channels, values: level };
}

/** The median distance from the median. */
function unevenness(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((x) => Math.abs(x - middle)));
}

/** A connected piece of ink: its pixels, their sum and their maximum. */
interface Piece {
  pixels: number[];
  mass: number;
  peak: number;
}

/**
 * Keeps the strokes: connected pixels above `threshold`, diagonals included, unless they are all faint or few beside the largest
 * piece. Everything else becomes 0. Undefined if no stroke is left.
 */
function withoutSpecks(ink: Float32Array, width: number, threshold: number): Float32Array | undefined {
  const found = pieces(ink, width, threshold);
  const largest = found.reduce((most, { mass }) => Math.max(most, mass), 0);
  const strokes = found.filter(({ mass, peak }) => peak > 0.3 && mass > 0.02 * largest);
  if (strokes.length === 0) return undefined;

  const kept = new Float32Array(ink.length);
  for (const { pixels } of strokes) for (const i of pixels) kept[i] = ink[i] ?? 0;
  return kept;
}

function pieces(ink: Float32Array, width: number, threshold: number): Piece[] {
  const seen = new Uint8Array(ink.length);
  const found: Piece[] = [];
  for (let first = 0; first < ink.length; first++) {
    if (seen[first] !== 0 || !((ink[first] ?? 0) > threshold)) continue;
    const piece: Piece = { pixels: [first], mass: 0, peak: 0 };
    seen[first] = 1;
    for (const i of piece.pixels) {
      const here = ink[i] ?? 0;
      piece.mass += here;
      piece.peak = Math.max(piece.peak, here);
      const x = i % width;
      const [west, east] = [x > 0 ? -1 : 0, x < width - 1 ? 1 : 0];
      for (let row = i - width; row <= i + width; row += width) {
        for (let j = row + west; j <= row + east; j++) {
          if (seen[j] !== 0 || !((ink[j] ?? 0) > threshold)) continue;
          seen[j] = 1;
          piece.pixels.push(j); // the loop over the pixels will reach it
        }
      }
    }
    found.push(piece);
  }
  return found;
}
