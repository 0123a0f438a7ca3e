import { describe, expect, test, vi } from 'vitest';
import * as scalar from './index.ts';
import {
  GraphError,
  Value,
  abs,
  add,
  cos,
  div,
  exp,
  isValue,
  log,
  mul,
  neg,
  pow,
  relu,
  sigmoid,
  sin,
  sqrt,
  sub,
  tanh,
  topologicalOrder,
  value,
} from './index.ts';

/** The gradients of both operands of `op(a, b)`. */
function gradients(op: (a: Value, b: Value) => Value, a: number, b: number): [number, number] {
  const [x, y] = [value(a), value(b)];
  op(x, y).backward();
  return [x.grad, y.grad];
}

/** The value and the gradient of `op(x)`, for the upstream gradient `upstream`. */
function unaryCase(op: (x: Value) => Value, x: number, upstream = 1): { y: number; grad: number } {
  const input = value(x);
  const output = op(input);
  output.mul(upstream).backward();
  return { y: output.data, grad: input.grad };
}

describe('where the seed was wrong (errata V1 to V11)', () => {
  test('V1: the whole set of operations, with a number on either side', () => {
    const x = () => value(0.5, { label: 'x' });
    const results: [Value, number][] = [
      [x().neg(), -0.5],
      [x().sub(2), -1.5],
      [sub(2, x()), 1.5],
      [x().div(2), 0.25],
      [div(2, x()), 4],
      [x().add(2), 2.5],
      [add(2, x()), 2.5],
      [x().mul(2), 1],
      [mul(2, x()), 1],
      [x().pow(2), 0.25],
      [pow(2, x()), Math.SQRT2],
      [x().exp(), Math.exp(0.5)],
      [x().log(), Math.log(0.5)],
      [x().sqrt(), Math.SQRT1_2],
      [x().tanh(), Math.tanh(0.5)],
      [x().sigmoid(), 0.6224593312018546],
      [x().relu(), 0.5],
      [x().abs(), 0.5],
      [x().sin(), Math.sin(0.5)],
      [x().cos(), Math.cos(0.5)],
    ];
    for (const [result, expected] of results) {
      expect(result.data, result.op).toBeCloseTo(expected, 14);
      expect(result.inputs.map(({ label }) => label)).toEqual(['x']);
    }
  });

  test('V1: a number on the left has the right gradient', () => {
    const x = value(4);
    sub(1, x).backward();
    expect(x.grad).toBe(-1);
    x.zeroGrad();
    div(1, x).backward();
    expect(x.grad).toBe(-1 / 16);
    x.zeroGrad();
    pow(2, x).backward();
    expect(x.grad).toBeCloseTo(16 * Math.LN2, 14);
  });

  test('V2: inputs keep their order and multiplicity', () => {
    const [a, b] = [value(2), value(3)];
    expect(b.sub(a).inputs).toEqual([b, a]);
    expect(a.sub(b).inputs).toEqual([a, b]);
    const square = a.mul(a);
    expect(square.inputs).toHaveLength(2);
    expect(square.inputs.every((input) => input === a)).toBe(true);
    square.backward();
    expect(a.grad).toBe(4);
  });

  test('V3: a power has gradients to its base and to its exponent', () => {
    const [toBase, toExponent] = gradients(pow, 2, 3);
    expect(toBase).toBe(12);
    expect(toExponent).toBeCloseTo(8 * Math.LN2, 14);
  });

  test('V4: powers of 0, and of negative numbers', () => {
    // The seed divides by zero in the backward pass of 0 ** 0.
    expect(gradients(pow, 0, 0)).toEqual([0, 0]);
    expect(pow(0, value(0)).data).toBe(1);
    expect(gradients(pow, 0, 0.5)).toEqual([Infinity, 0]);
    expect(gradients(pow, 0, 2)).toEqual([0, 0]);
    expect(gradients(pow, 0, -1)).toEqual([-Infinity, -Infinity]);
    expect(gradients(pow, 5, 0)).toEqual([0, Math.log(5)]);
    expect(gradients(pow, -8, 1 / 3)).toEqual([NaN, NaN]);
    expect(gradients(pow, -2, 2)).toEqual([-4, NaN]);
    expect(value(-8).pow(0.5).data).toBeNaN();
    const x = value(0);
    x.pow(0).mul(Infinity).backward();
    expect(x.grad).toBe(0);
  });

  test('V5: relu selects its gradient, it does not multiply by a mask', () => {
    // The seed: 0 · ∞ = NaN for the first two.
    expect(unaryCase(relu, -1, Infinity)).toEqual({ y: 0, grad: 0 });
    expect(unaryCase(relu, 0, Infinity)).toEqual({ y: 0, grad: 0 });
    expect(unaryCase(relu, -1, NaN)).toEqual({ y: 0, grad: 0 });
    expect(unaryCase(relu, 0)).toEqual({ y: 0, grad: 0 });
    expect(unaryCase(relu, 2, Infinity)).toEqual({ y: 2, grad: Infinity });
    // The seed: a gradient of 0 at NaN.
    expect(unaryCase(relu, NaN)).toEqual({ y: NaN, grad: 1 });
  });

  test('V5: an ordinary product with 0 still follows IEEE 754', () => {
    expect(unaryCase((x) => x.mul(0), 1, Infinity).grad).toBeNaN();
    expect(unaryCase((x) => x.mul(-0), 1, Infinity).grad).toBeNaN();
  });

  test('V6: a chain of 1,000,000 nodes goes forward and backward', () => {
    // The seed fails at a depth of about 1,000.
    const x = value(1);
    let y = x;
    for (let i = 0; i < 500_000; i++) y = y.mul(1).add(x);
    expect(y.data).toBe(500_001);
    y.backward();
    expect(x.grad).toBe(500_001);
    expect(topologicalOrder(y)).toHaveLength(1_000_001);
  });

  test('V7: a second pass replaces gradients in between and adds to those of leaves', () => {
    const x = value(3);
    const square = x.mul(x);
    const loss = square.mul(2);
    loss.backward({ retainGraph: true });
    expect([x.grad, square.grad, loss.grad]).toEqual([12, 2, 1]);
    loss.backward();
    expect(x.grad).toBe(24); // the seed: 36
    expect([square.grad, loss.grad]).toEqual([2, 1]);
  });

  test('V7: two losses that share a node', () => {
    const x = value(3);
    const square = x.mul(x);
    square.mul(2).backward({ retainGraph: true });
    square.mul(5).backward();
    expect(x.grad).toBe(42); // the seed: 54
    expect(square.grad).toBe(5); // the seed: 7
  });

  test('V8: a root that is a leaf accumulates', () => {
    const x = value(3);
    x.mul(4).backward();
    x.backward();
    expect(x.grad).toBe(5); // the seed: 1
    x.backward();
    expect(x.grad).toBe(6);
  });

  test('V9: numbers are not nodes', () => {
    const x = value(3);
    const y = x.mul(2).add(1);
    expect(topologicalOrder(y)).toEqual([x, y.inputs[0], y]); // the seed: 5 nodes
  });

  test('V10: a graph is good for one pass, unless it is retained', () => {
    const x = value(3);
    const loss = x.mul(x).exp();
    loss.backward();
    const gradient = x.grad;
    expect(() => {
      loss.backward();
    }).toThrow(GraphError);
    expect(() => {
      loss.backward();
    }).toThrow(/^backward: .* released .*'exp'.*retainGraph: true/);
    expect(x.grad).toBe(gradient); // the seed: more than twice that

    const retained = x.mul(2);
    retained.backward({ retainGraph: true });
    retained.backward({ retainGraph: true });
    retained.backward();
    expect(() => {
      retained.backward();
    }).toThrow(GraphError);
  });

  test('V10: a pass over a released part changes no leaf and keeps the graph usable', () => {
    const [x, y] = [value(3), value(4)];
    const shared = x.mul(x);
    shared.backward();
    const fresh = y.exp();
    expect(() => {
      fresh.mul(shared).backward();
    }).toThrow(GraphError);
    expect([x.grad, y.grad]).toEqual([6, 0]);
    expect(topologicalOrder(fresh.mul(shared))).toHaveLength(5);
    fresh.backward();
    expect(y.grad).toBe(Math.exp(4));
  });

  test('V11: operands are saved in the forward pass', () => {
    const [a, b] = [value(2), value(3)];
    const c = a.mul(b);
    b.data = 100;
    c.data = -1;
    c.backward();
    expect(a.grad).toBe(3); // the seed: 100
    expect(b.grad).toBe(2);
    expect(b.data).toBe(100);

    const x = value(0.5);
    const y = x.exp();
    y.data = 9;
    y.backward();
    expect(x.grad).toBe(Math.exp(0.5));
  });
});

