import { arange, grad, GraphError, noGrad, ones, slice, stack, tensor, type Tensor, zeros } from '@mg/tensor';
import { describe, expect, test } from 'vitest';

const leaf = (...data: number[]) => tensor(data, { requiresGrad: true, dtype: 'float64' });
const matrix = () => tensor([[1, 2], [3, 4]], { requiresGrad: true, dtype: 'float64' }); // prettier-ignore
const i = (data: number | number[]) => tensor(data, { dtype: 'int32' });

/** The gradient of the sum of squares of what `change` leaves of a copy of [1, 2, 3, 4]. */
function gradientAfter(change: (b: Tensor) => unknown): unknown {
  const a = leaf(1, 2, 3, 4);
  const b = a.mul(1);
  change(b);
  b.square().sum().backward();
  return a.grad?.toArray();
}

describe('a change through a view', () => {
  test.each<[string, (b: Tensor) => unknown, number[]]>([
    ['mul_', (b) => b.slice(0, 0, 2).mul_(10), [200, 400, 6, 8]],
    ['div_', (b) => b.slice(0, 0, 2).div_(0.5), [8, 16, 6, 8]],
    ['add_', (b) => b.slice(0, 0, 2).add_(10), [22, 24, 6, 8]],
    ['sub_', (b) => b.slice(0, 0, 2).sub_(1), [0, 2, 6, 8]],
    ['clip_', (b) => b.slice(0, 1, 4, 2).clip_(3), [2, 0, 6, 8]],
    ['fill_', (b) => b.slice(0, 3).fill_(7), [2, 4, 6, 0]],
    ['zero_', (b) => b.slice(0, 3).zero_(), [2, 4, 6, 0]],
    ['copy_', (b) => b.slice(0, 0, 2).copy_(b.slice(0, 2, 4)), [0, 0, 12, 16]],
    ['set', (b) => b.slice(0, 0, 2).set(1, 0), [2, 0, 6, 8]],
    ['set with a list', (b) => b.slice(0, 1).set(i([0, 2]), 0), [2, 0, 6, 0]],
    ['at', (b) => b.at(1).mul_(10), [2, 400, 6, 8]],
    ['reshape', (b) => b.reshape([2, 2]).mul_(tensor([[1, 2], [3, 4]])), [2, 16, 54, 128]], // prettier-ignore
    ['T of a reshape', (b) => b.reshape([2, 2]).T.mul_(tensor([[1, 2], [3, 4]])), [2, 36, 24, 128]], // prettier-ignore
    ['permute', (b) => b.reshape([2, 1, 2]).permute([2, 0, 1]).slice(0, 0, 1).mul_(10), [200, 4, 600, 8]],
    ['flip', (b) => b.flip().slice(0, 0, 1).mul_(10), [2, 4, 6, 800]],
    ['diagonal', (b) => b.reshape([2, 2]).diagonal().mul_(10), [200, 4, 6, 800]],
    ['squeeze', (b) => b.reshape([1, 4]).squeeze().slice(0, 1, 3).mul_(10), [2, 400, 600, 8]],
    ['unsqueeze', (b) => b.slice(0, 2).unsqueeze(0).mul_(10), [2, 4, 600, 800]],
    ['split', (b) => b.split(2)[1]?.mul_(10), [2, 4, 600, 800]],
    ['a view of all', (b) => b.flatten().mul_(10), [200, 400, 600, 800]],
    ['a view of nothing', (b) => b.slice(0, 2, 2).mul_(10), [2, 4, 6, 8]],
    ['a row of what was broadcast', (b) => b.broadcastTo([2, 4]).at(0).slice(0, 0, 1).mul_(10), [200, 4, 6, 8]],
  ])('%s', (_, change, gradient) => {
    expect(gradientAfter(change)).toEqual(gradient);
  });

  test('returns the view, and the view, its base and other views have the new history', () => {
    const a = leaf(1, 2, 3, 4);
    const b = a.mul(1);
    const pairs = b.reshape([2, 2]);
    const first = b.slice(0, 0, 2);
    expect(first.mul_(10)).toBe(first);
    expect(b.toArray()).toEqual([10, 20, 3, 4]);
    expect(grad([first.sum()], [a], { retainGraph: true })[0].toArray()).toEqual([10, 10, 0, 0]);
    expect(grad([pairs.at(slice(), 1).sum()], [a], { retainGraph: true })[0].toArray()).toEqual([0, 10, 0, 1]);
    expect(grad([b.sum()], [a])[0].toArray()).toEqual([10, 10, 1, 1]);
  });

  test('several changes through several views follow each other', () => {
    expect(
      gradientAfter((b) => {
        const [left, middle] = [b.slice(0, 0, 2), b.slice(0, 1, 3)];
        left.mul_(2); // 2, 4, 3, 4
        middle.mul_(3); // 2, 12, 9, 4
        left.add_(1);
        b.mul_(2);
        middle.zero_();
      }),
    ).toEqual([2 * 6 * 4, 0, 0, 32]);
  });

  test('the gradient reaches what is written', () => {
    const [a, w] = [leaf(1, 2, 3, 4), leaf(5, 6)];
    const b = a.mul(1);
    b.slice(0, 1, 3).copy_(w);
    b.slice(0, 0, 2).add_(w);
    b.slice(0, 2, 4).mul_(w);
    expect(b.toArray()).toEqual([6, 11, 30, 24]);
    b.sum().backward();
    expect(a.grad?.toArray()).toEqual([1, 0, 0, 6]);
    expect(w.grad?.toArray()).toEqual([1 + 1 + 6, 1 + 5 + 4]);
  });

  test('a tensor without a gradient becomes part of the graph by what is written to a part of it', () => {
    const w = leaf(5, 6);
    const buffer = zeros([2, 2], { dtype: 'float64' });
    const row = buffer.at(0);
    expect(row.requiresGrad).toBe(false);
    buffer.at(1).copy_(w);
    expect([buffer.requiresGrad, row.requiresGrad, buffer.isLeaf]).toEqual([true, true, false]);
    buffer.square().sum().backward();
    expect(w.grad?.toArray()).toEqual([10, 12]);
  });

  test('what is written may have another shape and dtype', () => {
    const w = tensor([[5]], { requiresGrad: true });
    const v = tensor(3, { requiresGrad: true, dtype: 'float64' });
    const b = zeros([2, 3]);
    b.at(slice(), 1).copy_(w.at(0));
    b.at(1).mul_(v);
    b.sum().backward();
    expect([w.grad?.dtype, w.grad?.toArray()]).toEqual(['float32', [[4]]]);
    expect([v.grad?.dtype, v.grad?.toArray()]).toEqual(['float64', 5]);
  });

  test('the base as the other operand counts as it was', () => {
    const a = matrix();
    const b = a.mul(1);
    b.at(0).mul_(b.at(slice(), 1)); // [1·2, 2·4]
    b.sum().backward();
    expect(b.toArray()).toEqual([[2, 8], [3, 4]]); // prettier-ignore
    expect(a.grad?.toArray()).toEqual([[2, 1 + 4], [1, 1 + 2]]); // prettier-ignore
  });

  test('a leaf that shares the elements receives its gradient as the other operand', () => {
    const x = leaf(2, 3);
    const y = x.detach();
    y.add_(x);
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([1, 1]);
    const z = leaf(2, 3);
    const alias = z.detach();
    alias.slice(0, 0, 1).mul_(z.slice(0, 0, 1));
    expect(grad([alias.sum()], [z])[0].toArray()).toEqual([2, 0]);
    expect(grad([z.detach().mul_(z).sum()], [z])[0].toArray()).toEqual([4, 3]);
  });

  test('has second derivatives', () => {
    const [x, w] = [leaf(2, 3), leaf(5)];
    const y = x.mul(1);
    y.slice(0, 1).mul_(x.slice(0, 1)).mul_(w); // [x₀, x₁²w]
    const [first] = grad([y.square().sum()], [x], { createGraph: true }); // 2x₀, 4x₁³w²
    expect(first.toArray()).toEqual([4, 4 * 27 * 25]);
    const [byX, byW] = grad([first.sum()], [x, w]);
    expect([byX.toArray(), byW.toArray()]).toEqual([[2, 12 * 9 * 25], [8 * 27 * 5]]);
  });

  test.each<[string, (room: Tensor) => Tensor]>([
    ['transposed', (room) => room.at(0).T.detach()],
    ['reversed', (room) => room.at(0).T.flip().detach()],
    ['apart', (room) => room.at(1).T.slice(0, 0, 2).detach()],
  ])('of a tensor whose elements are not row-major: %s', (_, detached) => {
    const a = matrix();
    const b = detached(zeros([2, 2, 4], { dtype: 'float64' }).slice(2, 0, 4, 2)).add_(a);
    b.at(slice(), 1).mul_(10);
    b.mul(tensor([[1, 2], [3, 4]])).sum().backward(); // prettier-ignore
    expect([b.toArray(), a.grad?.toArray()]).toEqual([[[1, 20], [3, 40]], [[1, 20], [3, 40]]]); // prettier-ignore
  });

  test.each<[string, (b: Tensor) => Tensor]>([
    ['slice', (b) => b.slice(1, 3, 40, 2)],
    ['rows', (b) => b.slice(0, 5, 60)],
    ['T', (b) => b.T.slice(0, 7)],
    ['reshape', (b) => b.reshape([8, 8, 50]).at(slice(), 3)],
    ['permute', (b) => b.reshape([8, 8, 50]).permute([2, 0, 1]).slice(2, 1, 8, 3)],
    ['flip', (b) => b.flip(1).slice(1, 0, 9)],
    ['diagonal', (b) => b.diagonal(2)],
    ['all', (b) => b.flatten()],
  ])('in compiled kernels: %s', (_, viewOf) => {
    const a = arange(64 * 50)
      .div(512)
      .reshape([64, 50])
      .detach();
    a.requiresGrad = true;
    const factors = ones([64, 50]);
    viewOf(factors).mul_(4);
    const b = a.mul(1);
    viewOf(b).mul_(4);
    b.square().sum().backward();
    expect(b.toArray()).toEqual(a.mul(factors).toArray());
    expect(a.grad?.toArray()).toEqual(a.mul(2).mul(factors.square()).toArray());
  });

  test('retainGrad stays with the base', () => {
    const b = leaf(1, 2).mul(1);
    b.retainGrad();
    b.slice(0, 0, 1).mul_(3);
    b.square().sum().backward();
    expect(b.grad?.toArray()).toEqual([6, 4]);
  });

  test('a long loop of changes is no recursion', () => {
    const a = leaf(1, 2);
    const b = a.mul(1);
    for (let step = 0; step < 5000; step++) b.at(step % 2).add_(1);
    b.sum().backward();
    expect([b.toArray(), a.grad?.toArray()]).toEqual([[2501, 2502], [1, 1]]); // prettier-ignore
  });

  test('a saved tensor that was changed through a view is found at backward', () => {
    const b = leaf(1, 2, 3).mul(1);
    const loss = b.square().sum();
    b.slice(0, 0, 1).mul_(2);
    expect(() => {
      loss.backward();
    }).toThrow('input 0 of square, of shape [3], was saved for the gradient and has been changed in place since');
    const [c, w] = [leaf(1, 2, 3).mul(1), leaf(5, 6).mul(1)];
    c.slice(0, 0, 2).mul_(w);
    w.at(0).add_(1);
    expect(() => {
      c.sum().backward();
    }).toThrow('input 1 of mul_, of shape [2], was saved for the gradient and has been changed in place since');
  });

  test('a leaf that requires a gradient is refused, also through a view', () => {
    const x = leaf(1, 2);
    const message =
      ': a leaf that requires a gradient cannot be changed in place while operations are recorded, nor can a view of it;';
    for (const [name, change] of [
      ['add_', () => x.slice(0, 0, 1).add_(1)],
      ['zero_', () => x.at(0).zero_()],
      ['set', () => x.set(0, 1)],
      ['set', () => x.set(i([0]), 1)],
      ['copy_', () => x.reshape([2, 1]).T.copy_(leaf(1))],
    ] as const) {
      expect(change).toThrow(GraphError);
      expect(change).toThrow(name + message);
    }
    expect(x.toArray()).toEqual([1, 2]);
    noGrad(() => x.slice(0, 0, 1).add_(1).reshape([1, 1]).add_(1));
    expect([x.toArray(), x.isLeaf]).toEqual([[3, 2], true]);
    const view = zeros([2]).slice(0, 0, 1);
    view.requiresGrad = true;
    expect(() => view.reshape([1, 1]).add_(1)).toThrow(`add_${message}`);
  });

  test('a view that was taken under noGrad is refused, and the error says what to do', () => {
    const [y, w, buffer] = [leaf(1, 2).mul(2), leaf(3), zeros([2])];
    const [taken, part] = noGrad(() => [y.slice(0, 0, 1), buffer.slice(0, 0, 1)]);
    const message =
      'add_: cannot record a change of a view that was taken under noGrad, here [1] of a tensor of shape [2]; take the view outside noGrad, clone() it, or wrap the change in noGrad(() => …)';
    expect(() => taken.add_(1)).toThrow(message);
    expect(() => taken.reshape([1]).add_(1)).toThrow(message);
    expect(() => part.add_(w)).toThrow(message);
    expect([y.toArray(), buffer.toArray()]).toEqual([[2, 4], [0, 0]]); // prettier-ignore
    expect(part.add_(1).toArray()).toEqual([1]);
    expect(y.detach().slice(0, 0, 1).add_(1).toArray()).toEqual([3]);
  });

  test('a change of a view outside the record is not recorded', () => {
    const a = leaf(1, 2);
    const b = a.mul(1);
    noGrad(() => b.slice(0, 0, 1).mul_(10));
    expect(b.toArray()).toEqual([10, 2]);
    b.sum().backward();
    expect(a.grad?.toArray()).toEqual([1, 1]);
  });

  test('what was broadcast is refused, also as the base', () => {
    const b = leaf(1, 2).mul(1);
    expect(() => b.broadcastTo([2, 2]).mul_(10)).toThrow('mul_: this tensor of shape [2, 2] was broadcast');
    expect(() => b.broadcastTo([2, 2]).set(0, 1)).toThrow('set: this tensor of shape [2, 2] was broadcast');
    const base = b.broadcastTo([2, 2]).detach();
    expect(() => base.at(0).mul_(b)).toThrow('mul_: this tensor of shape [2, 2] was broadcast');
  });

  test('writing row by row is stacking', () => {
    const rows = [leaf(1, 2), leaf(3, 4), leaf(5, 6)];
    const out = zeros([3, 2], { dtype: 'float64' });
    rows.forEach((row, at) => out.at(at).copy_(row.square()));
    const gradients = grad([out.square().sum()], rows).map((g) => g.toArray());
    const apart = grad(
      [
        stack(rows.map((row) => row.square()))
          .square()
          .sum(),
      ],
      rows,
    ).map((g) => g.toArray());
    expect(gradients).toEqual(apart);
  });
});
