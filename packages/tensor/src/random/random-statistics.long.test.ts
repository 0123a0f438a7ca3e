/**
 * Whether what is drawn is distributed as it says. A check is a function from a source of numbers to a p-value: the chance that
 * an ideal source strays as far. It is given our sources, which have to pass, and one with a known fault, which has to fail.
 *
 * Seeds are fixed, so that a check passes always or never. Of ideal sources it would fail one in 1 / LEAST.
 * @see D. E. Knuth, The Art of Computer Programming, volume 2, section 3.3: statistical tests
 */
import { describe, expect, test } from 'vitest';
import { rand, randn } from '../ops/random.ts';
import { Generator, normalQuantile } from './generator.ts';
import { philox } from './philox.ts';

/** The p-value below which a check has failed. */
const LEAST = 1e-4;

/** Gives a number at each call. */
type Draw = () => number;

/** Tests that all sources pass all checks, and that the fault of each check fails it. */
function testSources<Source>(
  sources: Record<string, () => Source>,
  checks: readonly {
    readonly name: string;
    readonly check: (source: Source) => number;
    readonly fault: string;
    readonly faulty: () => Source;
  }[],
): void {
  for (const { name, check, fault, faulty } of checks) {
    describe(name, () => {
      test.each(Object.entries(sources))('%s: passes', (_, source) => {
        expect(check(source())).toBeGreaterThan(LEAST);
      });

      test(`${fault}: fails`, () => {
        expect(check(faulty())).toBeLessThan(LEAST);
      });
    });
  }
}

describe('uniform', () => {
  const sources = {
    'seed 1': () => uniform(1),
    'seed 2^53 - 1': () => uniform(2 ** 53 - 1),
    'far into a stream': () => uniform(1, 2 ** 52 + 3),
    'rand in float32': () => oneByOne(rand([400_000], { generator: new Generator(2) }).data),
    'the first numbers of neighbouring seeds': () => {
      let seed = 2 ** 32 - 200_000;
      return () => new Generator(seed++).random();
    },
  };

  testSources<Draw>(sources, [
    {
      name: 'the distribution, by Kolmogorov and Smirnov',
      check: (draw) => kolmogorovSmirnov(100_000, (x) => x, draw),
      fault: 'powers of 1.05',
      faulty: () => {
        const draw = uniform(1);
        return () => draw() ** 1.05;
      },
    },
    {
      name: '1,000 bins',
      check: (draw) => chiSquared(200_000, equal(1000), () => bin(draw(), 1000)),
      fault: 'multiples of the golden ratio, which are too even',
      faulty: () => {
        let i = 0;
        return () => (i++ * 0.6180339887498949) % 1;
      },
    },
    {
      name: '32 × 32 bins of pairs',
      check: (draw) => chiSquared(100_000, equal(1024), () => bin(draw(), 32) * 32 + bin(draw(), 32)),
      fault: 'one number in fifty is that before',
      faulty: () => {
        const draw = uniform(1);
        let last = 0;
        return () => (last = draw() < 1 / 50 ? last : draw());
      },
    },
    {
      name: '8 × 8 × 8 bins of triples',
      check: (draw) =>
        chiSquared(100_000, equal(512), () => (bin(draw(), 8) * 8 + bin(draw(), 8)) * 8 + bin(draw(), 8)),
      // G. Marsaglia, Random Numbers Fall Mainly in the Planes (1968).
      fault: 'RANDU, whose triples lie in fifteen planes',
      faulty: () => congruential(65539, 0),
    },
    {
      name: 'correlation with the next eight',
      check: (draw) => {
        const drawn = times(200_000, draw);
        return leastOf(Array.from({ length: 8 }, (_, i) => correlation(drawn, drawn, i + 1)));
      },
      fault: 'a congruential generator of a small multiplier',
      faulty: () => congruential(69, 1),
    },
  ]);

  testSources<Draw>({ 'seed 3': () => uniform(3) }, [
    {
      name: 'each of 53 bits is set half of the time',
      check: (draw) => bitBalance(100_000, 53, draw),
      fault: 'rounded to float32',
      faulty: () => {
        const draw = uniform(3);
        return () => Math.fround(draw());
      },
    },
  ]);

  testSources<Draw>({ 'words of philox': () => words() }, [
    {
      name: 'each of 32 bits is set half of the time',
      check: (draw) => bitBalance(100_000, 32, draw),
      fault: 'RANDU, which is always odd',
      faulty: () => congruential(65539, 0),
    },
  ]);
});