describe('edge values', () => {
  test('log, sqrt and div at 0', () => {
    expect(unaryCase(log, 0)).toEqual({ y: -Infinity, grad: Infinity });
    expect(unaryCase(log, -1)).toEqual({ y: NaN, grad: -1 });
    expect(unaryCase(sqrt, 0)).toEqual({ y: 0, grad: Infinity });
    expect(unaryCase((x) => div(1, x), 0)).toEqual({ y: Infinity, grad: -Infinity });
    expect(gradients(div, 0, 0)).toEqual([Infinity, NaN]);
  });

  test('inf - inf', () => {
    const [a, b] = [value(Infinity), value(Infinity)];
    const difference = a.sub(b);
    difference.backward();
    expect([difference.data, a.grad, b.grad]).toEqual([NaN, 1, -1]);
  });

  test('tanh and sigmoid of large numbers do not overflow', () => {
    for (const x of [50, 800, 1e308, Infinity]) {
      expect(unaryCase(tanh, x)).toEqual({ y: 1, grad: 0 });
      expect(unaryCase(tanh, -x)).toEqual({ y: -1, grad: 0 });
      expect(unaryCase(sigmoid, x)).toEqual({ y: 1, grad: 0 });
      expect(unaryCase(sigmoid, -x).y).toBeCloseTo(0, 20);
      expect(unaryCase(sigmoid, -x).grad).toBeCloseTo(0, 20);
    }
  });

  test('abs is flat at 0', () => {
    expect(unaryCase(abs, 0)).toEqual({ y: 0, grad: 0 });
    expect(unaryCase(abs, -3)).toEqual({ y: 3, grad: -1 });
  });

  test('powers on which JavaScript and IEEE 754 differ', () => {
    expect(value(1).pow(NaN).data).toBe(1);
    expect(value(-1).pow(Infinity).data).toBe(1);
    expect(value(-1).pow(-Infinity).data).toBe(1);
    expect(value(NaN).pow(0).data).toBe(1);
  });
});

