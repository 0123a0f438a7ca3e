import { describe, expect, test } from 'vitest';
import { Generator, manualSeed, rand, randn } from '@mg/tensor';
import { philox } from './philox.ts';
import { normalQuantile } from './random.ts';

test('philox gives the words that its authors publish', () => {
  // kat_vectors of Random123 1.14: counter, key, expected.
  const known: readonly [number[], number[], number[]][] = [
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ];
  const out = new Uint32Array(4);
  for (const [counter, key, expected] of known) {
    philox(new Uint32Array(counter), new Uint32Array(key), out);
    expect([...out]).toEqual(expected);
  }
});

describe('Generator', () => {
  const draw = (generator: Generator, count: number) => Array.from({ length: count }, () => generator.random());

  test('gives the same stream for the same seed, and another one for another', () => {
    expect(draw(new Generator(7), 9)).toEqual(draw(new Generator(7), 9));
    expect(draw(new Generator(7), 9)).not.toEqual(draw(new Generator(8), 9));
    expect(draw(new Generator(2 ** 32), 9)).not.toEqual(draw(new Generator(0), 9));
  });

  test('goes on from a saved state, wherever it was taken', () => {
    for (const before of [0, 1, 2, 3, 4, 5]) {
      const generator = new Generator(3);
      draw(generator, before);
      const state = JSON.parse(JSON.stringify(generator.getState())) as ReturnType<Generator['getState']>;
      const expected = draw(generator, 7);
      const other = new Generator(99);
      other.setState(state);
      expect(draw(other, 7)).toEqual(expected);
    }
  });

  test('refuses a seed that is no whole number', () => {
    for (const seed of [-1, 1.5, NaN, 2 ** 53])
      expect(() => new Generator(seed)).toThrow(`seed is a whole number from 0 to 2^53 - 1, got ${seed}`);
  });

  test('draws uniformly: mean, variance, and a chi-squared of 100 bins', () => {
    const count = 100_000;
    const drawn = draw(new Generator(1), count);
    const mean = drawn.reduce((sum, x) => sum + x, 0) / count;
    const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count;
    const bins = new Array<number>(100).fill(0);
    for (const x of drawn) bins[Math.floor(x * 100)] = (bins[Math.floor(x * 100)] ?? NaN) + 1;
    const chiSquared = bins.reduce((sum, bin) => sum + (bin - count / 100) ** 2 / (count / 100), 0);
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(4 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / count));
    // 99 degrees of freedom: 0.1 % of draws fall below 60.7, 0.1 % above 148.2.
    expect(chiSquared).toBeGreaterThan(60.7);
    expect(chiSquared).toBeLessThan(148.2);
  });

  test('draws normally: the first four moments', () => {
    const count = 100_000;
    const generator = new Generator(2);
    const drawn = Array.from({ length: count }, () => generator.normal());
    const moment = (power: number) => drawn.reduce((sum, x) => sum + x ** power, 0) / count;
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / count));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / count));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / count));
  });
});

test('normal quantiles as PyTorch has them', () => {
  // torch.special.ndtri in float64: the centre, the tail and the far tail of the approximation.
  const known: readonly [number, number][] = [
    [0.5, 0],
    [0.3, -0.5244005127080409],
    [0.975, 1.959963984540054],
    [1e-5, -4.264890793922825],
    [1e-20, -9.262340089798409],
  ];
  for (const [p, expected] of known)
    expect(Math.abs(normalQuantile(p) - expected)).toBeLessThanOrEqual(4e-15 * Math.abs(expected));
});

test('rand in float32 never rounds up to 1', () => {
  const almostOne = new Generator(0);
  almostOne.random = () => 1 - 2 ** -53;
  expect(rand([1], { generator: almostOne }).item()).toBe(1 - 2 ** -24);
  expect(rand([1], { generator: almostOne, dtype: 'float64' }).item()).toBe(1 - 2 ** -53);
});

test('normal is finite and symmetric at the ends of what random gives', () => {
  const generator = new Generator(0);
  const at = (u: number) => {
    generator.random = () => u;
    return generator.normal();
  };
  expect(at(0)).toBeCloseTo(-8.29, 2);
  expect(at(1 - 2 ** -53)).toBe(-at(0));
  expect(at(0.5)).toBe(-at(0.5 - 2 ** -53));
});

test('random fills 53 bits', () => {
  const generator = new Generator(1);
  const low = Array.from({ length: 1000 }, () => (generator.random() * 2 ** 53) % 2 ** 26);
  expect(new Set(low).size).toBe(1000);
});

test('manualSeed seeds what is drawn without a generator', () => {
  manualSeed(5);
  const first = randn([3]).toArray();
  manualSeed(5);
  expect(randn([3]).toArray()).toEqual(first);
  expect(randn([3]).toArray()).not.toEqual(first);
});
