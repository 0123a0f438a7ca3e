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

/** The smallest box around pixels. */
export function boxOf(pixels: Iterable<number>, width: number): Box {
  const box = { left: Infinity, top: Infinity, right: -1, bottom: -1 };
  for (const i of pixels) {
    const [x, y] = [i % width, Math.floor(i / width)];
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return box;
}

/** The indices of the pixels above a threshold. */
export function above(values: Float32Array, threshold: number): number[] {
  return [...values.keys()].filter((i) => (values[i] ?? 0) > threshold);
}

/** The pixels in a box. */
export function cut(values: Float32Array, width: number, { left, top, right, bottom }: Box): Float32Array {
  const [cols, rows] = [right - left + 1, bottom - top + 1];
  return Float32Array.from(
    { length: cols * rows },
    (_, i) => values[(top + Math.floor(i / cols)) * width + left + (i % cols)] ?? 0,
  );
}

/** The median; of an even number of values, the upper one of the middle two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
