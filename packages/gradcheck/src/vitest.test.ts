import '@mg/gradcheck/vitest';
import { describe, expect, test } from 'vitest';
import * as ops from '../test-engine/ops.ts';
import { type Tensor, variable } from '../test-engine/tensor.ts';
import { type Adapter } from './adapter.ts';

const x = variable([0.5, -1.5]);
const off = ops.elementwise(Math.sin, (each) => 1.01 * Math.cos(each));

describe('expect(fn).toHaveCorrectGradients(inputs)', () => {
  test('passes', () => {
    expect(ops.tanh).toHaveCorrectGradients([x]);
    expect(() => ops.tanh(x)).toHaveCorrectGradients([x]);
    expect((a: Tensor, b: Tensor) => ops.mul(a, b)).toHaveCorrectGradients([x, variable([2, 3])], { fast: true });
  });

  test('fails with the report', () => {
    expect(() => {
      expect(off).toHaveCorrectGradients([x]);
    }).toThrow(/^gradcheck: 2 of 4 derivatives are wrong\n {2}input 0, element \[0\]/);
    expect(off).toHaveCorrectGradients([x], { rtol: 0.02 });
  });

  test('can be negated', () => {
    expect(off).not.toHaveCorrectGradients([x]);
    expect(() => {
      expect(ops.tanh).not.toHaveCorrectGradients([x]);
    }).toThrow('expected a wrong gradient, but found none\ngradcheck: all 4 derivatives agree');
  });

  test('takes an adapter', () => {
    const adapter: Adapter<number> = {
      precision: 'float64',
      read: (each) => ({ shape: [], data: [each] }),
      write: (_, [data]) => data,
      vjp: (_fn, [input = NaN], cotangent) => [cotangent * Math.cos(input)],
    };
    expect(Math.sin).toHaveCorrectGradients([0.3], { adapter });
    expect(Math.cos).not.toHaveCorrectGradients([0.3], { adapter });
  });

  test('is typed', () => {
    expect(() => {
      // @ts-expect-error -- the input is a tensor, not a string
      expect(ops.tanh).toHaveCorrectGradients(['x']);
    }).toThrow('input 0 is of type string, expected a Tensor');
    expect(() => {
      // @ts-expect-error -- a number is not a function
      expect(5).toHaveCorrectGradients([x]);
    }).toThrow('toHaveCorrectGradients: expected a function, got number');
  });
});
