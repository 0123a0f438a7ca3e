import { gradcheck, gradgradcheck } from '@mg/gradcheck';
import { defineOp, fromTypedArray, grad, GraphError, noGrad, randn, scalar, tensor, type Tensor } from '@mg/tensor';
import { describe, expect, test } from 'vitest';

const cube = defineOp({
  name: 'cube',
  forward: (x: Tensor) => x.mul(x).mul(x),
  backward: (g, [x]) => [g.mul(x).mul(x).mul(3)],
});

/** The cube on typed arrays, in either direction. */
const cubeOfNumbers = defineOp({
  name: 'cubeOfNumbers',
  forward: (x: Tensor) =>
    fromTypedArray(
      x.data.map((each) => each ** 3),
      x.shape,
    ),
  backward: (g, [x]) => [
    fromTypedArray(
      x.data.map((each, i) => 3 * each ** 2 * (g.data[i] ?? NaN)),
      x.shape,
    ),
  ],
});

const leaf = (...data: number[]) => tensor(data, { requiresGrad: true, dtype: 'float64' });

describe('an operation of the user', () => {
  test('written in operations passes gradcheck and gradgradcheck', () => {
    const x = leaf(0.5, -1.5, 2);
    gradcheck(cube, [x]);
    gradgradcheck(cube, [x]);
  });

  test('written on typed arrays passes gradcheck', () => {
    gradcheck(cubeOfNumbers, [leaf(0.5, -1.5, 2)]);
  });

  test('written on typed arrays refuses a second derivative, instead of leaving a term out', () => {
    const x = leaf(2);
    const [first] = grad([cubeOfNumbers(x).sum()], [x], { createGraph: true });
    expect(first.toArray()).toEqual([12]);
    expect(() => grad([first.sum()], [x])).toThrow(
      'cubeOfNumbers: backward read the elements of a tensor as numbers, so it has no derivative',
    );
    // Half in operations is no better: the part in numbers is missing all the same.
    const half = defineOp({
      name: 'half',
      forward: (a: Tensor) => a.mul(a).mul(a),
      backward: (g, [a]) => [g.mul(fromTypedArray(a.data.map((each) => 3 * each * each), a.shape))], // prettier-ignore
    });
    const [dx] = grad([half(x).mul(x).sum()], [x], { createGraph: true });
    expect(() => grad([dx.sum()], [x])).toThrow(GraphError);
  });

  test('may read a detached tensor to choose a branch', () => {
    const square = defineOp({
      forward: (x: Tensor) => x.mul(x),
      backward: (g, [x]) => [x.detach().item() > 0 ? g.mul(x).mul(2) : g.mul(x).add(g.mul(x))],
    });
    const x = scalar(3, { requiresGrad: true });
    const [first] = grad([square(x)], [x], { createGraph: true });
    expect(grad([first], [x])[0].item()).toBe(2);
  });

  test('takes several tensors among other things, and its backward runs once for all', () => {
    let calls = 0;
    const scaledProduct = defineOp({
      name: 'scaledProduct',
      forward: (factor: number, a: Tensor, b: Tensor, options: { readonly times: number }) =>
        a.mul(b).mul(factor * options.times),
      backward: (g, [factor, a, b]) => {
        calls++;
        return [null, g.mul(b).mul(factor), g.mul(a).mul(factor), null];
      },
    });
    const [a, b] = [leaf(1, 2), leaf(3, 4)];
    scaledProduct(10, a, b, { times: 1 }).sum().backward();
    expect(a.grad?.toArray()).toEqual([30, 40]);
    expect(b.grad?.toArray()).toEqual([10, 20]);
    expect(calls).toBe(1);
    const frozen = b.detach();
    scaledProduct(10, a, frozen, { times: 1 }).sum().backward();
    expect(a.grad?.toArray()).toEqual([60, 80]);
    expect(frozen.grad).toBeNull();
  });

  test('gives each call its own gradients', () => {
    const x = leaf(2);
    const y = leaf(5);
    cube(x).add(cube(y)).sum().backward();
    expect([x.grad?.item(), y.grad?.item()]).toEqual([12, 75]);
    const z = leaf(2);
    const out = cube(z);
    out.backward(tensor([1], { dtype: 'float64' }), { retainGraph: true });
    out.backward(tensor([10], { dtype: 'float64' }));
    expect(z.grad?.item()).toBe(12 + 120);
  });

  test('sees the output, and nothing in forward is recorded', () => {
    const exponential = defineOp({
      forward: (x: Tensor) => {
        expect(x.mul(2).requiresGrad).toBe(false);
        return x.exp();
      },
      backward: (g, _, y) => [g.mul(y)],
    });
    const x = leaf(0.5);
    gradcheck(exponential, [x]);
    gradgradcheck(exponential, [x]);
    expect(noGrad(() => exponential(x)).requiresGrad).toBe(false);
  });

  test('that returns its input, or a view of it, gives a tensor of its own', () => {
    const identity = defineOp({ forward: (x: Tensor) => x, backward: (g) => [g] });
    const x = leaf(1, 2);
    const y = identity(x);
    expect(y).not.toBe(x);
    expect(x.isLeaf).toBe(true);
    y.mul(y).sum().backward();
    expect(x.grad?.toArray()).toEqual([2, 4]);
    expect(y.storage).not.toBe(x.storage);
  });

  test('notices that an input was changed in place', () => {
    const x = leaf(2).mul(1);
    const y = cube(x);
    x.add_(1);
    expect(() => {
      y.sum().backward();
    }).toThrow('input 0 of cube, of shape [1], was saved for the gradient and has been changed in place');
  });

  test('works in float32 on larger tensors', () => {
    const x = randn([40, 50], { requiresGrad: true });
    cube(x).sum().backward();
    const expected = x.detach().mul(x.detach()).mul(x.detach().mul(3)); // x² · 3x is g: in another order, as exact as that
    expect(x.grad?.mul(x.detach()).sub(expected).mul(1e-3).sum().item()).toBeCloseTo(0, 4);
  });
});

test.each([
  ['too few gradients', () => [], 'bad: backward must return a list with a gradient, or null, for each of the 1 inputs, got a list of 0'],
  ['no list', () => tensor([1]), 'for each of the 1 inputs, got object'],
  ['another shape', () => [tensor([1, 2], { dtype: 'float64' })], 'bad: the gradient of input 0 has shape [2], but the input has [1]'],
  ['another dtype', () => [tensor([1])], "bad: the gradient of input 0 is float32, but the input is float64; convert it with to('float64')"],
  ['a number', () => [1], 'bad: the gradient of input 0 must be a tensor or null, got number'],
  ['none where one is needed', () => [null], 'bad: backward returned no gradient for input 0, which requires one'],
])('backward that returns %s', (_, backward, message) => {
  const bad = defineOp({ name: 'bad', forward: (x: Tensor) => x.mul(2), backward: backward as never });
  expect(() => {
    bad(leaf(1)).backward(leaf(1).detach());
  }).toThrow(message);
}); // prettier-ignore

test('forward that returns no tensor', () => {
  const bad = defineOp({ name: 'bad', forward: (() => 5) as never, backward: (g) => [g] });
  expect(() => bad()).toThrow('bad: forward must return a tensor, got number');
});
