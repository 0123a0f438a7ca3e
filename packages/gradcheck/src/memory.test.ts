import { describe, expect, test } from 'vitest';
import * as ops from '../test-engine/ops.ts';
import { type Tensor, tensor, variable, withPlainBrand } from '../test-engine/tensor.ts';
import { gradcheck } from './gradcheck.ts';
import { numericalJacobian } from './jacobian.ts';

const matrix = () => variable([0.3, -1.2, 0.7, 2.1, -0.4, 1.6], [2, 3]);
const w = tensor([1.5, -0.5, 2, 0.7, 1.1, -1.3], { shape: [3, 2] });
/** x·w and its gradient; a wrong gradient has its rows swapped. */
const times = (isWrong: boolean) => (x: Tensor) =>
  ops.apply({ ...ops.mulOp, vjp: (g, [, b]) => [ops.mul(isWrong ? ops.roll(g, 0) : g, b ?? g), null] }, [x, w]);

describe('an input that is not contiguous', () => {
  test('is written through its strides, and left as it was', () => {
    const base = matrix();
    const before = [...base.data];
    const x = base.view([3, 2], [1, 3]);
    expect(() => x.data).toThrow('not contiguous');
    const report = gradcheck((t) => ops.tanh(ops.mul(t, w)), [x]);
    expect(report).toMatchObject({ passed: true, compared: 36 });
    expect(report.inputs[0]?.isCopied).toBe(false);
    expect([...base.data]).toEqual(before);
    expect(numericalJacobian((t) => ops.mul(t, w), [x])[0]?.[0]?.[1]?.[1]).toBeCloseTo(-0.5, 9);
  });

  test('also if the function captures it, like the parameter of a layer', () => {
    const x = matrix().view([3, 2], [1, 3]);
    expect(gradcheck(() => ops.tanh(ops.mul(x, w)), [x]).compared).toBe(36);
  });

  test('a part of a larger tensor', () => {
    const base = matrix();
    const x = base.view([2], [3], 1);
    expect(gradcheck(ops.tanh, [x]).compared).toBe(4);
    expect([...base.data]).toEqual([...matrix().data]);
  });

  test('a wrong gradient of one is caught', () => {
    expect(gradcheck(times(true), [matrix().view([3, 2], [1, 3])], { raise: false }).passed).toBe(false);
  });

  test('without strides it is refused', () => {
    const x = matrix().view([3, 2], [1, 3]);
    Object.defineProperties(x, {
      ...{ strides: { value: undefined }, isContiguous: { value: () => false }, contiguous: { value: matrix } },
    });
    expect(() => gradcheck(() => ops.tanh(matrix()), [x])).toThrow(
      'an input of shape [3, 2] is not contiguous and lacks strides or storage.array, so its elements cannot be written; pass x.contiguous()',
    );
  });
});

describe('elements that share memory', () => {
  const row = () => variable([0.3, -1.2]);

  test('an expanded view is checked element by element, on copies', () => {
    const base = row();
    const x = base.view([3, 2], [0, 1]);
    const report = gradcheck(times(false), [x]);
    expect(report).toMatchObject({ passed: true, compared: 36 });
    expect(report.inputs[0]?.isCopied).toBe(true);
    expect([...base.data]).toEqual([0.3, -1.2]);
  });

  test('so that a gradient that is only right in its sum is caught', () => {
    const report = gradcheck(times(true), [row().view([3, 2], [0, 1])], { raise: false });
    expect(report.passed).toBe(false);
    expect(String(report)).toContain(
      'input 0: its elements share memory, so the function received a copy: it must use its argument, not the original tensor',
    );
  });

  test('windows that overlap', () => {
    const x = variable([0.3, -1.2, 0.7, 2.1]).view([3, 2], [1, 1]);
    expect(gradcheck((t) => ops.exp(ops.mul(t, w)), [x])).toMatchObject({ passed: true, compared: 36 });
  });

  test('two inputs on the same memory', () => {
    const base = matrix();
    const [a, b] = [base.view([2], [1], 0), base.view([2], [1], 1)];
    const report = gradcheck((x, y) => ops.mul(ops.sin(x), y), [a, b]);
    expect(report).toMatchObject({ passed: true, compared: 8 });
    expect(report.inputs.map(({ isCopied }) => isCopied)).toEqual([true, true]);
  });

  test('the same tensor twice: each has the gradient of both', () => {
    const x = variable([0.5, -1.5]);
    expect(gradcheck((a, b) => ops.mul(ops.sin(a), b), [x, x]).compared).toBe(8);
  });

  test('strides that look as if they overlapped do not', () => {
    const x = variable(new Float64Array(12).map((_, i) => Math.sin(i + 1))).view([2, 3], [4, 3]);
    expect(gradcheck(ops.tanh, [x]).inputs[0]?.isCopied).toBe(false);
  });
});

describe('the caller’s tensors are restored', () => {
  const inside = () => {
    const base = matrix();
    const x = base.view([3, 2], [1, 3]);
    const other = variable([2, 3, 4, 5, 6, 7], [3, 2]);
    const [kept, others] = [tensor([7]), tensor([8])];
    x.grad = kept;
    other.grad = others;
    return { base, x, other, kept, others };
  };

  test('also when the function throws, at any call', () => {
    for (let last = 0; last < 30; last++) {
      const { base, x, kept } = inside();
      let calls = 0;
      const fn = (t: Tensor) => {
        if (calls++ >= last) throw new Error('inside');
        return ops.tanh(t);
      };
      expect(() => gradcheck(fn, [x])).toThrow('inside');
      expect([...base.data]).toEqual([...matrix().data]);
      expect(x.grad).toBe(kept);
    }
  });

  test('and so do the gradients of all leaves', () => {
    const { x, other, kept, others } = inside();
    gradcheck((t) => ops.mul(ops.tanh(t), other), [x]);
    expect(x.grad).toBe(kept);
    expect(other.grad).toBe(others);
  });

  test('the gradients of the inputs, with a tensor that only has backward', () => {
    const { x, kept } = inside();
    withPlainBrand(() => gradcheck((t) => ops.mul(ops.tanh(t), t), [x]));
    expect(x.grad).toBe(kept);
  });
});
