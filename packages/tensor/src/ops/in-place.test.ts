import {
  type DType,
  einsum,
  fromTypedArray,
  grad,
  GraphError,
  noGrad,
  ones,
  slice,
  stack,
  tensor,
  type Tensor,
  zeros,
} from '@mg/tensor';
import { describe, expect, test } from 'vitest';

const leaf = (...data: number[]) => tensor(data, { requiresGrad: true, dtype: 'float64' });

describe('without gradients', () => {
  test('writes show through every view, and the other way round', () => {
    const x = zeros([2, 3]);
    const views = [x.T, x.reshape([6]), x.slice(1, 0, 3, 2), x.flip(0), x.diagonal(), x.unsqueeze(0).squeeze()];
    x.add_(tensor([[1, 2, 3], [4, 5, 6]])); // prettier-ignore
    expect(views.map((view) => view.toArray())).toEqual([
      [[1, 4], [2, 5], [3, 6]],
      [1, 2, 3, 4, 5, 6],
      [[1, 3], [4, 6]],
      [[4, 5, 6], [1, 2, 3]],
      [1, 5],
      [[1, 2, 3], [4, 5, 6]],
    ]); // prettier-ignore
    x.T.slice(0, 1, 2).mul_(10);
    expect(x.toArray()).toEqual([[1, 20, 3], [4, 50, 6]]); // prettier-ignore
    x.flip(1).slice(1, 0, 1).fill_(-1);
    expect(x.toArray()).toEqual([[1, 20, -1], [4, 50, -1]]); // prettier-ignore
    x.diagonal().copy_(tensor([7, 8]));
    expect(x.toArray()).toEqual([[7, 20, -1], [4, 8, -1]]); // prettier-ignore
  });

  test('returns the tensor, and bumps the version of its storage once', () => {
    const x = ones([3]);
    for (const change of [
      () => x.add_(1),
      () => x.sub_(1),
      () => x.mul_(2),
      () => x.div_(2),
      () => x.fill_(3),
      () => x.copy_(ones([1])),
      () => x.zero_(),
    ]) {
      const { version } = x.storage;
      expect(change()).toBe(x);
      expect(x.storage.version).toBe(version + 1);
    }
  });

  test('reads all before it writes, when the operands overlap', () => {
    const x = tensor([1, 2, 3, 4]);
    x.slice(0, 1, 4).add_(x.slice(0, 0, 3));
    expect(x.toArray()).toEqual([1, 3, 5, 7]);
    const y = tensor([1, 2, 3, 4]);
    y.copy_(y.flip(0));
    expect(y.toArray()).toEqual([4, 3, 2, 1]);
    const z = tensor([[1, 2], [3, 4]]); // prettier-ignore
    z.sub_(z.T);
    expect(z.toArray()).toEqual([[0, -1], [1, 0]]); // prettier-ignore
  });

  test('keeps its dtype, and takes what it can hold', () => {
    expect(tensor([1, 2]).add_(tensor([0.5, 0.5], { dtype: 'float64' })).dtype).toBe('float32');
    expect(tensor([1, 2], { dtype: 'int32' }).mul_(3).toArray()).toEqual([3, 6]);
    expect(
      tensor([1.7, -1.7])
        .copy_(tensor([true, false]))
        .toArray(),
    ).toEqual([1, 0]);
    expect(
      tensor([5, 6], { dtype: 'int32' })
        .copy_(tensor([1.7, -1.7]))
        .toArray(),
    ).toEqual([1, -1]);
    expect(tensor([false, true]).fill_(7).toArray()).toEqual([true, true]);
  });

  test.each<[DType, () => unknown, string]>([
    ['int32', () => zeros([2], { dtype: 'int32' }).add_(0.5), "add_: the result is float32, which int32 cannot hold; convert with to('float32') and use add"],
    ['int32', () => zeros([2], { dtype: 'int32' }).div_(2), 'div_: the result is float32, which int32 cannot hold'],
    ['bool', () => tensor([true]).mul_(2), 'mul_: the result is int32, which bool cannot hold'],
  ])('%s refuses what it cannot hold', (_, change, message) => {
    expect(change).toThrow(message);
  }); // prettier-ignore

  test('refuses shapes that do not fit, and writes nothing', () => {
    const x = ones([3]);
    expect(() => x.add_(ones([2, 3]))).toThrow(
      'add_: [3] and [2, 3] give [2, 3], but the result must keep the shape of the first',
    );
    expect(() => x.add_(ones([2]))).toThrow('shapes [3] and [2] do not broadcast');
    expect(() => x.copy_(ones([2, 3]))).toThrow('copy_: cannot broadcast the source [2, 3] to [3]');
    expect(() => x.copy_(5 as never)).toThrow('copy_: the source must be a tensor, got 5; fill_(number)');
    expect(x.toArray()).toEqual([1, 1, 1]);
    expect(x.storage.version).toBe(0);
  });

  test('refuses a tensor whose elements share a place', () => {
    expect(() => ones([3]).broadcastTo([2, 3]).add_(1)).toThrow(
      'add_: this tensor of shape [2, 3] was broadcast, so several elements share memory; clone() it first',
    );
    expect(ones([1, 3]).broadcastTo([1, 3]).add_(1).toArray()).toEqual([[2, 2, 2]]);
  });
});