describe('normal', () => {
  const sources = {
    'seed 1': () => normal(1),
    'seed 2^53 - 1': () => normal(2 ** 53 - 1),
    'randn in float32': () => oneByOne(randn([1_000_000], { generator: new Generator(2) }).data),
  };

  testSources<Draw>(sources, [
    {
      name: 'the distribution, by Kolmogorov and Smirnov',
      check: (draw) => kolmogorovSmirnov(100_000, normalCdf, draw),
      fault: 'a deviation of 1.03',
      faulty: () => {
        const draw = normal(1);
        return () => draw() * 1.03;
      },
    },
    {
      name: 'the first four moments',
      check: (draw) => {
        const count = 400_000;
        const drawn = times(count, draw);
        // The moments of odd order are 0, those of even order 1, 3, 15, 105; a power's variance comes from twice the order.
        const ideal = [0, 1, 0, 3];
        const variances = [1, 3 - 1 ** 2, 15, 105 - 3 ** 2];
        return leastOf(
          ideal.map((moment, i) => {
            const found = drawn.reduce((total, x) => total + x ** (i + 1), 0) / count;
            return fromDeviations((found - moment) / Math.sqrt((variances[i] ?? NaN) / count));
          }),
        );
      },
      fault: 'the sum of twelve uniform numbers',
      faulty: () => {
        const draw = uniform(1);
        return () => {
          let total = -6;
          for (let i = 0; i < 12; i++) total += draw();
          return total;
        };
      },
    },
    {
      name: 'how many lie beyond 4 and below -4',
      check: (draw) => {
        const count = 1_000_000;
        const drawn = times(count, draw);
        const expected = count * normalCdf(-4);
        return leastOf([
          fromCount(drawn.filter((x) => x > 4).length, expected),
          fromCount(drawn.filter((x) => x < -4).length, expected),
        ]);
      },
      fault: 'quantiles of 14 bits',
      faulty: () => {
        const draw = uniform(1);
        return () => normalQuantile((bin(draw(), 2 ** 14) + 0.5) / 2 ** 14);
      },
    },
    {
      name: 'correlation with the next four',
      check: (draw) => {
        // As uniform numbers.
        const drawn = times(100_000, () => normalCdf(draw()));
        return leastOf(Array.from({ length: 4 }, (_, i) => correlation(drawn, drawn, i + 1)));
      },
      fault: 'a walk that forgets half',
      faulty: () => {
        const draw = normal(1);
        let last = 0;
        return () => (last = last / 2 + draw() * Math.sqrt(3 / 4));
      },
    },
  ]);

  test('the quantile is the inverse of the distribution, as far into the tail as numbers go', () => {
    for (let exponent = 1; exponent < 300; exponent++) {
      const p = 10 ** -exponent;
      const x = normalQuantile(p);
      // An error of 1 in the last place of x is one of x^2 such in the distribution.
      expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan(8 * (1 + x * x) * 2 ** -53);
    }
  });
});

/** Gives a whole number of [low, high) at each call. */
type DrawInteger = (low: number, high: number) => number;

