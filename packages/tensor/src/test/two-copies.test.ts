import * as first from '@mg/tensor';
import { expect, test, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { join, protocol } from '../array/shared.ts';
import { version } from '../array/version.ts';

/** A second copy of the package, in the same program. */
async function secondCopy(): Promise<typeof first> {
  vi.resetModules();
  return import('@mg/tensor');
}

test('two copies mix their tensors, forward and backward', async () => {
  const second = await secondCopy();
  expect(second.Tensor).not.toBe(first.Tensor);
  const a = first.tensor([1, 2], { requiresGrad: true });
  const b = second.tensor([3, 4], { requiresGrad: true });
  expect([first.isTensor(b), second.isTensor(a)]).toEqual([true, true]);
  b.mul(a).add(a).sum().backward();
  expect(a.grad?.toArray()).toEqual([4, 5]);
  expect(b.grad?.toArray()).toEqual([1, 2]);
  expect(second.grad([a.mul(b).sum()], [b])[0].toArray()).toEqual([1, 2]);
});

test('modes, random numbers and memory are one for both', async () => {
  const second = await secondCopy();
  const a = first.tensor([1], { requiresGrad: true });
  second.noGrad(() => {
    expect(first.isGradEnabled()).toBe(false);
    expect(a.mul(2).requiresGrad).toBe(false);
  });
  expect(() => second.detectAnomaly(() => first.tensor([-1]).log())).toThrow('log produced NaN');

  first.manualSeed(7);
  const [one, two] = [first.rand([2]).toArray(), second.rand([2]).toArray()];
  first.manualSeed(7);
  expect(first.rand([4]).toArray()).toEqual([one, two].flat());

  const before = first.memoryUsage().used;
  const large = second.zeros([1000]).add(1);
  expect(first.memoryUsage().used).toBeGreaterThanOrEqual(before + 4000);
  expect(
    large
      .mul(first.ones([1000]))
      .sum()
      .item(),
  ).toBe(1000);
});

test('copies that do not fit refuse, and both versions are named', () => {
  const global = {};
  join(global, { version: '0.9.1', protocol: 1 });
  join(global, { version: '0.9.4', protocol: 1 });
  expect(() => join(global, { version: '2.0.0', protocol: 2 })).toThrow(
    'two incompatible copies of @mg/tensor are loaded: 0.9.1 (protocol 1) and 2.0.0 (protocol 2); install a single version',
  );
});

test('the version is that of the manifest', () => {
  expect(version).toBe(manifest.version);
  expect(Number.isInteger(protocol)).toBe(true);
});
