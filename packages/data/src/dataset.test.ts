import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, Dataset, fromArrays, fromIterable } from '@mg/data';
import { Generator } from '@mg/tensor';

const numbers = (count: number): Dataset<number> => fromArrays(Array.from({ length: count }, (_, i) => i));
/** A dataset of promises, which are fulfilled later. */
const later = <T>(dataset: Dataset<T>): Dataset<Promise<T>> =>
  fromArrays(Array.from(dataset, async (item) => await Promise.resolve(item)));

class Squares extends Dataset<number> {
  readonly length = 4;
  get(index: number): number {
    return index * index;
  }
}

test('a class of a user has all methods', async () => {
  const squares = new Squares();
  expect([...squares]).toEqual([0, 1, 4, 9]);
  expect([...squares.map((x, index) => x + 10 * index)]).toEqual([0, 11, 24, 39]);
  expect([...squares.filter((x) => x % 2 === 1)]).toEqual([1, 9]);
  expect([...squares.filter((_, index) => index > 1)]).toEqual([4, 9]);
  expect([...squares.subset([3, 0, 3])]).toEqual([9, 0, 9]);
  expect([...concat(squares, numbers(2), numbers(0), squares.subset([2]))]).toEqual([0, 1, 4, 9, 0, 1, 4]);
  const promised = later(squares);
  expect(await Promise.all(promised.map((x) => -x))).toEqual([-0, -1, -4, -9]);
  expect(await Promise.all(promised.map(async (x, index) => await Promise.resolve(x + index)))).toEqual([0, 2, 6, 12]);
  expect(await Promise.all(await promised.filter((x) => x > 1))).toEqual([4, 9]);
});

test('items are made when they are asked for', () => {
  const asked: number[] = [];
  const dataset = numbers(5).map((x) => {
    asked.push(x);
    return x;
  });
  const some = concat(dataset.subset([4, 2]), dataset).shuffle(new Generator(0));
  expect(some).toHaveLength(7);
  expect(asked).toEqual([]);
  some.get(3);
  expect(asked).toHaveLength(1);
});

test.each([
  [
    [3, 2],
    [3, 2],
  ],
  [[5], [5]],
  [
    [0, 5, 0],
    [0, 5, 0],
  ],
  [
    [0.5, 0.5],
    [3, 2],
  ],
  [
    [0.8, 0.2],
    [4, 1],
  ],
  [
    [0.6, 0.3, 0.1],
    [4, 1, 0],
  ],
  [
    [0.3, 0.3, 0.4],
    [2, 1, 2],
  ],
  [[1], [5]],
])('split(%j) of 5 items has pieces of %j, as random_split of PyTorch', (sizes, counts) => {
  const pieces = numbers(5).split(sizes);
  expect(pieces.map(({ length }) => length)).toEqual(counts);
  expect(pieces.flatMap((piece) => [...piece])).toEqual([0, 1, 2, 3, 4]);
});

test('split and shuffle have each item once, and depend only on the generator', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { minLength: 1 }), fc.maxSafeNat(), (sizes, seed) => {
      const count = sizes.reduce((sum, size) => sum + size, 0);
      const split = (): number[][] =>
        numbers(count)
          .split(sizes, { random: new Generator(seed) })
          .map((piece) => [...piece]);
      expect(split().map(({ length }) => length)).toEqual(sizes);
      expect(
        split()
          .flat()
          .sort((a, b) => a - b),
      ).toEqual([...numbers(count)]);
      expect(split()).toEqual(split());
      expect([...numbers(count).shuffle(new Generator(seed))]).toEqual(split().flat());
    }),
  );
});

test('shuffle gives each order with the same probability', () => {
  const random = new Generator(3);
  const counts = new Map<string, number>();
  const runs = 24 * 250;
  for (let run = 0; run < runs; run++) {
    const order = [...numbers(4).shuffle(random)].join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  // χ² with 23 degrees of freedom: above 58 once in 10,000 times, and the seed is fixed.
  const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - 250) ** 2 / 250, 0);
  expect(chiSquared).toBeLessThan(58);
  expect(chiSquared).toBeGreaterThan(4);
});

test('a draw that would make some results more likely is drawn again', () => {
  // 2^32 = 3 · 1431655765 + 1: of the words, the first is left out.
  const words = [0, 0, 2 ** 32 - 1, 2 ** 31];
  const random = (): number => (words.shift() ?? NaN) / 2 ** 32;
  expect([...numbers(3).shuffle(random)]).toEqual([0, 1, 2]);
  expect(words).toEqual([]);
});

test('errors', () => {
  const dataset = numbers(3);
  expect(() => dataset.get(3)).toThrow('Dataset.get: the index is 3; expected an integer from 0 to 2');
  expect(() => dataset.get(-1)).toThrow(RangeError);
  expect(() => numbers(0).get(0)).toThrow('there are no items');
  expect(() => dataset.subset([0, 1.5])).toThrow('Dataset.subset: the index is 1.5');
  expect(() => dataset.split([2, 2])).toThrow('the sizes add up to 4, but there are 3 items');
  expect(() => dataset.split([0.5, 0.4])).toThrow('Dataset.split: a size is 0.5');
  expect(() => dataset.split([4, -1])).toThrow('Dataset.split: a size is -1');
  expect(() => dataset.shuffle(() => 1)).toThrow('Dataset.shuffle: random returned 1; expected a number in [0, 1)');
  expect(() => dataset.shuffle(new Map() as unknown as Generator)).toThrow(
    'Dataset.shuffle: random is a Map; expected a function',
  );
  expect(() => fromIterable(3 as unknown as number[])).toThrow('fromIterable: got 3; expected an iterable');
});

test('fromArrays takes lists, typed arrays and blocks, and refuses others', () => {
  const block = { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2, 1] };
  expect(fromArrays({ block, n: Int32Array.of(5, 6), s: ['a', 'b'] }).get(1)).toEqual({
    block: { data: Float32Array.of(3, 4), shape: [2, 1] },
    n: 6,
    s: 'b',
  });
  expect(fromArrays(block).get(0)).toEqual({ data: Float32Array.of(1, 2), shape: [2, 1] });
  expect([...fromArrays(Uint8Array.of(7, 8))]).toEqual([7, 8]);
  expect(fromArrays({ data: Int32Array.of(7, 8), shape: [2] }).get(1)).toEqual({ data: Int32Array.of(8), shape: [] });
  expect(() => fromArrays({ data: Float32Array.of(1), shape: [2] })).toThrow(
    'the shape [2] of the column does not fit its 1 elements',
  );
  expect(() => fromArrays({ data: Float32Array.of(1), shape: [] })).toThrow(
    'the column has the shape []; expected [count, ...shape]',
  );
  expect(() => fromArrays({ a: [1], b: [] })).toThrow(
    'fromArrays: a has 1 items, b has 0. Pass columns of the same length',
  );
  expect(() => fromArrays({})).toThrow('the record has no columns');
  expect(() => fromArrays({ a: 'text' as unknown as [] })).toThrow('fromArrays: a is "text"; expected a list');
  expect(() => fromArrays(null as unknown as [])).toThrow('fromArrays: got null');
  expect(() => fromArrays({ a: new BigInt64Array(1) as unknown as [] })).toThrow('fromArrays: a is a BigInt64Array');
});
