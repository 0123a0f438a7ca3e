import { describe, expect, test } from 'vitest';
import * as ops from '../test-engine/ops.ts';
import { type Tensor, variable } from '../test-engine/tensor.ts';
import { gradcheck } from './gradcheck.ts';

const large = (length: number) => variable(Float64Array.from({ length }, (_, i) => Math.sin(i + 1)));

describe('fast', () => {
  test('takes a few calls, however large the input is', () => {
    const calls = (length: number) => {
      let count = 0;
      gradcheck(
        (x) => {
          count++;
          return ops.mul(ops.tanh(x), x);
        },
        [large(length)],
        { fast: true },
      );
      return count;
    };
    expect(calls(5_000)).toBe(calls(20));
    expect(calls(20)).toBeLessThan(50);
  });

  test('leaves the input as it was', () => {
    const x = large(1000);
    gradcheck(ops.tanh, [x], { fast: true });
    expect(x.data).toEqual(large(1000).data);
  });

  test('catches an error of 1 %, and a gradient that is shifted by one', () => {
    const off = ops.elementwise(Math.tanh, (x) => 1.01 * (1 - Math.tanh(x) ** 2));
    const report = gradcheck(off, [large(5_000)], { fast: true, raise: false });
    expect(report).toMatchObject({ passed: false, fast: true });
    expect(String(report)).toContain('input 0, along a random direction (of output 0, along a random direction): ');
    const rolled = (x: Tensor) => ops.apply({ ...ops.expOp, vjp: (g, _x, y) => [ops.mul(ops.roll(g, 0), y)] }, [x]);
    expect(gradcheck(rolled, [large(1000)], { fast: true, raise: false }).passed).toBe(false);
  });

  test('names the elements at kinks, and compares the others', () => {
    const at = (isWrong: boolean) => {
      const x = large(300);
      for (const i of [7, 107, 290]) x.data[i] = 0;
      const relu = ops.elementwise(
        (each) => Math.max(each, 0),
        (each) => (each > 0 ? (isWrong ? 1.01 : 1) : 0),
      );
      return gradcheck(relu, [x], { fast: true, raise: false });
    };
    expect(at(false)).toMatchObject({ passed: true, failed: 0 });
    expect(at(false).notDifferentiable.map(({ inputIndex }) => inputIndex)).toEqual([[7], [107], [290]]);
    expect(at(true).passed).toBe(false);
  });

  test('with too many kinks to find, is unresolved', () => {
    const report = gradcheck(ops.relu, [variable(new Float64Array(500))], { fast: true, raise: false });
    expect(report).toMatchObject({ passed: false, failed: 0 });
    expect(report.unresolved).toBeGreaterThan(0);
  });

  test('an element at the edge of the domain does not excuse the others', () => {
    const x = variable([0, 1, 2]);
    const off = ops.elementwise(Math.sqrt, (each) => 0.6 / Math.sqrt(each));
    expect(gradcheck(off, [x], { fast: true, raise: false }).passed).toBe(false);
  });

  test('gives the same result again', () => {
    const once = () => String(gradcheck((x) => ops.exp(ops.sin(x)), [large(50)], { fast: true }));
    expect(once()).toBe(once());
  });
});