describe('integer', () => {
  const sources: Record<string, () => DrawInteger> = {
    'seed 1': () => {
      const generator = new Generator(1);
      return (low, high) => generator.integer(low, high);
    },
    'seed 2^53 - 1': () => {
      const generator = new Generator(2 ** 53 - 1);
      return (low, high) => generator.integer(low, high);
    },
  };
  const count = 100_000;
  /** Three quarters of all words and of all draws of 53 bits: that a third of them comes up twice as often is easily seen. */
  const [words, draws] = [3 * 2 ** 30, 3 * 2 ** 51];
  const remainder = (bits: number) => (): DrawInteger => {
    const draw = uniform(1);
    return (low, high) => low + (bin(draw(), 2 ** bits) % (high - low));
  };
  const product = (bits: number) => (): DrawInteger => {
    const draw = uniform(1);
    return (low, high) => low + Math.floor((bin(draw(), 2 ** bits) / 2 ** bits) * (high - low));
  };
  const wrongBy = (many: number) => (): DrawInteger => {
    const draw = uniform(1);
    return (low, high) => low + Math.floor(draw() * (high - low + many));
  };

  testSources<DrawInteger>(sources, [
    {
      name: 'each of [-3, 7)',
      check: (draw) => chiSquared(count, equal(10), () => draw(-3, 7) + 3),
      fault: 'the end is drawn as well',
      faulty: wrongBy(1),
    },
    {
      name: 'each of [0, 100)',
      check: (draw) => chiSquared(count, equal(100), () => draw(0, 100)),
      fault: 'the last is never drawn',
      faulty: wrongBy(-1),
    },
    {
      name: 'pairs of dice',
      check: (draw) => chiSquared(count, equal(36), () => draw(0, 6) * 6 + draw(0, 6)),
      fault: 'two dice from the two halves of a number of 4 bits',
      faulty: () => {
        const draw = uniform(1);
        let [drawn, first] = [0, false];
        return (low, high) => {
          first = !first;
          if (first) drawn = bin(draw(), 16) * (high - low);
          return low + Math.floor((first ? drawn : (drawn % 16) * (high - low)) / 16);
        };
      },
    },
    {
      name: 'thirds of [0, 3 · 2^30)',
      check: (draw) => chiSquared(count, equal(3), () => Math.floor(draw(0, words) / 2 ** 30)),
      fault: 'the remainder of a word',
      faulty: remainder(32),
    },
    {
      name: 'remainders by 3 of [0, 3 · 2^30)',
      check: (draw) => chiSquared(count, equal(3), () => draw(0, words) % 3),
      fault: 'the product with a word',
      faulty: product(32),
    },
    {
      name: 'thirds of [0, 3 · 2^51)',
      check: (draw) => chiSquared(count, equal(3), () => Math.floor(draw(0, draws) / 2 ** 51)),
      fault: 'the remainder of 53 bits',
      faulty: remainder(53),
    },
    {
      name: 'remainders by 3 of [0, 3 · 2^51)',
      check: (draw) => chiSquared(count, equal(3), () => draw(0, draws) % 3),
      fault: 'the product with 53 bits',
      faulty: product(53),
    },
    {
      name: 'remainders by 64 of [0, 2^32)',
      check: (draw) => chiSquared(count, equal(64), () => draw(0, 2 ** 32) % 64),
      fault: 'the product with 31 bits',
      faulty: product(31),
    },
    {
      name: 'remainders by 64 of [-1, 2^32 - 2)',
      check: (draw) => chiSquared(count, equal(64), () => (draw(-1, 2 ** 32 - 2) + 1) % 64),
      fault: 'the product with 31 bits',
      faulty: product(31),
    },
    {
      name: 'remainders by 64 of [0, 2^53)',
      check: (draw) => chiSquared(count, equal(64), () => draw(0, 2 ** 53) % 64),
      fault: 'the product with a word',
      faulty: product(32),
    },
    {
      name: '64ths of [-2^52, 2^52)',
      check: (draw) => chiSquared(count, equal(64), () => Math.floor(draw(-(2 ** 52), 2 ** 52) / 2 ** 47) + 32),
      fault: 'the remainder of 52 bits',
      faulty: remainder(52),
    },
  ]);
});

/** Gives true with probability p at each call. */
type DrawBernoulli = (p: number) => boolean;

