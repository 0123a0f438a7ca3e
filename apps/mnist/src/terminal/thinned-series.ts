export type Point = [x: number, y: number];

/**
 * A series of any length in little memory: when its room is full, every two neighbours are replaced by their mean.
 *
 * ```
 *   room for 4:   a b c d      each point stands for 1 value
 *   e is added:   ab cd  (e)   for 2, and e waits for f
 *   ... h:        ab cd ef gh
 *   i is added:   abcd efgh  (i)
 * ```
 */
export class ThinnedSeries {
  readonly #room: number;
  #points: Point[] = [];
  /** The number of values in a point. */
  #each = 1;
  /** The values that are not in a point yet. */
  #count = 0;
  #sumX = 0;
  #sumY = 0;

  constructor(room = 512) {
    this.#room = room;
  }

  add(x: number, y: number): void {
    if (this.#points.length === this.#room) {
      this.#points = merged(this.#points, 2);
      this.#each *= 2;
    }
    this.#sumX += x;
    this.#sumY += y;
    this.#count++;
    if (this.#count < this.#each) return;
    this.#points.push([this.#sumX / this.#count, this.#sumY / this.#count]);
    this.#sumX = this.#sumY = this.#count = 0;
  }

  /** The whole series in at most so many points, each the mean of equally many values, without the last values. */
  points(most: number): Point[] {
    return merged(this.#points, Math.ceil(this.#points.length / most));
  }
}

/** Replaces every `each` neighbours by their mean. */
function merged(points: readonly Point[], each: number): Point[] {
  const means: Point[] = [];
  for (let start = 0; start < points.length; start += each) {
    const group = points.slice(start, start + each);
    means.push([
      group.reduce((sum, [x]) => sum + x, 0) / group.length,
      group.reduce((sum, [, y]) => sum + y, 0) / group.length,
    ]);
  }
  return means;
}
