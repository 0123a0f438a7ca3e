import { type Box, cut, edges, type Layer, median } from './edges.ts';
import { resampled } from './resample.ts';
import { digitCount, strokes } from './strokes.ts';

/** How much ink each pixel holds, row by row: 0 on the paper, about 1 where the pen went. */
export interface Drawing {
  width: number;
  height: number;
  ink: Float32Array;
  /** How many digits there seem to be, side by side. */
  digits: number;
}

/** A larger picture, such as a photo, is made smaller: fifty times MNIST's box are enough. */
const mostPixels = 1000;

/** The least distance between paper and ink. Less, five steps of 255, may come from a scanner or a codec. */
const leastContrast = 5 / 255;

/** A pixel with less ink than this is paper. */
const leastInk = 0.08;

/**
 * The ink on a page. Undefined when none stands out.
 *
 * A frame at the border is cut off. Then the border gives the paper's colour p, and the pixels farthest from it the direction d of
 * the ink's: the depth of a pixel x is (x − p) · d / |d|, and its ink the share of the full depth. It does not matter which of the
 * two is dark. Light from one side, noise of the paper, and specks that belong to no stroke are removed.
 */
export function distinctInk(layer: Layer): Drawing | undefined {
  const page = withoutFrame(shrunk(layer));
  const { width, height, channels } = page;
  const border = edges({ left: 0, top: 0, right: width - 1, bottom: height - 1 }, width);
  const depth = withoutSlope(depths(page, border), width, border);
  const full = fullDepth(depth);
  if (Math.abs(full) < leastContrast * Math.sqrt(channels.length)) return undefined;
  const ink = depth.map((x) => x / full);

  // The median distance of normal numbers from 0 is 0.6745 standard deviations; strokes that touch the border hardly change it.
  const noise = median(border.map((i) => Math.abs(ink[i] ?? 0))) / 0.6745;
  const found = strokes(ink, width, Math.max(leastInk, 4 * noise));
  if (found.length === 0) return undefined;
  const kept = new Float32Array(ink.length);
  for (const { pixels } of found) for (const i of pixels) kept[i] = ink[i] ?? 0;
  return { width, height, ink: kept, digits: digitCount(found) };
}

function shrunk({ width, height, channels }: Layer): Layer {
  const scale = mostPixels / Math.max(width, height);
  if (scale >= 1) return { width, height, channels };
  const [cols, rows] = [width, height].map((size) => Math.ceil(size * scale)) as [number, number];
  return { width: cols, height: rows, channels: channels.map((values) => resampled(values, height, width, rows, cols)) };
}

/**
 * Cuts off what frames the page. Of the rings of pixels that are less than an eighth of the page from the border, these are all
 * up to the last one that has one colour, with another colour within it.
 */
function withoutFrame({ width, height, channels }: Layer): Layer {
  const inset = (by: number): Box => ({ left: by, top: by, right: width - 1 - by, bottom: height - 1 - by });
  const enough = 0.1 * Math.sqrt(channels.length);
  let frame = 0;
  for (let by = 0; by < Math.min(width, height) / 8 - 1; by++) {
    const ring = edges(inset(by), width);
    const colour = medians(channels, ring);
    const step = distance(colour, medians(channels, edges(inset(by + 2), width)));
    if (step < enough) continue;
    const own = ring.filter((i) => distance(colour, channels.map((values) => values[i] ?? 0)) < step / 2);
    if (own.length > 0.8 * ring.length) frame = by + 2;
  }
  return {
    width: width - 2 * frame,
    height: height - 2 * frame,
    channels: frame === 0 ? channels : channels.map((values) => cut(values, width, inset(frame))),
  };
}

function medians(channels: Layer['channels'], pixels: readonly number[]): number[] {
  return channels.map((values) => median(pixels.map((i) => values[i] ?? 0)));
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((x, c) => x - (b[c] ?? 0)));
}

/** How far each pixel is from the paper's colour, towards the mean of those that are farther than half of the way. */
function depths({ channels }: Layer, border: readonly number[]): Float32Array {
  const paper = medians(channels, border);
  const offsets = channels.map((values, c) => values.map((x) => x - (paper[c] ?? 0)));
  const squares = sumOver(offsets, (x) => x * x);
  const half = squares.reduce((most, x) => Math.max(most, x), 0) / 4;
  const ways = offsets.map((values) => values.reduce((sum, x, i) => ((squares[i] ?? 0) < half ? sum : sum + x), 0));
  const length = Math.hypot(...ways) || 1;
  return sumOver(offsets, (x, c) => (x * (ways[c] ?? 0)) / length);
}

/** The sum over the channels in each pixel. */
function sumOver(channels: readonly Float32Array[], term: (x: number, c: number) => number): Float32Array {
  return Float32Array.from(channels[0] ?? [], (_, i) => channels.reduce((sum, values, c) => sum + term(values[i] ?? 0, c), 0));
}

/**
 * Removes a slope of the paper: the difference between the medians of opposite edges. If the border would not become more even,
 * such as with a stroke along a whole edge, everything stays as it is.
 */
function withoutSlope(depth: Float32Array, width: number, border: readonly number[]): Float32Array {
  const [right, bottom] = [width - 1, depth.length / width - 1];
  const shade = (edge: Partial<Box>): number =>
    median(edges({ left: 0, top: 0, right, bottom, ...edge }, width).map((i) => depth[i] ?? 0));
  const across = (shade({ left: right }) - shade({ right: 0 })) / Math.max(1, right);
  const down = (shade({ top: bottom }) - shade({ bottom: 0 })) / Math.max(1, bottom);
  const level = depth.map((x, i) => x - across * (i % width) - down * Math.floor(i / width));
  const paper = median(border.map((i) => level[i] ?? 0));
  const even = level.map((x) => x - paper);
  return unevenness(even, border) < unevenness(depth, border) ? even : depth;
}

/** The median distance from 0. */
function unevenness(depth: Float32Array, border: readonly number[]): number {
  return median(border.map((i) => Math.abs(depth[i] ?? 0)));
}

/** The mean depth of the pixels that are deeper than half of the deepest: no single pixel decides it. */
function fullDepth(depth: Float32Array): number {
  const least = depth.reduce((a, b) => Math.min(a, b), 0);
  const most = depth.reduce((a, b) => Math.max(a, b), 0);
  const half = (-least > most ? least : most) / 2;
  const deep = depth.filter((x) => x / half >= 1);
  return deep.reduce((sum, x) => sum + x, 0) / Math.max(1, deep.length);
}