describe('operations', () => {
  test('the methods call the functions', () => {
    const [a, b] = [value(0.3), value(0.7)];
    expect([add, sub, mul, div, pow].map((op) => op(a, b).data)).toEqual(
      [a.add(b), a.sub(b), a.mul(b), a.div(b), a.pow(b)].map(({ data }) => data),
    );
    expect([neg, exp, log, sqrt, tanh, sigmoid, relu, abs, sin, cos].map((op) => op(a).data)).toEqual(
      [a.neg(), a.exp(), a.log(), a.sqrt(), a.tanh(), a.sigmoid(), a.relu(), a.abs(), a.sin(), a.cos()].map(
        ({ data }) => data,
      ),
    );
  });

  test('name the node they make', () => {
    const x = value(1);
    expect([x, x.add(1), x.pow(2), x.relu()].map(({ op }) => op)).toEqual(['', 'add', 'pow', 'relu']);
  });

  test('with only numbers make a leaf', () => {
    const y = add(1, 2);
    expect([y.data, y.op, y.inputs.length]).toEqual([3, '', 0]);
    expect(exp(0).inputs).toEqual([]);
  });

  test('throw for an operand that is neither a Value nor a number', () => {
    expect(() => value(1).add('2' as never)).toThrow('add: expected a Value or a number, got string');
    expect(() => mul(undefined as never, 2)).toThrow('mul: expected a Value or a number, got undefined');
    expect(() => exp(null as never)).toThrow(TypeError);
    expect(() => value('3' as never)).toThrow('value: expected a number, got string');
  });
});

