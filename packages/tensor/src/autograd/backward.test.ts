import { enableGrad, grad, GraphError, isGradEnabled, noGrad, ones, scalar, ShapeError, tensor } from '@mg/tensor';
import { describe, expect, test } from 'vitest';

const leaf = (x: number) => scalar(x, { requiresGrad: true, dtype: 'float64' });

describe('leaves', () => {
  test('the first gradient is written, later ones are added', () => {
    const x = leaf(3);
    x.mul(x).backward();
    expect(x.grad?.item()).toBe(6);
    x.mul(x).backward();
    expect(x.grad?.item()).toBe(12);
    x.zeroGrad();
    expect(x.grad).toBeNull();
  });

  test('two leaves that receive the same gradient do not share it', () => {
    const [a, b] = [leaf(1), leaf(2)];
    a.add(b).backward();
    expect(a.grad?.storage).not.toBe(b.grad?.storage);
  });

  test('the gradient that was passed in is not the one that is kept', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const g = tensor([3, 4]);
    x.add(0).backward(g);
    expect(x.grad?.storage).not.toBe(g.storage);
  });

  test('a root that is a leaf accumulates', () => {
    const x = leaf(5);
    x.backward();
    x.backward();
    expect(x.grad?.item()).toBe(2);
  });

  test('an input used twice receives both contributions', () => {
    const x = leaf(3);
    const y = x.mul(2);
    y.mul(y).add(y).backward();
    expect(x.grad?.item()).toBe(2 * 6 * 2 + 2);
  });
});

