import { describe, expect, test } from 'vitest';
import { isDefect, judge, type Verdict, verdicts } from './judge.ts';
import { type Numbers, type Point, points } from './points.ts';

/** A point whose first gradient PyTorch has as these numbers. */
function point(first: Numbers, rest: Partial<Point> = {}): Point {
  return {
    group: '',
    op: 'made up',
    elementwise: false,
    kind: 'ordinary',
    choice: {},
    options: {},
    inputs: first.map((data) => ({ shape: [data.length], data })),
    shape: [1],
    value: [[1]],
    first,
    second: first,
    single: {},
    ...rest,
  };
}

const verdictOf = (found: Numbers, expected: Point, precision: 'float32' | 'float64' = 'float64'): Verdict =>
  judge(expected, 'first', { numbers: found }, precision).verdict;

describe('judge', () => {
  const expected = point([[2, -3]]);

  test.each<[Verdict, number[]]>([
    ['right', [2, -3]],
    ['right', [2 + 1e-11, -3]],
    ['off', [2.001, -3]],
    ['wrong', [2, 3]],
    ['wrong', [2, 0]],
    ['wrong', [4, -6]],
    ['wrong', [-3, 2]],
    ['wrong', [2, Infinity]],
    ['nan', [2, NaN]],
    ['wrong', [2]],
    ['wrong', [2, -3, 0]],
  ])('%s: %j for [2, -3]', (verdict, found) => {
    expect(verdictOf([found], expected)).toBe(verdict);
  });

  test('float32 is held to what float32 can', () => {
    expect(verdictOf([[2 + 1e-6, -3]], expected, 'float32')).toBe('right');
    expect(verdictOf([[2 + 1e-6, -3]], expected, 'float64')).toBe('off');
    expect(verdictOf([[2 + 1e-4, -3]], expected, 'float32')).toBe('off');
    // What overflows there is to be infinite.
    expect(verdictOf([[Infinity]], point([[1e50]]), 'float32')).toBe('right');
    expect(verdictOf([[Infinity]], point([[1e50]]), 'float64')).toBe('wrong');
  });

  test('nobody is asked for more than four times the error of PyTorch in float32', () => {
    const lost = point([[2]], { single: { first: [[2.001]] } });
    expect(verdictOf([[2.003]], lost, 'float32')).toBe('right');
    expect(verdictOf([[2.005]], lost, 'float32')).toBe('off');
    expect(verdictOf([[2.003]], lost, 'float64')).toBe('off');
    expect(verdictOf([[7]], point([[2]], { single: { first: [['NaN'].map(Number)] } }), 'float32')).toBe('right');
  });

  test('values of elementwise operations count by their own size, gradients by 1 at least', () => {
    const tiny = point([[1e-20]], { elementwise: true, value: [[1e-20]] });
    expect(judge(tiny, 'value', { numbers: [[0]] }, 'float32').verdict).toBe('wrong');
    expect(judge(tiny, 'first', { numbers: [[0]] }, 'float32').verdict).toBe('right');
  });

  test('where PyTorch has NaN, anything is right', () => {
    expect(verdictOf([[5, -3]], point([[NaN, -3]]))).toBe('right');
    expect(verdictOf([[5, 3]], point([[NaN, -3]]))).toBe('wrong');
  });

  test('between two slopes, any is right by another convention; beyond them, wrong', () => {
    const kink = point([[0]], { choice: { between: [-1, 1] } });
    expect(verdictOf([[0]], kink)).toBe('right');
    // The cotangent is 0.5.
    expect(verdictOf([[-0.5]], kink)).toBe('convention');
    expect(verdictOf([[0.6]], kink)).toBe('wrong');
    expect(verdictOf([[NaN]], kink)).toBe('nan');
    expect(judge(kink, 'second', { numbers: [[0.4]] }, 'float64').verdict).toBe('wrong');
  });

  test('where there is no second derivative, NaN is another convention', () => {
    const kink = point([[0]], { choice: { kink: true } });
    expect(judge(kink, 'second', { numbers: [[NaN]] }, 'float64').verdict).toBe('convention');
    expect(judge(kink, 'second', { numbers: [[1]] }, 'float64').verdict).toBe('wrong');
    expect(verdictOf([[NaN]], kink)).toBe('nan');
  });

  test('equal elements share a gradient in parts that add up', () => {
    const tie = point([[0.25, 0.25]], { choice: { shared: true } });
    expect(verdictOf([[0.5, 0]], tie)).toBe('convention');
    expect(verdictOf([[0.5, 0.5]], tie)).toBe('wrong');
    expect(verdictOf([[0.75, -0.25]], tie)).toBe('wrong');
    expect(verdictOf([[0.2500001, 0.25]], tie)).toBe('off');
  });

  test('an error is a limit where the library says that it has no gradient, else an error', () => {
    const thrown = (message: string): Verdict => judge(expected, 'first', { thrown: message }, 'float64').verdict;
    expect(thrown('Cannot compute gradient: gradient function not found for Cumprod.')).toBe('limit');
    expect(thrown('x is undefined')).toBe('throws');
  });

  test('a gradient that is not connected is right where it is 0, and an error elsewhere', () => {
    const unconnected = 'Cannot compute gradient of y=f(x)';
    const answer = { numbers: [[0, 0]], unconnected };
    expect(judge(point([[0, 0]]), 'first', answer, 'float64').verdict).toBe('right');
    expect(judge(expected, 'first', answer, 'float64').verdict).toBe('throws');
  });

  test('what is right, another convention or a limit is no defect', () => {
    expect(verdicts.filter((verdict) => !isDefect(verdict))).toEqual(['right', 'convention', 'limit']);
  });
});

test('no gradient of the table is 0 throughout at an ordinary point: one that is left out shows', () => {
  const ordinary = points.filter(({ kind }) => kind === 'ordinary');
  expect(ordinary.length).toBeGreaterThan(80);
  for (const each of ordinary) {
    expect(
      each.first.every((list) => list.some((x) => x !== 0)),
      each.op,
    ).toBe(true);
  }
});
