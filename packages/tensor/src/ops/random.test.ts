import {
  bernoulli,
  type DType,
  DTypeError,
  equal,
  Generator,
  normal,
  permutation,
  rand,
  randint,
  randLike,
  randn,
  randnLike,
  ShapeError,
  slice,
  stack,
  tensor,
} from '@mg/tensor';
import { describe, expect, test } from 'vitest';
import tables from '../../fixtures/philox.json' with { type: 'json' };
import { defaultGenerator } from '../random/generator.ts';

describe.each(tables)('from seed $seed on, $drawn words drawn', ({ seed, drawn, ...expected }) => {
  // fixtures/philox.py drew them, in Python.
  const generator = () => {
    const made = new Generator(seed);
    made.setState({ seed, drawn });
    return made;
  };
  const draw = (count: number, dtype?: DType) => [[count], { dtype, generator: generator() }] as const;

  test('rand', () => {
    expect(rand(...draw(expected.rand.length)).toArray()).toEqual(expected.rand);
    expect(rand(...draw(expected.random.length, 'float64')).toArray()).toEqual(expected.random);
  });

  test('randn', () => {
    expect(randn(...draw(expected.randn.length)).toArray()).toEqual(expected.randn);
    expect(randn(...draw(expected.normal.length, 'float64')).toArray()).toEqual(expected.normal);
  });

  test('randint', () => {
    const rows = expected.integer.filter(({ low, high }) => low >= -(2 ** 31) && high <= 2 ** 31);
    expect(rows.length).toBeGreaterThan(2);
    for (const { low, high, numbers } of rows)
      expect(randint(low, high, ...draw(numbers.length)).toArray()).toEqual(numbers);
    for (const { low, high, numbers } of expected.integer)
      expect(randint(low, high, ...draw(numbers.length, 'float64')).toArray()).toEqual(numbers);
  });

  test('bernoulli', () => {
    for (const { p, draws } of expected.bernoulli) {
      expect(bernoulli(p, ...draw(draws.length)).toArray()).toEqual(draws.map(Number));
      expect(bernoulli(p, ...draw(draws.length, 'bool')).toArray()).toEqual(draws);
    }
  });

  test('permutation', () => {
    const one = generator();
    expect(expected.permutation.map((order) => permutation(order.length, { generator: one }).toArray())).toEqual(
      expected.permutation,
    );
  });
});

describe('multinomial', () => {
  test.each(tables)('from seed $seed on, $drawn words drawn', ({ seed, drawn, multinomial }) => {
    const generator = new Generator(seed);
    generator.setState({ seed, drawn });
    const weights = tensor(multinomial.weights, { dtype: 'float64' });
    const count = multinomial.replacement.length;
    expect(weights.multinomial(count, { replacement: true, generator }).toArray()).toEqual(multinomial.replacement);
    generator.setState({ seed, drawn });
    const rows = stack([weights, weights, weights]).multinomial(4, { generator });
    expect(rows.toArray()).toEqual(multinomial.distinct);
    expect([rows.dtype, generator.getState().drawn]).toEqual(['int32', drawn + 24]);
  });

  test('draws in proportion to the weights, and never a weight of 0', () => {
    const drawn = tensor([1, 0, 3, 4]).multinomial(8000, { replacement: true, generator: new Generator(3) });
    const counts = Array.from(drawn.bincount({ minlength: 4 }).data);
    // Each count is normal with a deviation of √(n p (1 - p)), 45 at most; four of them are the bound.
    for (const [at, expected] of [1000, 0, 3000, 4000].entries()) {
      expect(Math.abs((counts[at] ?? NaN) - expected)).toBeLessThanOrEqual(at === 1 ? 0 : 4 * 45);
    }
  });

  test('without replacement the first draw has the proportions, and each row is a permutation', () => {
    const rows = tensor([1, 3])
      .broadcastTo([4000, 2])
      .multinomial(2, { generator: new Generator(4) });
    expect(rows.sum(1).unique().toArray()).toEqual([1]);
    expect(Math.abs(rows.at(slice(), 0).sum().item() - 3000)).toBeLessThanOrEqual(4 * 28);
  });

  test('says what it cannot draw from', () => {
    const draw = (weights: number[], count: number, options?: { replacement: boolean }) => () =>
      tensor(weights).multinomial(count, options);
    expect(draw([1, -1], 1)).toThrow('multinomial: weights must be finite and >= 0, got -1');
    expect(draw([1, NaN], 1)).toThrow('multinomial: weights must be finite and >= 0, got NaN');
    expect(draw([0, 0], 1, { replacement: true })).toThrow('multinomial: cannot draw 1 of 0 weights above 0');
    expect(draw([1, 0, 2], 3)).toThrow('multinomial: cannot draw 3 of 2 weights above 0 without replacement');
    expect(draw([1, 2], 0)).toThrow('multinomial: numSamples must be an integer >= 1, got 0');
    expect(draw([], 1)).toThrow('multinomial: takes a vector or rows of weights, got shape [0]');
    expect(() => tensor([1, 2], { dtype: 'int32' }).multinomial(1)).toThrow('multinomial: takes floats, got int32');
    const seed = { generator: 42 } as never;
    expect(() => tensor([1, 2]).multinomial(1, seed)).toThrow('multinomial: the generator must be a Generator');
  });
});

