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
