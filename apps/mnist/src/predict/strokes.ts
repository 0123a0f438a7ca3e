/** A connected piece of ink, diagonals included: its pixels, their sum and maximum, and its first and last column and row. */
export interface Stroke {
  pixels: number[];
  mass: number;
  peak: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The strokes: pieces of ink above `threshold`, but for those that are all faint, or small beside the largest one. */
export function strokes(ink: Float32Array, width: number, threshold: number): Stroke[] {
  const seen = new Uint8Array(ink.length);
  const found: Stroke[] = [];
  for (let first = 0; first < ink.length; first++) {
    if (seen[first] === 0 && (ink[first] ?? 0) > threshold) found.push(strokeFrom(first, ink, width, threshold, seen));
  }
  const largest = found.reduce((most, { mass }) => Math.max(most, mass), 0);
  return found.filter(({ mass, peak }) => peak > 0.3 && mass > 0.02 * largest);
}

function strokeFrom(first: number, ink: Float32Array, width: number, threshold: number, seen: Uint8Array): Stroke {
  const stroke = { pixels: [first], mass: 0, peak: 0, left: width, right: 0, top: Infinity, bottom: 0 };
  seen[first] = 1;
  for (const i of stroke.pixels) {
    const [x, y, here] = [i % width, Math.floor(i / width), ink[i] ?? 0];
    stroke.mass += here;
    stroke.peak = Math.max(stroke.peak, here);
    stroke.left = Math.min(stroke.left, x);
    stroke.right = Math.max(stroke.right, x);
    stroke.top = Math.min(stroke.top, y);
    stroke.bottom = Math.max(stroke.bottom, y);
    for (let row = i - width; row <= i + width; row += width) {
      for (let j = row - (x > 0 ? 1 : 0); j <= row + (x < width - 1 ? 1 : 0); j++) {
        if (seen[j] !== 0 || !((ink[j] ?? 0) > threshold)) continue;
        seen[j] = 1;
        stroke.pixels.push(j); // the loop over the pixels will reach it
      }
    }
  }
  return stroke;
}

/** How many digits strokes seem to be. Strokes that are above each other are one, and only as high ones count as a digit. */
export function digitCount(found: readonly Stroke[]): number {
  const digits: { left: number; right: number; top: number; bottom: number }[] = [];
  for (const { left, right, top, bottom } of found.toSorted((a, b) => a.left - b.left)) {
    const last = digits.at(-1);
    const overlap = last === undefined ? -1 : Math.min(last.right, right) - left + 1;
    if (last === undefined || overlap < 0.3 * Math.min(last.right - last.left + 1, right - left + 1)) {
      digits.push({ left, right, top, bottom });
    } else {
      last.right = Math.max(last.right, right);
      last.top = Math.min(last.top, top);
      last.bottom = Math.max(last.bottom, bottom);
    }
  }
  const heights = digits.map(({ top, bottom }) => bottom - top + 1);
  return heights.filter((height) => height > 0.5 * Math.max(...heights)).length;
}