describe('normal', () => {
  const generator = () => new Generator(42);
  const z = randn([2, 3], { generator: generator(), dtype: 'float64' });

  test('is mean + std · z, for numbers and for tensors that are broadcast', () => {
    const numbers = normal(3, 0.5, [2, 3], { generator: generator(), dtype: 'float64' });
    expect(numbers.toArray()).toEqual(z.mul(0.5).add(3).toArray());
    const mean = tensor([[1], [-1]], { dtype: 'float64' }); // prettier-ignore
    const std = tensor([1, 0, 2], { dtype: 'float64' });
    expect(normal(mean, std, { generator: generator() }).toArray()).toEqual(z.mul(std).add(mean).toArray());
    expect(normal(0, std, { generator: generator() }).shape).toEqual([3]);
  });

  test('has no gradient, as its draws are data', () => {
    expect(normal(tensor([0], { requiresGrad: true }), 1).requiresGrad).toBe(false);
    expect(normal(0, 1, [2], { requiresGrad: true }).requiresGrad).toBe(true);
  });

  test('refuses a negative deviation, and integers', () => {
    expect(() => normal(0, -1, [2])).toThrow('normal: std must be >= 0, got -1');
    expect(() => normal(0, tensor([1, NaN]))).toThrow('normal: std must be >= 0, got NaN');
    expect(() => normal(0, 1, [2], { dtype: 'int32' })).toThrow('normal: draws floats, not int32');
  });
});

test('randLike and randnLike draw in the shape and the dtype of another tensor', () => {
  const like = tensor([[1, 2, 3]], { dtype: 'float64' });
  const options = () => ({ generator: new Generator(7) });
  expect(equal(randLike(like, options()), rand([1, 3], { ...options(), dtype: 'float64' }))).toBe(true);
  expect(equal(randnLike(like, options()), randn([1, 3], { ...options(), dtype: 'float64' }))).toBe(true);
  expect(randnLike(like, { dtype: 'float32' }).dtype).toBe('float32');
  expect(() => randLike(like.to('int32'))).toThrow('rand: draws floats, not int32; leave dtype out, or use float64');
  expect(() => randnLike([1] as never)).toThrow('randnLike: the model must be a tensor, got a list');
});

test('each takes a shape, a dtype, requiresGrad and a generator', () => {
  const options = { dtype: 'float64', requiresGrad: true, generator: new Generator(1) } as const;
  const made = [
    rand([2, 3], options),
    randn([2, 3], options),
    randint(0, 9, [2, 3], options),
    bernoulli(0.5, [2, 3], options),
    permutation(6, options).reshape([2, 3]),
  ];
  for (const tensor of made) {
    expect(tensor.shape).toEqual([2, 3]);
    expect(tensor.dtype).toBe('float64');
    expect(tensor.requiresGrad).toBe(true);
  }
  // Four of six numbers of two words each, six of one, and five swaps.
  expect(options.generator.getState().drawn).toBe(3 * 12 + 6 + 5);
});

test('each has a dtype of its own otherwise, and wants no gradient', () => {
  const made = [rand([2]), randn([2]), randint(0, 9, [2]), bernoulli(0.5, [2]), permutation(2)];
  expect(made.map(({ dtype }) => dtype)).toEqual(['float32', 'float32', 'int32', 'float32', 'int32']);
  expect(made.some(({ requiresGrad }) => requiresGrad)).toBe(false);
});

test('each draws from the default generator otherwise', () => {
  const draws = [
    () => rand([2]),
    () => randn([2]),
    () => randint(0, 9, [2]),
    () => bernoulli(0.5, [2]),
    () => permutation(3),
  ];
  for (const draw of draws) {
    const before = defaultGenerator.getState().drawn;
    draw();
    expect(defaultGenerator.getState().drawn).toBeGreaterThan(before);
  }
});

test('each makes 0-d and empty tensors', () => {
  expect([rand([]), randn([]), randint(0, 9, []), bernoulli(0.5, [])].map(({ ndim }) => ndim)).toEqual([0, 0, 0, 0]);
  expect(
    [rand([0, 2]), randn([0, 2]), randint(0, 9, [0, 2]), bernoulli(0.5, [0, 2]), permutation(0)].map(
      ({ size }) => size,
    ),
  ).toEqual([0, 0, 0, 0, 0]);
});

test('a shape that is none is refused, and nothing is drawn', () => {
  const generator = new Generator(0);
  for (const draw of [
    () => rand([-1], { generator }),
    () => randn([1.5], { generator }),
    () => randint(0, 9, [NaN], { generator }),
    () => bernoulli(0.5, [-1], { generator }),
  ])
    expect(draw).toThrow(ShapeError);
  expect(generator.getState().drawn).toBe(0);
});

