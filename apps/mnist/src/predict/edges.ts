/** An image of one or more channels, each with a value from 0 to 1 for each pixel, row by row. */
export interface Layer {
  width: number;
  height: number;
  channels: readonly Float32Array[];
}

/** A part of an image: its first and last columns and rows. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The indices of the pixels along the four edges of a box, each pixel once, in an image of `width` columns. */
export function edges({ left, top, right, bottom }: Box, width: number): number[] {
  const indices: number[] = [];
  for (let y = top; y <= bottom; y++) {
    const step = y === top || y === bottom ? 1 : Math.max(1, right - left);
    for (let x = left; x <= right; x += step) indices.push(y * width + x);
  }
  return indices;
}

/** The smallest box around all pixels above `threshold`; undefined if there are none. */
export function boundingBox(values: Float32Array, width: number, threshold: number): Box | undefined {
  let [left, right, top, bottom] = [width, -1, Infinity, -1];
  for (let i = 0; i < values.length; i++) {
    if (!((values[i] ?? 0) > threshold)) continue;
    const x = i % width;
    const y = (i - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = y;
  }
  return bottom < 0 ? undefined : { left, top, right, bottom };
}

/** The pixels in a box. */
export function cut(values: Float32Array, width: number, { left, top, right, bottom }: Box): Float32Array {
  const columns = right - left + 1;
  const inside = new Float32Array(columns * (bottom - top + 1));
  for (let y = top; y <= bottom; y++) {
    inside.set(values.subarray(y * width + left, y * width + right + 1), (y - top) * columns);
  }
  return inside;
}

/** The median; of an even number of values, the upper one of the middle two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
