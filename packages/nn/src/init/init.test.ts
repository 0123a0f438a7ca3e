import { describe, expect, test } from 'vitest';
import { init } from '@mg/nn';
import { DTypeError, Generator, ones, ShapeError, tensor, type Tensor, zeros } from '@mg/tensor';

/** A distribution: its mean, its variance, its fourth central moment, and half the width of its support. */
interface Distribution {
  readonly mean: number;
  readonly variance: number;
  readonly fourth: number;
  readonly reach: number;
}
const normal = (mean: number, variance: number): Distribution => ({
  mean,
  variance,
  fourth: 3 * variance ** 2,
  reach: Infinity,
});
const uniform = (a: number, b: number): Distribution => ({
  mean: (a + b) / 2,
  variance: (b - a) ** 2 / 12,
  fourth: (b - a) ** 4 / 80,
  reach: (b - a) / 2,
});

/** By how many standard deviations mean and variance of the elements are off, and whether the elements keep within bounds and reach them. */
function distance(x: Tensor, { mean, variance, fourth, reach }: Distribution) {
  const from = Array.from(x.data, (each) => each - mean);
  const n = from.length;
  const average = (power: number) => from.reduce((sum, each) => sum + each ** power, 0) / n;
  const extreme = from.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  return {
    mean: Math.abs(average(1)) / Math.sqrt(variance / n),
    variance: Math.abs(average(2) - variance) / Math.sqrt((fourth - variance ** 2) / n),
    // The fourth moment tells a normal distribution from a uniform one: 3 and 1.8 times the variance squared.
    kurtosis: average(4) / variance ** 2,
    isWithin: extreme <= reach * (1 + 2 ** -23),
    reaches: reach === Infinity ? extreme > 3 * Math.sqrt(variance) : extreme > 0.998 * reach,
  };
}

function fits(x: Tensor, distribution: Distribution): boolean {
  const { mean, variance, kurtosis, isWithin, reaches } = distance(x, distribution);
  const tail = distribution.reach === Infinity ? 3 : 1.8;
  return mean < 4.5 && variance < 4.5 && isWithin && reaches && Math.abs(kurtosis - tail) < 0.4;
}

// Of a kernel of 3 × 5, so that each of out (24), in (8) and kernel counts: fan-in 120, fan-out 360.
const shape = [24, 8, 3, 5];
const [fanIn, fanOut] = [8 * 15, 24 * 15];

const kaiming = (variance: number) => [normal(0, variance), uniform(-Math.sqrt(3 * variance), Math.sqrt(3 * variance))];
const kaimingCases = [
  { options: {}, variance: 2 / fanIn },
  { options: { mode: 'fanOut' }, variance: 2 / fanOut },
  { options: { mode: 'fanIn', nonlinearity: 'relu' }, variance: 2 / fanIn },
  { options: { mode: 'fanOut', nonlinearity: 'linear' }, variance: 1 / fanOut },
  { options: { nonlinearity: 'tanh' }, variance: 25 / 9 / fanIn },
  { options: { a: Math.sqrt(5) }, variance: 1 / 3 / fanIn }, // what PyTorch's own layers start with: bounds of 1 / √fan-in
  { options: { a: 1, mode: 'fanOut' }, variance: 1 / fanOut },
] as const;
const xavierCases = [
  { options: {}, variance: 2 / (fanIn + fanOut) },
  { options: { gain: 5 / 3 }, variance: (25 / 9) * (2 / (fanIn + fanOut)) },
] as const;

