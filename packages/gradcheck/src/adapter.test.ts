import { describe, expect, test } from 'vitest';
import { type Adapter } from './adapter.ts';
import { gradcheck } from './gradcheck.ts';
import { gradgradcheck } from './gradgradcheck.ts';
import { analyticalJacobian, numericalJacobian } from './jacobian.ts';

/** A toy library in float32 with immutable arrays. Each array stores how to send a gradient back. */
interface Cell {
  readonly values: Float32Array;
  readonly dtype: 'float32' | 'int32';
  readonly parents: readonly Cell[];
  readonly send: (g: Cell) => readonly Cell[];
}

const leaf = (values: readonly number[], dtype: Cell['dtype'] = 'float32'): Cell => ({
  values: Float32Array.from(values),
  dtype,
  parents: [],
  send: () => [],
});

const make = (values: Float32Array, parents: readonly Cell[], send: Cell['send']): Cell => ({
  values,
  dtype: 'float32',
  parents,
  send,
});

const mul = (a: Cell, b: Cell): Cell =>
  make(
    a.values.map((x, i) => x * (b.values[i] ?? NaN)),
    [a, b],
    (g) => [mul(g, b), mul(g, a)],
  );
const add = (a: Cell, b: Cell): Cell =>
  make(
    a.values.map((x, i) => x + (b.values[i] ?? NaN)),
    [a, b],
    (g) => [g, g],
  );
/** `factor` 1 is right. */
const sin = (a: Cell, factor = 1): Cell => make(a.values.map(Math.sin), [a], (g) => [scale(mul(g, cos(a)), factor)]);
const cos = (a: Cell): Cell => make(a.values.map(Math.cos), [a], (g) => [scale(mul(g, sin(a)), -1)]);
const scale = (a: Cell, by: number): Cell =>
  make(
    a.values.map((x) => x * by),
    [a],
    (g) => [scale(g, by)],
  );

function vjp(fn: (...inputs: Cell[]) => Cell, inputs: readonly Cell[], cotangent: Cell): (Cell | null)[] {
  const gradients = new Map<Cell, Cell>();
  // Walks each path from the result to an input separately.
  const walk = (cell: Cell, g: Cell) => {
    const before = gradients.get(cell);
    if (inputs.includes(cell)) gradients.set(cell, before === undefined ? g : add(before, g));
    else {
      cell.send(g).forEach((each, i) => {
        walkIf(cell.parents[i], each);
      });
    }
  };
  const walkIf = (cell: Cell | undefined, g: Cell) => {
    if (cell !== undefined) walk(cell, g);
  };
  walk(fn(...inputs), cotangent);
  return inputs.map((input) => gradients.get(input) ?? null);
}

const adapter: Adapter<Cell> = {
  precision: 'float32',
  read: ({ values, dtype }) => ({ shape: [values.length], dtype, data: values }),
  write: ({ dtype }, data) => leaf(data, dtype),
  vjp,
};

const x = () => leaf([0.3, -1.2, 0.7]);

