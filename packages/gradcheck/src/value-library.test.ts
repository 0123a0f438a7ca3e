import { describe, expect, test } from 'vitest';
import { variable } from '../test-engine/tensor.ts';
import { type Differentiable, type ValueLike } from './differentiable.ts';
import { gradcheck } from './gradcheck.ts';
import { gradgradcheck } from './gradgradcheck.ts';

/** A scalar engine of fifteen lines, with the brand of @mg/scalar. */
class Value implements ValueLike {
  data: number;
  grad = 0;
  readonly inputs: readonly Value[];
  readonly derivatives: readonly number[];

  constructor(data: number, inputs: readonly Value[] = [], derivatives: readonly number[] = []) {
    this.data = data;
    this.inputs = inputs;
    this.derivatives = derivatives;
    Object.defineProperty(this, Symbol.for('@mg/scalar.Value'), { value: true });
  }

  mul(other: Value): Value {
    return new Value(this.data * other.data, [this, other], [other.data, this.data]);
  }

  /** sin, whose derivative is wrong if `factor` is not 1. */
  sin(factor = 1): Value {
    return new Value(Math.sin(this.data), [this], [factor * Math.cos(this.data)]);
  }

  backward(): void {
    const send = (node: Value, g: number) => {
      node.grad += g;
      node.inputs.forEach((input, i) => {
        send(input, g * (node.derivatives[i] ?? NaN));
      });
    };
    send(this, 1);
  }
}

describe('values', () => {
  test('pass, or are caught', () => {
    expect(gradcheck((a, b) => a.mul(b).sin(), [new Value(2), new Value(-3)])).toMatchObject({
      passed: true,
      compared: 2,
    });
    for (const factor of [1.01, 0, -1, NaN]) {
      expect(gradcheck((a) => a.sin(factor), [new Value(2)], { raise: false })).toMatchObject({
        passed: false,
        failed: 1,
      });
    }
  });

  test('in fast mode', () => {
    expect(gradcheck((a, b) => [a.mul(b), a.sin()], [new Value(2), new Value(-3)], { fast: true }).passed).toBe(true);
    expect(gradcheck((a) => a.sin(1.01), [new Value(2)], { fast: true, raise: false }).passed).toBe(false);
  });

  test('are left as they were: inputs, other leaves, and nodes between', () => {
    const [a, other] = [new Value(2), new Value(5)];
    const between = other.sin();
    [a.grad, other.grad, between.grad] = [1, 2, 3];
    gradcheck((x) => x.mul(between).mul(other), [a]);
    expect([a.grad, other.grad, between.grad, a.data, other.data]).toEqual([1, 2, 3, 2, 5]);
  });

  test('also when the function throws', () => {
    const a = new Value(2);
    a.grad = 7;
    let calls = 0;
    const fails = (x: Value) => {
      if (++calls > 5) throw new Error('inside');
      return x.sin();
    };
    expect(() => gradcheck(fails, [a])).toThrow('inside');
    expect([a.data, a.grad]).toEqual([2, 7]);
  });

  test('have no second derivatives', () => {
    expect(() => gradgradcheck((x) => x.sin(), [new Value(1)])).toThrow(
      'gradgradcheck: the inputs are Values, expected Tensors: the gradients of @mg/scalar are plain numbers and cannot be differentiated again',
    );
  });

  test('do not mix with tensors', () => {
    const inputs: [Differentiable, Differentiable] = [variable([1]), new Value(1)];
    expect(() => gradcheck((x, y) => [x, y], inputs)).toThrow(
      'input 1 is a Value, but another input is a Tensor; pass only Tensors or only Values',
    );
  });
});