describe('rand', () => {
  test('never rounds up to 1', () => {
    // A place in the stream where the nearest float32 is 1, as it is once in 2^25 draws.
    const options = () => {
      const generator = new Generator(0);
      generator.setState({ seed: 0, drawn: 99_850_914 });
      return { generator };
    };
    const exact = rand([1], { ...options(), dtype: 'float64' }).item();
    expect([Math.fround(exact), exact < 1]).toEqual([1, true]);
    expect(rand([1], options()).item()).toBe(1 - 2 ** -24);
  });

  test('and randn give floats only', () => {
    for (const dtype of ['int32', 'uint8', 'bool'] as const) {
      expect(() => rand([2], { dtype })).toThrow(DTypeError);
      expect(() => randn([2], { dtype })).toThrow(`randn: draws floats, not ${dtype}`);
    }
  });
});

describe('randint', () => {
  const generator = new Generator(1);

  test.each<[DType, number, number]>([
    ['uint8', 0, 256],
    ['int32', -(2 ** 31), 2 ** 31],
    ['float32', -(2 ** 24), 2 ** 24 + 1],
    ['float64', -(2 ** 52), 2 ** 52],
  ])('fills %s from [%i, %i), and not beyond', (dtype, low, high) => {
    const drawn = [...randint(low, high, [5000], { dtype, generator }).data];
    expect(drawn.every((x) => Number.isInteger(x) && x >= low && x < high)).toBe(true);
    expect(Math.max(...drawn) - Math.min(...drawn)).toBeGreaterThan(0.99 * (high - 1 - low));
    expect(new Set(drawn.map((x) => Math.abs(x % 2))).size).toBe(2);
    if (dtype === 'float64') return;
    expect(() => randint(low - 1, high, [1], { dtype })).toThrow(
      `randint: ${dtype} holds whole numbers from ${low} to`,
    );
    expect(() => randint(low, high + 1, [1], { dtype })).toThrow(
      `to ${high - 1}, but these go from ${low} to ${high}; use a wider dtype`,
    );
  });

  test('says why it cannot draw, even where nothing is asked of it', () => {
    for (const shape of [[2], [0]]) {
      expect(() => randint(0, 2, shape, { dtype: 'bool' })).toThrow(
        new DTypeError('randint: draws whole numbers, not bool; dtype is one of float32, float64, int32, uint8'),
      );
      expect(() => randint(5, 5, shape)).toThrow(
        new RangeError('randint: the interval [5, 5) is empty; high is exclusive and must be greater than low'),
      );
      expect(() => randint(0, 1.5, shape)).toThrow(
        new RangeError('randint: low and high must be integers, got 0 and 1.5'),
      );
      expect(() => randint(-1, 2 ** 53, shape, { dtype: 'float64' })).toThrow(
        'randint: the interval [-1, 9007199254740992) is too large; it may hold 2^53 numbers, each within ±(2^53 - 1)',
      );
    }
  });
});

describe('bernoulli', () => {
  test('gives ones with probability p, in every dtype', () => {
    for (const dtype of ['float32', 'float64', 'int32', 'uint8', 'bool'] as const) {
      const of = (p: number) => bernoulli(p, [1000], { dtype, generator: new Generator(2) });
      expect(of(0.25).dtype).toBe(dtype);
      expect([...of(0.25).data].filter((x) => x === 1).length).toBe([...of(0.25).data].filter((x) => x !== 0).length);
      expect([...of(0).data].every((x) => x === 0)).toBe(true);
      expect([...of(1).data].every((x) => x === 1)).toBe(true);
    }
  });

  test('is true below p and not at it', () => {
    const drawn = new Generator(7).random();
    expect(bernoulli(drawn, [1], { generator: new Generator(7) }).item()).toBe(0);
    expect(bernoulli(drawn + 2 ** -53, [1], { generator: new Generator(7) }).item()).toBe(1);
  });

  test('refuses what is no probability', () => {
    for (const p of [-0.1, 1.1, NaN])
      expect(() => bernoulli(p, [0])).toThrow(
        new RangeError(`bernoulli: p must be a probability from 0 to 1, got ${p}`),
      );
  });
});

describe('permutation', () => {
  test('has each number once, as many as the dtype holds', () => {
    const { data, dtype } = permutation(256, { dtype: 'uint8', generator: new Generator(3) });
    expect(dtype).toBe('uint8');
    expect(data).toBeInstanceOf(Uint8Array);
    expect([...data].sort((a, b) => a - b)).toEqual(Array.from({ length: 256 }, (_, i) => i));
    expect(() => permutation(257, { dtype: 'uint8' })).toThrow(
      'permutation: uint8 holds whole numbers from 0 to 255, but these go from 0 to 256; use a wider dtype',
    );
    expect(() => permutation(2, { dtype: 'bool' })).toThrow('permutation: draws whole numbers, not bool');
  });

  test('refuses what is no count', () => {
    for (const n of [-1, 0.5, NaN])
      expect(() => permutation(n)).toThrow(
        new RangeError(`permutation: n must be an integer from 0 to 2^31, got ${n}`),
      );
  });
});
