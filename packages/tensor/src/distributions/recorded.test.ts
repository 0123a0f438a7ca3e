import { readFileSync } from 'node:fs';
import { grad, tensor, type Tensor, zerosLike } from '@mg/tensor';
import * as distributions from '@mg/tensor/distributions';
import { expect, test } from 'vitest';

// Beside what PyTorch 1.13 gives, as fixtures/distributions.py has recorded it.

/** A number, or the name of one that JSON lacks. */
type Spelled = number | string;
interface Elements {
  readonly shape: readonly number[];
  readonly data: readonly Spelled[];
}
interface Answer {
  readonly shape: readonly number[];
  readonly value: readonly Spelled[];
  readonly gradients: readonly (readonly Spelled[])[];
  readonly second: readonly (readonly Spelled[])[];
}
type Parameters = Readonly<Record<string, Elements>>;
type Quantity = 'logProb' | 'entropy' | 'mean' | 'variance' | 'klDivergence';
interface Row {
  readonly kind: 'Normal' | 'Uniform' | 'Bernoulli' | 'Categorical';
  readonly quantity: Quantity;
  readonly parameters: Parameters;
  readonly value: Elements | null;
  readonly other: Parameters | null;
  readonly valueGradient: boolean;
  readonly float64: Answer;
  readonly float32: Answer;
}
type DType = 'float64' | 'float32';
const rows = JSON.parse(readFileSync(new URL('../../fixtures/distributions.json', import.meta.url), 'utf8')) as Row[];

/** How far ours may be off, of the largest number of a result, or of 1 where that is more: in float32, 16 units in the last place. */
const tolerances = { float64: 1e-12, float32: 2 ** -20 };

const cotangent = (count: number): number[] => Array.from({ length: count }, (_, at) => 0.5 + ((7 * at) % 11) / 8);

function make({ shape, data }: Elements, dtype: DType, requiresGrad: boolean): Tensor {
  return tensor(data.map(Number), { shape, dtype, requiresGrad });
}

function build(kind: Row['kind'], given: Parameters, dtype: DType) {
  const leaves = Object.fromEntries(Object.entries(given).map(([name, x]) => [name, make(x, dtype, true)]));
  const [first, second] = Object.values(leaves) as [Tensor, Tensor];
  switch (kind) {
    case 'Normal':
      return { distribution: new distributions.Normal(first, second), leaves: [first, second] };
    case 'Uniform':
      return { distribution: new distributions.Uniform(first, second), leaves: [first, second] };
    case 'Bernoulli':
      return { distribution: new distributions.Bernoulli(leaves), leaves: [first] };
    case 'Categorical':
      return { distribution: new distributions.Categorical(leaves), leaves: [first] };
  }
}

function quantityOf(row: Row, dtype: DType): { readonly out: Tensor; readonly leaves: readonly Tensor[] } {
  const { distribution, leaves } = build(row.kind, row.parameters, dtype);
  if (row.other !== null) {
    const q = build(row.kind, row.other, dtype);
    const out = (distributions.klDivergence as (p: unknown, q: unknown) => Tensor)(distribution, q.distribution);
    return { out, leaves: [...leaves, ...q.leaves] };
  }
  if (row.value === null) {
    const out = row.quantity === 'entropy' ? distribution.entropy() : distribution[row.quantity as 'mean' | 'variance'];
    return { out, leaves };
  }
  const value = make(row.value, dtype, row.valueGradient);
  return { out: distribution.logProb(value), leaves: row.valueGradient ? [...leaves, value] : leaves };
}

function weighted(x: Tensor): Tensor {
  return x.mul(tensor(cotangent(x.size), { shape: x.shape, dtype: x.dtype })).sum();
}

function gradientsOf(root: Tensor, leaves: readonly Tensor[]): Tensor[] {
  if (!root.requiresGrad) return leaves.map((x) => zerosLike(x));
  const found = grad(root, leaves as Tensor[], { createGraph: true, allowUnused: true });
  return leaves.map((x, at) => found[at] ?? zerosLike(x));
}

