import { GraphError, scalar, tensor, trace } from '@mg/tensor';
import { expect, test } from 'vitest';

const leaf = (x: number) => scalar(x, { requiresGrad: true, dtype: 'float64' });

test('the steps of a small graph, root first, leaves last', () => {
  const [a, b] = [leaf(2), leaf(-3)];
  const c = a.mul(b);
  const steps = trace(c.add(a));
  expect(
    steps.map(({ node, upstream, edges }) => ({
      op: node.op,
      upstream: upstream.item(),
      edges: edges.map(({ input, contribution, sum }) => [input.op, contribution.item(), sum.item()]),
    })),
  ).toEqual([
    { op: 'add', upstream: 1, edges: [['mul', 1, 1], [null, 1, 1]] },
    { op: 'mul', upstream: 1, edges: [[null, -3, -2], [null, 2, 2]] },
    { op: null, upstream: -2, edges: [] },
    { op: null, upstream: 2, edges: [] },
  ]); // prettier-ignore
  expect(steps.slice(2).map(({ node }) => node.tensor)).toEqual([a, b]);
});

test('the same place is the same node throughout', () => {
  const x = leaf(3);
  const [root, square, last] = trace(x.mul(x).exp());
  expect(root?.edges[0]?.input).toBe(square?.node);
  expect(square?.edges.map(({ input }) => input)).toEqual([last?.node, last?.node]);
  expect(square?.edges.every(({ input }) => input === last?.node)).toBe(true);
});

test('agrees with backward, changes no grad, frees nothing, and can be repeated', () => {
  const weight = tensor([[1, -2], [0.5, 3]], { requiresGrad: true }); // prettier-ignore
  const bias = tensor([0.1, 0.2], { requiresGrad: true });
  const loss = tensor([[1, 2], [3, 4], [5, 6]]).matmul(weight).add(bias).relu().mean(); // prettier-ignore
  const steps = trace(loss);
  expect(weight.grad).toBeNull();
  expect(trace(loss).map(({ upstream }) => upstream.toArray())).toEqual(
    steps.map(({ upstream }) => upstream.toArray()),
  );
  const found = (leafTensor: unknown) => steps.find(({ node }) => node.tensor === leafTensor)?.upstream.toArray();
  loss.backward();
  expect(found(weight)).toEqual(weight.grad?.toArray());
  expect(found(bias)).toEqual(bias.grad?.toArray());
  expect(steps.find(({ node }) => node.op === 'add')?.node.shape).toEqual([3, 2]);
});

test('starts with a gradient that is given, and a leaf is a root too', () => {
  const x = tensor([1, 2], { requiresGrad: true });
  expect(trace(x.mul(5), tensor([1, 10]))[1]?.upstream.toArray()).toEqual([5, 50]);
  const [only, ...others] = trace(leaf(3));
  expect([only?.node.op, only?.upstream.item(), others.length]).toEqual([null, 1, 0]);
});

test('throws on a freed graph, and where backward would', () => {
  const y = leaf(3).exp();
  y.backward();
  expect(() => trace(y)).toThrow(GraphError);
  expect(() => trace(y)).toThrow('trace: the graph was freed by an earlier pass');
  expect(() => trace(tensor([1, 2], { requiresGrad: true }).mul(2))).toThrow('trace: the root has shape [2]');
});
