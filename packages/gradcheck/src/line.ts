/** The function along a line through the inputs: a function of one number t, the distance from the inputs. */
export interface Line {
  /** All output elements at t. */
  at(t: number): Float64Array;
  /** How far the inputs move for a given t: writing them rounds. */
  moved(t: number): number;
  /** The unit of a step, max(1, |x|), and |x| itself. */
  readonly scale: number;
  readonly magnitude: number;
}

/** A numerical derivative. */
export interface Estimate {
  readonly slope: number;
  /** An estimate of its error. */
  readonly error: number;
  /**
   * Whether a derivative exists:
   * - `smooth`: it does.
   * - `kink`: the slopes to the left and to the right differ, for every step.
   * - `edge`: the function is not defined on one side, or its slope is infinite.
   * - `tread`: the function jumps nearby. It may be a step function, or rounding may have turned it into one.
   * - `many kinks`: a direction crosses several kinks at once.
   * - `unresolved`: no step gives the derivative accurately enough.
   */
  readonly kind: 'smooth' | 'kink' | 'edge' | 'unresolved' | 'many kinks' | 'tread';
  /** The one-sided slopes. */
  readonly left: number;
  readonly right: number;
}

/** Results along a line. Each point is computed once. */
export class Samples {
  readonly line: Line;
  readonly #known: Map<number, Float64Array | null> = new Map();

  constructor(line: Line) {
    this.line = line;
  }

  /** One output element at t; NaN if the function throws, since t may be outside its domain. */
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
