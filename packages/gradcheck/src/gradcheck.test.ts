import { describe, expect, test } from 'vitest';
import {
  analyticalJacobian,
  type Differentiable,
  gradcheck,
  GradcheckError,
  numericalJacobian,
  type TensorLike,
} from '@mg/gradcheck';

/** A toy operation: its value and its Jacobian, row by row. */
interface Rule {
  readonly value: (x: readonly number[]) => number[];
  readonly jacobian: (x: readonly number[]) => number[][];
}

/** A one-dimensional tensor that can run a single rule backward: all that a check needs, without our own engine. */
class Toy implements TensorLike {
  readonly data: Float64Array;
  readonly dtype: string;
  readonly requiresGrad: boolean;
  grad: TensorLike | null = null;
  readonly #sendBack: (g: Float64Array) => void;

  constructor(
    data: readonly number[],
    {
      dtype = 'float64',
      requiresGrad = true,
      sendBack = (): void => undefined,
    }: { dtype?: string; requiresGrad?: boolean; sendBack?: (g: Float64Array) => void } = {},
  ) {
    this.data = Float64Array.from(data);
    this.dtype = dtype;
    this.requiresGrad = requiresGrad;
    this.#sendBack = sendBack;
    Object.defineProperty(this, Symbol.for('@mg/tensor.Tensor'), { value: true });
  }

  get shape(): readonly number[] {
    return [this.data.length];
  }

  detach(): Toy {
    return new Toy([...this.data], { requiresGrad: false });
  }

  clone(): Toy {
    return this.detach();
  }

  contiguous(): this {
    return this;
  }

  backward(gradient?: TensorLike | null): void {
    this.#sendBack(Float64Array.from({ length: this.data.length }, (_, i) => gradient?.data[i] ?? 1));
  }

  /** Applies a rule; the gradient is g·J. */
  apply({ value, jacobian }: Rule): Toy {
    const saved = [...this.data];
    return new Toy(value(saved), {
      sendBack: (g) => {
        const rows = jacobian(saved);
        this.grad = new Toy(
          saved.map((_, column) => rows.reduce((sum, row, i) => sum + (g[i] ?? NaN) * (row[column] ?? NaN), 0)),
        );
      },
    });
  }
}

const diagonal = (values: readonly number[]) => values.map((value, i) => values.map((_, j) => (i === j ? value : 0)));
const cube: Rule = { value: (x) => x.map((v) => v ** 3), jacobian: (x) => diagonal(x.map((v) => 3 * v ** 2)) };
/** [x0 · x1, x1 + 2 x0]: a Jacobian that is not symmetric. */
const pair: Rule = {
  value: ([a = 0, b = 0]) => [a * b, b + 2 * a],
  jacobian: ([a = 0, b = 0]) => [
    [b, a],
    [2, 1],
  ],
};

describe('a right gradient passes', () => {
  test.each([
    ['cube', cube],
    ['pair', pair],
  ] as const)('%s', (_, rule) => {
    const report = gradcheck((x) => x.apply(rule), [new Toy([0.7, -1.3])]);
    expect(report).toMatchObject({ passed: true, compared: 4, failed: 0 });
  });

  test('and both Jacobians are those of the rule', () => {
    const x = new Toy([3, 5]);
    expect(analyticalJacobian((input) => input.apply(pair), [x])).toEqual([
      [
        [
          [5, 3],
          [2, 1],
        ],
      ],
    ]);
    const numeric = numericalJacobian((input) => input.apply(pair), [x], { eps: 1e-6 });
    expect(numeric.flat(3).map((n) => Math.round(n * 1e6) / 1e6)).toEqual([5, 3, 2, 1]);
  });
});

