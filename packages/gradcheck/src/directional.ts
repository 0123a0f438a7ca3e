import { compare, unravel } from './compare.ts';
import { differentiate, jumpAt } from './difference.ts';
import { type Estimate, type Line } from './line.ts';
import { gradientRows } from './jacobian.ts';
import { type AnyOptions } from './options.ts';
import { type Arithmetic, arithmetics } from './precision.ts';
import { type Findings } from './report.ts';
import { type Elements, type Input, type Subject } from './subject.ts';

/** How many random u and v to try. With a single pair, the error could happen to be orthogonal to it. */
const directions = 6;

/** How many elements at kinks to find and leave out before giving up. */
const mostKinks = 50;

/**
 * Compares u·J·v, computed in two ways: by differences of u·f along v, and by the product of v and the gradient for the
 * cotangent u.
 *
 * The elements of u, and of v relative to max(1, |x|), are random with either sign and a size between 0.5 and 1, so that
 * every element counts. If the function has a kink along v, bisection of v finds the input elements that are at kinks; the
 * report names them, and the directions leave them out. If there are too many, the derivative is unresolved.
 */
export function checkAlongDirections(
  subject: Subject,
  outputs: readonly Elements[],
  options: AnyOptions,
  findings: Findings,
): void {
  const kinks = subject.inputs.map(() => ({ elements: new Set<number>(), areTooMany: false }));
  for (let k = 0; k < directions; k++) checkAlong(k, subject, outputs, options, findings, kinks);
}

/** The elements of an input that are known to be at kinks. */
interface Kinks {
  readonly elements: Set<number>;
  areTooMany: boolean;
}

/** Compares along the k-th u and v. */
function checkAlong(
  k: number,
  subject: Subject,
  outputs: readonly Elements[],
  options: AnyOptions,
  findings: Findings,
  kinks: readonly Kinks[],
): void {
  const arithmetic = arithmetics[subject.library.precision];
  const { eps = arithmetic.eps, atol = arithmetic.atol, rtol = arithmetic.rtol } = options;
  const allowed = (slope: number) => atol + rtol * Math.abs(slope);
  const weights = outputs.map(({ data }, output) => randomWeights(data.length, 100 * (k + 1) + output));
  const weigh = (results: readonly Elements[]) =>
    Float64Array.from(results, ({ data }, output) => dot(data, weights[output] ?? data));
  const misshapen = new Set<number>();
  const gradients = subject.withBackward((_, backward) =>
    weights.map((weight, output) =>
      gradientRows(subject, backward, output, weight, (message, input) => {
        misshapen.add(input);
        findings.addProblem({ kind: 'gradient shape or dtype', message });
      }),
    ),
  );
  const middle = weigh(outputs);

  for (const [index, input] of subject.inputs.entries()) {
    if (!input.isChecked || misshapen.has(index) || input.data.length === 0) continue;
    const known = kinks[index] ?? { elements: new Set(), areTooMany: true };
    const direction = randomWeights(input.data.length, 7 * (k + 1) + index).map((each, i) =>
      known.elements.has(i) ? 0 : each * Math.max(1, Math.abs(input.data[i] ?? 0)),
    );
    const lineAlong = (v: Float64Array) => line(subject, index, input, v, arithmetic, weigh);
    const analytic = (v: Float64Array, output: number) => dot(gradients[output]?.[index] ?? v, v);
    const lookAlong = (v: Float64Array) =>
      differentiate(lineAlong(v), middle, arithmetic, eps, { analytic: (output) => analytic(v, output), allowed });
    const add = (v: Float64Array, estimate: Estimate, output: number, column: number | null) => {
      const inputIndex = column === null ? null : unravel(column, input.shape);
      const place = { output, row: null, outputIndex: null, input: index, column, inputIndex };
      findings.add(compare(place, analytic(v, output), estimate, allowed(estimate.slope)));
    };

    const isSpent = () => direction.every((each) => each === 0);
    if (isSpent()) continue;
    let estimates = lookAlong(direction);
    for (const [output, { kind }] of estimates.entries()) {
      if (kind !== 'kink' || known.areTooMany) continue;
      const jumps = (part: Float64Array) => jumpAt(lineAlong(part), middle, output, kinkStep(arithmetic));
      const columns = findKinks(direction, jumps);
      known.areTooMany = columns.length === mostKinks;
      for (const column of columns) {
        const single = direction.map((each, i) => (i === column ? Math.abs(each) : 0));
        lookAlong(single).forEach((estimate, each) => {
          add(single, estimate, each, column);
        });
        direction[column] = 0;
        known.elements.add(column);
      }
      estimates = lookAlong(direction);
    }
    // What is left is 0 = 0: neither an empty output nor an input whose elements are all at kinks shows anything.
    if (isSpent()) continue;
    for (const [output, estimate] of estimates.entries()) {
      if (outputs[output]?.data.length === 0) continue;
      // A kink in one element must not excuse errors in the others.
      const isBent = estimate.kind === 'kink' || estimate.kind === 'edge';
      add(direction, isBent ? { ...estimate, kind: 'many kinks' } : estimate, output, null);
    }
  }
}

function line(
  subject: Subject,
  index: number,
  { data }: Input,
  direction: Float64Array,
  { round }: Arithmetic,
  weigh: (results: readonly Elements[]) => Float64Array,
): Line {
  return {
    at: (t) =>
      weigh(
        subject.evaluateWith(
          index,
          data.map((x, i) => round(x + t * (direction[i] ?? 0))),
        ),
      ),
    moved: (t) => t,
    scale: 1,
    magnitude: 1,
  };
}

/** A small step that is still large enough for one-sided slopes. */
function kinkStep({ narrowest, widest }: Arithmetic): number {
  return 2 ** Math.round((2 * narrowest + widest) / 3);
}

/** The input elements at which the slope jumps, found by bisecting the direction. */
function findKinks(direction: Float64Array, jumps: (part: Float64Array) => number): number[] {
  const found: number[] = [];
  const open: [number, number][] = [[0, direction.length]];
  for (let part = open.pop(); part !== undefined && found.length < mostKinks; part = open.pop()) {
    const [from, to] = part;
    if (!(jumps(direction.map((each, i) => (i >= from && i < to ? each : 0))) > 1e-4)) continue;
    const half = (from + to) >> 1;
    if (half === from) found.push(from);
    else open.push([half, to], [from, half]);
  }
  return found;
}

/** Random numbers with either sign and a size between 0.5 and 1. Seeded, so that a check is reproducible. */
export function randomWeights(length: number, seed: number): Float64Array {
  // The generator "mulberry32" by Tommy Ettinger, in the public domain.
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return Float64Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    const uniform = ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 31 - 1;
    return uniform < 0 ? -0.5 + uniform / 2 : 0.5 + uniform / 2;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, each, i) => sum + each * (b[i] ?? NaN), 0);
}
