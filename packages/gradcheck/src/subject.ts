import { type Adapter } from './adapter.ts';
import { type AnyFunction, isTensorLike, isValueLike, type TensorLike } from './differentiable.ts';
import { adaptedLibrary, type Library, type LibraryFunction, outputsOf } from './library.ts';
import { tensorLibrary } from './tensor-library.ts';
import { values } from './value-library.ts';

/** A copy of the contents of a tensor, as plain numbers. */
export interface Elements {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: Float64Array;
}

/** One input of a check, with its elements before the check. */
export interface Input extends Elements {
  /** Its name in the report: `input 0`. */
  readonly name: string;
  /** Whether its gradient is checked. */
  readonly isChecked: boolean;
  /** Whether the function receives a copy of it, because its elements share memory. */
  readonly isCopied: boolean;
}

/** Runs a backward pass. Returns the gradient of each input, null if the input is not checked or no gradient reached it. */
export type BackwardPass = (output: number, cotangent: Float64Array) => (Elements | null)[];

/** A function and its inputs as plain numbers. The check sees nothing else of a library. */
export interface Subject {
  readonly library: Library<unknown>;
  readonly inputs: readonly Input[];
  /** The outputs for the original inputs. Integer and boolean outputs are left out: they have no derivative. */
  evaluate(): Elements[];
  /** The outputs with other elements in one input. The input is restored afterwards, also when the function throws. */
  evaluateWith(input: number, data: Float64Array): Elements[];
  /** Calls the function once and passes its outputs to `use`, which may run backward passes. */
  withBackward<R>(use: (outputs: readonly Elements[], backward: BackwardPass) => R): R;
  /** The function and the inputs that the caller passed. */
  readonly fn: LibraryFunction<unknown>;
  readonly given: readonly unknown[];
}

/** The library to which the inputs belong. Throws a TypeError if there is none. */
export function libraryOf(inputs: readonly unknown[], adapter: Adapter<unknown> | undefined): Library<unknown> {
  const library = adapter === undefined ? knownLibrary(inputs) : adaptedLibrary(adapter);
  inputs.forEach((input, index) => {
    library.refuse(input, index);
  });
  return library;
}

function knownLibrary(inputs: readonly unknown[]): Library<unknown> {
  inputs.forEach((input, index) => {
    if (!isTensorLike(input) && !isValueLike(input)) {
      throw new TypeError(
        `gradcheck: input ${index} is of type ${input === null ? 'null' : typeof input}, expected a Tensor of @mg/tensor or a Value of @mg/scalar; for another library, pass an adapter`,
      );
    }
  });
  if (inputs.every(isValueLike)) return values;
  return tensorLibrary(inputs as readonly TensorLike[]);
}

/** Reads the inputs of a function. Throws a TypeError if no input requires a gradient. */
export function makeSubject(
  library: Library<unknown>,
  anyFunction: AnyFunction,
  given: readonly unknown[],
  names: readonly string[] = given.map((_, index) => `input ${index}`),
): Subject {
  const fn = anyFunction as unknown as LibraryFunction<unknown>;
  const elementsOf = (x: unknown): Elements => {
    const { shape, dtype = library.precision, data } = library.read(x);
    return { shape: [...shape], dtype, data: new Float64Array(data) };
  };
  const inputs = given.map((x, index): Input => {
    const elements = elementsOf(x);
    const isChecked = library.read(x).requiresGrad ?? hasDerivatives(elements.dtype);
    return { ...elements, name: names[index] ?? '', isChecked, isCopied: isChecked && library.isCopied(x) };
  });
  if (!inputs.some(({ isChecked }) => isChecked)) {
    throw new TypeError(
      'gradcheck: no input requires a gradient, so there is nothing to check; set requiresGrad on at least one input',
    );
  }
  const wanted = inputs.flatMap(({ isChecked }, index) => (isChecked ? [index] : []));
  const call = (args: readonly unknown[]) =>
    outputsOf(fn(...args))
      .map(elementsOf)
      .filter(({ dtype }) => hasDerivatives(dtype));
  return {
    library,
    fn,
    given,
    inputs,
    evaluate: () => call(given),
    evaluateWith: (index, data) => {
      const args = [...given];
      try {
        args[index] = library.write(given[index], data);
        return call(args);
      } finally {
        // If `write` has written in place, the old elements must be written back.
        const before = inputs[index]?.data;
        if (args[index] === given[index] && before) library.write(given[index], before);
      }
    },
    withBackward: (use) =>
      library.withBackward(fn, given, wanted, (outputs, sendBack) => {
        const read = outputs.map(elementsOf);
        // The indices of the outputs that have derivatives, among all outputs.
        const places = read.flatMap(({ dtype }, place) => (hasDerivatives(dtype) ? [place] : []));
        return use(
          read.filter(({ dtype }) => hasDerivatives(dtype)),
          (output, cotangent) => {
            const gradients = sendBack(places[output] ?? 0, cotangent);
            return inputs.map((_, index) => {
              const gradient = gradients[wanted.indexOf(index)] ?? null;
              return gradient === null ? null : elementsOf(gradient);
            });
          },
        );
      }),
  };
}

/** Whether functions of numbers of this type have derivatives: integers, booleans and strings do not. */
export function hasDerivatives(dtype: string): boolean {
  return !/^(?:u?int|bool|string)/i.test(dtype);
}

/** Describes how the dtype or shape of a gradient differs from those of its input; null if they are the same. */
export function mismatch(gradient: Elements, input: Input): string | null {
  if (gradient.dtype === input.dtype && String(gradient.shape) === String(input.shape)) return null;
  return `${input.name} is ${describe(input)}, but its gradient is ${describe(gradient)}; a gradient must have the dtype and shape of its input`;
}

function describe({ dtype, shape }: Elements): string {
  return `${dtype} [${shape.join(', ')}]`;
}
