/** An exponential moving mean: each value counts `decay` times as much as the next one. */
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

/** The time constant of a rate, in milliseconds: after this time, a measurement counts a third. */
const memory = 5_000;

/** The recent rate of a growing count, measured only between `start` and the last `update`. */
export class Pace {
  #at = 0;
  #count = 0;
  #perMs: number | null = null;

  /** Starts to measure: earlier counts and time are ignored. */
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

  /** Per second; null before the first `update`. */
  get rate(): number | null {
    return this.#perMs === null ? null : 1000 * this.#perMs;
  }
}