describe('what is recorded', () => {
  test('nothing where no input requires a gradient', () => {
    expect(tensor([1]).add(1).requiresGrad).toBe(false);
  });

  test('nothing under noGrad, something again under enableGrad', () => {
    const x = leaf(1);
    noGrad(() => {
      expect(x.mul(2).requiresGrad).toBe(false);
      expect(enableGrad(() => x.mul(2).requiresGrad)).toBe(true);
      expect(isGradEnabled()).toBe(false);
    });
    expect(isGradEnabled()).toBe(true);
  });

  test('the mode is restored after a throw', () => {
    expect(() =>
      noGrad(() => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(isGradEnabled()).toBe(true);
  });

  test('an async function is refused', () => {
    expect(() => noGrad(() => Promise.resolve(1))).toThrow('the function is async');
    expect(isGradEnabled()).toBe(true);
    const thenable = { then: () => undefined };
    expect(() => noGrad(() => thenable)).toThrow('the function is async');
  });

  test('a conversion to integers ends the graph', () => {
    expect(leaf(1).to('int32').requiresGrad).toBe(false);
  });

  test('detach ends the graph and shares the elements', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = x.detach();
    expect(y.requiresGrad).toBe(false);
    expect(y.storage).toBe(x.storage);
  });

  test('a backward pass records nothing unless createGraph asks', () => {
    const x = leaf(3);
    expect(grad([x.mul(x)], [x])[0].requiresGrad).toBe(false);
    expect(grad([x.mul(x)], [x], { createGraph: true })[0].requiresGrad).toBe(true);
  });

  test('only floats can require a gradient', () => {
    expect(() => tensor(new Int32Array([1]), { requiresGrad: true })).toThrow(
      "only floats have gradients, but this tensor is int32; convert it with to('float32')",
    );
  });

  test('requiresGrad is fixed on what an operation made', () => {
    const y = leaf(1).mul(2);
    expect(() => {
      y.requiresGrad = false;
    }).toThrow('this tensor is the result of mul');
  });
});

describe('the graph', () => {
  test('is freed by backward, and says so', () => {
    const x = leaf(3);
    const y = x.mul(x);
    y.backward();
    expect(() => {
      y.backward();
    }).toThrow(GraphError);
    expect(() => {
      y.backward();
    }).toThrow('pass { retainGraph: true }');
    expect(x.grad?.item()).toBe(6);
  });

  test('is kept by retainGraph, and gradients of the inside do not pile up', () => {
    const x = leaf(3);
    const y = x.mul(2).mul(x);
    y.backward(null, { retainGraph: true });
    y.backward();
    expect(x.grad?.item()).toBe(24);
  });

  test('two losses may share a part that was retained', () => {
    const x = leaf(3);
    const shared = x.mul(x);
    shared.mul(2).backward(null, { retainGraph: true });
    shared.mul(5).backward();
    expect(x.grad?.item()).toBe(42);
  });

  test('of 200,000 operations runs backward', () => {
    const x = leaf(1);
    let y = x.add(0);
    for (let i = 0; i < 200_000; i++) y = y.add(1);
    y.backward();
    expect(x.grad?.item()).toBe(1);
  });

  test('notices that a saved tensor was changed in place', () => {
    const [a, b] = [leaf(2), leaf(3)];
    const c = a.mul(b);
    b.storage.array[0] = 100;
    b.storage.touch();
    expect(() => {
      c.backward();
    }).toThrow('input 1 of mul, of shape [], was saved for the gradient and has been changed in place');
  });

  test('is left whole by a pass that fails', () => {
    const [a, b] = [leaf(2), leaf(3)];
    const c = a.mul(b).exp();
    b.storage.touch();
    for (let i = 0; i < 2; i++)
      expect(() => {
        c.backward();
      }).toThrow('input 1 of mul');
  });

  test('does not mind a change to what only a gradient that nobody wants looks at', () => {
    const w = tensor([[1], [2]], { requiresGrad: true });
    const x = tensor([[3, 4]]);
    const y = x.matmul(w);
    w.storage.touch();
    y.sum().backward();
    expect(w.grad?.toArray()).toEqual([[3], [4]]);
  });

  test('does not mind a change to what no gradient looks at', () => {
    const [a, b] = [leaf(2), leaf(3)];
    const c = a.add(b);
    b.storage.array[0] = 100;
    b.storage.touch();
    c.backward();
    expect(b.grad?.item()).toBe(1);
  });
});

test('grad takes a tensor of the same shape and dtype', () => {
  const x = tensor([1, 2], { requiresGrad: true });
  expect(() => {
    x.grad = tensor([1]);
  }).toThrow('grad: the gradient of a tensor float32 [2] has the same dtype and shape, got float32 [1]');
  expect(() => {
    x.grad = tensor([1, 2], { dtype: 'float64' });
  }).toThrow('got float64 [2]');
});

describe('backward', () => {
  test('with createGraph leaves gradients that can be differentiated, also where they are added', () => {
    const x = leaf(3);
    x.mul(x).mul(x).backward(null, { createGraph: true });
    x.mul(x).mul(x).backward(null, { createGraph: true });
    expect(x.grad?.item()).toBe(54);
    if (x.grad !== null) expect(grad([x.grad], [x])[0].item()).toBe(36);
  });

  test('needs a gradient where the root is no single number', () => {
    const x = ones([2, 3], { requiresGrad: true });
    expect(() => {
      x.mul(2).backward();
    }).toThrow('the root has shape [2, 3], and only a single number has a gradient by default; sum() it');
    expect(() => {
      x.mul(2).backward(ones([3]));
    }).toThrow(ShapeError);
    x.mul(2).backward(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    );
    expect(x.grad?.toArray()).toEqual([
      [2, 4, 6],
      [8, 10, 12],
    ]);
  });

  test('needs something that requires a gradient', () => {
    expect(() => {
      scalar(1).mul(2).backward();
    }).toThrow('does not depend on anything that requires a gradient');
  });

  test('gives each input the shape and dtype that it has', () => {
    const a = tensor([1, 2, 3], { requiresGrad: true });
    const b = tensor([[2], [4]], { dtype: 'float64', requiresGrad: true });
    a.mul(b).sum().backward();
    expect(a.grad?.dtype).toBe('float32');
    expect(a.grad?.toArray()).toEqual([6, 6, 6]);
    expect(b.grad?.dtype).toBe('float64');
    expect(b.grad?.toArray()).toEqual([[6], [6]]);
  });
});

describe('grad', () => {
  test('returns gradients in order and touches none', () => {
    const [a, b] = [leaf(2), leaf(3)];
    const [db, da] = grad([a.mul(b)], [b, a]);
    expect([db.item(), da.item()]).toEqual([2, 3]);
    expect([a.grad, b.grad]).toEqual([null, null]);
  });

  test('of an interior tensor', () => {
    const x = leaf(3);
    const y = x.mul(x);
    expect(grad([y.mul(y)], [y])[0].item()).toBe(18);
  });

  test('frees and computes only what leads to the inputs', () => {
    const x = leaf(3);
    const h = x.mul(x);
    const y = h.mul(h);
    grad([y], [h]);
    h.backward();
    expect(x.grad?.item()).toBe(6);
  });

  test('gives tensors of their own, that can be read and written', () => {
    const [a, b] = [tensor([1, 2], { requiresGrad: true }), tensor([3, 4], { requiresGrad: true })];
    const [da, db] = grad([a.add(b).sum()], [a, b]);
    da.data[0] = 7;
    expect(db.toArray()).toEqual([1, 1]);
  });

  test('takes a gradient for each output', () => {
    const x = leaf(1);
    expect(() => grad([x.mul(2), x.mul(5)], [x], { gradOutputs: [scalar(1)] })).toThrow(
      'grad: expected 2 gradOutputs, one for each output, got 1',
    );
    expect(grad([x.mul(2), x.mul(5)], [x], { gradOutputs: [scalar(1), scalar(10)] })[0].item()).toBe(52);
  });

  test('of an output that is an input', () => {
    const x = leaf(3);
    expect(grad([x], [x])[0].item()).toBe(1);
  });

  test('of an input that is not used', () => {
    const [a, b] = [leaf(2), leaf(3)];
    expect(() => grad([a.mul(a)], [b])).toThrow('do not depend on input 0');
    expect(grad([a.mul(a)], [b], { allowUnused: true })).toEqual([null]);
  });

  test('three times over', () => {
    const x = leaf(2);
    const y = x.mul(x).mul(x).mul(x);
    const [d1] = grad([y], [x], { createGraph: true });
    const [d2] = grad([d1], [x], { createGraph: true });
    const [d3] = grad([d2], [x]);
    expect([d1.item(), d2.item(), d3.item()]).toEqual([32, 48, 48]);
  });
});

describe('grad with single tensors', () => {
  test('each stands for a list of it', () => {
    const [x, y] = [scalar(3, { requiresGrad: true }), scalar(5, { requiresGrad: true })];
    expect(grad(x.mul(y), x).map((g) => g.item())).toEqual([5]);
    expect(grad(x.mul(y), [x, y]).map((g) => g.item())).toEqual([5, 3]);
    expect(grad([x.mul(y), x.mul(2)], x).map((g) => g.item())).toEqual([7]);
    expect(grad(x.mul(y), y, { gradOutputs: scalar(10) }).map((g) => g.item())).toEqual([30]);
    expect(grad(x.mul(2), y, { allowUnused: true })).toEqual([null]);
    expect(() => grad(x.mul(2), x, { gradOutputs: [null, null] })).toThrow(
      'expected 1 gradOutputs, one for each output, got 2',
    );
  });
});
