/** A connected piece of ink: its pixels, how much they hold in all, and the most that one holds. */
interface Piece {
  pixels: number[];
  mass: number;
  peak: number;
}

/**
 * Keeps the strokes: what holds more than `threshold` and hangs together, diagonals included, unless it is faint throughout or
 * tiny beside the largest piece. Everything else becomes 0; nothing is given back if all does.
 */
export function withoutSpecks(ink: Float32Array, width: number, threshold: number): Float32Array | undefined {
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
          piece.pixels.push(j); // the loop over the pixels goes on to it
        }
      }
    }
    found.push(piece);
  }
  return found;
}
