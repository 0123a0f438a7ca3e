import { edges, median } from './edges.ts';
import { type Layer } from './ink.ts';

/**
 * Takes off a slope of the paper's shade, in each channel: what the medians of two opposite edges differ by. Where that
 * would not make the border more even, as with a stroke all along an edge, the channel stays as it is. The paper is then as
 * it was in the first pixel.
 */
export function withoutSlope({ width, height, channels, values }: Layer, border: readonly number[]): Layer {
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
