import { describe, expect, test } from 'vitest';
import { elementwise } from '../test-engine/ops.ts';
import { variable } from '../test-engine/tensor.ts';
import { gradcheck } from './gradcheck.ts';
import { type GradcheckReport } from './report.ts';

type RealFunction = (x: number) => number;

function check(f: RealFunction, derivative: RealFunction, x: number, factor = 1): GradcheckReport {
  const fn = elementwise(f, (each) => factor * derivative(each));
  return gradcheck(fn, [variable([x])], { raise: false });
}

const sigmoid: RealFunction = (x) => 1 / (1 + Math.exp(-x));
/** Σ ±10⁶/i · sin(i·x/100): the terms are a million times as large as their sum. */
const alternating = (term: (i: number) => number) => {
  let sum = 0;
  for (let i = 1; i < 200; i++) sum += (i % 2 === 0 ? -1e6 : 1e6) * term(i);
  return sum;
};

/** The name, the function, its derivative, and points. */
const large: readonly (readonly [string, RealFunction, RealFunction, readonly number[]])[] = [
  ['sin 1e3·x', (x) => Math.sin(1e3 * x), (x) => 1e3 * Math.cos(1e3 * x), [0.3, 1.7]],
  ['sin 1e6·x', (x) => Math.sin(1e6 * x), (x) => 1e6 * Math.cos(1e6 * x), [0.3, 1.7]],
  ['sin 1e8·x', (x) => Math.sin(1e8 * x), (x) => 1e8 * Math.cos(1e8 * x), [0.3, 1.7]],
  ['a wave of period eps', (x) => Math.sin(2e6 * Math.PI * x), (x) => 2e6 * Math.PI * Math.cos(2e6 * Math.PI * x), [0]],
  ['exp 50·x', (x) => Math.exp(50 * x), (x) => 50 * Math.exp(50 * x), [1, -0.1]],
  ['exp(−1/x²)', (x) => Math.exp(-1 / x ** 2), (x) => (2 / x ** 3) * Math.exp(-1 / x ** 2), [0.5, 1]],
  ['x³⁰', (x) => x ** 30, (x) => 30 * x ** 29, [1.5, 0.9]],
  ['a narrow peak', (x) => 1 / (x * x + 1e-8), (x) => (-2 * x) / (x * x + 1e-8) ** 2, [1e-4, 1e-3, 0.1]],
  ['tanh 1e5·x', (x) => Math.tanh(1e5 * x), (x) => 1e5 / Math.cosh(1e5 * x) ** 2, [0, 1e-6, 1e-5]],
  ['sigmoid 1e4·x', (x) => sigmoid(1e4 * x), (x) => 1e4 * sigmoid(1e4 * x) * sigmoid(-1e4 * x), [0, 1e-4]],
  ['tan near its pole', Math.tan, (x) => 1 + Math.tan(x) ** 2, [1.57, 1.5]],
  ['x·sin(1/x)', (x) => x * Math.sin(1 / x), (x) => Math.sin(1 / x) - Math.cos(1 / x) / x, [1e-2, 1e-3, 1e-4]],
  ['log near 0', Math.log, (x) => 1 / x, [1e-4, 1e-8, 1e-12]],
  ['√x near 0', Math.sqrt, (x) => 0.5 / Math.sqrt(x), [1e-6, 1e-12]],
  ['1/x near 0', (x) => 1 / x, (x) => -1 / x ** 2, [1e-5, 1e-9]],
  ['x³, far out', (x) => x ** 3, (x) => 3 * x * x, [1e6, 1e10]],
  ['sin, far out', Math.sin, Math.cos, [1e6, 1e8]],
  ['a steep line', (x) => 1e12 * x, () => 1e12, [1e-3, 1]],
];

const cancelling: readonly (readonly [string, RealFunction, RealFunction, readonly number[]])[] = [
  ['1e8 + x', (x) => 1e8 + x, () => 1, [0.3, 2]],
  ['(1e8 + x) − 1e8', (x) => 1e8 + x - 1e8, () => 1, [0.3, 2]],
  ['(1e10 + x) − 1e10', (x) => 1e10 + x - 1e10, () => 1, [0, 0.3, 2]],
  ['(1e12 + x) − 1e12', (x) => 1e12 + x - 1e12, () => 1, [0, 0.3, 2]],
  ['(1e8 + sin 3x) − 1e8', (x) => 1e8 + Math.sin(3 * x) - 1e8, (x) => 3 * Math.cos(3 * x), [0.3, 2]],
  ['(exp x − 1) / x', (x) => (Math.exp(x) - 1) / x, (x) => 0.5 + x / 3 + (x * x) / 8, [1e-3, 1e-6, 1e-8]],
  [
    'alternating',
    (x) => alternating((i) => Math.sin((x * i) / 100) / i),
    (x) => alternating((i) => Math.cos((x * i) / 100) / 100),
    [0.3, 1],
  ],
  ['in float32', Math.fround, () => 1, [0.3, 2]],
  ['sin in float32', (x) => Math.fround(Math.sin(Math.fround(3 * x))), (x) => 3 * Math.cos(3 * x), [0.3, 2]],
];

