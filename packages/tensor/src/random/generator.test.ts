import { describe, expect, test } from 'vitest';
import tables from '../../fixtures/philox.json' with { type: 'json' };
import { defaultGenerator, drawSlabs, Generator, manualSeed, normalQuantile, toNormal } from './generator.ts';
import { multiplyHigh, philox } from './philox.ts';

describe('philox', () => {
  const out = new Int32Array(4);
  const unsigned = () => new Uint32Array(out);

  test('gives the words that its authors publish', () => {
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
    for (const [counter, key, expected] of known) {
      philox(new Uint32Array(counter), new Uint32Array(key), out);
      expect([...unsigned()]).toEqual(expected);
    }
  });

  test('gives the words of the same rounds in whole numbers of any length', () => {
    const word = (x: bigint) => BigInt.asUintN(32, x);
    const slowly = ([x0 = 0n, x1 = 0n, x2 = 0n, x3 = 0n]: bigint[], [k0 = 0n, k1 = 0n]: bigint[]): bigint[] => {
      for (let round = 0n; round < 10n; round++) {
        const product0 = 0xd2511f53n * x0;
        const product1 = 0xcd9e8d57n * x2;
        x0 = (product1 >> 32n) ^ x1 ^ word(k0 + round * 0x9e3779b9n);
        x2 = (product0 >> 32n) ^ x3 ^ word(k1 + round * 0xbb67ae85n);
        x1 = word(product1);
        x3 = word(product0);
      }
      return [x0, x1, x2, x3];
    };
    // Each output is the next counter, and half of it the next key: 2,000 blocks of no pattern.
    let counter = new Uint32Array(4);
    let key = new Uint32Array(2);
    for (let block = 0; block < 2000; block++) {
      philox(counter, key, out);
      expect([...unsigned()]).toEqual(slowly([...counter].map(BigInt), [...key].map(BigInt)).map(Number));
      key = counter.slice(0, 2);
      counter = unsigned();
    }
  });

  test('goes on to the next counters, carrying into their second word', () => {
    const key = Uint32Array.of(3, 4);
    const counters = [
      [0xfffffffe, 7, 8, 9],
      [0xffffffff, 7, 8, 9],
      [0, 8, 8, 9],
      [1, 8, 8, 9],
    ];
    const blocks = new Int32Array(16);
    philox(Uint32Array.from(counters[0] ?? []), key, blocks);
    const oneByOne = counters.flatMap((counter) => {
      philox(Uint32Array.from(counter), key, out);
      return [...out];
    });
    expect([...blocks]).toEqual(oneByOne);
  });

  test('multiplies words to the last bit, carries and all', () => {
    const words = [0, 1, 0xffff, 0x10000, 0x10001, 0x7fffffff, 0x80000000, 0xffff0000, 0xfffffffe, 0xffffffff];
    for (const a of words)
      for (const b of words) expect(multiplyHigh(a, b)).toBe(Number((BigInt(a) * BigInt(b)) >> 32n));
  });
});

/** `count` draws. */
const times = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

describe.each(tables)('from seed $seed on, $drawn words drawn', ({ seed, drawn, ...expected }) => {
  // fixtures/philox.py drew them, in Python.
  const generator = new Generator(0);
  const from = <T>(count: number, draw: () => T): T[] => {
    generator.setState({ seed, drawn });
    return times(count, draw);
  };

  test('random', () => {
    expect(from(expected.random.length, () => generator.random())).toEqual(expected.random);
  });

  test('normal', () => {
    expect(from(expected.normal.length, () => generator.normal())).toEqual(expected.normal);
  });

  test.each(expected.integer)('integer($low, $high)', ({ low, high, numbers }) => {
    expect(from(numbers.length, () => generator.integer(low, high))).toEqual(numbers);
  });

  test.each(expected.bernoulli)('bernoulli($p)', ({ p, draws }) => {
    expect(from(draws.length, () => generator.bernoulli(p))).toEqual(draws);
  });

  test('permutation', () => {
    expect(from(expected.permutation.length, () => [...generator.permutation(10)])).toEqual(expected.permutation);
  });
});

describe('Generator', () => {
  test('gives the same stream for the same seed, and another one for another', () => {
    const stream = (seed: number) => {
      const generator = new Generator(seed);
      return times(9, () => generator.random());
    };
    expect(stream(7)).toEqual(stream(7));
    expect(stream(7)).not.toEqual(stream(8));
    expect(stream(2 ** 32)).not.toEqual(stream(0));
  });

  test('goes on from a saved state, wherever it was taken', () => {
    const draws: readonly ((generator: Generator) => unknown)[] = [
      (generator) => generator.integer(0, 6),
      (generator) => generator.random(),
      (generator) => generator.normal(),
      (generator) => generator.permutation(5),
      (generator) => generator.bernoulli(0.5),
      (generator) => generator.integer(0, 2 ** 52 + 1),
    ];
    const generator = new Generator(3);
    const states = new Set<number>();
    for (let i = 0; i < 60; i++) {
      const state = generator.getState();
      states.add(state.drawn % 4);
      const other = new Generator(99);
      other.random();
      other.setState(JSON.parse(JSON.stringify(state)) as typeof state);
      expect(other.getState()).toEqual(state);
      // All functions from here on, and the first of them once more in the original.
      const ahead = draws.map((_, j) => draws[(i + j) % draws.length]?.(other));
      expect(draws[i % draws.length]?.(generator)).toEqual(ahead[0]);
    }
    expect(states.size).toBe(4);
  });

  test('counts the words that it draws', () => {
    const generator = new Generator(0);
    const after = (draw: () => unknown) => {
      draw();
      return generator.getState().drawn;
    };
    expect(generator.getState()).toEqual({ seed: 0, drawn: 0 });
    expect(after(() => generator.random())).toBe(2);
    expect(after(() => generator.integer(0, 8))).toBe(3);
    expect(after(() => generator.normal())).toBe(5);
    expect(after(() => generator.bernoulli(1))).toBe(7);
    expect(after(() => generator.integer(0, 2 ** 53 - 1))).toBe(9);
    expect(after(() => generator.permutation(1))).toBe(9);
    generator.setState({ seed: 1, drawn: 2 ** 34 - 1 });
    expect(after(() => generator.integer(0, 8))).toBe(2 ** 34);
    expect(after(() => generator.integer(0, 8))).toBe(2 ** 34 + 1);
  });

  test('refuses a seed or a state that is no whole number, and stays as it was', () => {
    const generator = new Generator(1);
    generator.random();
    for (const bad of [-1, 1.5, NaN, 2 ** 53]) {
      expect(() => new Generator(bad)).toThrow(`seed must be an integer from 0 to 2^53 - 1, got ${bad}`);
      expect(() => {
        generator.setState({ seed: 2, drawn: bad });
      }).toThrow(`drawn must be an integer from 0 to 2^53 - 1, got ${bad}`);
    }
    expect(generator.getState()).toEqual({ seed: 1, drawn: 2 });
  });
});