describe('a library in float32', () => {
  test('passes, with the tolerances of its precision', () => {
    const report = gradcheck((a, b) => mul(sin(a), b), [x(), leaf([2, 3, -1])], { adapter });
    expect(report).toMatchObject({ passed: true, compared: 18 });
    expect(report.inputs[0]?.worst?.allowed).toBeGreaterThanOrEqual(2e-4);
  });

  test.each([1.01, 0.99, 2, -1, 0])('a gradient times %d is caught', (factor) => {
    const report = gradcheck((a) => sin(a, factor), [x()], { adapter, raise: false });
    expect(report).toMatchObject({ passed: false, failed: 3 });
    expect(gradcheck((a) => sin(a, factor), [x()], { adapter, raise: false, fast: true }).passed).toBe(false);
  });

  test('right gradients pass, and those off by 1 % do not, on 200 random inputs', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const input = leaf([0, 1, 2].map((i) => 3 * Math.sin(10 * seed + i)));
      const fn = (factor: number) => (a: Cell) => add(mul(sin(a, factor), a), scale(a, 5));
      expect(String(gradcheck(fn(1), [input], { adapter, raise: false }))).toContain('all 9 derivatives agree');
      expect(gradcheck((a: Cell) => sin(a, 1.01), [input], { adapter, raise: false }).passed).toBe(false);
    }
  });

  test('a sum with a large constant is too hard, not wrong', () => {
    const hidden = (a: Cell) => add(add(sin(a), leaf([1e6, 1e6, 1e6])), leaf([-1e6, -1e6, -1e6]));
    expect(gradcheck(hidden, [x()], { adapter, raise: false })).toMatchObject({ passed: false, failed: 0 });
  });

  test('a kink', () => {
    const relu = (a: Cell) =>
      make(
        a.values.map((each) => Math.max(each, 0)),
        [a],
        (g) => [mul(g, leaf(Array.from(a.values, (each) => (each > 0 ? 1 : 0))))],
      );
    const report = gradcheck(relu, [leaf([1, 0, -2])], { adapter });
    expect(report.notDifferentiable).toMatchObject([{ column: 1 }]);
  });

  test('several outputs, some of them not used, and inputs of integers', () => {
    const report = gradcheck((a, _i, b) => [sin(a), mul(a, b)], [x(), leaf([1, 0, 2], 'int32'), x()], { adapter });
    expect(report.inputs.map(({ isChecked }) => isChecked)).toEqual([true, false, true]);
    expect(report.compared).toBe(36);
  });

  test('Jacobians', () => {
    const options = { adapter };
    expect(analyticalJacobian((a) => scale(a, 4), [leaf([1, 2])], options)).toEqual([
      [
        [
          [4, 0],
          [0, 4],
        ],
      ],
    ]);
    const numeric = numericalJacobian((a) => scale(a, 4), [leaf([1, 2])], options);
    expect(numeric.flat(3).map((each) => Math.round(1e3 * each) / 1e3)).toEqual([4, 0, 0, 4]);
  });

  test('second derivatives, by a vjp of the vjp', () => {
    const report = gradgradcheck((a, b) => mul(sin(a), b), [x(), leaf([2, 3, -1])], { adapter });
    expect(report.inputs.map(({ name }) => name)).toEqual(['input 0', 'input 1', 'cotangent of output 0']);
    const wrong = (a: Cell): Cell =>
      make(a.values.map(Math.sin), [a], (g) => [
        mul(
          g,
          make(cos(a).values, [], () => []),
        ),
      ]);
    expect(gradcheck(wrong, [x()], { adapter }).passed).toBe(true);
    expect(() => gradgradcheck(wrong, [x()], { adapter })).toThrow('derivatives are wrong');
  });
});

describe('a library that writes in place', () => {
  const inPlace: Adapter<Cell> = {
    ...adapter,
    write: ({ values }, data) => {
      values.set(data);
      return undefined;
    },
  };

  test('may leave out what write returns; its tensors are restored, also when the function throws', () => {
    const input = x();
    expect(gradcheck((a) => sin(a), [input], { adapter: inPlace }).compared).toBe(9);
    expect(gradcheck(() => sin(input), [input], { adapter: inPlace }).compared).toBe(9);
    expect(input.values).toEqual(x().values);
    let calls = 0;
    const fails = (a: Cell) => {
      if (++calls > 4) throw new Error('inside');
      return sin(a);
    };
    expect(() => gradcheck(fails, [input], { adapter: inPlace })).toThrow('inside');
    expect(input.values).toEqual(x().values);
  });
});

test('a gradient of another shape or dtype is reported', () => {
  const short: Adapter<Cell> = { ...adapter, vjp: () => [leaf([1])] };
  expect(() => gradcheck((a) => sin(a), [x()], { adapter: short })).toThrow(
    'input 0 is float32 [3], but its gradient is float32 [1]; a gradient must have the dtype and shape of its input',
  );
});
