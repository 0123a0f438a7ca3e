import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { full, scalar, tensor, where, zeros } from '@mg/tensor';

describe('matmul', () => {
  test('is the sum of products, for any sizes', () => {
    const size = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(size, size, size, (m, k, n) => {
        const a = Array.from({ length: m }, (_, i) => Array.from({ length: k }, (_, p) => i + 2 * p + 1));
        const b = Array.from({ length: k }, (_, p) => Array.from({ length: n }, (_, j) => 3 * p - j));
        const expected = a.map((row) =>
          Array.from({ length: n }, (_, j) => row.reduce((sum, x, p) => sum + x * (b[p]?.[j] ?? 0), 0)),
        );
        const product = tensor(a.flat(), { shape: [m, k] }).matmul(tensor(b.flat(), { shape: [k, n] }));
        expect(product.shape).toEqual([m, n]);
        expect(product.toArray()).toEqual(expected);
      }),
    );
  });

  test('says which sizes differ', () => {
    const [a, b] = [zeros([32, 784] as number[]), zeros([100, 10] as number[])];
    expect(() => a.matmul(b)).toThrow('matmul: inner sizes 784 and 100 differ, [32, 784] @ [100, 10]');
    expect(() => a.matmul(scalar(2))).toThrow(
      'matmul: takes vectors and matrices, got [32, 784] @ []; mul() multiplies',
    );
  });

  test('multiplies floats', () => {
    expect(() => tensor([[true]]).matmul(tensor([[true]]))).toThrow(
      "matmul: multiplies floats, got bool and bool; to('float32') converts",
    );
  });

  test('promotes', () => {
    expect(tensor([[1]]).matmul(tensor([[2]], { dtype: 'float64' })).dtype).toBe('float64');
  });
});

describe('integers and bools', () => {
  test('int32 wraps around as in PyTorch', () => {
    const big = tensor([2 ** 31 - 1, 65537], { dtype: 'int32' });
    expect(big.add(1).toArray()).toEqual([-(2 ** 31), 65538]);
    expect(big.mul(big).toArray()).toEqual([1, 131073]);
  });

  test('numbers that no integer holds count as floats', () => {
    expect(
      tensor(new Uint8Array([0, 128, 255]))
        .div(256)
        .toArray(),
    ).toEqual([0, 0.5, 255 / 256]);
    expect(
      tensor(new Uint8Array([0, 128]))
        .div(-1)
        .toArray(),
    ).toEqual([-0, -128]);
    expect(where(tensor([true, false]), 1e10, 0).toArray()).toEqual([1e10, 0]);
    expect(tensor([1, 2], { dtype: 'int32' }).add(3e9).dtype).toBe('float32');
  });

  test('division gives floats', () => {
    expect(tensor([1, 2], { dtype: 'int32' }).div(2).toString()).toBe('tensor([0.5, 1.0])');
  });

  test('sums of integers and bools are int32, and throw beyond', () => {
    expect(tensor([true, true, false]).sum().toString()).toBe('tensor(2, int32)');
    expect(
      tensor(new Uint8Array([255, 255]))
        .sum()
        .item(),
    ).toBe(510);
    expect(() => full([2], 2 ** 30, { dtype: 'int32' }).sum()).toThrow('sum: the total 2147483648 does not fit int32');
    expect(
      full([2], -(2 ** 30), { dtype: 'int32' })
        .sum()
        .item(),
    ).toBe(-(2 ** 31));
    expect(
      full([4], 2 ** 30, { dtype: 'int32' })
        .mean()
        .item(),
    ).toBe(1073741824);
  });

  test('arithmetic on bools alone is refused', () => {
    expect(() => tensor([true]).add(tensor([true]))).toThrow("add: does not take two bools; to('int32')");
    expect(() => tensor([true]).neg()).toThrow('neg: does not take bool');
    expect(tensor([true]).add(1).toString()).toBe('tensor([2], int32)');
  });

  test('float32 sums keep their digits: ten million times 0.1', () => {
    const total = full([10_000_000], 0.1).sum().item();
    expect(Math.abs(total / (1e7 * Math.fround(0.1)) - 1)).toBeLessThan(1e-7);
  });
});

test('where takes a bool, and sends no gradient to the side that was not chosen', () => {
  expect(() => where(tensor([1]), 1, 2)).toThrow('where: the condition is bool, got float32');
  const x = tensor([0, 4], { requiresGrad: true });
  where(x.gt(0), x.log(), 0).sum().backward();
  // The 0 that log receives where it was not chosen meets its own infinite derivative: 0 / 0, as in PyTorch.
  expect(x.grad?.toArray()).toEqual([NaN, 0.25]);
});

test('an operand that is neither tensor nor number is refused', () => {
  expect(() => tensor([1]).mul('3' as never)).toThrow(
    'mul: takes tensors and numbers, got string; tensor(…) makes a tensor of a list',
  );
  expect(() => tensor([1]).add([1] as never)).toThrow('add: takes tensors and numbers, got an array');
});

describe('gather', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  test('indices are checked', () => {
    expect(() => x.gather(1, tensor([[0], [3]], { dtype: 'int32' }))).toThrow(
      'gather: index 3 is out of range for axis 1 of [2, 3], which goes from 0 to 2',
    );
    expect(() => x.gather(1, tensor([[-1], [0]], { dtype: 'int32' }))).toThrow('index -1 is out of range');
    expect(() => x.gather(1, tensor([[0], [1]]))).toThrow(
      "gather: indices are int32 or uint8, got float32; to('int32') converts",
    );
    expect(() => x.gather(1, tensor([[0], [1], [1]], { dtype: 'int32' }))).toThrow(
      'gather: indices of shape [3, 1] do not fit [2, 3]: as many axes, and none but axis 1 longer',
    );
  });
});

test('argmax of nothing is an error', () => {
  expect(() => zeros([2, 0]).argmax(1)).toThrow('argmax: there is no largest of none, the shape is [2, 0]');
});

test('logSoftmax is right for large inputs, where the logarithm of softmax is not', () => {
  expect(
    tensor([[0, 200]])
      .logSoftmax(1)
      .toArray(),
  ).toEqual([[-200, 0]]);
});

test('a mask of no axes picks all or nothing', () => {
  expect(scalar(5).at(tensor(false)).toArray()).toEqual([]);
  expect(tensor([1, 2]).at(tensor(true)).toArray()).toEqual([[1, 2]]);
  expect(scalar(5).set(scalar(5).isNaN(), 0).item()).toBe(5);
  expect(scalar(5).set(scalar(5).isFinite(), 0).item()).toBe(0);
});

test('integers cut at fractions become floats', () => {
  const x = tensor([0, 1, 2, 3], { dtype: 'int32' });
  expect(x.clip(0.5, 2.5).toArray()).toEqual([0.5, 1, 2, 2.5]);
  expect(x.clip(1).dtype).toBe('int32');
  expect(() => x.clip_(0.5)).toThrow('clip_: the result is float32, which int32 cannot hold');
});

test('the gradient of a norm is 0 at 0, whatever the norm', () => {
  for (const p of [0.5, 1, 1.5, 2, 3]) {
    const x = tensor([0, 4], { requiresGrad: true });
    x.norm(undefined, { p }).backward();
    expect(x.grad?.toArray()).toEqual([0, 1]);
    const zero = zeros([2], { requiresGrad: true });
    zero.norm(undefined, { p }).backward();
    expect(zero.grad?.toArray()).toEqual([0, 0]);
  }
});
