/** One element of the Jacobian where the two ways of computing it were compared. */
export interface Comparison {
  /** Which output, and which of its elements, row-major. */
  readonly output: number;
  readonly row: number;
  /** Which input, and which of its elements, row-major. */
  readonly input: number;
  readonly column: number;
  readonly analytic: number;
  readonly numeric: number;
  /** |analytic − numeric| */
  readonly error: number;
  /** atol + rtol · |numeric| */
  readonly allowed: number;
}

/** What a gradient check found. */
export interface GradcheckReport {
  readonly passed: boolean;
  /** How many elements of Jacobians were compared. */
  readonly compared: number;
  /** How many of them differ by more than is allowed. */
  readonly failed: number;
  /** For each input the comparison that came out worst; null for one that requires no gradient. */
  readonly worst: readonly (Comparison | null)[];
  /** The report as a block of text. */
  toString(): string;
}

/** A gradient that is not the derivative. Carries the report. */
export class GradcheckError extends Error {
  override readonly name: string = 'GradcheckError';
  readonly report: GradcheckReport;

  constructor(report: GradcheckReport) {
    super(report.toString());
    this.report = report;
  }
}

/** Sums up all comparisons. */
export function makeReport(comparisons: readonly Comparison[], inputCount: number): GradcheckReport {
  const fails = ({ error, allowed }: Comparison) => !(error <= allowed);
  const badness = ({ error, allowed }: Comparison) => (Number.isNaN(error) ? Infinity : error / allowed);
  const worst = Array.from({ length: inputCount }, (_, input) =>
    comparisons
      .filter((comparison) => comparison.input === input)
      .reduce<Comparison | null>((most, each) => (most !== null && badness(most) >= badness(each) ? most : each), null),
  );
  const failed = comparisons.filter(fails).length;
  return {
    passed: failed === 0,
    compared: comparisons.length,
    failed,
    worst,
    toString() {
      const heading =
        failed === 0
          ? `gradcheck: all ${comparisons.length} derivatives agree`
          : `gradcheck: ${failed} of ${comparisons.length} derivatives are wrong`;
      const lines = worst.map((each, input) =>
        each === null
          ? `  input ${input}: requires no gradient, not checked`
          : `  input ${input}, element ${each.column} (of output ${each.output}, element ${each.row}): ` +
            `analytic ${each.analytic}, numeric ${each.numeric}, error ${each.error.toExponential(1)}, allowed ${each.allowed.toExponential(1)}` +
            (fails(each) ? '  <- wrong' : ''),
      );
      return [heading, ...lines].join('\n');
    },
  };
}