describe('bernoulli', () => {
  const sources: Record<string, () => DrawBernoulli> = {
    'seed 1': () => {
      const generator = new Generator(1);
      return (p) => generator.bernoulli(p);
    },
    'seed 2^53 - 1': () => {
      const generator = new Generator(2 ** 53 - 1);
      return (p) => generator.bernoulli(p);
    },
  };
  const count = 200_000;

  testSources<DrawBernoulli>(sources, [
    ...[0, 1e-5, 0.1, 1 / 3, 0.5, 0.999, 1].map((p) => ({
      name: `how often true comes with probability ${p}`,
      check: (draw: DrawBernoulli) => {
        let found = 0;
        for (let i = 0; i < count; i++) if (draw(p)) found++;
        const variance = count * p * (1 - p);
        if (variance === 0) return found === count * p ? 1 : 0;
        return variance < 100 ? fromCount(found, count * p) : fromDeviations((found - count * p) / Math.sqrt(variance));
      },
      fault: 'a probability too near to 1/2 by 1/64, or too great',
      faulty: (): DrawBernoulli => {
        const draw = uniform(1);
        return (q) => draw() < (q > 0.5 ? q - 1 / 64 : q + 1 / 64);
      },
    })),
    {
      name: 'four draws in a row, in each order',
      check: (draw) => {
        const p = 0.3;
        const ordered = Array.from({ length: 16 }, (_, outcome) =>
          [1, 2, 4, 8].reduce((chance, bit) => chance * ((outcome & bit) === 0 ? 1 - p : p), 1),
        );
        return chiSquared(count / 4, ordered, () =>
          [1, 2, 4, 8].reduce((outcome, bit) => outcome + (draw(p) ? bit : 0), 0),
        );
      },
      fault: 'each draw is of the mean of two numbers, one of which is that before',
      faulty: () => {
        const draw = uniform(1);
        let last = draw();
        return (p) => {
          const [before, now] = [last, draw()];
          last = now;
          return (before + now) / 2 < p;
        };
      },
    },
  ]);
});

/** Gives 0 to n - 1 in another order at each call. */
type Shuffle = (n: number) => ArrayLike<number>;

describe('permutation', () => {
  const sources: Record<string, () => Shuffle> = {
    'seed 1': () => {
      const generator = new Generator(1);
      return (n) => generator.permutation(n);
    },
    'seed 2^53 - 1': () => {
      const generator = new Generator(2 ** 53 - 1);
      return (n) => generator.permutation(n);
    },
  };
  /** Swaps each place with one chosen among `choices` of it. */
  const swapping = (choices: (place: number, n: number) => number) => (): Shuffle => {
    const draw = uniform(1);
    return (n) => {
      const order = Array.from({ length: n }, (_, i) => i);
      for (let place = n - 1; place > 0; place--) {
        const chosen = Math.floor(draw() * choices(place, n));
        [order[place], order[chosen]] = [order[chosen] ?? NaN, order[place] ?? NaN];
      }
      return order;
    };
  };

  testSources<Shuffle>(sources, [
    {
      name: 'each of the 24 orders of 4',
      check: (shuffle) => chiSquared(48_000, equal(24), () => rank(shuffle(4))),
      fault: 'each place is swapped with any other',
      faulty: swapping((_, n) => n),
    },
    {
      name: 'each of the 24 orders of 4, again',
      check: (shuffle) => chiSquared(48_000, equal(24), () => rank(shuffle(4))),
      fault: 'sorted by comparisons at random',
      faulty: () => {
        const draw = uniform(1);
        return (n) => Array.from({ length: n }, (_, i) => i).sort(() => draw() - 0.5);
      },
    },
    {
      name: 'each value in each place of 10',
      check: (shuffle) => placesOfValues(20_000, 10, shuffle),
      fault: 'sorted by comparisons at random',
      faulty: () => {
        const draw = uniform(1);
        return (n) => Array.from({ length: n }, (_, i) => i).sort(() => draw() - 0.5);
      },
    },
    {
      name: 'how many of 10 stay where they are',
      check: (shuffle) => {
        // n! / e of all orders, rounded, leave none in place; k of n stay in as many as choose k, and leave no other.
        const derangements = [1, 0, 1, 2, 9, 44, 265, 1854, 14_833, 133_496, 1_334_961];
        const chances = Array.from(
          { length: 7 },
          (_, k) => (derangements[10 - k] ?? NaN) / factorial(10 - k) / factorial(k),
        );
        const few = chances.slice(0, 6);
        const more = 1 - few.reduce((total, chance) => total + chance, 0);
        return chiSquared(20_000, [...few, more], () => {
          const order = shuffle(10);
          let fixed = 0;
          for (let place = 0; place < 10; place++) if (order[place] === place) fixed++;
          return Math.min(fixed, 6);
        });
      },
      // S. Sattolo, An Algorithm to Generate a Random Cyclic Permutation (1986).
      fault: 'none is chosen to stay, as Sattolo does it',
      faulty: swapping((place) => place),
    },
    {
      name: 'each value in each place of 50',
      check: (shuffle) => placesOfValues(5000, 50, shuffle),
      fault: 'only places near by are swapped',
      faulty: () => {
        const draw = uniform(1);
        return (n) => {
          const order = Array.from({ length: n }, (_, i) => i);
          for (let place = n - 1; place > 0; place--) {
            const chosen = Math.max(0, place - bin(draw(), 8));
            [order[place], order[chosen]] = [order[chosen] ?? NaN, order[place] ?? NaN];
          }
          return order;
        };
      },
    },
  ]);
});

