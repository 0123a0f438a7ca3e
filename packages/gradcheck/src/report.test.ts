import { describe, expect, test } from 'vitest';
import * as ops from '../test-engine/ops.ts';
import { type Tensor, tensor, variable } from '../test-engine/tensor.ts';
import { gradcheck } from './gradcheck.ts';
import { GradcheckError, type GradcheckReport } from './report.ts';

const matrix = () => variable([0.3, -1.2, 0.7, 2.1, -0.4, 1.6], [2, 3]);
/** tanh, whose gradient is wrong for one element. */
const offAt = (place: number) => (x: Tensor) =>
  ops.apply({ ...ops.tanhOp, vjp: (g, inputs, y) => [times(place, 1.5)(ops.tanhOp.vjp(g, inputs, y)[0] ?? g)] }, [x]);
const times = (place: number, factor: number) => (g: Tensor) =>
  ops.mul(
    g,
    tensor(
      g.elements().map((_, i) => (i === place ? factor : 1)),
      { shape: g.shape },
    ),
  );

describe('the report', () => {
  test('gives for each input the worst index, analytic, numeric, error and allowed', () => {
    const report = gradcheck((x, y) => [offAt(4)(x), ops.sin(y)], [matrix(), variable([0.5])], { raise: false });
    expect(report).toMatchObject({ passed: false, fast: false, compared: 49, failed: 1, unresolved: 0 });
    const [first, second] = report.inputs;
    expect(first).toMatchObject({ name: 'input 0', shape: [2, 3], dtype: 'float64', isChecked: true, isCopied: false });
    const slope = 1 - Math.tanh(-0.4) ** 2;
    expect(first?.worst).toMatchObject({
      ...{ verdict: 'wrong', input: 0, column: 4, inputIndex: [1, 1] },
      ...{ output: 0, row: 4, outputIndex: [1, 1] },
    });
    expect(first?.worst?.analytic).toBeCloseTo(1.5 * slope, 12);
    expect(first?.worst?.numeric).toBeCloseTo(slope, 8);
    expect(first?.worst?.error).toBeCloseTo(0.5 * slope, 8);
    expect(first?.worst?.allowed).toBeCloseTo(1e-5 + 1e-3 * slope, 8);
    expect(first?.worst?.numericalError).toBeLessThan(1e-6);
    expect(second?.worst).toMatchObject({ verdict: 'agrees', input: 1 });
  });

  test('is plain data: it can be cloned, and written as JSON', () => {
    const report = gradcheck(offAt(4), [matrix()], { raise: false });
    expect(structuredClone(report)).toEqual({ ...report });
    expect((JSON.parse(JSON.stringify(report)) as GradcheckReport).inputs[0]?.worst?.inputIndex).toEqual([1, 1]);
  });

  test('prints as a block', () => {
    const report = gradcheck((x, c) => ops.mul(offAt(4)(x), c), [matrix(), tensor([1, 2, 3])], { raise: false });
    expect(String(report).split('\n')).toEqual([
      'gradcheck: 1 of 36 derivatives is wrong',
      expect.stringMatching(
        /^ {2}input 0, element \[1, 1\] \(of output 0, element \[1, 1\]\): analytic 2\.566\d*, numeric 1\.711\d*, error 8\.6e-1, allowed 1\.7e-3, numerical error \d\.\de-\d+ {2}<- wrong$/,
      ),
      '  input 1: not checked, does not require a gradient',
    ]);
  });

  test('is the report and the message of a GradcheckError', () => {
    const error = (() => {
      try {
        gradcheck(offAt(0), [matrix()]);
        return null;
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(GradcheckError);
    const { report, message, name } = error as GradcheckError;
    expect(report.failed).toBe(1);
    expect([name, message]).toEqual(['GradcheckError', String(report)]);
  });
});

describe('options', () => {
  const off = (by: number) => ops.elementwise(Math.sin, (x) => Math.cos(x) + by);

  test('atol + rtol · |n|', () => {
    const x = [variable([Math.PI / 2])] as const;
    // The derivative is 0 here: atol alone.
    expect(gradcheck(off(0.9e-5), x).passed).toBe(true);
    expect(gradcheck(off(1.2e-5), x, { raise: false }).passed).toBe(false);
    expect(gradcheck(off(1.2e-5), x, { atol: 2e-5 }).passed).toBe(true);
    expect(gradcheck(off(0.9e-3), [variable([0])]).passed).toBe(true);
    expect(gradcheck(off(1.1e-3), [variable([0])], { raise: false }).passed).toBe(false);
    expect(gradcheck(off(0.9e-3), [variable([0])], { rtol: 1e-4, raise: false }).passed).toBe(false);
  });

  test('eps is the first step, and no step makes a right gradient wrong', () => {
    for (const eps of [1e-1, 1e-3, 1e-9, 1e-13]) {
      expect(gradcheck(ops.sin, [variable([0.5, 2])], { eps }).passed).toBe(true);
      expect(gradcheck(off(0.01), [variable([0.5, 2])], { eps, raise: false }).failed).toBe(2);
    }
  });

  test('nondetTol', () => {
    let calls = 0;
    const shaky = (x: Tensor) => ops.add(ops.sin(x), ops.constant(1e-13 * (calls++ % 3)));
    const report = gradcheck(shaky, [variable([0.5])], { raise: false });
    expect(report).toMatchObject({ passed: false, compared: 0, problems: [{ kind: 'nondeterministic' }] });
    expect(String(report)).toContain('two calls with the same inputs returned 0.479425538604203 and 0.4794255386043');
    expect(gradcheck(shaky, [variable([0.5])], { nondetTol: 1e-12 }).passed).toBe(true);
  });
});

describe('problems other than a wrong derivative', () => {
  test('a backward pass that differs from call to call', () => {
    let calls = 0;
    const shaky = (x: Tensor) =>
      ops.apply({ ...ops.sinOp, vjp: (g, [a]) => [ops.mul(ops.cos(a ?? g), ops.constant(1 + 1e-9 * calls++))] }, [x]);
    const report = gradcheck(shaky, [variable([0.5])], { raise: false });
    expect(report.problems).toMatchObject([{ kind: 'nondeterministic' }]);
    expect(String(report)).toContain('two backward passes with the same inputs returned ');
  });

  test('outputs whose number or shape changes from call to call', () => {
    let calls = 0;
    const coming = (x: Tensor) => Array.from({ length: 1 + (calls++ % 2) }, () => ops.sin(x));
    expect(() => gradcheck(coming, [variable([0.5])])).toThrow(
      'two calls with the same inputs returned 1 and 2 outputs',
    );
    const growing = (x: Tensor) => (calls++ % 2 === 0 ? ops.sin(x) : ops.mul(ops.sin(x), tensor([1, 2])));
    expect(() => gradcheck(growing, [variable([0.5])])).toThrow(/returned shapes \[\d\] and \[\d\] in output 0/);
  });

  test('a gradient of another shape or dtype is reported once, and the others are still compared', () => {
    const unsummed = (x: Tensor, y: Tensor) => ops.apply({ ...ops.addOp, vjp: (g) => [g, g] }, [x, y]);
    const report = gradcheck(unsummed, [matrix(), variable([1, 2, 3])], { raise: false });
    expect(report).toMatchObject({ passed: false, failed: 0, compared: 36 });
    expect(report.problems).toEqual([
      {
        kind: 'gradient shape or dtype',
        message:
          'input 1 is float64 [3], but its gradient is float64 [2, 3]; a gradient must have the dtype and shape of its input',
      },
    ]);
    expect(gradcheck(unsummed, [matrix(), variable([1, 2, 3])], { raise: false, fast: true }).problems).toHaveLength(1);
  });
});

describe('several inputs and outputs', () => {
  test('of any shape: the whole Jacobian, row by row', () => {
    const report = gradcheck(
      (x, w) => [ops.matmul(x, w), ops.sum(x, 1), ops.exp(w)],
      [matrix(), variable([0.1, 0.2, 0.3, -0.4, 0.5, -0.6], [3, 2])],
    );
    expect(report.compared).toBe((4 + 2 + 6) * (6 + 6));
  });

  test('an integer output has no derivative and is skipped', () => {
    const indices = tensor([2, 0], { dtype: 'int32' });
    expect(gradcheck((x) => [indices, ops.sin(x)], [variable([1])]).compared).toBe(1);
    expect(() => gradcheck(() => indices, [variable([1])])).toThrow('the function returned no floating-point output');
  });

  test('an empty input beside another one, and one without axes', () => {
    const both = gradcheck((x, y) => [ops.sin(x), ops.cos(y)], [variable([], [0]), variable([1])]);
    expect(both).toMatchObject({ passed: true, compared: 1 });
    expect(String(both)).toContain('  input 0: not checked, it is empty\n  input 1, element [0] ');
    expect(gradcheck(ops.sin, [variable([2], [])]).compared).toBe(1);
  });

  test('an output that does not depend on an input, and one whose dependence is detached', () => {
    const [a, b] = [variable([1]), variable([2])];
    expect(gradcheck((x, y) => [ops.sin(x), ops.cos(y)], [a, b]).compared).toBe(4);
    expect(gradcheck((x) => ops.mul(x, x.detach()), [a], { raise: false }).failed).toBe(1);
    expect(gradcheck((x) => ops.sin(x.detach()), [a], { raise: false }).failed).toBe(1);
  });
});

describe.each([false, true])('nothing to compare does not pass, fast: %s', (fast) => {
  /** The report, and the message of the error. */
  const nothing = (fn: (x: Tensor) => Tensor, x: Tensor): string => {
    const report = gradcheck(fn, [x], { fast, raise: false });
    expect(report).toMatchObject({ passed: false, compared: 0, failed: 0, problems: [{ kind: 'nothing to compare' }] });
    expect(() => gradcheck(fn, [x], { fast })).toThrow(GradcheckError);
    return String(report).replace(
      '\n  (fast mode: compared along random directions; without it, the report names the elements)',
      '',
    );
  };

  test('an empty input', () => {
    expect(nothing(ops.sin, variable([], [0]))).toBe(
      [
        'gradcheck: no derivative was compared',
        'every input that requires a gradient is empty; pass inputs for which there are derivatives',
        'input 0: not checked, it is empty',
      ].join('\n  '),
    );
  });

  test('an empty output', () => {
    const none = (x: Tensor) =>
      ops.apply({ name: 'none', forward: () => tensor([], { shape: [0] }), vjp: () => [tensor([0, 0])] }, [x]);
    expect(nothing(none, variable([1, 2]))).toBe(
      [
        'gradcheck: no derivative was compared',
        'every output is empty; pass inputs for which there are derivatives',
        'input 0: not checked',
      ].join('\n  '),
    );
  });

  test('a function that is not differentiable at the inputs', () => {
    const text = nothing(ops.relu, variable([0]));
    expect(text).toContain(
      'gradcheck: no derivative was compared; 1 skipped where the function is not differentiable\n',
    );
    expect(text).toContain('the function is not differentiable at the only position; check it at other inputs');
    expect(text).toContain('input 0: not checked, the function is not differentiable at any of its elements');
    const step = ops.elementwise((x) => (x < 0 ? 0 : 1), () => 0); // prettier-ignore
    expect(gradcheck(step, [variable([0])], { fast, raise: false })).toMatchObject({ passed: false });
  });
});

describe('inputs of which nothing was compared, or all derivatives are 0', () => {
  test('are listed', () => {
    const report = gradcheck(
      (x, _unused, _indices, constant) => ops.mul(ops.sin(x), constant),
      [variable([1, 2]), variable([3]), tensor([1], { dtype: 'int32' }), tensor([1, 2])],
    );
    expect(report.passed).toBe(true);
    expect(report.inputs.map(({ note }) => note)).toEqual([
      null,
      'all of its derivatives are 0, is it used?',
      'not checked, int32 has no derivatives',
      'not checked, does not require a gradient',
    ]);
    expect(String(report)).toContain('  input 1: all of its derivatives are 0, is it used?\n');
    expect(String(report)).toContain('  input 2: not checked, int32 has no derivatives');
  });
});
