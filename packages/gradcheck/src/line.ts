/** A function along a line: of one number t, the distance from the point at which derivatives are wanted. */
export interface Line {
  /** All results at t. */
  at(t: number): Float64Array;
  /** How far the point really moves when it is asked to move by t: writing rounds. */
  moved(t: number): number;
  /** What a step is measured by, max(1, |x|), and |x| itself. */
  readonly scale: number;
  readonly magnitude: number;
}

/** A numerical derivative. */
export interface Estimate {
  readonly slope: number;
  /** What it may be off by. */
  readonly error: number;
  /**
   * Whether there is a derivative: `kink` where the slopes to the left and to the right differ however near one looks, `edge`
   * where there is none on one side, outside of the function's domain, or it is infinite, `unresolved` where no step gives it to the accuracy that is allowed, `many kinks` where directions cross several at once, and
   * `tread` where the function breaks off nearby: it may be a step function there, or rounding may have made one of it.
   */
  readonly kind: 'smooth' | 'kink' | 'edge' | 'unresolved' | 'many kinks' | 'tread';
  /** The one-sided slopes. */
  readonly left: number;
  readonly right: number;
}

/** Points along a line, each of which is computed once. */
export class Samples {
  readonly line: Line;
  readonly #known: Map<number, Float64Array | null> = new Map();

  constructor(line: Line) {
    this.line = line;
  }

  /** A result at t; NaN where the function throws: far from the point it may well be outside of its domain. */
  at(t: number, row: number): number {
    let values = this.#known.get(t);
    if (values === undefined) {
      try {
        values = this.line.at(t);
      } catch {
        values = null;
      }
      this.#known.set(t, values);
    }
    return values?.[row] ?? NaN;
  }
}
