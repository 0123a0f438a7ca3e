import { grad, manualSeed, randn, type Tensor, tensor } from '@mg/tensor';
import { expect, test } from 'vitest';

// The fused kernel has the bits of the operations that it is made of: a gradient that is recorded is computed by these.

const bits = (x: Tensor): string[] =>
  [...new Uint32Array(Float32Array.from(x.data).buffer)].map((each) => each.toString(16));
const edges = [
  0,
  -0,
  1e-45,
  -1e-45,
  0.925,
  -0.925,
  5,
  -5,
  9.3,
  -9.3,
  13,
  -13,
  15,
  -15,
  1e3,
  -1e3,
  1e30,
  -1e30,
  Infinity,
  -Infinity,
  NaN,
];

test('the gradient of GELU', () => {
  manualSeed(1);
  const given = [...edges, ...randn([1001]).mul(4).toArray<number[]>()];
  const x = tensor(given, { requiresGrad: true });
  const g = randn([given.length]);
  const [alone] = grad(x.gelu(), x, { gradOutputs: g });
  const [recorded] = grad(x.gelu(), x, { gradOutputs: g, createGraph: true });
  expect([alone.requiresGrad, recorded.requiresGrad]).toEqual([false, true]);
  expect(bits(alone)).toEqual(bits(recorded.detach()));
});