const besideKinks: readonly (readonly [string, RealFunction, RealFunction, readonly number[]])[] = [
  ['relu', (x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0), [1e-12, 1e-7, 1e-6, 1.5e-6, 1e-2]],
  ['|x|', Math.abs, Math.sign, [1e-12, -1e-9, 1e-7, 1e-6, 1.5e-6, -1e-3]],
  ['hardshrink', (x) => (Math.abs(x) < 0.5 ? 0 : x), (x) => (Math.abs(x) < 0.5 ? 0 : 1), [0.50001, 0.6]],
  ['x·|x|', (x) => x * Math.abs(x), (x) => 2 * Math.abs(x), [1e-3, 1]],
];

describe.each([
  ['large higher derivatives', large],
  ['cancellation', cancelling],
  ['a kink nearby', besideKinks],
] as const)('%s', (_, functions) => {
  test.each(functions)('%s', (_name, f, derivative, points) => {
    for (const x of points) {
      const right = check(f, derivative, x);
      expect(String(right), `right at ${x}`).toMatch(/^gradcheck: all 1 derivatives agree$/m);
      expect(check(f, derivative, x, 1.01).passed, `1 % too large at ${x}`).toBe(false);
      expect(check(f, derivative, x, 0.99).passed, `1 % too small at ${x}`).toBe(false);
      expect(check(f, derivative, x, 0), `zeroed at ${x}`).toMatchObject({ passed: false, failed: 1 });
      expect(check(f, derivative, x, -1), `wrong sign at ${x}`).toMatchObject({ passed: false, failed: 1 });
    }
  });
});

describe('a derivative of 0', () => {
  test.each([
    ['on the flat side of relu', (x: number) => Math.max(x, 0), [-1e-10, -1e-7, -1e-3, -1]],
    ['inside of hardshrink', (x: number) => (Math.abs(x) < 0.5 ? 0 : x), [0, 0.49, 0.499, 0.4999]],
    ['between the steps of floor', Math.floor, [0.3, 0.99, 0.9999]],
    ['at the bottom of x·|x|', (x: number) => x * Math.abs(x), [0]],
    ['at the bottom of |x|^1.5', (x: number) => Math.abs(x) ** 1.5, [0]],
    ['of 1e30', () => 1e30, [0, 1]],
  ] as const)('%s passes, and 1 does not', (_, f, points) => {
    for (const x of points) {
      expect(String(check(f, () => 0, x)), `at ${x}`).toMatch(/^gradcheck: all 1 derivatives agree$/m);
      expect(check(f, () => 1, x).passed, `at ${x}`).toBe(false);
    }
  });
});

describe('a function that is too hard for finite differences is unresolved: neither wrong nor passed', () => {
  const noisy: RealFunction = (x) => x + 1e-3 * Math.sin(1e15 * x);

  test('noise', () => {
    const report = check(noisy, () => 1, 0.7);
    expect(report).toMatchObject({ passed: false, failed: 0, unresolved: 1 });
    expect(String(report)).toContain(
      '1 of 1 is unresolved: finite differences are not accurate enough for this function, whose gradient may be right',
    );
    expect(report.inputs[0]?.worst?.numericalError).toBeGreaterThan(1e-3);
  });

  test('but a gradient that is off by more than the noise is wrong', () => {
    expect(check(noisy, () => -1, 0.7)).toMatchObject({ failed: 1, unresolved: 0 });
  });

  test('a function that is not finite', () => {
    const report = check(Math.log, (x) => 1 / x, 0);
    expect(report).toMatchObject({ passed: false, failed: 0, unresolved: 1 });
    expect(String(report)).toContain('<- unresolved: the function is not finite here');
  });
});

test('the numerical error is an upper bound on the error of the numeric derivative', () => {
  for (const [, f, derivative, points] of [...large, ...cancelling]) {
    for (const x of points) {
      const worst = check(f, derivative, x).inputs[0]?.worst;
      const truth = derivative(x);
      // The derivative itself is rounded, and so is its argument, far out.
      const own = 1e-9 * Math.abs(truth);
      expect(Math.abs((worst?.numeric ?? NaN) - truth)).toBeLessThanOrEqual(2 * (worst?.numericalError ?? NaN) + own);
    }
  }
});
