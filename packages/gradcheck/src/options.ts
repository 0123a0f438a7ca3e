import { type Adapter } from './adapter.ts';

/** Step and tolerances of a check, how much of the Jacobian it looks at, and whether it throws. */
export interface GradcheckOptions {
  /** The step of the central differences, relative to max(1, |x|): 1e-6, or 2e-3 with an adapter of float32. */
  readonly eps?: number | undefined;
  /** What two derivatives may differ by, atol + rtol · |numeric|: 1e-5 and 1e-3, or 2e-4 and 4e-3 in float32. */
  readonly atol?: number | undefined;
  readonly rtol?: number | undefined;
  /** How much two calls with the same inputs, and two backward passes, may differ: 0. */
  readonly nondetTol?: number | undefined;
  /**
   * Compares u·J·v, for six random u and v to each output and input, in place of every element of the Jacobian J: a
   * few calls, however large the inputs are. It does not see what is wrong by less than rtol of that sum: false.
   */
  readonly fast?: boolean | undefined;
  /** Whether a check that does not pass throws a GradcheckError; otherwise the report says so: true. */
  readonly raise?: boolean | undefined;
}

/** As GradcheckOptions, for tensors of another library than ours. */
export interface AdaptedOptions<T> extends GradcheckOptions {
  readonly adapter: Adapter<T>;
}

/** What the implementations take: either of the two. */
export type AnyOptions = GradcheckOptions & { readonly adapter?: Adapter<unknown> };

/** The step of a numerical Jacobian, relative to max(1, |x|): 1e-6, in float32 2e-3. */
export interface NumericalOptions {
  readonly eps?: number | undefined;
}

/** For tensors of another library than ours. */
export interface Adapted<T> {
  readonly adapter: Adapter<T>;
}
