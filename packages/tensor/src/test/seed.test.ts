import { tensor, Tensor } from '@mg/tensor';
import { expect, test } from 'vitest';

// The page that this project grew from had wrong gradients here. Its numbers stand beside the right ones, which are PyTorch's.

const float64 = { dtype: 'float64', requiresGrad: true } as const;

test('the product of stacks of matrices swaps the last two axes only', () => {
  const a = tensor(
    Float64Array.from({ length: 27 }, (_, at) => at),
    { shape: [3, 3, 3], requiresGrad: true },
  );
  const b = tensor(
    Float64Array.from({ length: 27 }, (_, at) => at % 7),
    { shape: [3, 3, 3], requiresGrad: true },
  );
  a.matmul(b).backward(
    tensor(
      Float64Array.from({ length: 27 }, (_, at) => at % 5),
      { shape: [3, 3, 3] },
    ),
  );
  const seed = [[15, 7, 6], [12, 26, 12], [24, 15, 13]]; // prettier-ignore
  const right = [[5, 14, 2], [4, 25, 18], [8, 26, 9]]; // prettier-ignore
  expect(a.grad?.at(0).toArray()).toEqual(right);
  expect(right).not.toEqual(seed);
  expect(b.grad?.at(0).toArray()).toEqual([[15, 24, 18], [19, 31, 23], [23, 38, 28]]); // prettier-ignore
});

test('a matrix times a vector: the gradient of the matrix is an outer product, not one number', () => {
  const a = tensor([[1, 2], [3, 4]], float64); // prettier-ignore
  const b = tensor([5, 6], float64);
  a.matmul(b).backward(tensor([1, 10], { dtype: 'float64' }));
  const seed = [[65, 65], [65, 65]]; // prettier-ignore
  expect(a.grad?.toArray()).toEqual([[5, 6], [50, 60]]); // prettier-ignore
  expect(a.grad?.toArray()).not.toEqual(seed);
  expect(b.grad?.toArray()).toEqual([31, 42]);
});

test('the sum of a square matrix along its rows sends each row its own gradient', () => {
  const x = tensor([[1, 2], [3, 4]], float64); // prettier-ignore
  x.sum(1).backward(tensor([10, 20], { dtype: 'float64' }));
  const seed = [[10, 20], [10, 20]]; // prettier-ignore
  expect(x.grad?.toArray()).toEqual([[10, 10], [20, 20]]); // prettier-ignore
  expect(x.grad?.toArray()).not.toEqual(seed);
  const again = x.detach();
  again.requiresGrad = true;
  again
    .sum(-1)
    .add(again.sum([1]))
    .backward(tensor([10, 20], { dtype: 'float64' }));
  expect(again.grad?.toArray()).toEqual([[20, 20], [40, 40]]); // prettier-ignore
});

test('the mean over several axes divides by the product of their sizes, where the page raised', () => {
  const x = tensor(
    Float64Array.from({ length: 24 }, (_, at) => at),
    { shape: [2, 3, 4], requiresGrad: true },
  );
  const y = x.mean([0, 2]);
  expect(y.toArray()).toEqual([7.5, 11.5, 15.5]);
  y.sum().backward();
  expect(new Set(x.grad?.data)).toEqual(new Set([1 / 8]));
});

test('what the page lacked is there', () => {
  const lacked = ['add', 'sub', 'mul', 'div', 'neg', 'pow', 'exp', 'log', 'reshape', 'at', 'argmax'];
  expect(lacked.filter((name) => !(name in Tensor.prototype))).toEqual([]);
});
