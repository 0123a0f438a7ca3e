import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { scalar } from '@mg/tensor';
import { expect, test } from 'vitest';

test('a graph of 1,000,000 operations runs backward and is released', () => {
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
  for (let i = 0; i < 250_000; i++) y = y.mul(1).reshape([1]).reshape([]).clone().add_(0);
  const whole = heap();
  expect(whole - before).toBeGreaterThan(100);
  y.backward();
  expect(x.grad?.item()).toBe(1);
  // The root is still held, and with it nothing of what it was made of.
  expect(heap() - before).toBeLessThan(10);
  expect(y.item()).toBe(1);
});
