import { type Differentiable, elementsOf, isTensorLike, shapeOf, wantsGradient, writeElement } from './subject.ts';

/** A function of tensors or values to one of them, or to several. */
export type Checkable<Inputs extends readonly Differentiable[]> = (
  ...inputs: Inputs
) => Differentiable | readonly Differentiable[];

/** For each output and input, ∂output[row] / ∂input[column]: `jacobian[output][input][row][column]`. */
export type Jacobian = number[][][][];

/** The outputs as a list. */
export function outputsOf<Inputs extends readonly Differentiable[]>(
  fn: Checkable<NoInfer<Inputs>>,
  inputs: readonly [...Inputs],
): readonly Differentiable[] {
  const result = fn(...inputs);
  return Array.isArray(result) ? (result as readonly Differentiable[]) : [result as Differentiable];
}

/**
 * The Jacobian by central differences, (f(x + h) − f(x − h)) / 2h with h = eps · max(1, |x|), an element of the inputs at a
 * time. Each is put back as it was, also when fn throws. An input that requires no gradient has no columns.
 */
export function numericalJacobian<Inputs extends readonly Differentiable[]>(
  fn: Checkable<NoInfer<Inputs>>,
  inputs: readonly [...Inputs],
  eps: number,
): Jacobian {
  const evaluate = () => outputsOf(fn, inputs).map(elementsOf);
  const jacobian: Jacobian = evaluate().map((rows) => inputs.map(() => rows.map(() => [])));
  for (const [inputIndex, input] of inputs.entries()) {
    if (!wantsGradient(input)) continue;
    for (const [column, x] of elementsOf(input).entries()) {
      const step = eps * Math.max(1, Math.abs(x));
      try {
        writeElement(input, column, x + step);
        const above = evaluate();
        writeElement(input, column, x - step);
        const below = evaluate();
        // The step that was really taken, after rounding.
        const width = x + step - (x - step);
        for (const [output, rows] of above.entries()) {
          for (const [row, value] of rows.entries()) {
            const difference = value - (below[output]?.[row] ?? NaN);
            jacobian[output]?.[inputIndex]?.[row]?.push(difference / width);
          }
        }
      } finally {
        writeElement(input, column, x);
      }
    }
  }
  return jacobian;
}

/**
 * The Jacobian by backward passes, one per element of the outputs. The inputs' own `grad` is put back as it was.
 *
 * Throws a TypeError where a gradient has another shape or dtype than its input.
 */
export function analyticalJacobian<Inputs extends readonly Differentiable[]>(
  fn: Checkable<NoInfer<Inputs>>,
  inputs: readonly [...Inputs],
): Jacobian {
  const before = inputs.map((input) => input.grad);
  try {
    return outputsOf(fn, inputs).map((output) => {
      const rows = elementsOf(output).map((_, row) => {
        for (const input of inputs) clearGradient(input);
        backwardFrom(output, row);
        return inputs.map((input) => (wantsGradient(input) ? gradientOf(input) : []));
      });
      return inputs.map((_, input) => rows.map((row) => row[input] ?? []));
    });
  } finally {
    for (const [index, input] of inputs.entries()) input.grad = before[index] as never;
  }
}

function clearGradient(input: Differentiable): void {
  if (isTensorLike(input)) input.grad = null;
  else input.grad = 0;
}

/** Sends back 1 from one element of an output, and 0 from its others. */
function backwardFrom(output: Differentiable, row: number): void {
  if (!isTensorLike(output)) {
    output.backward({ retainGraph: true });
    return;
  }
  const seed = output.detach().clone();
  for (let i = 0; i < seed.data.length; i++) seed.data[i] = i === row ? 1 : 0;
  if (output.requiresGrad) output.backward(seed, { retainGraph: true });
}

/** The gradient that arrived: zeros where the output does not depend on the input. */
function gradientOf(input: Differentiable): number[] {
  if (!isTensorLike(input)) return [input.grad];
  const { grad } = input;
  if (grad === null) return elementsOf(input).map(() => 0);
  if (grad.dtype !== input.dtype || String(shapeOf(grad)) !== String(shapeOf(input))) {
    throw new TypeError(
      `gradcheck: the gradient of an input ${input.dtype} [${input.shape.join(', ')}] is ${grad.dtype} [${grad.shape.join(', ')}]; both must be the same`,
    );
  }
  return elementsOf(grad);
}
