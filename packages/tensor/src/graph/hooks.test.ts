import { grad, scalar, ShapeError, tensor, type Tensor } from '@mg/tensor';
import { describe, expect, test, vi } from 'vitest';

const leaf = (x: number) => scalar(x, { requiresGrad: true, dtype: 'float64' });

describe('registerHook', () => {
  test('on a leaf is called once, with all of the gradient that arrives in this pass', () => {
    const x = leaf(3);
    const seen: number[] = [];
    x.registerHook((g) => {
      seen.push(g.item());
    });
    x.mul(x).add(x).backward();
    x.mul(x).backward();
    expect(seen).toEqual([7, 6]);
    expect(x.grad?.item()).toBe(13);
  });

  test('on the inside is called before the gradient goes on, and may replace it', () => {
    const x = leaf(3);
    const y = x.mul(2);
    y.registerHook((g) => g.mul(10));
    y.mul(y).backward();
    expect(x.grad?.item()).toBe(2 * 12 * 10);
  });

  test('hooks run in order, each on what the one before returned', () => {
    const x = leaf(1);
    x.registerHook((g) => g.add(1));
    x.registerHook((g) => g.mul(10));
    x.mul(4).backward();
    expect(x.grad?.item()).toBe(50);
  });

  test('a hook can be taken away, and the same function be there twice', () => {
    const x = leaf(1);
    const hook = vi.fn((): void => undefined);
    const [first, second] = [x.registerHook(hook), x.registerHook(hook)];
    first();
    x.mul(2).backward();
    expect(hook).toHaveBeenCalledTimes(1);
    second();
    second();
    x.mul(2).backward();
    expect(hook).toHaveBeenCalledTimes(1);
  });

  test('a hook of what grad asks for is called too, and grad touches no grad', () => {
    const x = leaf(3);
    const y = x.mul(x);
    y.registerHook((g) => g.mul(5));
    expect(grad([y.mul(2)], [y])[0].item()).toBe(10);
    expect(x.grad).toBeNull();
  });

  test('with createGraph a hook is part of the graph', () => {
    const x = leaf(3);
    x.registerHook((g) => g.mul(g));
    const [dx] = grad([x.mul(x)], [x], { createGraph: true }); // (2x)² = 4x²
    expect(dx.item()).toBe(36);
  });

  test('what does not fit is refused, and so is a tensor that no gradient flows to', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    x.registerHook(() => scalar(1));
    expect(() => {
      x.sum().backward();
    }).toThrow(ShapeError);
    expect(() => tensor([1]).registerHook(() => undefined)).toThrow('registerHook: no gradient flows to this tensor');
  });

  test('a hook stays with what the tensor was before a change in place', () => {
    const x = leaf(3);
    const y = x.mul(2);
    const seen: number[] = [];
    y.registerHook((g) => {
      seen.push(g.item());
    });
    y.mul_(5);
    y.mul(1).backward();
    expect(seen).toEqual([5]);
    expect(x.grad?.item()).toBe(10);
  });
});

describe('retainGrad', () => {
  test('keeps the gradient of the inside, and adds to it', () => {
    const x = leaf(3);
    const y = x.mul(2);
    y.retainGrad();
    y.mul(y).backward(null, { retainGraph: true });
    expect(y.grad?.item()).toBe(12);
    y.backward();
    expect(y.grad?.item()).toBe(13);
    expect(x.grad?.item()).toBe(26);
  });

  test('is needed: without it the inside has none', () => {
    const x = leaf(3);
    const y = x.mul(2);
    y.mul(y).backward();
    expect(y.grad).toBeNull();
  });

  test('keeps what hooks let through', () => {
    const x = leaf(3);
    const y = x.mul(2);
    y.registerHook((g) => g.mul(100));
    y.retainGrad();
    y.mul(1).backward();
    expect(y.grad?.item()).toBe(100);
  });

  test('of the root is the gradient that it starts with', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = x.mul(2);
    y.retainGrad();
    const g = tensor([3, 4]);
    y.backward(g);
    expect(y.grad?.toArray()).toEqual([3, 4]);
    expect(y.grad?.storage).not.toBe(g.storage);
  });

  test('goes along with a change in place', () => {
    const x = leaf(3);
    const y = x.mul(2);
    y.retainGrad();
    y.mul_(5);
    y.mul(7).backward();
    expect(y.grad?.item()).toBe(7);
    expect(x.grad?.item()).toBe(70);
  });

  test('does nothing on a leaf, and is refused where no gradient flows', () => {
    const x = leaf(3);
    x.retainGrad();
    x.mul(2).backward();
    expect(x.grad?.item()).toBe(2);
    expect(() => {
      tensor([1]).retainGrad();
    }).toThrow('retainGrad: no gradient flows to this tensor');
  });

  test('does not let a freed graph pass for a whole one', () => {
    const x = leaf(3);
    const y = x.mul(2);
    y.retainGrad();
    y.mul(y).backward();
    const again: Tensor = y;
    expect(() => {
      again.mul(1).backward();
    }).toThrow('the graph was freed by an earlier pass (mul no longer has its saved tensors)');
  });

  test('grad() leaves it alone', () => {
    const x = leaf(3);
    const y = x.mul(2);
    y.retainGrad();
    grad([y.mul(y)], [x]);
    expect(y.grad).toBeNull();
  });
});

test('a pass that a hook runs must not free what the outer pass still needs', () => {
  const x = tensor([1, 2], { requiresGrad: true });
  const y = x.mul(2);
  const [outer, inner] = [y.mul(y).sum(), y.sum()];
  let runs = 0;
  y.registerHook(() => {
    if (runs++ === 0) inner.backward();
  });
  expect(() => {
    outer.backward();
  }).toThrow('the graph was freed during this pass (mul no longer has its saved tensors), by a pass that a');
});

test('hooks of an output that leads nowhere wanted are left alone', () => {
  const [a, b] = [leaf(1), leaf(2)];
  const other = b.mul(2);
  const hook = vi.fn((): void => undefined);
  other.registerHook(hook);
  grad([a.mul(2), other], [a]);
  expect(hook).not.toHaveBeenCalled();
});

test('a hook may return nothing in either way', () => {
  const x = scalar(1, { requiresGrad: true });
  x.registerHook(() => null);
  x.registerHook(() => undefined);
  x.mul(3).backward();
  expect(x.grad?.item()).toBe(3);
});