describe('a Value', () => {
  test('has a label, and data and grad that can be written', () => {
    const x = value(2, { label: 'weight' });
    expect([x.label, x.data, x.grad]).toEqual(['weight', 2, 0]);
    x.data -= 0.5;
    x.grad = 4;
    x.label = 'w';
    expect([x.label, x.data, x.grad]).toEqual(['w', 1.5, 4]);
    x.zeroGrad();
    expect(x.grad).toBe(0);
  });

  test('keeps its inputs readable after backward', () => {
    const x = value(2);
    const y = x.exp().mul(x);
    y.backward();
    expect(y.inputs.map(({ op }) => op)).toEqual(['exp', '']);
    expect(y.inputs[0]?.grad).toBe(2);
  });

  test('keeps its numbers apart from those of thousands made with it', () => {
    const values = Array.from({ length: 5000 }, (_, i) => value(i));
    for (const x of values) x.grad = -x.data;
    expect(values.every((x, i) => x.data === i && x.grad === -i)).toBe(true);
  });

  test('prints its label, data and grad', () => {
    expect(String(value(1.5))).toBe('Value(data=1.5, grad=0)');
    expect(String(value(1.5, { label: 'x' }))).toBe('Value(label=x, data=1.5, grad=0)');
  });

  test('is recognised by its brand, across copies of the package', async () => {
    vi.resetModules();
    const other = await import('./index.ts');
    expect(other.Value).not.toBe(scalar.Value);
    const [mine, theirs] = [value(2), other.value(3)];
    expect([isValue(mine), isValue(theirs), theirs instanceof Value]).toEqual([true, true, false]);
    expect(Symbol.for('@mg/scalar.Value') in mine).toBe(true);
    expect([isValue(2), isValue(null), isValue({ data: 1, grad: 0 })]).toEqual([false, false, false]);
    mine.mul(theirs).backward();
    expect([mine.grad, theirs.grad]).toEqual([3, 2]);
  });
});

test('a node that is used many times gets the sum, for any nesting of the uses', () => {
  const x = value(1.5);
  const a = x.mul(x);
  const b = a.add(x);
  const c = b.mul(a).add(b); // (x² + x)·x² + x² + x = x⁴ + x³ + x² + x
  c.backward();
  expect(x.grad).toBeCloseTo(4 * 1.5 ** 3 + 3 * 1.5 ** 2 + 2 * 1.5 + 1, 12);
});

test('topologicalOrder lists each node once, after its inputs', () => {
  const x = value(1);
  const a = x.add(1);
  const root = a.mul(x).add(a.mul(a));
  const order = topologicalOrder(root);
  expect(new Set(order).size).toBe(order.length);
  expect(order).toHaveLength(5);
  expect(order.at(-1)).toBe(root);
  for (const node of order) {
    for (const input of node.inputs) expect(order.indexOf(input)).toBeLessThan(order.indexOf(node));
  }
  expect(topologicalOrder(x)).toEqual([x]);
});

test.each<[what: string, run: (x: number) => unknown]>([
  ['x * 2', (x) => x * 2],
  ['2 - x', (x) => 2 - x],
  ['x + 1', (x) => x + 1],
  ['-x', (x) => -x],
  ['x < 1', (x) => x < 1],
  ['Number(x)', Number],
  ['Math.exp(x)', Math.exp],
])('%s throws, and says what to write', (_, run) => {
  const x = value(3, { label: 'x' });
  expect(() => run(x as unknown as number)).toThrow(
    new TypeError('operators do not support Values: write x.mul(2) for x * 2; x.data is the number'),
  );
  expect(String(x)).toBe('Value(label=x, data=3, grad=0)');
});