describe('streams', () => {
  testSources<(seed: number) => Draw>({ 'seeds of a generator': () => uniform }, [
    {
      name: 'correlation of a hundred with their neighbours, up to four numbers apart',
      check: (stream) => {
        const streams = [0, 2 ** 32 - 50].flatMap((first) =>
          Array.from({ length: 50 }, (_, i) => times(2000, stream(first + i))),
        );
        return leastOf(
          streams.flatMap((each, i) => {
            const next = streams[i + 1];
            if (next === undefined) return [];
            return [0, 1, 2, 3, 4].flatMap((lag) => [correlation(each, next, lag), correlation(next, each, lag)]);
          }),
        );
      },
      fault: 'each starts one block after that before, in the same stream',
      faulty: () => (seed) => uniform(1, 4 * seed),
    },
  ]);
});

/** A generator's uniform numbers, some words into its stream. */
function uniform(seed: number, drawn = 0): Draw {
  const generator = new Generator(seed);
  generator.setState({ seed, drawn });
  return () => generator.random();
}

function normal(seed: number): Draw {
  const generator = new Generator(seed);
  return () => generator.normal();
}

/** The words of Philox as multiples of 2^-32. */
function words(): Draw {
  const [counter, key, out] = [new Uint32Array(4), new Uint32Array([1, 2]), new Int32Array(4)];
  const unsigned = new Uint32Array(out.buffer);
  let i = 0;
  return () => {
    if (i % 4 === 0) {
      counter[0] = i / 4;
      philox(counter, key, out);
    }
    return (unsigned[i++ % 4] ?? NaN) / 2 ** 32;
  };
}

/** A linear congruential generator modulo 2^31. */
function congruential(multiplier: number, increment: number): Draw {
  let x = 1;
  return () => {
    x = (multiplier * x + increment) % 2 ** 31;
    return x / 2 ** 31;
  };
}

function oneByOne(elements: ArrayLike<number>): Draw {
  let i = 0;
  return () => elements[i++] ?? NaN;
}

function times(count: number, draw: Draw): number[] {
  return Array.from({ length: count }, draw);
}

