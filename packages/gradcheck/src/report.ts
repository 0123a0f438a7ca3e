import { hasDerivatives } from './subject.ts';

/** The result of comparing one derivative from the backward pass with the numerical one. */
export type Verdict =
  | 'agrees'
  | 'wrong'
  /** No derivative exists here: the slopes to the left and to the right differ. This is not an error. */
  | 'not differentiable'
  /** The numerical derivative is too inaccurate to compare with. The function is hard; its gradient may be right. */
  | 'unresolved';

/** The comparison of one element of the Jacobian, computed in both ways. */
export interface Comparison {
  readonly verdict: Verdict;
  /** The output and its element, as a row-major position and as an index. The element is null in fast mode. */
  readonly output: number;
  readonly row: number | null;
  readonly outputIndex: readonly number[] | null;
  /** The input and its element. */
  readonly input: number;
  readonly column: number | null;
  readonly inputIndex: readonly number[] | null;
  /** The derivative from the backward pass. */
  readonly analytic: number;
  /** The derivative by finite differences, and an estimate of its error. */
  readonly numeric: number;
  readonly numericalError: number;
  /** The one-sided derivatives, from the left and from the right. */
  readonly slopes: readonly [number, number];
  /** |analytic − numeric| */
  readonly error: number;
  /** atol + rtol · |numeric| */
  readonly allowed: number;
}

/** The results for one input. */
export interface InputReport {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Whether it requires a gradient; if not, it was skipped. */
  readonly isChecked: boolean;
  /** Why nothing of it was compared, or that all of its derivatives are 0, as if no output depended on it; null otherwise. */
  readonly note: string | null;
  /** Whether the function received a copy, because the elements share memory. */
  readonly isCopied: boolean;
  /** The worst comparison; null if there was none. */
  readonly worst: Comparison | null;
}

/** A reason for failure other than a wrong derivative. */
export interface Problem {
  readonly kind: 'nondeterministic' | 'gradient shape or dtype' | 'nothing to compare';
  readonly message: string;
}

/** The result of a gradient check: plain data, except for `toString`. */
export interface GradcheckReport {
  /** True if derivatives were compared, none of them is wrong or unresolved, and there are no problems. */
  readonly passed: boolean;
  /** Whether derivatives were compared along random directions instead of one by one. */
  readonly fast: boolean;
  /** How many derivatives were compared, not counting those at kinks. */
  readonly compared: number;
  /** How many of them are wrong. */
  readonly failed: number;
  /** How many of them are unresolved. */
  readonly unresolved: number;
  readonly problems: readonly Problem[];
  readonly inputs: readonly InputReport[];
  /** Every position where the function has no derivative. */
  readonly notDifferentiable: readonly Comparison[];
  /** The report as a block of text. */
  toString(): string;
}

/** Thrown if a gradient is wrong or could not be checked. Its `report` has the details. */
export class GradcheckError extends Error {
  override readonly name: string = 'GradcheckError';
  readonly report: GradcheckReport;

  constructor(report: GradcheckReport) {
    super(report.toString());
    this.report = report;
  }
}

/** Collects comparisons into a report without storing them all. */
export class Findings {
  readonly #problems: Problem[] = [];
  readonly #worst: Map<number, Comparison> = new Map();
  readonly #kinks: Comparison[] = [];
  /** The inputs of which a derivative is not 0. */
  readonly #used: Set<number> = new Set();
  #compared = 0;
  #failed = 0;
  #unresolved = 0;

  add(comparison: Comparison): void {
    if (comparison.verdict === 'not differentiable') {
      this.#kinks.push(comparison);
      return;
    }
    this.#compared++;
    if (comparison.analytic !== 0 || comparison.numeric !== 0) this.#used.add(comparison.input);
    if (comparison.verdict === 'wrong') this.#failed++;
    if (comparison.verdict === 'unresolved') this.#unresolved++;
    const before = this.#worst.get(comparison.input);
    if (before === undefined || badness(before) < badness(comparison)) this.#worst.set(comparison.input, comparison);
  }

