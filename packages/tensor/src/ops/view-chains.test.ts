import { queryObjects } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { grad, noGrad, ones, tensor, type Tensor } from '@mg/tensor';

/** Ways to take a view, which can be taken of the result again. */
const loops: Record<string, (x: Tensor) => Tensor> = {
  T: (x) => x.T,
  slice: (x) => x.slice(0, 0),
  'reshape twice': (x) => x.reshape([9]).reshape([3, 3]),
  detach: (x) => x.detach(),
  flip: (x) => x.flip(0),
  'recorded and not, in turns': (x) => noGrad(() => x.T).T,
  'detach of a view': (x) => x.T.detach(),
};

describe('a loop of views where nothing requires a gradient keeps no earlier ones', () => {
  test.each(Object.keys(loops))('%s', (name) => {
    const view = loops[name] as (typeof loops)[string];
    const base = ones([3, 3]);
    let x = view(base);
    for (let round = 0; round < 100; round++) x = view(x);
    const before = queryObjects(Object, { format: 'count' });
    for (let round = 0; round < 10_000; round++) x = view(x);
    expect(queryObjects(Object, { format: 'count' }) - before).toBeLessThan(1000);
    expect(x.sum().item()).toBe(9);
  });
});

describe('a view of a view of a tensor that is then changed in place by what is recorded', () => {
  const from = () =>
    tensor(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { dtype: 'float64' },
    );
  const chains: Record<string, (x: Tensor) => Tensor> = {
    'T of T': (x) => x.T.T,
    'slice of T': (x) => x.T.slice(0, 1, 3),
    'T of slice of flip': (x) => x.flip(1).slice(1, 0, 3, 2).T,
    'broadcast of a slice': (x) => x.slice(1, 1, 2).broadcastTo([2, 4]),
    'reshape of a slice of a reshape': (x) => x.reshape([6]).slice(0, 1, 5).reshape([2, 2]),
    'diagonal of T': (x) => x.T.diagonal(),
    'T of a broadcast of T': (x) => x.slice(0, 0, 1).T.broadcastTo([3, 4]).T,
    'slice of an empty slice': (x) => x.slice(0, 0, 0).slice(1, 1),
  };
  test.each(Object.keys(chains))('%s', (name) => {
    const chain = chains[name] as (typeof chains)[string];
    const w = tensor(
      [
        [1, -2, 3],
        [-4, 5, -6],
      ],
      { dtype: 'float64', requiresGrad: true },
    );
    const base = from();
    const view = chain(base);
    expect(view.requiresGrad).toBe(false);
    base.mul_(w);
    expect(view.requiresGrad).toBe(true);
    const weight = tensor(
      Array.from({ length: view.size }, (_, i) => i + 1),
      { dtype: 'float64' },
    ).reshape(view.shape);
    // The same, with the view taken after the change.
    const expected = grad(chain(from().mul(w)).square().mul(weight).sum(), w)[0];
    const [actual] = grad(view.square().mul(weight).sum(), w, { createGraph: true });
    expect(actual.toArray()).toEqual(expected.toArray());
    // And the second derivative.
    const wanted = grad(grad(chain(from().mul(w)).square().mul(weight).sum(), w, { createGraph: true })[0].sum(), w, {
      allowUnused: true,
    })[0];
    if (view.size > 0) expect(grad(actual.sum(), w)[0].toArray()).toEqual(wanted?.toArray());
  });

  test('each of the views in between', () => {
    const w = tensor([1, 2, 3, 4], { dtype: 'float64', requiresGrad: true });
    const base = tensor([1, 1, 1, 1], { dtype: 'float64' });
    const matrix = base.reshape([2, 2]);
    const turned = matrix.T;
    const row = turned.at(0);
    base.mul_(w);
    const gradientOf = (y: Tensor) => grad(y.sum(), w, { retainGraph: true })[0].toArray();
    expect(gradientOf(row.mul(tensor([10, 20])))).toEqual([10, 0, 20, 0]);
    expect(
      gradientOf(
        turned.mul(
          tensor([
            [1, 2],
            [3, 4],
          ]),
        ),
      ),
    ).toEqual([1, 3, 2, 4]);
    expect(gradientOf(matrix)).toEqual([1, 1, 1, 1]);
    base.add_(w);
    expect(gradientOf(row)).toEqual([2, 0, 2, 0]);
  });

  test('not where a view in between was taken under noGrad or detached', () => {
    const w = tensor([1, 2, 3, 4], { requiresGrad: true });
    const base = ones([4]);
    const views = [noGrad(() => base.reshape([2, 2])).T, base.reshape([2, 2]).detach().T];
    base.mul_(w);
    expect(views.map(({ requiresGrad }) => requiresGrad)).toEqual([false, false]);
    expect(views.map((view) => view.toArray())).toEqual([
      [
        [1, 3],
        [2, 4],
      ],
      [
        [1, 3],
        [2, 4],
      ],
    ]);
  });
});
