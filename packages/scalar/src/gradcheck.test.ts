import { expect, test } from 'vitest';
import { gradcheck } from '@mg/gradcheck';
import * as scalar from '@mg/scalar';
import { type BinaryOp, type UnaryOp, value } from '@mg/scalar';

/** Every operation at points on each side of its kinks, where it has a derivative. */
const unary: Record<string, { op: UnaryOp; at: readonly number[] }> = {
  neg: { op: scalar.neg, at: [-2, 0, 3] },
  exp: { op: scalar.exp, at: [-3, 0, 2] },
  log: { op: scalar.log, at: [0.1, 1, 30] },
  sqrt: { op: scalar.sqrt, at: [0.25, 1, 9] },
  tanh: { op: scalar.tanh, at: [-3, 0, 0.5] },
  sigmoid: { op: scalar.sigmoid, at: [-20, 0, 4] },
  relu: { op: scalar.relu, at: [-1, 0.5, 100] },
  abs: { op: scalar.abs, at: [-1.5, 0.5] },
  sin: { op: scalar.sin, at: [-2, 0, 1] },
  cos: { op: scalar.cos, at: [-2, 0, 1] },
};

const binary: Record<string, { op: BinaryOp; at: readonly (readonly [number, number])[] }> = {
  add: {
    op: scalar.add,
    at: [
      [1, 2],
      [-3, 0],
    ],
  },
  sub: {
    op: scalar.sub,
    at: [
      [1, 2],
      [-3, 0],
    ],
  },
  mul: {
    op: scalar.mul,
    at: [
      [2, -3],
      [0, 5],
    ],
  },
  div: {
    op: scalar.div,
    at: [
      [2, -3],
      [0, 5],
      [1, 0.25],
    ],
  },
  pow: {
    op: scalar.pow,
    at: [
      [2, 3],
      [0.5, -1.5],
      [4, 0.5],
    ],
  },
};

test.each(Object.entries(unary))('%s', (_, { op, at }) => {
  for (const x of at) expect(gradcheck(op, [value(x)]).compared).toBe(1);
});

test.each(Object.entries(binary))('%s', (_, { op, at }) => {
  for (const [a, b] of at) {
    expect(gradcheck(op, [value(a), value(b)]).compared).toBe(2);
    // With a number on either side.
    gradcheck((x) => op(x, b), [value(a)]);
    gradcheck((x) => op(a, x), [value(b)]);
  }
});

test('a node that is used twice', () => {
  gradcheck((a, b) => a.mul(b).add(a.mul(a)).tanh(), [value(0.3), value(-0.7)]);
});

test('every operation that is exported is checked', () => {
  const others = ['value', 'isValue', 'Value', 'GraphError', 'topologicalOrder', 'trace', 'toDot', 'toMermaid'];
  const operations = Object.keys(scalar).filter((name) => !others.includes(name));
  expect(operations.sort()).toEqual([...Object.keys(unary), ...Object.keys(binary)].sort());
});
