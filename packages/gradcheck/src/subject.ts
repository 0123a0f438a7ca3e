import { type Adapter } from './adapter.ts';
import { type AnyFunction, isTensorLike, isValueLike, type TensorLike } from './differentiable.ts';
import { adaptedLibrary, type Library, type LibraryFunction, outputsOf } from './library.ts';
import { tensorLibrary } from './tensor-library.ts';
import { values } from './value-library.ts';

/** The contents of a tensor as plain numbers: a copy. */
export interface Elements {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: Float64Array;
}

/** One input of a check, as it was at the beginning. */
export interface Input extends Elements {
  /** As the report calls it: `input 0`. */
  readonly name: string;
  /** Whether gradients are expected for it. */
  readonly isChecked: boolean;
  /** Whether the function is given a copy of it, because its elements share memory. */
  readonly isCopied: boolean;
}

/** A backward pass: the gradient of each input, null for one that is not checked or that no gradient reached. */
export type BackwardPass = (output: number, cotangent: Float64Array) => (Elements | null)[];

/** A function with its inputs, in plain numbers: all that the check sees of any library. */
export interface Subject {
  readonly library: Library<unknown>;
  readonly inputs: readonly Input[];
  /** The outputs for the inputs as they are. Those of integers and booleans, which have no derivative, are left out. */
  evaluate(): Elements[];
  /** The outputs with other elements in one input, which has its own back afterwards, also when the function throws. */
  evaluateWith(input: number, data: Float64Array): Elements[];
  /** Calls the function once, and runs backward passes over what it recorded. */
  withBackward<R>(use: (outputs: readonly Elements[], backward: BackwardPass) => R): R;
  /** The function and the inputs themselves. */
  readonly fn: LibraryFunction<unknown>;
  readonly given: readonly unknown[];
}

/** The library that the inputs are of. Throws a TypeError for inputs of none. */
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
        `gradcheck: input ${index} is neither a Tensor of @mg/tensor nor a Value of @mg/scalar; for another library give an adapter`,
      );
    }
  });
  if (inputs.every(isValueLike)) return values;
  return tensorLibrary(inputs as readonly TensorLike[]);
}

/** The function and its inputs. Throws a TypeError where no input requires a gradient. */
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
      'gradcheck: no input requires a gradient, and so there is nothing to check; set requiresGrad on one',
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
        // Where `write` writes in place, this brings back what was there; else it makes a tensor that nobody looks at.
        const before = inputs[index]?.data;
        if (args[index] === given[index] && before) library.write(given[index], before);
      }
    },
    withBackward: (use) =>
      library.withBackward(fn, given, wanted, (outputs, sendBack) => {
        const read = outputs.map(elementsOf);
        // Which of all outputs those are that have derivatives.
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

/** Whether numbers of this type are steps apart that a small change does not cross. */
export function hasDerivatives(dtype: string): boolean {
  return !/^(?:u?int|bool|string)/i.test(dtype);
}

/** What is wrong with the form of a gradient: its shape or dtype. Null for nothing. */
export function misfit(gradient: Elements, input: Elements): string | null {
  if (gradient.dtype === input.dtype && String(gradient.shape) === String(input.shape)) return null;
  return `the gradient of an input ${describe(input)} is ${describe(gradient)}; both must be the same`;
}

function describe({ dtype, shape }: Elements): string {
  return `${dtype} [${shape.join(', ')}]`;
}
