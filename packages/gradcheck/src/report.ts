/** How one derivative of the backward pass compares with the numerical one. */
export type Verdict =
  | 'agrees'
  | 'wrong'
  /** There is no derivative: the slopes to the left and to the right differ. The gradient is not called wrong. */
  | 'not differentiable'
  /** The numerical derivative is too uncertain to say: a hard function, not a wrong gradient. */
  | 'unresolved';

/** One element of the Jacobian where the two ways of computing it were compared. */
export interface Comparison {
  readonly verdict: Verdict;
  /** Which output, and which of its elements: as a place in row-major order, and as an index. Null in fast mode. */
  readonly output: number;
  readonly row: number | null;
  readonly outputIndex: readonly number[] | null;
  /** Which input, and which of its elements. */
  readonly input: number;
  readonly column: number | null;
  readonly inputIndex: readonly number[] | null;
  /** The derivative of the backward pass. */
  readonly analytic: number;
  /** The derivative by differences, and what it may itself be off by. */
  readonly numeric: number;
  readonly numericalError: number;
  /** The one-sided derivatives: from the left and from the right. */
  readonly slopes: readonly [number, number];
  /** |analytic − numeric| */
  readonly error: number;
  /** atol + rtol · |numeric| */
  readonly allowed: number;
}

/** What was found about one input. */
export interface InputReport {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Whether it requires a gradient; if not, it was passed over. */
  readonly isChecked: boolean;
  /** Whether its elements share memory, so that the function was given a copy. */
  readonly isCopied: boolean;
  /** The comparison that came out worst; null if there was none. */
  readonly worst: Comparison | null;
}

/** What makes a check fail before derivatives are compared, or beside that. */
export interface Problem {
  readonly kind: 'nondeterministic' | 'gradient shape or dtype';
  readonly message: string;
}

/** What a gradient check found: plain data, but for `toString`. */
export interface GradcheckReport {
  /** Whether no derivative is wrong or unresolved, and there is no problem. */
  readonly passed: boolean;
  /** Whether derivatives were compared along random directions, and not one by one. */
  readonly fast: boolean;
  /** How many derivatives were compared. Those at a kink are not among them. */
  readonly compared: number;
  /** How many of them are wrong. */
  readonly failed: number;
  /** How many could not be told. */
  readonly unresolved: number;
  readonly problems: readonly Problem[];
  readonly inputs: readonly InputReport[];
  /** Every place where the function has no derivative. */
  readonly notDifferentiable: readonly Comparison[];
  /** The report as a block of text. */
  toString(): string;
}

/** A gradient that is not the derivative, or that could not be checked. Carries the report. */
export class GradcheckError extends Error {
  override readonly name: string = 'GradcheckError';
  readonly report: GradcheckReport;

  constructor(report: GradcheckReport) {
    super(report.toString());
    this.report = report;
  }
}

/** Sums up comparisons as they come in, without keeping them all. */
export class Findings {
  readonly #problems: Problem[] = [];
  readonly #worst: Map<number, Comparison> = new Map();
  readonly #kinks: Comparison[] = [];
  #compared = 0;
  #failed = 0;
  #unresolved = 0;

  add(comparison: Comparison): void {
    if (comparison.verdict === 'not differentiable') {
      this.#kinks.push(comparison);
      return;
    }
    this.#compared++;
    if (comparison.verdict === 'wrong') this.#failed++;
    if (comparison.verdict === 'unresolved') this.#unresolved++;
    const before = this.#worst.get(comparison.input);
    if (before === undefined || badness(before) < badness(comparison)) this.#worst.set(comparison.input, comparison);
  }

  /** The same problem again says nothing new. */
  addProblem(problem: Problem): void {
    if (!this.#problems.some(({ message }) => message === problem.message)) this.#problems.push(problem);
  }

  report(inputs: readonly Omit<InputReport, 'worst'>[], fast: boolean): GradcheckReport {
    const data = {
      passed: this.#failed === 0 && this.#unresolved === 0 && this.#problems.length === 0,
      fast,
      compared: this.#compared,
      failed: this.#failed,
      unresolved: this.#unresolved,
      problems: this.#problems,
      inputs: inputs.map(({ name, shape, dtype, isChecked, isCopied }, index) => ({
        ...{ name, shape, dtype, isChecked, isCopied },
        worst: this.#worst.get(index) ?? null,
      })),
      notDifferentiable: this.#kinks,
    };
    // Not enumerable, so that a report can be compared, cloned and written as JSON like any data.
    return Object.defineProperty(data, 'toString', { value: () => print(data) });
  }
}

/** What is wrong comes before what is unresolved, and that before what agrees; then what differs by most. */
function badness({ verdict, error, allowed }: Comparison): number {
  const ratio = Number.isNaN(error) ? Infinity : error / Math.max(allowed, Number.MIN_VALUE);
  const bounded = ratio / (1 + ratio);
  const rank = verdict === 'wrong' ? 2 : verdict === 'unresolved' ? 1 : 0;
  return rank + (Number.isNaN(bounded) ? 1 : bounded);
}

/** How many places without a derivative are printed; all are in the report. */
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
      if (!input.isChecked) return [`  ${input.name}: requires no gradient, not checked`];
      const notes = input.isCopied
        ? [`  ${input.name}: its elements share memory, so the function was given copies: it has to use its argument`]
        : [];
      return input.worst === null ? notes : [...notes, printWorst(input.worst, inputs)];
    }),
    ...kinks,
    ...(more > 0 ? [`  and ${more} more that are not differentiable`] : []),
    ...(fast ? ['  (fast: along random directions; without it, the report names elements)'] : []),
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
          `${unresolved} of ${compared} cannot be told: the function is too hard for differences, which says nothing against its gradient`,
        ]
      : []),
    ...(problems.length > 0 ? ['the function cannot be checked as it is'] : []),
  ];
  if (parts.length === 0)
    parts.push(compared === 0 ? 'no derivatives to compare' : `all ${compared} derivatives agree`);
  const kinks = notDifferentiable.length;
  if (kinks > 0) parts.push(`${kinks} ${are(kinks)} at a point without a derivative`);
  return `gradcheck: ${parts.join('; ')}`;
}

function printWorst(worst: Comparison, inputs: readonly InputReport[]): string {
  const { analytic, numeric, error, allowed, numericalError, verdict } = worst;
  const unknown = Number.isNaN(numeric) ? 'cannot be told, the function is not finite here' : 'cannot be told';
  const mark = { agrees: '', wrong: '  <- wrong', unresolved: `  <- ${unknown}`, 'not differentiable': '' }[verdict];
  return (
    `  ${place(worst, inputs)}: analytic ${digits(analytic, 9)}, numeric ${digits(numeric, 9)}, ` +
    `error ${error.toExponential(1)}, allowed ${allowed.toExponential(1)}, ` +
    `numerical error ${numericalError.toExponential(1)}${mark}`
  );
}

/** A number to so many significant digits, without the zeros at its end. */
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
  return `slope ${digits(left, 4)} on the left and ${digits(right, 4)} on the right; the gradient says ${digits(analytic, 9)}`;
}
