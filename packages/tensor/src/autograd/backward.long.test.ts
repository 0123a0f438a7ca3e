import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { scalar } from '@mg/tensor';
import { expect, test } from 'vitest';

/** A million operations in `--mode whole`: half a gigabyte. */
const rounds = process.env['WHOLE_SWEEPS'] === undefined ? 50_000 : 250_000;

test(`a graph of ${4 * rounds} operations runs backward and is released`, () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const before = heap();
  const x = scalar(1, { requiresGrad: true, dtype: 'float64' });
  let y = x.add(0);
  // Also views, operations in place, and what saves its input.
  for (let i = 0; i < rounds; i++) y = y.mul(1).reshape([1]).reshape([]).clone().add_(0);
  const whole = heap();
  expect(whole - before).toBeGreaterThan(rounds / 2500);
  y.backward();
  expect(x.grad?.item()).toBe(1);
  // The root is still held, and with it nothing of what it was made of.
  expect(heap() - before).toBeLessThan(rounds / 25_000);
  expect(y.item()).toBe(1);
});
