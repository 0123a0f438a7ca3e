import { type Adapter, type Reading } from './adapter.ts';
import { type Precision } from './precision.ts';

/** A function to check, with the tensors of one library as inputs and outputs. */
export type LibraryFunction<T> = (...inputs: T[]) => T | readonly T[];

/** Runs the backward pass of one output. The cotangent is row-major; the gradient is null for an input that none reached. */
type SendBack<T> = (output: number, cotangent: Float64Array) => readonly (T | null)[];

/** The operations that a check needs of a library. `wanted` holds the indices of the inputs to check. */
export interface Library<T> {
  readonly precision: Precision;
  /** Throws a TypeError if an input cannot be checked. */
  refuse(x: T, index: number): void;
  read(x: T): Reading;
  /** Returns the tensor with other elements: `x` itself, written in place, or a new tensor. */
  write(x: T, data: Float64Array): T;
  /** Whether `write` returns a new tensor because elements of `x` share memory. */
  isCopied(x: T): boolean;
  /** Calls the function once and passes its outputs to `use`, which may run backward passes. Restores every `grad`. */
  withBackward<R>(
    fn: LibraryFunction<T>,
    inputs: readonly T[],
    wanted: readonly number[],
    use: (outputs: readonly T[], sendBack: SendBack<T>) => R,
  ): R;
  /** A new leaf with the shape of `x` that requires a gradient, to use as a cotangent. */
  cotangent(x: T, data: Float64Array): T;
  /** The gradients of one output with respect to the wanted inputs. They are differentiable in inputs and cotangent. */
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

/** The library behind an adapter. */
export function adaptedLibrary<T>(adapter: Adapter<T>): Library<T> {
  const write = (x: T, data: Float64Array): T => adapter.write(x, Array.from(data)) ?? x;
  const gradients: Library<T>['gradients'] = (fn, inputs, wanted, output, cotangent) => {
    const oneOutput = (...some: T[]): T => {
      const all = [...inputs];
      wanted.forEach((place, i) => {
        all[place] = some[i] as T;
      });
      return outputsOf(fn(...all))[output] as T;
    };
    return adapter.vjp(
      oneOutput,
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
        // Each cotangent gets a fresh output, because `write` may write in place.
        const seed = write(call()[output] as T, cotangent);
        return gradients(fn, inputs, wanted, output, seed);
      });
    },
    cotangent: write,
    gradients,
  };
}
