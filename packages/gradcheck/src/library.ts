import { type Adapter, type Reading } from './adapter.ts';
import { type Precision } from './precision.ts';

/** A function to check, as a library sees it. */
export type LibraryFunction<T> = (...inputs: T[]) => T | readonly T[];

/** Runs the backward pass of one output, whose cotangent is given row-major; null where no gradient arrives. */
type SendBack<T> = (output: number, cotangent: Float64Array) => readonly (T | null)[];

/** What the check does with tensors, whatever library they are of. `wanted` are the places of the inputs to check. */
export interface Library<T> {
  readonly precision: Precision;
  /** Throws a TypeError for an input that cannot be checked. */
  refuse(x: T, index: number): void;
  read(x: T): Reading;
  /** The tensor with other elements: `x` itself, written in place, or a new one. */
  write(x: T, data: Float64Array): T;
  /** Whether `write` gives a new tensor because elements of `x` share memory. */
  isCopied(x: T): boolean;
  /** Calls the function once and hands its outputs to `use`, which may then run backward passes. Leaves no trace. */
  withBackward<R>(
    fn: LibraryFunction<T>,
    inputs: readonly T[],
    wanted: readonly number[],
    use: (outputs: readonly T[], sendBack: SendBack<T>) => R,
  ): R;
  /** A new leaf like `x` that requires a gradient, for a cotangent. */
  cotangent(x: T, data: Float64Array): T;
  /** The gradients of one output with respect to the wanted inputs, differentiable in the inputs and in the cotangent. */
  gradients(
    fn: LibraryFunction<T>,
    inputs: readonly T[],
    wanted: readonly number[],
    output: number,
    cotangent: T,
  ): readonly (T | null)[];
}

/** The outputs of a function as a list. */
export function outputsOf<T>(result: T | readonly T[]): readonly T[] {
  return Array.isArray(result) ? (result as readonly T[]) : [result as T];
}

/** A library that is known through an adapter. */
export function adaptedLibrary<T>(adapter: Adapter<T>): Library<T> {
  const write = (x: T, data: Float64Array): T => adapter.write(x, Array.from(data)) ?? x;
  const gradients: Library<T>['gradients'] = (fn, inputs, wanted, output, cotangent) => {
    const one = (...some: T[]): T => {
      const all = [...inputs];
      wanted.forEach((place, i) => {
        all[place] = some[i] as T;
      });
      return outputsOf(fn(...all))[output] as T;
    };
    return adapter.vjp(
      one,
      wanted.map((place) => inputs[place] as T),
      cotangent,
    );
  };
  return {
    precision: adapter.precision,
    refuse: () => undefined,
    read: (x) => adapter.read(x),
    write,
    isCopied: () => false,
    withBackward: (fn, inputs, wanted, use) => {
      const call = () => outputsOf(fn(...inputs));
      return use(call(), (output, cotangent) => {
        // An output of its own for each cotangent: writing may be in place.
        const seed = write(call()[output] as T, cotangent);
        return gradients(fn, inputs, wanted, output, seed);
      });
    },
    cotangent: write,
    gradients,
  };
}
