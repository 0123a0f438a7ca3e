import { above, type Box, boxOf, cut, edges, type Layer, median } from './edges.ts';
import { resampled } from './resample.ts';

/** How much ink each pixel holds, row by row: 0 on the paper, about 1 where the pen went. */
export interface Drawing {
  width: number;
  height: number;
  ink: Float32Array;
  /** How many digits there seem to be, side by side. */
  digits: number;
}

/** A picture with a longer side, such as a photo, is made smaller. */
const longest = 1000;

/** The least distance between paper and ink. Less, five steps of 255, may come from a scanner or a codec. */
const leastContrast = 5 / 255;

/** A pixel with less ink than this is paper. */
const leastInk = 0.08;

/**
 * The ink on a page, for any colours of pen and paper. Undefined when none stands out.
 *
 * A frame is cut off. Then the border gives the paper's colour p, and the pixels farthest from it the direction d of the ink's. The
 * depth of a pixel x is (x − p) · d / |d|, and its ink the share of the full depth. Light from one side, noise of the paper, and
 * specks that belong to no stroke are removed.
 */
export function distinctInk(layer: Layer): Drawing | undefined {
  const page = withoutFrame(shrunk(layer));
  const { width, height, channels } = page;
  const border = edges(inset(page, 0), width);
  const depth = withoutSlope(depths(page), width, border);
  const full = fullDepth(depth);
  if (Math.abs(full) < leastContrast * Math.sqrt(channels.length)) return undefined;
  const ink = depth.map((x) => x / full);

  // The median distance of normal numbers from 0 is 0.6745 standard deviations; strokes that touch the border hardly change it.
  const noise = medianOf(border, (i) => Math.abs(ink[i] ?? 0)) / 0.6745;
  const found = strokes(ink, width, Math.max(leastInk, 4 * noise));
  const kept = new Float32Array(ink.length);
  for (const i of found.flat()) kept[i] = ink[i] ?? 0;
  return found.length === 0 ? undefined : { width, height, ink: kept, digits: digitCount(found, width) };
}

function shrunk({ width, height, channels }: Layer): Layer {
  const scale = longest / Math.max(width, height);
  if (scale >= 1) return { width, height, channels };
  const [cols, rows] = [Math.ceil(width * scale), Math.ceil(height * scale)];
  return { width: cols, height: rows, channels: channels.map((each) => resampled(each, height, width, rows, cols)) };
}

function inset({ width, height }: Layer, by: number): Box {
  return { left: by, top: by, right: width - 1 - by, bottom: height - 1 - by };
}

/** Cuts off the rings of pixels, an eighth of the page at most, up to the last one of one colour with another colour within it. */
function withoutFrame(page: Layer): Layer {
  const { width, height, channels } = page;
  const depth = depths(page);
  const ring = (by: number): number[] => edges(inset(page, by), width).map((i) => depth[i] ?? 0);
  let frame = 0;
  for (let by = 0; by < Math.min(width, height) / 8 - 1; by++) {
    const [here, within] = [median(ring(by)), median(ring(by + 2))];
    const step = Math.abs(here - within);
    const other = ring(by).filter((x) => Math.abs(x - here) > step / 2);
    if (step > 0.1 * Math.sqrt(channels.length) && other.length < 0.2 * ring(by).length) frame = by + 2;
  }
  if (frame === 0) return page;
  const inner = channels.map((values) => cut(values, width, inset(page, frame)));
  return { width: width - 2 * frame, height: height - 2 * frame, channels: inner };
}

function medianOf(pixels: readonly number[], value: (i: number) => number): number {
  return median(pixels.map(value));
}

/** How far each pixel is from the paper's colour, towards the mean of those that are farther than half of the way. */
function depths(page: Layer): Float32Array {
  const border = edges(inset(page, 0), page.width);
  const offsets = page.channels.map((values) => {
    const paper = medianOf(border, (i) => values[i] ?? 0);
    return values.map((x) => x - paper);
  });
  const sum = (term: (x: number, c: number) => number): Float32Array =>
    (offsets[0] ?? new Float32Array()).map((_, i) => offsets.reduce((total, x, c) => total + term(x[i] ?? 0, c), 0));
  const squares = sum((x) => x * x);
  const half = squares.reduce((most, x) => Math.max(most, x), 0) / 4;
  const way = offsets.map((x) => x.reduce((total, each, i) => total + ((squares[i] ?? 0) < half ? 0 : each), 0));
  const length = Math.hypot(...way) || 1;
  return sum((x, c) => (x * (way[c] ?? 0)) / length);
}

/** Removes a slope, the difference between the medians of opposite edges, if that makes the border more even. */
function withoutSlope(depth: Float32Array, width: number, border: readonly number[]): Float32Array {
  const [right, bottom] = [width - 1, depth.length / width - 1];
  const shade = (edge: Partial<Box>): number =>
    medianOf(edges({ left: 0, top: 0, right, bottom, ...edge }, width), (i) => depth[i] ?? 0);
  const across = (shade({ left: right }) - shade({ right: 0 })) / Math.max(1, right);
  const down = (shade({ top: bottom }) - shade({ bottom: 0 })) / Math.max(1, bottom);
  const level = depth.map((x, i) => x - across * (i % width) - down * Math.floor(i / width));
  const paper = medianOf(border, (i) => level[i] ?? 0);
  const even = level.map((x) => x - paper);
  const unevenness = (of: Float32Array): number => medianOf(border, (i) => Math.abs(of[i] ?? 0));
  return unevenness(even) < unevenness(depth) ? even : depth;
}

/** The mean of the pixels that are deeper than half of the deepest: no single pixel decides it. */
function fullDepth(depth: Float32Array): number {
  const deepest = depth.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
  const deep = depth.filter((x) => (2 * x) / deepest >= 1);
  return deep.reduce((sum, x) => sum + x, 0) / Math.max(1, deep.length);
}

/** The pixels of each stroke: connected ink, diagonals included, that is neither faint nor small beside the largest piece. */
function strokes(ink: Float32Array, width: number, threshold: number): number[][] {
  const left = new Set(above(ink, threshold));
  const pieces: number[][] = [];
  for (const first of left) {
    const piece = [first];
    left.delete(first);
    for (const i of piece) {
      for (const row of [i - width, i, i + width]) {
        for (let j = row - (i % width > 0 ? 1 : 0); j <= row + ((i + 1) % width > 0 ? 1 : 0); j++) {
          if (left.delete(j)) piece.push(j); // the loop over the piece will reach it
        }
      }
    }
    pieces.push(piece);
  }
  const mass = (piece: readonly number[]): number => piece.reduce((sum, i) => sum + (ink[i] ?? 0), 0);
  const largest = pieces.reduce((most, piece) => Math.max(most, mass(piece)), 0);
  return pieces.filter((piece) => mass(piece) > 0.02 * largest && piece.some((i) => (ink[i] ?? 0) > 0.3));
}

/** How many digits strokes seem to be: those that are half as high as the highest, unless one is above another. */
function digitCount(found: readonly number[][], width: number): number {
  const boxes = found.map((stroke) => boxOf(stroke, width));
  const highest = boxes.reduce((most, { top, bottom }) => Math.max(most, bottom - top + 1), 0);
  const high = boxes.filter(({ top, bottom }) => bottom - top + 1 > highest / 2).sort((a, b) => a.left - b.left);
  let [digits, end] = [0, -Infinity];
  for (const { left, right } of high) {
    if (end - left < 0.3 * (right - left + 1)) digits++;
    end = Math.max(end, right);
  }
  return digits;
}