describe('with gradients', () => {
  test('a leaf that requires one is refused, unless under noGrad', () => {
    const x = leaf(1, 2);
    expect(() => x.add_(1)).toThrow(GraphError);
    expect(() => x.add_(1)).toThrow('add_: a leaf that requires a gradient cannot be changed in place while');
    expect(x.toArray()).toEqual([1, 2]);
    noGrad(() => x.add_(1));
    expect(x.toArray()).toEqual([2, 3]);
    expect(x.isLeaf).toBe(true);
  });

  test('on what an operation made it is recorded', () => {
    const x = leaf(1, 2);
    const y = x.mul(3);
    y.add_(1).mul_(2).sub_(x).div_(4); // (6x + 2 - x) / 4
    expect(y.toArray()).toEqual([1.75, 3]);
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([1.25, 1.25]);
  });

  test('a leaf without gradients becomes part of the graph by what is written to it', () => {
    const x = leaf(1, 2);
    const buffer = zeros([2], { dtype: 'float64' });
    buffer.add_(x).mul_(x);
    expect(buffer.requiresGrad).toBe(true);
    buffer.sum().backward();
    expect(x.grad?.toArray()).toEqual([2, 4]);
  });

  test('both operands receive theirs, the numbers before the change being kept', () => {
    const [a, b] = [leaf(2, 4), leaf(5, 7)];
    const y = a.mul(1);
    y.mul_(b);
    y.div_(a);
    y.sum().backward();
    expect(a.grad?.toArray()).toEqual([0, 0]);
    expect(b.grad?.toArray()).toEqual([1, 1]);
  });

  test('a tensor times itself', () => {
    const x = leaf(2, 3);
    const y = x.mul(1);
    y.mul_(y);
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([4, 6]);
  });

  test('has second derivatives', () => {
    const x = leaf(2, 3);
    const y = x.mul(1);
    y.mul_(x).mul_(x); // x³
    const [first] = grad([y.sum()], [x], { createGraph: true });
    expect(first.toArray()).toEqual([12, 27]);
    expect(grad([first.sum()], [x])[0].toArray()).toEqual([12, 18]);
  });

  test('what is overwritten receives nothing more', () => {
    const [x, z] = [leaf(1, 2), leaf(3, 4)];
    const y = x.mul(2);
    y.copy_(z);
    y.mul(y).sum().backward();
    expect(x.grad?.toArray()).toEqual([0, 0]);
    expect(z.grad?.toArray()).toEqual([6, 8]);
    const w = x.mul(2);
    w.fill_(5);
    x.zeroGrad();
    w.sum().backward();
    expect(x.grad?.toArray()).toEqual([0, 0]);
  });

  test('a saved tensor that was changed is found at backward, and the operation named', () => {
    const x = leaf(1, 2);
    const y = x.mul(2);
    const loss = y.mul(y).sum();
    y.add_(1);
    expect(() => {
      loss.backward();
    }).toThrow(
      'backward: input 1 of mul, of shape [2], was saved for the gradient and has been changed in place since (version 0, now 1); clone() it before changing it',
    );
    expect(x.grad).toBeNull();
  });

  test('a saved output likewise, also through a view of it and through detach', () => {
    for (const alias of ['view', 'detach'] as const) {
      const x = leaf(1, 2);
      const y = x.exp();
      if (alias === 'view') noGrad(() => y.reshape([2, 1]).zero_());
      else y.detach().zero_();
      expect(() => {
        y.sum().backward();
      }).toThrow('the output of exp, of shape [2], was saved for the gradient and has been changed in place');
    }
  });

  test('a change of what is not saved is no mistake', () => {
    const x = leaf(1, 2);
    const y = x.mul(2);
    const loss = y.add(1).sum();
    y.zero_();
    loss.backward();
    expect(x.grad?.toArray()).toEqual([2, 2]);
  });

  test('a reshape that had to copy is no view, and can be changed', () => {
    const x = tensor([[1, 2], [3, 4]], { requiresGrad: true }); // prettier-ignore
    const y = x.T.reshape([4]);
    y.mul_(y);
    y.sum().backward();
    expect(x.toArray()).toEqual([[1, 2], [3, 4]]); // prettier-ignore
    expect(x.grad?.toArray()).toEqual([[2, 4], [6, 8]]); // prettier-ignore
  });

  test('a view taken before a change of the whole is made anew from the result', () => {
    const x = leaf(1, 2);
    const y = x.mul(3);
    const view = y.reshape([2, 1]).T;
    y.mul_(y);
    expect(view.toArray()).toEqual([[9, 36]]);
    view.sum().backward();
    expect(x.grad?.toArray()).toEqual([18, 36]);
  });

  test('a view taken before a change that brings gradients in has them too, if it was recorded', () => {
    const x = leaf(1, 2);
    const buffer = zeros([2], { dtype: 'float64' });
    const view = buffer.slice(0, 1, 2);
    const apart = noGrad(() => buffer.slice(0, 1, 2));
    expect(view.requiresGrad).toBe(false);
    buffer.add_(x);
    expect([view.requiresGrad, apart.requiresGrad, view.isLeaf]).toEqual([true, false, false]);
    view.mul(10).sum().backward();
    expect(x.grad?.toArray()).toEqual([0, 10]);
  });

  test('a view of the tensor itself as the other operand counts as it was', () => {
    const weights = tensor([[1, 2], [3, 4]], { dtype: 'float64' }); // prettier-ignore
    const gradientOf = (change: (x: Tensor) => Tensor): unknown => {
      const x = tensor([[1, 2], [3, 4]], { requiresGrad: true, dtype: 'float64' }); // prettier-ignore
      change(x).mul(weights).sum().backward();
      return x.grad?.toArray();
    };
    const pairs: [inPlace: (x: Tensor) => Tensor, apart: (x: Tensor) => Tensor][] = [
      [(x) => x.mul_(x.T), (x) => x.mul(x.T)],
      [(x) => x.div_(x.slice(0, 0, 1)), (x) => x.div(x.slice(0, 0, 1))],
      [(x) => x.copy_(x.T), (x) => x.T],
      [(x) => x.set(slice(), 0, x.at(1)), (x) => stack([x.at(1), x.at(slice(), 1)], 1)],
    ];
    for (const [inPlace, apart] of pairs) {
      expect(gradientOf((x) => inPlace(x.mul(1)))).toEqual(gradientOf(apart));
    }
  });

  test('a view that is also the operand is made anew', () => {
    const x = tensor([[1, 2], [3, 4]], { requiresGrad: true }); // prettier-ignore
    const y = x.mul(2);
    const view = y.T;
    y.add_(view);
    view.mul(tensor([[1, 2], [3, 4]])).sum().backward(); // prettier-ignore
    expect(x.grad?.toArray()).toEqual([[4, 10], [10, 16]]); // prettier-ignore
  });

  test('retainGrad on a view goes along when it is made anew', () => {
    const y = leaf(1, 2).mul(1);
    const view = y.reshape([2, 1]);
    view.retainGrad();
    y.mul_(3);
    view.sum().backward();
    expect(view.grad?.toArray()).toEqual([[1], [1]]);
  });

  test('long chains of views catch up, and are no recursion', () => {
    const x = tensor([[1, 2], [3, 4]], { requiresGrad: true }); // prettier-ignore
    const y = x.mul(1);
    let view: Tensor = y;
    for (let i = 0; i < 20_000; i++) view = view.T;
    y.add_(1);
    view.sum().backward();
    expect(x.grad?.toArray()).toEqual([[1, 1], [1, 1]]); // prettier-ignore
    let plain: Tensor = tensor([[1, 2], [3, 4]]); // prettier-ignore
    for (let i = 0; i < 20_000; i++) plain = plain.T;
    expect(plain.add_(1).toArray()).toEqual([[2, 3], [4, 5]]); // prettier-ignore
  });

  test.each<[string, (x: Tensor) => Tensor]>([
    ['cumsum', (x) => x.cumsum(-1)],
    ['max', (x) => x.max(0)],
    ['min', (x) => x.min(0)],
    ['matmul with a vector', (x) => x.matmul(x.at(0))],
    ['einsum', (x) => einsum('ij,j->i', x, x.at(0))],
    ['take', (x) => x.take(tensor([1], { dtype: 'int32' }), 0)],
    ['at with a tensor', (x) => x.at(tensor([[1]], { dtype: 'int32' }))],
    ['reshape that copies', (x) => x.T.reshape([4])],
    ['sum', (x) => x.sum(0)],
    ['conv2d', (x) => x.reshape([1, 1, 2, 2]).conv2d(ones([1, 1, 1, 1]))],
    ['maxPool2d', (x) => x.reshape([1, 1, 2, 2]).maxPool2d(1)],
  ])('what %s makes is no view, and can be changed', (_, op) => {
    const x = tensor([[1, 2], [3, 4]], { requiresGrad: true }); // prettier-ignore
    const y = op(x);
    y.mul_(2);
    y.sum().backward();
    const doubled = x.grad?.toArray();
    x.zeroGrad();
    op(x).mul(2).sum().backward();
    expect(doubled).toEqual(x.grad?.toArray());
  });
});

test.each([8, 100])('arrays of the user that overlap: what is read is what was there before, %i elements', (n) => {
  for (const make of [
    (size: number) => new Float32Array(size).fill(1),
    (size: number) => new Float64Array(size).fill(1),
  ]) {
    const array = make(n + 1);
    const [x, y] = [fromTypedArray(array.subarray(1), [n]), fromTypedArray(array.subarray(0, n), [n])];
    x.add_(y);
    expect([...array]).toEqual([1, ...Array.from({ length: n }, () => 2)]);
  }
});