/** In which of `kinds` equal bins between 0 and 1. */
function bin(x: number, kinds: number): number {
  return Math.floor(x * kinds);
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

/** The place of an order among all of its values' orders, from how many smaller values follow each. */
function rank(order: ArrayLike<number>): number {
  let place = 0;
  for (let i = 0; i < order.length; i++) {
    let smaller = 0;
    for (let j = i + 1; j < order.length; j++) if ((order[j] ?? NaN) < (order[i] ?? NaN)) smaller++;
    place = place * (order.length - i) + smaller;
  }
  return place;
}

/** Too near is as unlikely as too far off. */
function bothSides(tail: number): number {
  return 2 * Math.min(tail, 1 - tail);
}

/** The p-value of a sum, which is given in standard deviations. */
function fromDeviations(z: number): number {
  return erfc(Math.abs(z) / Math.SQRT2);
}

/** The p-value of how many rare events there were, where `expected` are expected: they are distributed as Poisson says. */
function fromCount(count: number, expected: number): number {
  const atMost = upperGamma(count + 1, expected);
  const atLeast = count === 0 ? 1 : 1 - upperGamma(count, expected);
  return Math.min(1, 2 * Math.min(atMost, atLeast));
}

/** The p-value of several checks: their least, times their number, by Bonferroni's bound. */
function leastOf(pValues: readonly number[]): number {
  return Math.min(1, pValues.length * Math.min(...pValues));
}

function equal(kinds: number): number[] {
  return new Array<number>(kinds).fill(1 / kinds);
}

/** Pearson's chi-squared test of how often each index is drawn. An index that has no probability fails it at once. */
function chiSquared(count: number, probabilities: readonly number[], draw: Draw): number {
  const counts = new Array<number>(probabilities.length).fill(0);
  for (let i = 0; i < count; i++) {
    const index = draw();
    const before = counts[index];
    if (before === undefined) return 0;
    counts[index] = before + 1;
  }
  let statistic = 0;
  for (const [index, p] of probabilities.entries())
    statistic += ((counts[index] ?? NaN) - count * p) ** 2 / (count * p);
  return bothSides(chiSquaredTail(statistic, probabilities.length - 1));
}

/** Pearson's test of how often each of n values comes in each place: all rows and columns have the same sum. */
function placesOfValues(count: number, n: number, shuffle: (n: number) => ArrayLike<number>): number {
  const counts = new Array<number>(n * n).fill(0);
  for (let i = 0; i < count; i++) {
    const order = shuffle(n);
    for (let place = 0; place < n; place++) {
      const cell = place * n + (order[place] ?? NaN);
      counts[cell] = (counts[cell] ?? NaN) + 1;
    }
  }
  const expected = count / n;
  const statistic = counts.reduce((total, each) => total + (each - expected) ** 2 / expected, 0);
  // A cell varies by count (n - 1) / n^2, two that share no row or column by count / (n^2 (n - 1)): that is n / (n - 1)
  // times the covariance of a table with (n - 1)^2 degrees of freedom.
  return bothSides(chiSquaredTail((statistic * (n - 1)) / n, (n - 1) ** 2));
}

/** Kolmogorov and Smirnov's test: how far the draws' distribution is from the true one, where it is furthest. */
function kolmogorovSmirnov(count: number, cdf: (x: number) => number, draw: Draw): number {
  const sorted = Float64Array.from({ length: count }, draw).sort();
  let distance = 0;
  for (const [i, x] of sorted.entries()) {
    const p = cdf(x);
    distance = Math.max(distance, (i + 1) / count - p, p - i / count);
  }
  return bothSides(kolmogorovTail(Math.sqrt(count) * distance));
}

/** The correlation of uniform numbers with others `lag` further on: a product of two about 1/2 has a variance of 1/144. */
function correlation(first: readonly number[], second: readonly number[], lag: number): number {
  const count = Math.min(first.length, second.length - lag);
  let total = 0;
  for (let i = 0; i < count; i++) total += ((first[i] ?? NaN) - 0.5) * ((second[i + lag] ?? NaN) - 0.5);
  return fromDeviations((12 * total) / Math.sqrt(count));
}

/** How often each of the first `bits` bits after the binary point is set. */
function bitBalance(count: number, bits: number, draw: Draw): number {
  const set = new Array<number>(bits).fill(0);
  for (let i = 0; i < count; i++) {
    let x = draw();
    for (let bit = 0; bit < bits; bit++) {
      x *= 2;
      if (x < 1) continue;
      x -= 1;
      set[bit] = (set[bit] ?? NaN) + 1;
    }
  }
  return leastOf(set.map((ones) => fromDeviations((ones - count / 2) / Math.sqrt(count / 4))));
}

/** That a normal variable is below x. */
function normalCdf(x: number): number {
  return erfc(-x / Math.SQRT2) / 2;
}

/** That a chi-squared variable is above x. */
function chiSquaredTail(x: number, degrees: number): number {
  return upperGamma(degrees / 2, x / 2);
}

/**
 * That the greatest distance between the distribution of n draws and the true one, times sqrt(n), is above x, for great n.
 * @see W. Feller, On the Kolmogorov-Smirnov Limit Theorems for Empirical Distributions (1948): both series
 */
function kolmogorovTail(x: number): number {
  let tail = x > 1 ? 0 : 1;
  for (let k = 1; k < 20; k++) {
    if (x > 1) tail += (k % 2 === 0 ? -2 : 2) * Math.exp(-2 * k * k * x * x);
    else tail -= (Math.sqrt(2 * Math.PI) / x) * Math.exp(-(((2 * k - 1) * Math.PI) ** 2) / (8 * x * x));
  }
  return tail;
}

/**
 * The upper tail of the gamma distribution, Q(a, x), for a of 1/2, 1, 3/2 …, one step of a at a time.
 * @see https://dlmf.nist.gov/8.8 (8.8.6)
 */
function upperGamma(a: number, x: number): number {
  const half = a % 1 !== 0;
  let tail = half ? erfc(Math.sqrt(x)) : Math.exp(-x);
  let logGamma = half ? Math.log(Math.PI) / 2 : 0;
  for (let k = half ? 1 / 2 : 1; k < a; k++) {
    logGamma += Math.log(k);
    tail += Math.exp(k * Math.log(x) - x - logGamma);
  }
  return tail;
}

/**
 * The complement of the error function: by a series near 0, by a continued fraction further out.
 * @see https://dlmf.nist.gov/7.6 (7.6.2) and https://dlmf.nist.gov/7.9 (7.9.1)
 */
function erfc(z: number): number {
  if (z < 0) return 2 - erfc(-z);
  const factor = Math.exp(-z * z) / Math.sqrt(Math.PI);
  if (z > 2) {
    let fraction = z;
    for (let k = 200; k > 0; k--) fraction = z + k / 2 / fraction;
    return factor / fraction;
  }
  let series = 0;
  for (let n = 0, term = z; n < 60; n++, term *= (2 * z * z) / (2 * n + 1)) series += term;
  return 1 - 2 * factor * series;
}

describe('the distributions that p-values come from, as tables have them', () => {
  test.each([
    [1, 3.8415, 0.05],
    [2, 9.2103, 0.01],
    [10, 18.307, 0.05],
    [99, 148.2304, 0.001],
    [100, 77.9295, 0.95],
  ])('chi-squared with %i degrees of freedom above %f', (degrees, x, expected) => {
    expect(chiSquaredTail(x, degrees)).toBeCloseTo(expected, 5);
  });

  test.each([
    [0, 0.5],
    [1.959964, 0.975],
    [-3.0902323, 0.001],
    [-4, 3.1671242e-5],
  ])('normal below %f', (x, expected) => {
    expect(normalCdf(x) / expected).toBeCloseTo(1, 6);
  });

  test.each([
    [0.441, 0.99],
    [0.8276, 0.5],
    [1.3581, 0.05],
    [1.6276, 0.01],
  ])('Kolmogorov above %f', (x, expected) => {
    expect(kolmogorovTail(x)).toBeCloseTo(expected, 4);
  });

  test('Poisson with 3 expected', () => {
    expect(fromCount(0, 3)).toBeCloseTo(2 * 0.04979, 4);
    expect(fromCount(8, 3)).toBeCloseTo(2 * 0.0119, 4);
  });
});
