import { noGrad, scalar, tensor, type Tensor, zeros } from '@mg/tensor';
import { hessian, jacobian, jvp, vjp } from '@mg/tensor/functional';
import { describe, expect, expectTypeOf, test } from 'vitest';

const wrong = (x: unknown): never => x as never;
const x = tensor([1, 2]);

describe('refuses', () => {
  test.each([
    [() => jacobian(wrong(3), x), TypeError, 'jacobian: takes a function, as in jacobian(() => …), got 3'],
    [() => jacobian((a) => a, wrong(3)), TypeError, 'jacobian: the inputs must be a tensor or a list of tensors, got 3'],
    [() => jacobian((a) => a, wrong([3])), TypeError, 'jacobian: item 0 of the list must be a tensor, got 3'],
    [() => jacobian(wrong(() => 3), x), TypeError, 'jacobian: the output of the function must be a tensor, got 3; return a tensor or a list of tensors'],
    [() => jacobian(wrong(() => [x, null]), x), TypeError, 'jacobian: output 1 of the function must be a tensor, got null'],
    [() => jacobian(wrong(async () => Promise.resolve(x)), x), TypeError, 'jacobian: the function is async'],
    [() => jacobian((a) => a, x, wrong({ strict: true })), TypeError, 'jacobian: there is no option strict; it takes createGraph'],
    [() => jacobian((a) => a, tensor([1, 2], { dtype: 'int32' })), Error, "only floats have gradients, but this tensor is int32; convert it with to('float32')"],
    [() => hessian((a) => a, x), Error, 'hessian: the function must return a single number, got shape [2]; sum() it, or take jacobian'],
    [() => hessian(wrong((a: Tensor) => [a.sum()]), x), Error, 'hessian: the function must return a single tensor of one element, got a list'],
    [() => vjp((a) => a, x), Error, 'vjp: v may be left out for a single number only; pass a v with the shape of the outputs, [2]'],
    [() => vjp((a) => a, x, zeros([3])), Error, 'vjp: v must have the shape of the outputs, [2], got [3]'],
    [() => jvp((a) => a.sum(), x), Error, 'jvp: v may be left out for a single number only; pass a v with the shape of the inputs, [2]'],
    [() => jvp((a, b) => a.add(b), [x, x], x), Error, 'jvp: v must hold 2 tensors, one for each of the inputs, got 1'],
  ])('%s', (run, type, message) => {
    expect(run).toThrow(type);
    expect(run).toThrow(message);
  }); // prettier-ignore
});

test('a vector may be left out for a single number', () => {
  expect(vjp((a) => a.square().sum(), x)[1].toArray()).toEqual([2, 4]);
  expect(jvp((a) => a.mul(tensor([1, 2])), scalar(3))[1].toArray()).toEqual([1, 2]);
});

test('a tensor that is passed twice is two inputs', () => {
  const parts = jacobian((a, b) => a.mul(b.square()), [x, x]);
  expect(parts.map((each) => each.toArray())).toEqual([[[1, 0], [0, 4]], [[2, 0], [0, 8]]]); // prettier-ignore
  const leaf = scalar(3, { requiresGrad: true });
  const [first] = jacobian((a, b) => a.mul(b), [leaf, leaf], { createGraph: true });
  first.backward();
  expect([first.item(), leaf.grad?.item()]).toEqual([3, 1]);
});

test('gradients flow to what the function reads, with createGraph only', () => {
  const weight = tensor([2, 3], { requiresGrad: true });
  expect(jacobian((a) => a.mul(weight), x).requiresGrad).toBe(false);
  jacobian((a) => a.mul(weight).sum(), x, { createGraph: true })
    .sum()
    .backward();
  expect(weight.grad?.toArray()).toEqual([1, 1]);
});

test('the graph of a caller is not freed', () => {
  const weight = tensor([2, 3], { requiresGrad: true });
  const outside = weight.square();
  expect(vjp((a) => a.mul(outside), x, x)[1].toArray()).toEqual([4, 18]);
  outside.sum().backward();
  expect(weight.grad?.toArray()).toEqual([4, 6]);
});

test('derivatives are recorded inside noGrad', () => {
  noGrad(() => {
    expect(hessian((a) => a.pow(3).sum(), x).toArray()).toEqual([[6, 0], [0, 12]]); // prettier-ignore
    expect(x.mul(tensor([1], { requiresGrad: true })).requiresGrad).toBe(false);
  });
});

test('a function may take derivatives itself', () => {
  const slope = (a: Tensor): Tensor => jacobian((b) => b.pow(4).sum(), a, { createGraph: true });
  expect(jacobian((a) => slope(a), x).toArray()).toEqual([[12, 0], [0, 48]]); // prettier-ignore
});

test('the types of the results follow those of the arguments', () => {
  expectTypeOf(jacobian((a) => a, x)).toEqualTypeOf<Tensor>();
  expectTypeOf(jacobian((a, b) => a.add(b), [x, x])).toEqualTypeOf<[Tensor, Tensor]>();
  expectTypeOf(jacobian((a) => [a, a], x)).toEqualTypeOf<[Tensor, Tensor]>();
  expectTypeOf(jacobian((a, b) => [a, b, a], [x, x])).toEqualTypeOf<[[Tensor, Tensor], [Tensor, Tensor], [Tensor, Tensor]]>();
  expectTypeOf(hessian((a, b) => a.dot(b), [x, x])).toEqualTypeOf<[[Tensor, Tensor], [Tensor, Tensor]]>();
  expectTypeOf(vjp((a) => [a, a], x, [x, x])).toEqualTypeOf<[[Tensor, Tensor], Tensor]>();
  expectTypeOf(jvp((a, b) => a.add(b), [x, x], [x, x])).toEqualTypeOf<[Tensor, Tensor]>();
}); // prettier-ignore
