/** The mean of what was added, the last values counting most: each counts `decay` times as much as the next one. */
export class MovingMean {
  readonly #decay: number;
  #sum = 0;
  #weight = 0;

  constructor(decay: number) {
    this.#decay = decay;
  }

  add(x: number): void {
    this.#sum = this.#decay * this.#sum + x;
    this.#weight = this.#decay * this.#weight + 1;
  }

  /** NaN before the first value. */
  get value(): number {
    return this.#sum / this.#weight;
  }
}

/** How long ago a rate is forgotten to a third, in milliseconds. */
const memory = 5_000;

/** How fast a count grows, as told now and then: of late, not over all time, and only between `start` and the last `update`. */
export class Pace {
  #at = 0;
  #count = 0;
  #perMs: number | null = null;

  /** What has been counted so far, and whatever time has gone by, does not count. */
  start(at: number, count: number): void {
    this.#at = at;
    this.#count = count;
  }

  update(at: number, count: number): void {
    const elapsed = at - this.#at;
    if (elapsed <= 0) return;
    const perMs = (count - this.#count) / elapsed;
    this.#perMs = this.#perMs === null ? perMs : perMs + (this.#perMs - perMs) * Math.exp(-elapsed / memory);
    this.start(at, count);
  }

  /** Per second; null before there is one. */
  get rate(): number | null {
    return this.#perMs === null ? null : 1000 * this.#perMs;
  }
}
