import { manualSeed, randn, setDeterministic } from '@mg/tensor';
import { afterEach, expect, test, vi } from 'vitest';
import { enableRelaxedSimd } from '../../fixtures/relaxed-simd.ts';

enableRelaxedSimd();
afterEach(() => {
  setDeterministic(false);
  vi.unstubAllGlobals();
});

test('products are rounded twice a term when that is asked for, and once otherwise', () => {
  manualSeed(1);
  const [a, b] = [randn([1, 1000]), randn([1000, 1])];
  const { fround } = Math;
  let [once, twice] = [0, 0];
  for (let i = 0; i < 1000; i++) {
    const [x, y] = [a.data[i] ?? NaN, b.data[i] ?? NaN];
    once = fround(once + x * y);
    twice = fround(twice + fround(x * y));
  }
  expect(twice).not.toBe(once);
  expect(a.matmul(b).item()).toBe(once);
  setDeterministic(true);
  expect(a.matmul(b).item()).toBe(twice);
  setDeterministic(false);
  expect(a.matmul(b).item()).toBe(once);
});

test.each([
  ['is missing', undefined],
  [
    'is forbidden',
    {
      Memory: (globalThis as unknown as { WebAssembly: { Memory: unknown } }).WebAssembly.Memory,
      Module: function () {
        throw new EvalError('the page forbids it');
      },
    },
  ],
])('where WebAssembly %s, it throws', async (_, webAssembly) => {
  vi.stubGlobal('WebAssembly', webAssembly);
  const registry = Symbol.for('@mg/tensor.registry');
  const global = globalThis as unknown as Record<symbol, unknown>;
  const own = global[registry];
  Reflect.deleteProperty(global, registry); // else the copy would join this one
  vi.resetModules();
  try {
    const copy = await import('@mg/tensor');
    expect(() => {
      copy.setDeterministic(true);
    }).toThrow('setDeterministic: needs WebAssembly, which is missing here, or forbidden');
    copy.setDeterministic(false);
  } finally {
    global[registry] = own;
  }
});
