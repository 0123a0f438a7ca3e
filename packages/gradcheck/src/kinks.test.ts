import { describe, expect, test } from 'vitest';
import * as ops from '../test-engine/ops.ts';
import { variable } from '../test-engine/tensor.ts';
import { gradcheck } from './gradcheck.ts';

describe('at a kink, the report names the element and the gradient is not wrong', () => {
  test('relu(0)', () => {
    const report = gradcheck(ops.relu, [variable([1, 0, -1])]);
    expect(report).toMatchObject({ passed: true, compared: 8, failed: 0 });
    expect(report.notDifferentiable).toHaveLength(1);
    const [kink] = report.notDifferentiable;
    expect(kink).toMatchObject({ verdict: 'not differentiable', input: 0, column: 1, inputIndex: [1], row: 1 });
    expect(kink?.slopes[0]).toBeCloseTo(0, 3);
    expect(kink?.slopes[1]).toBeCloseTo(1, 3);
    expect(String(report)).toContain(
      'input 0, element [1] (of output 0, element [1]): not differentiable here, slope 0 on the left and 1 on the right; the gradient is 0',
    );
    expect(String(report)).not.toContain('wrong');
  });

  test.each([0, 0.5, 1])('relu(0) with the convention %d', (convention) => {
    const relu = ops.elementwise(
      (x) => Math.max(x, 0),
      (x) => (x === 0 ? convention : x > 0 ? 1 : 0),
    );
    expect(gradcheck(relu, [variable([0, 2])])).toMatchObject({
      passed: true,
      compared: 3,
      notDifferentiable: [{ column: 0 }],
    });
  });

  test('abs(0), although the central difference agrees with 0', () => {
    const report = gradcheck(ops.abs, [variable([0, 2])]);
    expect(report.notDifferentiable).toMatchObject([{ column: 0, analytic: 0 }]);
  });

  test('a tie of max, in both operands, although both get half', () => {
    const report = gradcheck((a, b) => ops.apply(ops.maximumOp, [a, b]), [variable([3, 1]), variable([3, 2])]);
    expect(report.notDifferentiable).toMatchObject([
      { input: 0, column: 0, analytic: 0.5 },
      { input: 1, column: 0, analytic: 0.5 },
    ]);
  });

  test('inside of a network', () => {
    const x = variable([1, -1, 0.3, 0.4], [2, 2]);
    const w = variable([1, 2, 1, 3], [2, 2]);
    const report = gradcheck((a, b) => ops.exp(ops.relu(ops.matmul(a, b))), [x, w]);
    // The first row of x times the first column of w is 0.
    expect(report.notDifferentiable.map(({ input, column, row }) => [input, column, row])).toEqual([
      [0, 0, 0],
      [0, 1, 0],
      [1, 0, 0],
      [1, 2, 0],
    ]);
  });

  test('a vertical tangent, a jump, and the edge of a domain', () => {
    const root = ops.elementwise(Math.cbrt, (x) => 1 / (3 * Math.cbrt(x) ** 2));
    const step = ops.elementwise(Math.floor, () => 0);
    const squareRoot = ops.elementwise(Math.sqrt, (x) => 0.5 / Math.sqrt(x));
    for (const [fn, x] of [
      [root, 0],
      [step, 1],
      [squareRoot, 0],
    ] as const) {
      const report = gradcheck(fn, [variable([x])], { raise: false });
      expect(report).toMatchObject({ failed: 0, notDifferentiable: [{ column: 0 }] });
    }
  });
});

describe('a kink does not hide other errors', () => {
  const relu = (atZero: number) =>
    ops.elementwise(
      (x) => Math.max(x, 0),
      (x) => (x === 0 ? atZero : x > 0 ? 1 : 0),
    );

  test.each([5, -3, NaN, Infinity])('%d at relu(0) is wrong', (slope) => {
    expect(gradcheck(relu(slope), [variable([0])], { raise: false })).toMatchObject({ passed: false, failed: 1 });
  });

  test('nor does a small kink excuse 1 %', () => {
    const bent = ops.elementwise(
      (x) => (x > 0 ? x : 0.999 * x),
      () => 1.015,
    );
    expect(gradcheck(bent, [variable([0])], { raise: false })).toMatchObject({ passed: false, failed: 1 });
  });

  test('nor does one element excuse another', () => {
    const wrong = ops.elementwise(
      (x) => Math.max(x, 0),
      (x) => (x > 0 ? 1.01 : 0),
    );
    const report = gradcheck(wrong, [variable([0, 1])], { raise: false });
    expect(report).toMatchObject({ passed: false, failed: 1 });
    expect(report.notDifferentiable).toHaveLength(1);
  });
});
