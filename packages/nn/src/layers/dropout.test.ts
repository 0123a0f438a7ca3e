import { expect, test } from 'vitest';
import { dropout, Dropout, Dropout1d, Dropout2d } from '@mg/nn';
import { Generator, manualSeed, ones, tensor } from '@mg/tensor';

test('drops with probability p, and divides the rest by 1 - p', () => {
  const count = 100_000;
  const y = new Dropout(0.3, { generator: new Generator(1) }).forward(ones([count], { dtype: 'float64' }));
  const values = new Set(y.data);
  expect([...values].sort()).toEqual([0, 1 / 0.7]);
  const kept = y.data.filter((x) => x > 0).length;
  // Four and a half standard deviations of a binomial distribution.
  expect(Math.abs(kept - 0.7 * count)).toBeLessThan(4.5 * Math.sqrt(count * 0.3 * 0.7));
});

test('sends the gradient where the elements went', () => {
  const x = ones([50], { requiresGrad: true });
  const y = new Dropout(0.5, { generator: new Generator(2) }).forward(x);
  y.sum().backward();
  expect(x.grad?.toArray()).toEqual(y.toArray());
});

test('is what it gets in use, and with p = 0', () => {
  const x = tensor([1, 2]);
  expect(new Dropout(0.5).eval().forward(x)).toBe(x);
  expect(new Dropout(0).forward(x)).toBe(x);
});

test('p = 1 gives zeros and gradients of 0, not NaN', () => {
  const x = tensor([1, -2], { requiresGrad: true });
  const y = new Dropout(1).forward(x);
  expect(y.toArray()).toEqual([0, -0]);
  y.sum().backward();
  expect(x.grad?.toArray()).toEqual([0, 0]);
});

test('draws from its generator, else from the default one', () => {
  const draw = (layer: Dropout) => layer.forward(ones([64])).toArray();
  expect(draw(new Dropout(0.5, { generator: new Generator(3) }))).toEqual(
    draw(new Dropout(0.5, { generator: new Generator(3) })),
  );
  manualSeed(4);
  const first = draw(new Dropout());
  expect(draw(new Dropout())).not.toEqual(first);
  manualSeed(4);
  expect(draw(new Dropout())).toEqual(first);
});

test.each([-0.1, 1.1, NaN])('p = %s throws', (p) => {
  expect(() => new Dropout(p)).toThrow(`Dropout: p must be a probability in [0, 1], got ${p}`);
});

test.each([
  ['Dropout1d', new Dropout1d(0.4, { generator: new Generator(5) }), [200, 50, 3], 2],
  ['Dropout1d of one sample', new Dropout1d(0.4, { generator: new Generator(5) }), [10_000, 3], 1],
  ['Dropout2d', new Dropout2d(0.4, { generator: new Generator(6) }), [200, 50, 2, 3], 2],
  ['Dropout2d of signals', new Dropout2d(0.4, { generator: new Generator(6) }), [200, 50, 4], 2],
] as const)('%s drops whole channels, each with probability p', (_, layer, shape, axes) => {
  const x = ones(shape, { dtype: 'float64', requiresGrad: true });
  const y = layer.forward(x);
  const channels = y.flatten(0, axes - 1).flatten(1);
  expect(channels.amin(1).toArray()).toEqual(channels.amax(1).toArray());
  expect([...new Set(y.data)].sort()).toEqual([0, 1 / 0.6]);
  const kept = channels.amax(1).gt(0).to('float64').sum().item();
  expect(Math.abs(kept - 6000)).toBeLessThan(4.5 * Math.sqrt(10_000 * 0.4 * 0.6));
  y.sum().backward();
  expect(x.grad?.toArray()).toEqual(y.toArray());
  expect(layer.eval().forward(x)).toBe(x);
});

test('dropout, the function, draws what the layer draws', () => {
  const x = ones([64]);
  const layer = new Dropout(0.3, { generator: new Generator(7) });
  expect(dropout(x, { p: 0.3, generator: new Generator(7) }).toArray()).toEqual(layer.forward(x).toArray());
  expect(dropout(x, { training: false })).toBe(x);
  expect(dropout(x, { p: 0 })).toBe(x);
});