describe('drawSlabs', () => {
  // From all places in a block, and from the last block before the counter carries.
  test.each([0, 1, 2, 3, 2 ** 34 - 4, 2 ** 34 - 1])('draws what random does, %i words drawn', (drawn) => {
    const generator = new Generator(8);
    for (const count of [0, 1, 2, 511, 512, 513, 1500]) {
      generator.setState({ seed: 2 ** 40 + 5, drawn });
      const expected = times(count, () => generator.random());
      const after = generator.getState();
      generator.setState({ seed: 2 ** 40 + 5, drawn });
      const numbers: number[] = [];
      drawSlabs(generator, count, (slab, start) => {
        expect(start).toBe(numbers.length);
        numbers.push(...slab);
      });
      expect(numbers).toEqual(expected);
      expect(generator.getState()).toEqual(after);
      expect(after.drawn).toBe(drawn + 2 * count);
    }
  });
});

describe('integer', () => {
  const generator = new Generator(4);

  test('reaches both ends, and nothing beyond', () => {
    expect([...new Set(times(200, () => generator.integer(-2, 3)))].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    expect(times(5, () => generator.integer(7, 8))).toEqual([7, 7, 7, 7, 7]);
  });

  test('draws from intervals as wide as numbers are exact, all bits of them', () => {
    const intervals = [
      [0, 2 ** 53],
      [-(2 ** 52), 2 ** 52],
      [-(2 ** 53) + 1, 1],
      [-1, 2 ** 53 - 1],
    ] as const;
    for (const [low, high] of intervals) {
      const drawn = times(1000, () => generator.integer(low, high));
      expect(drawn.every((x) => Number.isSafeInteger(x) && x >= low && x < high)).toBe(true);
      expect(drawn.filter((x) => x % 2 === 0).length).toBeLessThan(600);
      expect(Math.max(...drawn) - Math.min(...drawn)).toBeGreaterThan(0.98 * 2 ** 53);
    }
  });

  test('says why it cannot draw', () => {
    expect(() => generator.integer(0.5, 3)).toThrow('Generator.integer: low and high must be integers, got 0.5 and 3');
    expect(() => generator.integer(0, Infinity)).toThrow('low and high must be integers, got 0 and Infinity');
    expect(() => generator.integer(3, 3)).toThrow(
      new RangeError('Generator.integer: the interval [3, 3) is empty; high is exclusive and must be greater than low'),
    );
    expect(() => generator.integer(3, 2)).toThrow('the interval [3, 2) is empty');
    for (const [low, high] of [
      [-1, 2 ** 53],
      [-(2 ** 53) + 1, 2 ** 53 - 1],
      [-(2 ** 53), 0],
      [2 ** 53 - 1, 2 ** 53 + 2],
    ] as const) {
      expect(() => generator.integer(low, high)).toThrow('is too large; it may hold 2^53 numbers');
    }
  });
});

test('bernoulli refuses what is no probability', () => {
  const generator = new Generator(5);
  for (const p of [-0.1, 1.1, NaN]) {
    expect(() => generator.bernoulli(p)).toThrow(
      new RangeError(`Generator.bernoulli: p must be a probability from 0 to 1, got ${p}`),
    );
  }
});

test('permutation has each number once', () => {
  const generator = new Generator(6);
  for (const n of [0, 1, 2, 1000]) {
    const order = generator.permutation(n);
    expect(order).toBeInstanceOf(Int32Array);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
  }
  for (const n of [-1, 2.5, NaN, 2 ** 40]) {
    expect(() => generator.permutation(n)).toThrow(
      new RangeError(`Generator.permutation: n must be an integer from 0 to 2^31, got ${n}`),
    );
  }
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

test('toNormal makes what normal does of what random does, in the centre, in the tails and at the ends', () => {
  const generator = new Generator(9);
  const drawn = times(3000, () => generator.random());
  const numbers = [...drawn, 0, 1e-13, 0.075, 0.5 - 2 ** -53, 0.5, 0.925, 1 - 1e-13, 1 - 2 ** -53];
  const made = Float64Array.from(numbers);
  toNormal(made);
  const expected = numbers.map((u) => {
    generator.random = () => u;
    return generator.normal();
  });
  expect([...made]).toEqual(expected);
});

test('manualSeed starts the default generator anew', () => {
  manualSeed(5);
  expect(defaultGenerator.getState()).toEqual({ seed: 5, drawn: 0 });
  expect(defaultGenerator.random()).toBe(new Generator(5).random());
});
