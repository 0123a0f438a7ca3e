import { compare, unravel } from './compare.ts';
import { type AnyFunction, type Checkable, type Differentiable } from './differentiable.ts';
import { differentiate } from './difference.ts';
import { checkAlongDirections, randomWeights } from './directional.ts';
import { analyticRows, eachColumn, flat, gradientRows } from './jacobian.ts';
import { type AdaptedOptions, type AnyOptions, type GradcheckOptions } from './options.ts';
import { arithmetics } from './precision.ts';
import { Findings, GradcheckError, type GradcheckReport } from './report.ts';
import { type Elements, libraryOf, makeSubject, type Subject } from './subject.ts';

/**
 * Compares the gradients from a function's backward pass with central differences, for every element of every input
 * and output: |analytic − numeric| ≤ atol + rtol · |numeric|.
 *
 * Inputs are float64 tensors or scalar values, or tensors of another library with an adapter. Inputs that do not require
 * a gradient are skipped, and the report lists them. All inputs and every `grad` are restored, also when the function throws.
 *
 * Throws a GradcheckError if a gradient is wrong or has another shape or dtype than its input, if two calls of the function
 * differ, if finite differences are not accurate enough, or if there was nothing to compare, because inputs or outputs are empty or
 * the function is not differentiable at any position; a TypeError if the inputs cannot be checked.
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
  options?: GradcheckOptions,
): GradcheckReport;
export function gradcheck<T, Inputs extends readonly T[]>(
  fn: Checkable<NoInfer<Inputs>, T>,
  inputs: readonly [...Inputs],
  options: AdaptedOptions<T>,
): GradcheckReport;
export function gradcheck(fn: AnyFunction, inputs: readonly unknown[], options: AnyOptions = {}): GradcheckReport {
  const subject = makeSubject(libraryOf(inputs, options.adapter), fn, inputs);
  return check(subject, options);
}

/** Checks a function whose inputs have been read. */
export function check(subject: Subject, options: AnyOptions): GradcheckReport {
  const { nondetTol = 0, fast = false, raise = true } = options;
  const findings = new Findings();
  const outputs = subject.evaluate();
  if (outputs.length === 0) {
    throw new TypeError(
      'gradcheck: the function returned no floating-point output; return at least one, because integers and booleans have no derivative',
    );
  }
  const difference = findDifference(subject, outputs, nondetTol);
  if (difference !== null) findings.addProblem({ kind: 'nondeterministic', message: difference });
  else if (fast) checkAlongDirections(subject, outputs, options, findings);
  else checkEveryElement(subject, outputs, options, findings);
  const report = findings.report(subject.inputs, fast);
  if (raise && !report.passed) throw new GradcheckError(report);
  return report;
}

/** Runs the function and its backward pass twice, and describes the first difference; null if there is none. */
function findDifference(subject: Subject, outputs: readonly Elements[], tolerance: number): string | null {
  const isSame = (a: number, b: number) => Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance;
  const remedy = 'make the function deterministic, for example by seeding its random numbers';
  const passes = [0, 1].map(() =>
    subject.withBackward((results, backward) => ({
      results,
      gradients: results.map(({ data }, output) =>
        gradientRows(subject, backward, output, randomWeights(data.length, output), () => undefined),
      ),
    })),
  );
  for (const { results } of passes) {
    if (results.length !== outputs.length) {
      return `two calls with the same inputs returned ${outputs.length} and ${results.length} outputs; ${remedy}`;
    }
    for (const [output, { data, shape }] of outputs.entries()) {
      const again = results[output];
      if (String(again?.shape) !== String(shape)) {
        return `two calls with the same inputs returned shapes [${shape.join(', ')}] and [${again?.shape.join(', ') ?? ''}] in output ${output}; ${remedy}`;
      }
      const row = data.findIndex((value, i) => !isSame(value, again?.data[i] ?? NaN));
      if (row !== -1) {
        return `two calls with the same inputs returned ${data[row] ?? NaN} and ${again?.data[row] ?? NaN} in output ${output}, element ${row}; ${remedy}`;
      }
    }
  }
  for (const [output, byInput] of passes[0]?.gradients.entries() ?? []) {
    for (const [input, gradient] of byInput.entries()) {
      const again = passes[1]?.gradients[output]?.[input];
      const column = gradient.findIndex((value, i) => !isSame(value, again?.[i] ?? NaN));
      if (column !== -1) {
        return `two backward passes with the same inputs returned ${gradient[column] ?? NaN} and ${again?.[column] ?? NaN} for ${subject.inputs[input]?.name ?? ''}, element ${column}; ${remedy}`;
      }
    }
  }
  return null;
}

function checkEveryElement(
  subject: Subject,
  outputs: readonly Elements[],
  options: AnyOptions,
  findings: Findings,
): void {
  const arithmetic = arithmetics[subject.library.precision];
  const { eps = arithmetic.eps, atol = arithmetic.atol, rtol = arithmetic.rtol } = options;
  const allowed = (slope: number) => atol + rtol * Math.abs(slope);
  const misshapen = new Set<number>();
  const jacobian = analyticRows(subject, (message, input) => {
    misshapen.add(input);
    findings.addProblem({ kind: 'gradient shape or dtype', message });
  });
  const rows = outputs.flatMap(({ data, shape }, output) =>
    Array.from(data, (_, row) => ({ output, row, outputIndex: unravel(row, shape) })),
  );
  const middle = flat(outputs);
  eachColumn(subject, arithmetic, (line, input, column) => {
    if (misshapen.has(input)) return;
    const inputIndex = unravel(column, subject.inputs[input]?.shape ?? []);
    const analytic = rows.map(({ output, row }) => jacobian[output]?.[input]?.[row]?.[column] ?? NaN);
    const analyticAt = (i: number) => analytic[i] ?? NaN;
    const estimates = differentiate(line, middle, arithmetic, eps, { analytic: analyticAt, allowed });
    for (const [i, place] of rows.entries()) {
      const estimate = estimates[i];
      if (estimate === undefined) continue;
      findings.add(compare({ ...place, input, column, inputIndex }, analyticAt(i), estimate, allowed(estimate.slope)));
    }
  });
}
