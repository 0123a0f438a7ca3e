import { analyticalJacobian, type Checkable, type Jacobian, numericalJacobian, outputsOf } from './jacobian.ts';
import { type Comparison, GradcheckError, type GradcheckReport, makeReport } from './report.ts';
import { type Differentiable, elementsOf, isTensorLike, isValueLike, wantsGradient } from './subject.ts';

/** Step and tolerances of a check, and whether it throws. */
export interface GradcheckOptions {
  /** The step of the central differences, relative to max(1, |x|): 1e-6. */
  readonly eps?: number | undefined;
  /** What two derivatives may differ by: atol + rtol · |numeric|, 1e-5 and 1e-3. */
  readonly atol?: number | undefined;
  readonly rtol?: number | undefined;
  /** How much two calls with the same inputs may differ: 0. */
  readonly nondetTol?: number | undefined;
  /** Whether a wrong gradient throws a GradcheckError; otherwise the report says so: true. */
  readonly raise?: boolean | undefined;
}

/**
 * Compares the gradients that a function's backward pass gives with central differences, for every element of every input
 * and output.
 *
 * Inputs are tensors in float64, or scalar values. They are left as they were, and so are their gradients.
 * Throws a GradcheckError for a wrong gradient, and a TypeError for inputs that cannot be checked.
 *
 * ```ts
 * import { gradcheck } from '@mg/gradcheck';
 * import { tensor } from '@mg/tensor';
 * const x = tensor([0.5, -1.5], { dtype: 'float64', requiresGrad: true });
 * gradcheck((x) => x.exp().mul(x), [x]).passed; // => true
 * ```
 */
export function gradcheck<Inputs extends readonly Differentiable[]>(
  fn: Checkable<NoInfer<Inputs>>,
  inputs: readonly [...Inputs],
  { eps = 1e-6, atol = 1e-5, rtol = 1e-3, nondetTol = 0, raise = true }: GradcheckOptions = {},
): GradcheckReport {
  for (const [index, input] of inputs.entries()) checkInput(input, index);
  if (!inputs.some(wantsGradient)) {
    throw new TypeError(
      'gradcheck: no input requires a gradient, and so there is nothing to check; set requiresGrad on one',
    );
  }
  checkDeterminism(fn, inputs, nondetTol);
  const numeric = numericalJacobian(fn, inputs, eps);
  const analytic = analyticalJacobian(fn, inputs);
  const report = makeReport(compare(analytic, numeric, atol, rtol), inputs.length);
  if (raise && !report.passed) throw new GradcheckError(report);
  return report;
}

function checkInput(input: Differentiable, index: number): void {
  if (isValueLike(input)) return;
  if (!isTensorLike(input)) {
    throw new TypeError(`gradcheck: input ${index} is neither a Tensor of @mg/tensor nor a Value of @mg/scalar`);
  }
  if (input.requiresGrad && input.dtype !== 'float64') {
    throw new TypeError(
      `gradcheck: input ${index} is ${input.dtype}, in which differences are mostly rounding; make it { dtype: 'float64' }`,
    );
  }
}

function checkDeterminism<Inputs extends readonly Differentiable[]>(
  fn: Checkable<Inputs>,
  inputs: readonly [...Inputs],
  tolerance: number,
): void {
  const [first, second] = [outputsOf(fn, inputs).map(elementsOf), outputsOf(fn, inputs).map(elementsOf)];
  for (const [output, elements] of first.entries()) {
    for (const [row, value] of elements.entries()) {
      const again = second[output]?.[row] ?? NaN;
      if (Object.is(value, again) || Math.abs(value - again) <= tolerance) continue;
      throw new TypeError(
        `gradcheck: two calls with the same inputs gave ${value} and ${again} in output ${output}, element ${row}; seed what is random in the function`,
      );
    }
  }
}

function compare(analytic: Jacobian, numeric: Jacobian, atol: number, rtol: number): Comparison[] {
  return numeric.flatMap((inputs, output) =>
    inputs.flatMap((rows, input) =>
      rows.flatMap((columns, row) =>
        columns.map((n, column) => {
          const a = analytic[output]?.[input]?.[row]?.[column] ?? NaN;
          return {
            output,
            row,
            input,
            column,
            analytic: a,
            numeric: n,
            error: Math.abs(a - n),
            allowed: atol + rtol * Math.abs(n),
          };
        }),
      ),
    ),
  );
}
