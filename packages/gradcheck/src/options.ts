import { type Adapter } from './adapter.ts';

/** The step and tolerances of a check, how much of the Jacobian it compares, and whether it throws. */
export interface GradcheckOptions {
  /** The step of the central differences, relative to max(1, |x|). Default 1e-6; 2e-3 with an adapter in float32. */
  readonly eps?: number | undefined;
  /** Tolerances: two derivatives may differ by atol + rtol · |numeric|. Default 1e-5 and 1e-3; 2e-4 and 4e-3 in float32. */
  readonly atol?: number | undefined;
  readonly rtol?: number | undefined;
  /** How much the results of two calls with the same inputs may differ, and of two backward passes. Default 0. */
  readonly nondetTol?: number | undefined;
  /**
   * Compares u·J·v for six random u and v per output and input, instead of every element of the Jacobian J. This takes a
   * few calls for inputs of any size, and misses errors smaller than rtol of that sum. Default false.
   */
  readonly fast?: boolean | undefined;
  /** Whether a failed check throws a GradcheckError. If false, only the report tells. Default true. */
  readonly raise?: boolean | undefined;
}

/** GradcheckOptions for tensors of another library. */
export interface AdaptedOptions<T> extends GradcheckOptions {
  readonly adapter: Adapter<T>;
}

/** GradcheckOptions with or without an adapter: the type that the implementations take. */
export type AnyOptions = GradcheckOptions & { readonly adapter?: Adapter<unknown> };

/** The step of a numerical Jacobian, relative to max(1, |x|). Default 1e-6; 2e-3 in float32. */
export interface NumericalOptions {
  readonly eps?: number | undefined;
}

/** The adapter for tensors of another library. */
export interface Adapted<T> {
  readonly adapter: Adapter<T>;
}