interface Case {
  readonly name: string;
  readonly draw: (x: Tensor, generator: Generator) => Tensor;
  readonly expected: Distribution;
}
const cases: readonly Case[] = [
  ...kaimingCases.flatMap(({ options, variance }) =>
    ([init.kaimingNormal_, init.kaimingUniform_] as const).map((fill, at) => ({
      name: `${fill.name} ${JSON.stringify(options)}`,
      draw: (x: Tensor, generator: Generator) => fill(x, { ...options, generator }),
      expected: kaiming(variance)[at] ?? normal(NaN, NaN),
    })),
  ),
  ...xavierCases.flatMap(({ options, variance }) =>
    ([init.xavierNormal_, init.xavierUniform_] as const).map((fill, at) => ({
      name: `${fill.name} ${JSON.stringify(options)}`,
      draw: (x: Tensor, generator: Generator) => fill(x, { ...options, generator }),
      expected: kaiming(variance)[at] ?? normal(NaN, NaN),
    })),
  ),
  {
    name: 'normal_',
    draw: (x: Tensor, generator: Generator) => init.normal_(x, { generator }),
    expected: normal(0, 1),
  },
  {
    name: 'normal_ of mean 3 and deviation 0.5',
    draw: (x: Tensor, generator: Generator) => init.normal_(x, { mean: 3, std: 0.5, generator }),
    expected: normal(3, 0.25),
  },
  {
    name: 'uniform_',
    draw: (x: Tensor, generator: Generator) => init.uniform_(x, { generator }),
    expected: uniform(0, 1),
  },
  {
    name: 'uniform_ from -2 to 5',
    draw: (x: Tensor, generator: Generator) => init.uniform_(x, { a: -2, b: 5, generator }),
    expected: uniform(-2, 5),
  },
];

describe('the distribution of', () => {
  test.each(cases)('$name', ({ draw, expected }) => {
    for (const seed of [1, 2, 3]) {
      expect(distance(draw(zeros(shape), new Generator(seed)), expected)).toMatchObject({
        isWithin: true,
        reaches: true,
      });
      expect(fits(draw(zeros(shape), new Generator(seed)), expected)).toBe(true);
    }
    expect(draw(zeros(shape, { dtype: 'float64' }), new Generator(1)).dtype).toBe('float64');
  });

  test('one would be seen to be another: each initialiser fits its own, and none of a different scale or kind', () => {
    const distinct = (a: Distribution, b: Distribution) =>
      Math.abs(a.variance / b.variance - 1) > 0.15 || (a.reach === Infinity) !== (b.reach === Infinity);
    let rejected = 0;
    for (const { draw } of cases) {
      const own = cases.filter(({ expected }) => fits(draw(zeros(shape), new Generator(4)), expected));
      expect(own.length).toBeGreaterThan(0);
      for (const { expected } of own) for (const other of own) expect(distinct(expected, other.expected)).toBe(false);
      rejected += cases.length - own.length;
    }
    expect(rejected).toBeGreaterThan(400);
    // The fans of a weight whose axes are swapped, or of one whose kernel is not counted.
    const x = init.kaimingNormal_(zeros(shape), { generator: new Generator(4) });
    expect(fits(x, normal(0, 2 / fanIn))).toBe(true);
    for (const wrong of [fanOut, 8, 24, 15, fanIn + fanOut, fanIn * 1.1])
      expect(fits(x, normal(0, 2 / wrong))).toBe(false);
  });
});

test.each(cases)('the same generator state gives the same numbers: $name', ({ draw }) => {
  const drawn = (seed: number) => draw(zeros([4, 3]), new Generator(seed)).toArray();
  expect(drawn(5)).toEqual(drawn(5));
  expect(drawn(5)).not.toEqual(drawn(6));
});

test('weights are those of randn, times the deviation', () => {
  const { data } = init.kaimingNormal_(zeros([3, 4]), { generator: new Generator(5) });
  const generator = new Generator(5);
  expect(Array.from(data)).toEqual(Array.from(data, () => Math.fround(generator.normal() * Math.sqrt(2 / 4))));
});

test('gains are those of PyTorch', () => {
  const slopes = { linear: 1, conv2d: 1, sigmoid: 1, tanh: 5 / 3, relu: 1.4142135623730951, selu: 0.75 } as const;
  for (const [name, gain] of Object.entries(slopes)) {
    expect(init.calculateGain(name as init.Nonlinearity)).toBeCloseTo(gain, 15);
  }
  expect(init.calculateGain('leakyRelu')).toBeCloseTo(1.4141428569978354, 15);
  expect(init.calculateGain('leakyRelu', 0.2)).toBeCloseTo(1.3867504905630728, 15);
  expect(() => init.calculateGain('swish' as 'relu')).toThrow(
    'calculateGain: the nonlinearity must be one of linear, conv2d, sigmoid, tanh, relu, leakyRelu, selu, got swish',
  );
});

