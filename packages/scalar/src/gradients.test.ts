import fc from 'fast-check';
import { expect, test } from 'vitest';
import { abs, add, cos, div, exp, log, mul, neg, pow, relu, sigmoid, sin, sqrt, sub, tanh } from './index.ts';
import { topologicalOrder, trace, value, type Value } from './index.ts';

/** All operations, made safe: none leaves its domain, and none turns moderate numbers into large ones. */
const safe: Record<string, (a: Value, b: Value) => Value> = {
  add: (a, b) => add(a, b).mul(0.5),
  sub: (a, b) => sub(a, b).mul(0.5),
  mul: (a, b) => mul(a, cos(b)),
  div: (a, b) => div(a, b.mul(b).add(1)),
  pow: (a, b) => pow(sin(a).add(1.5), tanh(b)),
  neg,
  exp: (a) => exp(tanh(a)),
  log: (a) => log(a.mul(a).add(1)),
  sqrt: (a) => sqrt(a.mul(a).add(0.5)),
  tanh,
  sigmoid,
  relu,
  abs,
  sin,
  cos,
  numberOnTheLeft: (a) => sub(1, div(1, pow(2, tanh(a)))),
  numberOnTheRight: (a) => a.div(2).sub(1).add(0.25),
};

/** A graph as a recipe: each step applies an operation to two of the values computed so far. */
interface Step {
  readonly op: string;
  readonly a: number;
  readonly b: number;
}

const anyRecipe = fc.array(fc.record({ op: fc.constantFrom(...Object.keys(safe)), a: fc.nat(2), b: fc.nat(100) }), {
  minLength: 1,
  maxLength: 20,
});
const anyNumbers = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 4 });

/**
 * Follows the recipe and returns the leaves and all that is made of them, the root last. A value that `replaced` has a
 * number for becomes a leaf with that number.
 */
function build(leaves: readonly Value[], recipe: readonly Step[], replaced?: { index: number; by: number }): Value[] {
  const values: Value[] = [];
  const push = (made: Value) => values.push(replaced?.index === values.length ? value(replaced.by) : made);
  for (const leaf of leaves) push(leaf);
  for (const { op, a, b } of recipe) {
    const latest = values[Math.max(0, values.length - 1 - a)]; // one of the last few, so that graphs grow deep
    const any = values[b % values.length]; // any one, so that values are used many times
    if (safe[op] && latest && any) push(safe[op](latest, any));
  }
  return values;
}

function rootOf(values: readonly Value[]): Value {
  return values.at(-1) ?? value(NaN);
}

/** Whether a small step may cross a kink of relu or abs. */
function nearCorner(root: Value): boolean {
  return topologicalOrder(root).some(
    ({ op, inputs: [input] }) => (op === 'relu' || op === 'abs') && input !== undefined && Math.abs(input.data) < 1e-2,
  );
}

test('every gradient of a random graph, of leaves and in between, agrees with central differences', () => {
  let compared = 0;
  let steep = 0;
  fc.assert(
    fc.property(anyNumbers, anyRecipe, (numbers, recipe) => {
      const leaves = numbers.map((x) => value(x));
      const values = build(leaves, recipe);
      const root = rootOf(values);
      fc.pre(!nearCorner(root));
      root.backward();

      const h = 1e-5;
      for (const [index, { data, grad }] of values.entries()) {
        const at = (x: number) => rootOf(build(leaves, recipe, { index, by: x })).data;
        const numeric = (at(data + h) - at(data - h)) / (2 * h);
        expect(Math.abs(grad - numeric), `value ${index}: ${grad}, ${numeric}`).toBeLessThanOrEqual(
          1e-6 + 1e-4 * Math.abs(numeric),
        );
        compared++;
        if (Math.abs(grad) > 1e-3) steep++;
      }
    }),
    { numRuns: 300 },
  );
  expect(compared).toBeGreaterThan(1500);
  expect(steep / compared).toBeGreaterThan(0.2); // else zeros agreed with zeros
});

test('trace computes the same gradients as backward', () => {
  fc.assert(
    fc.property(anyNumbers, anyRecipe, (numbers, recipe) => {
      const leaves = numbers.map((x) => value(x));
      const root = rootOf(build(leaves, recipe));
      const steps = trace(root);
      root.backward();
      for (const { node, upstream } of steps) expect(upstream).toBe(node.grad);
    }),
    { numRuns: 100 },
  );
});

test('gradients are linear: two passes over two graphs add up to one pass over their sum', () => {
  fc.assert(
    fc.property(anyNumbers, anyRecipe, anyRecipe, (numbers, one, other) => {
      const leaves = numbers.map((x) => value(x));
      const roots = [one, other].map((recipe) => rootOf(build(leaves, recipe)));
      for (const root of roots) root.backward({ retainGraph: true });
      const apart = leaves.map(({ grad }) => grad);

      for (const leaf of leaves) leaf.zeroGrad();
      roots.reduce((sum, root) => sum.add(root)).backward();
      for (const [i, { grad }] of leaves.entries()) expect(grad).toBeCloseTo(apart[i] ?? NaN, 10);
    }),
    { numRuns: 100 },
  );
});