  /** Records a problem once, even if several backward passes show it. */
  addProblem(problem: Problem): void {
    if (!this.#problems.some(({ message }) => message === problem.message)) this.#problems.push(problem);
  }

  report(inputs: readonly Omit<InputReport, 'note' | 'worst'>[], fast: boolean): GradcheckReport {
    if (this.#compared === 0 && this.#problems.length === 0) {
      this.addProblem({ kind: 'nothing to compare', message: this.#whyNothing(inputs) });
    }
    const data = {
      passed: this.#failed === 0 && this.#unresolved === 0 && this.#problems.length === 0,
      fast,
      compared: this.#compared,
      failed: this.#failed,
      unresolved: this.#unresolved,
      problems: this.#problems,
      inputs: inputs.map(({ name, shape, dtype, isChecked, isCopied }, index) => ({
        ...{ name, shape, dtype, isChecked, isCopied },
        note: this.#noteOn({ shape, dtype, isChecked }, index),
        worst: this.#worst.get(index) ?? null,
      })),
      notDifferentiable: this.#kinks,
    };
    // Not enumerable, so that a report can be compared, cloned and written as JSON.
    return Object.defineProperty(data, 'toString', { value: () => print(data) });
  }

  /** Why no derivative was compared, and what to do. */
  #whyNothing(inputs: readonly Pick<InputReport, 'shape' | 'isChecked'>[]): string {
    const kinks = this.#kinks.length;
    if (kinks > 0) {
      const positions = kinks === 1 ? 'the only position' : `all ${kinks} positions`;
      return `the function is not differentiable at ${positions}; check it at other inputs`;
    }
    const areEmpty = inputs.every(({ shape, isChecked }) => !isChecked || shape.includes(0));
    const what = areEmpty ? 'every input that requires a gradient' : 'every output';
    return `${what} is empty; pass inputs for which there are derivatives`;
  }

  #noteOn(
    { shape, dtype, isChecked }: Pick<InputReport, 'shape' | 'dtype' | 'isChecked'>,
    index: number,
  ): string | null {
    if (!hasDerivatives(dtype)) return `not checked, ${dtype} has no derivatives`;
    if (!isChecked) return 'not checked, does not require a gradient';
    if (shape.includes(0)) return 'not checked, it is empty';
    if (this.#worst.has(index)) return this.#used.has(index) ? null : 'all of its derivatives are 0, is it used?';
    return this.#kinks.some(({ input }) => input === index)
      ? 'not checked, the function is not differentiable at any of its elements'
      : 'not checked';
  }
}

/** Ranks comparisons: wrong above unresolved above agreeing, and within these by the size of the error. */
function badness({ verdict, error, allowed }: Comparison): number {
  const ratio = Number.isNaN(error) ? Infinity : error / Math.max(allowed, Number.MIN_VALUE);
  const bounded = ratio / (1 + ratio);
  const rank = verdict === 'wrong' ? 2 : verdict === 'unresolved' ? 1 : 0;
  return rank + (Number.isNaN(bounded) ? 1 : bounded);
}

/** How many positions without a derivative to print. `notDifferentiable` has all of them. */
const printedKinks = 10;

function print(report: Omit<GradcheckReport, 'toString'>): string {
  const { inputs, problems, notDifferentiable, fast } = report;
  const kinks = notDifferentiable
    .slice(0, printedKinks)
    .map((each) => `  ${place(each, inputs)}: not differentiable here, ${printSlopes(each)}`);
  const more = notDifferentiable.length - kinks.length;
  return [
    heading(report),
    ...problems.map(({ message }) => `  ${message}`),
    ...inputs.flatMap((input) => {
      const notes = [
        ...(input.note === null ? [] : [`  ${input.name}: ${input.note}`]),
        ...(input.isCopied
          ? [
              `  ${input.name}: its elements share memory, so the function received a copy: it must use its argument, not the original tensor`,
            ]
          : []),
      ];
      return input.worst === null ? notes : [...notes, printWorst(input.worst, inputs)];
    }),
    ...kinks,
    ...(more > 0 ? [`  and ${more} more where the function is not differentiable`] : []),
    ...(fast ? ['  (fast mode: compared along random directions; without it, the report names the elements)'] : []),
  ].join('\n');
}

function heading({
  compared,
  failed,
  unresolved,
  problems,
  notDifferentiable,
}: Omit<GradcheckReport, 'toString'>): string {
  const are = (count: number) => (count === 1 ? 'is' : 'are');
  const parts = [
    ...(failed > 0 ? [`${failed} of ${compared} derivatives ${are(failed)} wrong`] : []),
    ...(unresolved > 0
      ? [
          `${unresolved} of ${compared} ${are(unresolved)} unresolved: finite differences are not accurate enough for this function, whose gradient may be right`,
        ]
      : []),
    ...(problems.length > 0
      ? [compared === 0 ? 'no derivative was compared' : 'not all derivatives could be compared']
      : []),
  ];
  if (parts.length === 0) parts.push(`all ${compared} derivatives agree`);
  const kinks = notDifferentiable.length;
  if (kinks > 0) parts.push(`${kinks} skipped where the function is not differentiable`);
  return `gradcheck: ${parts.join('; ')}`;
}

function printWorst(worst: Comparison, inputs: readonly InputReport[]): string {
  const { analytic, numeric, error, allowed, numericalError, verdict } = worst;
  const reason = Number.isNaN(numeric) ? ': the function is not finite here' : '';
  const marks = { agrees: '', wrong: '  <- wrong', unresolved: `  <- unresolved${reason}`, 'not differentiable': '' };
  return (
    `  ${place(worst, inputs)}: analytic ${digits(analytic, 9)}, numeric ${digits(numeric, 9)}, ` +
    `error ${error.toExponential(1)}, allowed ${allowed.toExponential(1)}, ` +
    `numerical error ${numericalError.toExponential(1)}${marks[verdict]}`
  );
}

/** A number rounded to `count` significant digits, without trailing zeros. */
function digits(x: number, count: number): number {
  return Number.isFinite(x) ? Number(x.toPrecision(count)) : x;
}

function place({ input, inputIndex, output, outputIndex }: Comparison, inputs: readonly InputReport[]): string {
  return `${inputs[input]?.name ?? ''}${element(inputIndex)} (of output ${output}${element(outputIndex)})`;
}

function element(index: readonly number[] | null): string {
  if (index === null) return ', along a random direction';
  return index.length === 0 ? '' : `, element [${index.join(', ')}]`;
}

function printSlopes({ slopes, analytic }: Comparison): string {
  const [left, right] = slopes;
  return `slope ${digits(left, 4)} on the left and ${digits(right, 4)} on the right; the gradient is ${digits(analytic, 9)}`;
}
