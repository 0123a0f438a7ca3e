import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as scalar from './index.ts';

/** A number as the fixture writes it: JSON has no infinities and no NaN. */
type Recorded = number | 'inf' | '-inf' | 'nan';

/** One operation as PyTorch computed it in float64; see fixtures/record.py. */
interface Case {
  readonly op: keyof typeof operations;
  readonly inputs: readonly Recorded[];
  readonly upstream: Recorded;
  readonly value: Recorded;
  readonly gradients: readonly Recorded[];
}

const { add, sub, mul, div, pow, neg, exp, log, sqrt, tanh, sigmoid, relu, abs, sin, cos } = scalar;
const operations = { add, sub, mul, div, pow, neg, exp, log, sqrt, tanh, sigmoid, relu, abs, sin, cos };

const { cases } = JSON.parse(readFileSync(new URL('../fixtures/pytorch.json', import.meta.url), 'utf8')) as {
  cases: readonly Case[];
};

function decode(x: Recorded): number {
  return x === 'inf' ? Infinity : x === '-inf' ? -Infinity : Number(x);
}

/** Infinities, NaN and zeros are the same; other numbers differ by rounding at most. */
function expectClose(actual: number, recorded: Recorded, what: string): void {
  const expected = decode(recorded);
  const isClose = Object.is(actual, expected) || Math.abs(actual - expected) <= 1e-13 * Math.abs(expected);
  expect(isClose, `${what} is ${actual}, PyTorch has ${expected}`).toBe(true);
}

test('the fixture has its rows: at least 200, and some of every operation', () => {
  expect(cases).toHaveLength(425);
  for (const op of Object.keys(operations)) expect(cases.filter((row) => row.op === op).length).toBeGreaterThan(20);
});

describe.each(Object.keys(operations))('%s has the values and gradients of PyTorch', (name) => {
  test.each(cases.filter(({ op }) => op === name))('$inputs, from above $upstream', (row) => {
    const leaves = row.inputs.map((x) => scalar.value(decode(x)));
    const [a, b] = leaves;
    const y = (operations[row.op] as (...operands: unknown[]) => scalar.Value)(a, b);
    expectClose(y.data, row.value, 'the value');
    y.mul(decode(row.upstream)).backward();
    for (const [i, leaf] of leaves.entries()) expectClose(leaf.grad, row.gradients[i] ?? 'nan', `gradient ${i}`);
  });
});
