import { readFileSync } from 'node:fs';
import { arange, grad, isTensor, ones, tensor, type Tensor, zerosLike } from '@mg/tensor';
import { hessian, jacobian, jvp, type Tensors, vjp } from '@mg/tensor/functional';
import { describe, expect, test } from 'vitest';

// Beside what PyTorch 1.13 gives, as fixtures/functional.py has recorded it, in float64.

type Nested = { readonly shape: readonly number[]; readonly data: readonly number[] } | readonly Nested[];
type Results = Tensor | readonly Results[];
interface Answer {
  readonly result: Nested;
  readonly gradients: readonly Nested[];
}
type Calls = Partial<Record<'jacobian' | 'vjp' | 'jvp' | 'hessian', Answer>>;
const recorded = JSON.parse(readFileSync(new URL('../../fixtures/functional.json', import.meta.url), 'utf8')) as Record<
  string,
  Calls
>;

const dtype = 'float64';
const x = tensor([0.5, -1.25, 2], { dtype });
const y = tensor([[1.5, -0.5, 0.25], [0.75, 2, -1]], { dtype }); // prettier-ignore

type Fn = (...inputs: readonly Tensor[]) => Tensors;
const one = (fn: (a: Tensor) => Tensors, input: Tensors = x) => ({ fn, inputs: input });
const two = (fn: (a: Tensor, b: Tensor) => Tensors) => ({ fn, inputs: [x, y] as Tensors });
const functions: Record<string, { readonly fn: Fn; readonly inputs: Tensors }> = {
  square: one((a) => a.mul(a)),
  softmax: one((a) => a.softmax(-1)),
  total: one((a) => a.exp().mul(a).sum()),
  matrix: one((a) => a.matmul(a.T).tanh(), y),
  scalar: one((a) => a.sin(), tensor(0.7, { dtype, shape: [] })),
  two: two((a, b) => b.matmul(a).add(b.sum())),
  twoNumber: two((a, b) => b.matmul(a).square().sum().add(a.prod())),
  list: one((a) => [a.mul(2), a.pow(3).sum()]),
  listOfOne: one((a) => [a.exp()], [x]),
  twoLists: two((a, b) => [a.mul(b), b.sum(0).exp(), a.prod()]),
  unused: two((a) => a.mul(3)),
  constant: one(() => ones([2], { dtype })),
  linear: two((a, b) => a.mul(2).sum().add(b.sum())),
};

const flat = (results: Results): Tensor[] => (isTensor(results) ? [results] : results.flatMap(flat));
const vector = (like: Tensor): Tensor =>
  arange(1, like.size + 1, 1, { dtype })
    .reshape(like.shape)
    .div(4);
const vectors = (like: Tensors): Tensors => (isTensor(like) ? vector(like) : like.map(vector));

/** Compares shapes, the nesting, and the numbers to 1e-12 of them, or of 1 if that is more. */
function compare(results: Results, answer: Nested): number {
  if (!('shape' in answer)) {
    expect(Array.isArray(results)).toBe(true);
    expect((results as readonly Results[]).length).toBe(answer.length);
    return answer.reduce((count, each, at) => count + compare((results as readonly Results[])[at] as Results, each), 0);
  }
  expect(isTensor(results)).toBe(true);
  const found = results as Tensor;
  expect([found.shape, found.dtype]).toEqual([answer.shape, dtype]);
  const elements = found.detach().contiguous().data;
  for (const [at, expected] of answer.data.entries()) {
    expect(Math.abs((elements[at] ?? NaN) - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
  }
  return answer.data.length;
}

function call(what: keyof Calls, fn: Fn, inputs: Tensors, createGraph: boolean): Results {
  const options = { createGraph };
  switch (what) {
    case 'jacobian':
      return jacobian(fn, inputs as readonly Tensor[], options);
    case 'hessian':
      return hessian(fn as (...given: readonly Tensor[]) => Tensor, inputs as readonly Tensor[], options);
    case 'jvp':
      return jvp(fn, inputs as readonly Tensor[], vectors(inputs), options);
    case 'vjp': {
      const outputs = fn(...flat(inputs));
      return vjp(fn, inputs as readonly Tensor[], vectors(outputs), options);
    }
  }
}

describe.each(Object.entries(functions))('%s', (name, { fn, inputs }) => {
  test.each(Object.entries(recorded[name] ?? {}))('%s', (what, { result, gradients }) => {
    const found = call(what as keyof Calls, fn, inputs, false);
    expect(compare(found, result)).toBeGreaterThan(0);
    expect(flat(found).some((each) => each.requiresGrad)).toBe(false);
    expect(flat(inputs).map((each) => [each.requiresGrad, each.grad])).toEqual(flat(inputs).map(() => [false, null]));

    // Gradients flow through the results, with createGraph.
    const leaves = flat(inputs).map((each) => each.clone());
    for (const leaf of leaves) leaf.requiresGrad = true;
    const through = call(what as keyof Calls, fn, isTensor(inputs) ? (leaves[0] as Tensor) : leaves, true);
    const total = flat(through).map((each) => each.mul(each).sum()).reduce((a, b) => a.add(b)); // prettier-ignore
    const slopes = total.requiresGrad ? grad([total], leaves, { allowUnused: true }) : leaves.map(() => null);
    for (const [at, leaf] of leaves.entries()) compare(slopes[at] ?? zerosLike(leaf), gradients[at] as Nested);
  });
});

test('every recorded function is compared', () => {
  expect(Object.keys(recorded)).toEqual(Object.keys(functions));
  expect(Object.values(recorded).flatMap((calls) => Object.keys(calls)).length).toBe(13 * 3 + 4);
});
