import { describe, expect, test } from 'vitest';
import { trials } from '../test-engine/mutants.ts';
import * as ops from '../test-engine/ops.ts';
import { type Tensor, tensor, variable, withPlainBrand } from '../test-engine/tensor.ts';
import { gradcheck } from './gradcheck.ts';
import { gradgradcheck } from './gradgradcheck.ts';

describe('second derivatives', () => {
  test.each(trials.filter(({ isRight }) => isRight).map((trial) => [trial.name, trial] as const))(
    'of %s pass',
    (_, { op, draw }) => {
      const inputs = draw(1);
      const report = gradgradcheck((...xs: Tensor[]) => ops.apply(op, xs), inputs);
      expect(report.compared).toBeGreaterThan(0);
      expect(report.inputs.at(-1)?.name).toBe('cotangent of output 0');
    },
  );

  /** Its gradient is right, but a constant to the second pass. */
  const forgetful = (x: Tensor) =>
    ops.apply({ ...ops.sinOp, vjp: (g, [a]) => [ops.mul(g, ops.mask(a ?? g, Math.cos))] }, [x]);

  test('that are wrong are caught, though the first is right', () => {
    const x = variable([0.5, 2]);
    expect(gradcheck(forgetful, [x]).passed).toBe(true);
    const report = gradgradcheck(forgetful, [x], { raise: false });
    expect(report).toMatchObject({ passed: false, failed: 2 });
    expect(gradgradcheck(forgetful, [x], { raise: false, fast: true }).passed).toBe(false);
  });

  test('of a gradient that is wrong in its cotangent', () => {
    const squared = (x: Tensor) =>
      ops.apply(
        {
          ...ops.sinOp,
          vjp: (g, [a]) => [
            ops.mul(
              ops.mul(
                g,
                ops.mask(g, (each) => each),
              ),
              ops.cos(a ?? g),
            ),
          ],
        },
        [x],
      );
    const report = gradgradcheck(squared, [variable([0.5, 2])], { raise: false });
    expect(report.inputs.at(-1)?.worst).toMatchObject({ verdict: 'wrong' });
  });

  test('of several outputs and inputs, some of which do not need each other', () => {
    const constant = tensor([3, 4]);
    const report = gradgradcheck(
      (x, y, c) => [ops.mul(ops.sin(x), y), ops.exp(y), ops.mul(x, c)],
      [variable([0.5, 2]), variable([-1, 1.5]), constant],
    );
    expect(report.passed).toBe(true);
    expect(report.inputs.map(({ name }) => name)).toEqual([
      'input 0',
      'input 1',
      'input 2',
      'cotangent of output 0',
      'cotangent of output 1',
      'cotangent of output 2',
    ]);
  });

  test('with a tensor that only has backward', () => {
    withPlainBrand(() => {
      const x = variable([0.5, 2]);
      const kept = tensor([9, 9]);
      x.grad = kept;
      expect(gradgradcheck((t) => ops.mul(ops.sin(t), t), [x]).passed).toBe(true);
      expect(gradgradcheck(forgetful, [x], { raise: false }).passed).toBe(false);
      expect(x.grad).toBe(kept);
    });
  });

  test('of a function that does not depend on its inputs', () => {
    expect(() => gradgradcheck(() => tensor([1, 2]), [variable([1])])).toThrow(
      'gradgradcheck: no output depends on an input',
    );
  });
});