describe('a wrong gradient fails, and the report says where', () => {
  const wrong: Record<string, Rule> = {
    'the sign': { ...cube, jacobian: (x) => diagonal(x.map((v) => -3 * v ** 2)) },
    'a factor 2': { ...cube, jacobian: (x) => diagonal(x.map((v) => 6 * v ** 2)) },
    '1 % off': { ...cube, jacobian: (x) => diagonal(x.map((v) => 3.03 * v ** 2)) },
    zeroed: { ...cube, jacobian: (x) => diagonal(x.map(() => 0)) },
    'wrong where the input is negative': { ...cube, jacobian: (x) => diagonal(x.map((v) => (v < 0 ? 0 : 3 * v ** 2))) },
    NaN: { ...cube, jacobian: (x) => diagonal(x.map(() => NaN)) },
    transposed: {
      ...pair,
      jacobian: ([a = 0, b = 0]) => [
        [b, 2],
        [a, 1],
      ],
    },
    'a missing term': {
      ...pair,
      jacobian: ([, b = 0]) => [
        [b, 0],
        [2, 1],
      ],
    },
  };
  test.each(Object.entries(wrong))('%s', (_, rule) => {
    expect(() => gradcheck((x) => x.apply(rule), [new Toy([0.7, -1.3])])).toThrow(GradcheckError);
  });

  test('the report', () => {
    const report = gradcheck((x) => x.apply(wrong['wrong where the input is negative'] ?? cube), [new Toy([2, -1])], {
      raise: false,
    });
    expect(report).toMatchObject({ passed: false, compared: 4, failed: 1 });
    expect(report.inputs[0]?.worst).toMatchObject({
      verdict: 'wrong',
      output: 0,
      row: 1,
      input: 0,
      column: 1,
      analytic: 0,
    });
    expect(report.inputs[0]?.worst?.numeric).toBeCloseTo(3, 6);
    expect(String(report)).toMatch(
      /^gradcheck: 1 of 4 derivatives is wrong\n {2}input 0, element \[1\] \(of output 0, element \[1\]\): analytic 0, numeric 3\S*, error 3\.0e\+0, allowed 3\.0e-3, numerical error \d\.\de-\d+ {2}<- wrong$/,
    );
  });

  test('an all-zero gradient is not excused by a small true one', () => {
    const flat: Rule = { value: (x) => x.map((v) => 2e-2 * v), jacobian: (x) => diagonal(x.map(() => 0)) };
    expect(() => gradcheck((x) => x.apply(flat), [new Toy([1])])).toThrow(GradcheckError);
    // A derivative below the default atol is invisible to the check; a smaller atol finds the error.
    const flatter: Rule = { value: (x) => x.map((v) => 2e-6 * v), jacobian: (x) => diagonal(x.map(() => 0)) };
    expect(() => gradcheck((x) => x.apply(flatter), [new Toy([1])], { atol: 1e-8 })).toThrow(GradcheckError);
  });
});

describe('the caller’s tensors are restored', () => {
  test('elements, to the bit, and gradients', () => {
    const x = new Toy([0.1, 1e10]);
    const kept = new Toy([7, 7]);
    x.grad = kept;
    gradcheck((input) => input.apply(cube), [x]);
    expect([...x.data]).toEqual([0.1, 1e10]);
    expect(x.grad).toBe(kept);
  });

  test('also when the function throws', () => {
    const x = new Toy([1, 2]);
    let calls = 0;
    const fails = (input: Toy) => {
      if (++calls > 4) throw new Error('inside');
      return input.apply(cube);
    };
    expect(() => gradcheck(fails, [x])).toThrow('inside');
    expect([...x.data]).toEqual([1, 2]);
  });
});

describe('throws for a function or inputs that cannot be checked', () => {
  test('another dtype than float64', () => {
    expect(() => gradcheck((x) => x.apply(cube), [new Toy([1], { dtype: 'float32' })])).toThrow(
      "input 0 is float32, expected float64, because rounding dominates finite differences in float32; create the input with { dtype: 'float64' }",
    );
  });

  test('a function that gives another result when called again', () => {
    let calls = 0;
    expect(() => gradcheck((x) => x.apply({ ...cube, value: () => [calls++] }), [new Toy([1])])).toThrow(
      'two calls with the same inputs returned 0 and 1 in output 0, element 0',
    );
  });

  test('a gradient of another shape or dtype', () => {
    const misshapen = (x: Toy) =>
      new Toy([...x.data], {
        sendBack: () => {
          x.grad = new Toy([1, 1, 1]);
        },
      });
    expect(() => gradcheck(misshapen, [new Toy([1, 2])])).toThrow(
      'input 0 is float64 [2], but its gradient is float64 [3]',
    );
    const narrowed = (x: Toy) =>
      new Toy([...x.data], {
        sendBack: () => {
          x.grad = new Toy([1, 1], { dtype: 'float32' });
        },
      });
    expect(() => gradcheck(narrowed, [new Toy([1, 2])])).toThrow(
      'input 0 is float64 [2], but its gradient is float32 [2]',
    );
  });

  test('inputs without requiresGrad, or that are not tensors', () => {
    expect(() => gradcheck((x) => x, [new Toy([1], { requiresGrad: false })])).toThrow(
      'no input requires a gradient, so there is nothing to check',
    );
    expect(() => gradcheck((x) => x, [3 as unknown as Differentiable])).toThrow(
      'input 0 is of type number, expected a Tensor of @mg/tensor or a Value of @mg/scalar; for another library, pass an adapter',
    );
  });
});

test('an input that does not require a gradient is skipped', () => {
  const report = gradcheck(
    (x, c) =>
      x.apply({ value: (v) => v.map((each, i) => each * (c.data[i] ?? NaN)), jacobian: () => diagonal([...c.data]) }),
    [new Toy([1, 2]), new Toy([3, 4], { requiresGrad: false, dtype: 'int32' })],
  );
  expect(report.inputs[1]).toMatchObject({ isChecked: false, worst: null });
  expect(report.compared).toBe(4);
  expect(String(report)).toContain('input 1: not checked, int32 has no derivatives');
});