function run(row: Row, dtype: DType) {
  const { out, leaves } = quantityOf(row, dtype);
  const first = gradientsOf(weighted(out), leaves);
  const second = gradientsOf(first.map(weighted).reduce((a, b) => a.add(b)), leaves); // prettier-ignore
  return { out, first, second };
}

/** Whether PyTorch 1.13 has NaN, from 0 · ∞, for the gradients of a divergence whose first distribution excludes a class; ours are finite. */
function hasNaN({ kind, quantity, parameters }: Row): boolean {
  return (
    kind === 'Categorical' && quantity === 'klDivergence' && parameters['logits']?.data.includes('-Infinity') === true
  );
}

/** The largest distance between our numbers and PyTorch's, relative to the largest of PyTorch's, or to 1; Infinity where only one is finite. */
function distance(ours: Tensor, theirs: readonly Spelled[]): number {
  const numbers = theirs.map(Number);
  expect(ours.size).toBe(numbers.length);
  const size = Math.max(1, ...numbers.filter(Number.isFinite).map(Math.abs));
  const elements = ours.contiguous().data;
  return numbers.reduce((largest, expected, i) => {
    const given = elements[i] ?? NaN;
    if (Object.is(given, expected) || given === expected) return largest;
    const error = Number.isFinite(given) && Number.isFinite(expected) ? Math.abs(given - expected) / size : Infinity;
    return Math.max(largest, error);
  }, 0);
}

const name = ({ kind, quantity, parameters, value, other }: Row): string =>
  `${kind} ${quantity} ${JSON.stringify([parameters, value ?? other])}`;

test.each(['float64', 'float32'] as const)('every distribution has the numbers of PyTorch, in %s', (dtype) => {
  let compared = 0;
  const wrong: string[] = [];
  for (const row of rows) {
    const answer = row[dtype];
    const { out, first, second } = run(row, dtype);
    expect(out.dtype).toBe(dtype);
    expect(out.shape, name(row)).toEqual(answer.shape);
    expect([first.length, second.length]).toEqual([answer.gradients.length, answer.second.length]);
    const parts = [out, ...first, ...second];
    const [theirs, exact] = [answer, row.float64].map(({ value, gradients, second }) => [
      value,
      ...gradients,
      ...second,
    ]);
    for (const [part, x] of parts.entries()) {
      const [given, wanted] = [theirs?.[part] ?? [], exact?.[part] ?? []];
      compared += given.length;
      if (hasNaN(row) && given.includes('NaN')) {
        expect(given.every((each) => each === 'NaN')).toBe(true);
        expect(
          distance(
            x,
            given.map(() => 0),
          ),
        ).toBeLessThan(tolerances[dtype]); // p and q have the same ratios
        continue;
      }
      // Where PyTorch's float32 has lost more bits than ours, its float64 tells.
      const error = Math.min(distance(x, given), distance(x, wanted));
      if (!(error <= tolerances[dtype])) wrong.push(`${name(row)}: part ${part}, ${x.toString()}, is off by ${error}, PyTorch: ${given.join(', ')}`); // prettier-ignore
    }
  }
  expect(wrong).toEqual([]);
  expect(rows.length).toBeGreaterThan(200);
  expect(compared).toBeGreaterThan(4000);
});

test('rows of every distribution and quantity are there', () => {
  const seen = new Set(rows.map(({ kind, quantity }) => `${kind} ${quantity}`));
  const quantities: Quantity[] = ['entropy', 'klDivergence', 'logProb', 'mean', 'variance'];
  const kinds = ['Bernoulli', 'Categorical', 'Normal', 'Uniform'];
  expect([...seen].sort()).toEqual(kinds.flatMap((kind) => quantities.map((quantity) => `${kind} ${quantity}`)));
});
