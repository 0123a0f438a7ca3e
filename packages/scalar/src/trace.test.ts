import { expect, test } from 'vitest';
import { GraphError, topologicalOrder, trace, value } from './index.ts';

test('trace plays the backward pass of a small graph', () => {
  const [a, b] = [value(2, { label: 'a' }), value(-3, { label: 'b' })];
  const product = a.mul(b);
  const root = product.add(a);
  expect(trace(root)).toStrictEqual([
    {
      node: root,
      upstream: 1,
      edges: [
        { input: product, local: 1, contribution: 1, sum: 1 },
        { input: a, local: 1, contribution: 1, sum: 1 },
      ],
    },
    {
      node: product,
      upstream: 1,
      edges: [
        { input: a, local: -3, contribution: -3, sum: -2 },
        { input: b, local: 2, contribution: 2, sum: 2 },
      ],
    },
    { node: b, upstream: 2, edges: [] },
    { node: a, upstream: -2, edges: [] },
  ]);
});

test('trace agrees with backward and touches nothing', () => {
  const x = value(0.7);
  const root = x.mul(x).tanh().add(x.exp().div(x)).pow(x);
  x.grad = 5;
  const steps = trace(root);
  expect(topologicalOrder(root).map(({ grad }) => grad)).toEqual([5, ...Array<number>(steps.length - 1).fill(0)]);

  x.zeroGrad();
  root.backward();
  expect(steps).toHaveLength(7);
  for (const { node, upstream } of steps) expect(upstream).toBe(node.grad);
});

test('trace shows both edges of x * x, and the sum at the fan-in', () => {
  const x = value(3);
  const [first] = trace(x.mul(x));
  expect(first?.edges.map(({ input, contribution, sum }) => [input === x, contribution, sum])).toEqual([
    [true, 3, 3],
    [true, 3, 6],
  ]);
});

test('trace of a shut relu shows that nothing passes, even from an infinite gradient', () => {
  const x = value(-1);
  const root = x.relu().mul(Infinity);
  expect(trace(root)[1]?.edges).toStrictEqual([{ input: x, local: 0, contribution: 0, sum: 0 }]);
});

test('trace of a leaf is one step', () => {
  const x = value(3);
  expect(trace(x)).toEqual([{ node: x, upstream: 1, edges: [] }]);
});

test('trace throws on a released graph, and works on a retained one', () => {
  const y = value(3).exp();
  y.backward({ retainGraph: true });
  expect(trace(y)).toHaveLength(2);
  y.backward();
  expect(() => trace(y)).toThrow(GraphError);
  expect(() => trace(y)).toThrow(/^trace: .*'exp'/);
});