describe('every initialiser', () => {
  const fill = {
    kaimingNormal_: init.kaimingNormal_,
    kaimingUniform_: init.kaimingUniform_,
    xavierNormal_: init.xavierNormal_,
    xavierUniform_: init.xavierUniform_,
    normal_: init.normal_,
    uniform_: init.uniform_,
    zeros_: init.zeros_,
    ones_: init.ones_,
    constant_: (x: Tensor) => init.constant_(x, 0.5),
  };

  test.each(Object.entries(fill))('%s returns its tensor, written without a graph, view or not', (_, write) => {
    const weight = tensor([[7, 7, 7], [7, 7, 7]], { requiresGrad: true }); // prettier-ignore
    expect(write(weight)).toBe(weight);
    expect([weight.isLeaf, weight.requiresGrad]).toEqual([true, true]);
    expect(weight.data.includes(7)).toBe(false);
    // In the middle of a graph, as PyTorch does.
    const made = weight.mul(2);
    write(made);
    expect([made.isLeaf, made.requiresGrad]).toEqual([false, true]);
    const large = ones([4, 6]).mul(7);
    write(large.T.slice(1, 1, 3));
    expect(large.toArray<number[][]>().map((row) => row.includes(7))).toEqual([true, false, false, true]);
    // Backward is told: what it needs was written over.
    const x = tensor([[1, 2]], { requiresGrad: true });
    const y = x.mul(x).sum();
    write(x);
    expect(() => {
      y.backward();
    }).toThrow();
  });

  test('that looks at fans refuses a tensor of fewer than two axes', () => {
    for (const name of ['kaimingNormal_', 'kaimingUniform_', 'xavierNormal_', 'xavierUniform_'] as const) {
      expect(() => fill[name](zeros([3]))).toThrow(ShapeError);
      expect(() => fill[name](zeros([]))).toThrow(
        `${name}: fan-in needs a weight of two or more axes, [out, in, …kernel], got []`,
      );
      expect(fill[name](zeros([0, 3])).shape).toEqual([0, 3]);
    }
  });

  test('that draws refuses integers', () => {
    const integers = zeros([2, 2], { dtype: 'int32' });
    const { zeros_, ones_, constant_, ...drawing } = fill;
    for (const [name, draw] of Object.entries(drawing)) {
      expect(() => draw(integers)).toThrow(DTypeError);
      expect(() => draw(integers)).toThrow(`${name}: can only fill float tensors, got int32`);
    }
    expect(ones_(integers).toArray()).toEqual([[1, 1], [1, 1]]); // prettier-ignore
    expect(zeros_(integers).toArray()).toEqual([[0, 0], [0, 0]]); // prettier-ignore
    expect(constant_(zeros([2])).toArray()).toEqual([0.5, 0.5]);
    expect(() => init.constant_(zeros([2], { dtype: 'uint8' }), -1)).toThrow(RangeError);
  });

  test('knows its own options, and their values', () => {
    const weight = zeros([2, 2]);
    for (const name of [
      'kaimingNormal_',
      'kaimingUniform_',
      'xavierNormal_',
      'xavierUniform_',
      'normal_',
      'uniform_',
    ] as const) {
      expect(() => fill[name](weight, { fan: 3 } as object)).toThrow(`${name}: there is no option fan; it takes`);
    }
    expect(() => init.kaimingNormal_(weight, { mode: 'fan_in' as 'fanIn' })).toThrow(
      'kaimingNormal_: the mode must be fanIn or fanOut, got fan_in',
    );
    expect(() => init.kaimingUniform_(weight, { nonlinearity: 'leaky_relu' as 'relu' })).toThrow(RangeError);
    expect(() => init.kaimingUniform_(weight, { a: NaN })).toThrow(RangeError);
    expect(() => init.xavierNormal_(weight, { gain: NaN })).toThrow(
      'xavierNormal_: the gain must be a finite number, got NaN',
    );
    expect(() => init.normal_(weight, { std: -1 })).toThrow('std a number >= 0, got 0 and -1');
    expect(() => init.normal_(weight, { mean: NaN })).toThrow(RangeError);
    expect(() => init.uniform_(weight, { a: 2 })).toThrow('with a <= b, got 2 and 1');
    expect(init.normal_(weight, { mean: 2, std: 0 }).toArray()).toEqual([[2, 2], [2, 2]]); // prettier-ignore
    expect(weight.data.every((x) => x === 2)).toBe(true);
  });
});
