import { type AnyFunction, type Checkable, type Differentiable } from './differentiable.ts';
import { type Line } from './line.ts';
import { type Adapted, type NumericalOptions } from './options.ts';
import { type Arithmetic, arithmetics } from './precision.ts';
import { type BackwardPass, type Elements, libraryOf, makeSubject, mismatch, type Subject } from './subject.ts';

/** For each output and input, ∂output[row] / ∂input[column]: `jacobian[output][input][row][column]`. */
export type Jacobian = number[][][][];

/**
 * The Jacobian by central differences, (f(x + h) − f(x − h)) / 2h with h = eps · max(1, |x|), one input element at a time.
 *
 * Every element is restored, also when fn throws. An input that does not require a gradient has no columns.
 *
 * ```ts
 * import { numericalJacobian } from '@mg/gradcheck';
 * import { tensor } from '@mg/tensor';
 * const x = tensor([2, 3], { dtype: 'float64', requiresGrad: true });
 * numericalJacobian((x) => x.mul(x), [x]); // => [[[[4.00, 0], [0, 6.00]]]]
 * ```
 */
export function numericalJacobian<Inputs extends readonly Differentiable[]>(
  fn: Checkable<NoInfer<Inputs>>,
  inputs: readonly [...Inputs],
  options?: NumericalOptions,
): Jacobian;
export function numericalJacobian<T, Inputs extends readonly T[]>(
  fn: Checkable<NoInfer<Inputs>, T>,
  inputs: readonly [...Inputs],
  options: NumericalOptions & Adapted<T>,
): Jacobian;
export function numericalJacobian(
  fn: AnyFunction,
  inputs: readonly unknown[],
  { adapter, eps }: NumericalOptions & Partial<Adapted<unknown>> = {},
): Jacobian {
  const subject = makeSubject(libraryOf(inputs, adapter), fn, inputs);
  const arithmetic = arithmetics[subject.library.precision];
  const outputs = subject.evaluate();
  const jacobian: Jacobian = outputs.map(({ data }) => inputs.map(() => Array.from(data, () => [])));
  eachColumn(subject, arithmetic, (line, input) => {
    const step = (eps ?? arithmetic.eps) * line.scale;
    const [above, below] = [line.at(step), line.at(-step)];
    // The width of the step after rounding.
    const width = line.moved(step) - line.moved(-step);
    let next = 0;
    for (const byInput of jacobian) {
      for (const row of byInput[input] ?? []) {
        row.push(((above[next] ?? NaN) - (below[next] ?? NaN)) / width);
        next++;
      }
    }
  });
  return jacobian;
}

/**
 * The Jacobian by backward passes, one per output element. Every `grad` is restored.
 *
 * Throws a TypeError if the shape or dtype of a gradient differs from that of its input.
 *
 * ```ts
 * import { analyticalJacobian } from '@mg/gradcheck';
 * import { tensor } from '@mg/tensor';
 * const [a, b] = [2, 3].map((x) => tensor([x], { dtype: 'float64', requiresGrad: true }));
 * analyticalJacobian((a, b) => [a.mul(b), a.add(b)], [a, b]);
 * // => [[[[3]], [[2]]], [[[1]], [[1]]]]
 * ```
 */
export function analyticalJacobian<Inputs extends readonly Differentiable[]>(
  fn: Checkable<NoInfer<Inputs>>,
  inputs: readonly [...Inputs],
): Jacobian;
export function analyticalJacobian<T, Inputs extends readonly T[]>(
  fn: Checkable<NoInfer<Inputs>, T>,
  inputs: readonly [...Inputs],
  options: Adapted<T>,
): Jacobian;
export function analyticalJacobian(
  fn: AnyFunction,
  inputs: readonly unknown[],
  { adapter }: Partial<Adapted<unknown>> = {},
): Jacobian {
  const subject = makeSubject(libraryOf(inputs, adapter), fn, inputs);
  const complain = (message: string) => {
    throw new TypeError(`analyticalJacobian: ${message}`);
  };
  return analyticRows(subject, complain).map((byInput) => byInput.map((rows) => rows.map((row) => [...row])));
}

/** The rows of the Jacobian, `[output][input][row]`. If a gradient has the wrong shape, calls `complain` and fills in NaN. */
export function analyticRows(subject: Subject, complain: (message: string, input: number) => void): Float64Array[][][] {
  return subject.withBackward((outputs, backward) =>
    outputs.map(({ data }, output) => {
      const rows = Array.from(data, (_, row) => {
        const cotangent = new Float64Array(data.length);
        cotangent[row] = 1;
        return gradientRows(subject, backward, output, cotangent, complain);
      });
      return subject.inputs.map((_, input) => rows.map((row) => row[input] ?? new Float64Array(0)));
    }),
  );
}

/** One backward pass: a gradient for each input, zeros if none reached it, empty if the input is not checked. */
export function gradientRows(
  subject: Subject,
  backward: BackwardPass,
  output: number,
  cotangent: Float64Array,
  complain: (message: string, input: number) => void,
): Float64Array[] {
  const gradients = backward(output, cotangent);
  return subject.inputs.map((input, index) => {
    if (!input.isChecked) return new Float64Array(0);
    const gradient = gradients[index] ?? null;
    if (gradient === null) return new Float64Array(input.data.length);
    const complaint = mismatch(gradient, input);
    if (complaint !== null) complain(complaint, index);
    return String(gradient.shape) === String(input.shape)
      ? gradient.data
      : new Float64Array(input.data.length).fill(NaN);
  });
}

/** Calls `visit` for each element of each checked input, with the line along which only that element changes. */
export function eachColumn(
  subject: Subject,
  { round }: Arithmetic,
  visit: (line: Line, input: number, column: number) => void,
): void {
  subject.inputs.forEach(({ isChecked, data }, input) => {
    if (!isChecked) return;
    data.forEach((x, column) => {
      const at = (t: number) => {
        const moved = data.slice();
        moved[column] = round(x + t);
        return flat(subject.evaluateWith(input, moved));
      };
      const magnitude = Math.abs(x);
      visit({ at, moved: (t) => round(x + t) - x, scale: Math.max(1, magnitude), magnitude }, input, column);
    });
  });
}

/** The elements of all outputs, concatenated. */
export function flat(outputs: readonly Elements[]): Float64Array {
  const [first] = outputs;
  if (first !== undefined && outputs.length === 1) return first.data;
  const all = new Float64Array(outputs.reduce((sum, { data }) => sum + data.length, 0));
  let offset = 0;
  for (const { data } of outputs) {
    all.set(data, offset);
    offset += data.length;
  }
  return all;
}
