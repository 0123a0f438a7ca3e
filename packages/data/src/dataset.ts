import { describe, expectInteger } from './describe.ts';
import { drawsOf, permutation, type Random, range } from './random.ts';

/** What `map` makes of items: promises stay promises. */
export type Mapped<T, U> = T extends PromiseLike<unknown> ? Promise<Awaited<U>> : U;

/** What `filter` returns: a promise if the items are promises. */
export type Filtered<T> = T extends PromiseLike<unknown> ? Promise<Dataset<T>> : Dataset<T>;

/**
 * A list of items that are made when they are asked for. An item is a number, an array, a record of those, or a promise of one.
 *
 * Extend it with a `length` and a `get`, or make one of data with `fromArrays`, `fromCsv`, `fromJsonLines` or `fromIterable`.
 *
 * ```ts
 * import { Dataset } from '@mg/data';
 *
 * class Squares extends Dataset<number> {
 *   readonly length = 10;
 *   get(index: number): number {
 *     return index * index;
 *   }
 * }
 * const [train, test] = new Squares().split([0.8, 0.2]);
 * console.log([...train]); // => [0, 1, 4, 9, 16, 25, 36, 49]
 * console.log([...test.map((square) => -square)]); // => [-64, -81]
 * ```
 */
export abstract class Dataset<T> {
  /** The number of items. */
  abstract readonly length: number;

  /** Returns an item, or a promise of it. `index` is an integer from 0 to `length - 1`. */
  abstract get(index: number): T;

  /** Iterates over the items in order. */
  *[Symbol.iterator](): Generator<T, undefined> {
    for (let index = 0; index < this.length; index++) yield this.get(index);
    return undefined;
  }

  /** Calls `change` for each item when it is asked for, each time anew. `change` may be asynchronous if the items are. */
  map<U>(change: (item: Awaited<T>, index: number) => U): Dataset<Mapped<T, U>> {
    return computed(this.length, (index) => {
      const item = this.get(index);
      const changed = isPromise(item)
        ? item.then((value) => change(value as Awaited<T>, index))
        : change(item as Awaited<T>, index);
      return changed as Mapped<T, U>;
    });
  }

  /** Keeps the items for which `keep` returns true. Asks for all items at once; returns a promise if they are promises. */
  filter(keep: (item: Awaited<T>, index: number) => boolean): Filtered<T> {
    const select = (kept: readonly boolean[]): Dataset<T> =>
      this.subset([...kept.keys()].filter((index) => kept[index]));
    const items: readonly unknown[] = [...this];
    const kept = items.some(isPromise)
      ? Promise.all(items).then((values) => select(values.map((value, index) => keep(value as Awaited<T>, index))))
      : select(items.map((item, index) => keep(item as Awaited<T>, index)));
    return kept as Filtered<T>;
  }

  /** Selects items by index, in the order given; an index may be repeated. @throws RangeError for an index out of range */
  subset(indices: ArrayLike<number>): Dataset<T> {
    const chosen = Array.from(indices);
    for (const index of chosen) expectIndex('Dataset.subset', index, this.length);
    return computed(chosen.length, (index) => this.get(chosen[index] ?? 0));
  }

  /**
   * Splits the items into consecutive pieces, or into random ones if `random` is given.
   *
   * Sizes that add up to 1 are fractions: each piece has `floor(fraction * length)` items, and the remaining ones go to the first
   * pieces, one to each. Other sizes are numbers of items, and add up to `length`.
   *
   * @throws RangeError for other sizes.
   *
   * ```ts
   * import { fromArrays } from '@mg/data';
   *
   * const [train, test] = fromArrays([1, 2, 3, 4, 5]).split([3, 2]);
   * console.log([...train], [...test]); // => [1, 2, 3] [4, 5]
   * fromArrays([1, 2]).split([3, 2]); // => throws RangeError: the sizes add up to 5
   * ```
   */
  split<const Sizes extends readonly number[]>(
    sizes: Sizes,
    { random }: { random?: Random | undefined } = {},
  ): { -readonly [Piece in keyof Sizes]: Dataset<T> } {
    const counts = pieceCounts(sizes, this.length);
    const order =
      random === undefined ? range(this.length) : permutation(drawsOf('Dataset.split', random), this.length);
    let start = 0;
    const pieces = counts.map((count) => this.subset(order.subarray(start, (start += count))));
    return pieces as { -readonly [Piece in keyof Sizes]: Dataset<T> };
  }

  /** Puts the items in a random order, which is drawn now: each order has the same probability. */
  shuffle(random: Random = Math.random): Dataset<T> {
    return this.subset(permutation(drawsOf('Dataset.shuffle', random), this.length));
  }
}

/** A dataset whose items a function returns. */
class ComputedDataset<T> extends Dataset<T> {
  readonly length: number;
  readonly #item: (index: number) => T;

  constructor(length: number, item: (index: number) => T) {
    super();
    this.length = length;
    this.#item = item;
  }

  get(index: number): T {
    expectIndex('Dataset.get', index, this.length);
    return this.#item(index);
  }
}

/** Makes a dataset of a function. It is called with valid indices only. */
export function computed<T>(length: number, item: (index: number) => T): Dataset<T> {
  return new ComputedDataset(length, item);
}

/**
 * Puts datasets one after the other.
 *
 * ```ts
 * import { concat, fromArrays } from '@mg/data';
 *
 * console.log([...concat(fromArrays([1, 2]), fromArrays([3]))]); // => [1, 2, 3]
 * ```
 */
export function concat<T>(...datasets: readonly Dataset<T>[]): Dataset<T> {
  const places = datasets.flatMap((dataset) => Array.from(range(dataset.length), (index) => ({ dataset, index })));
  return computed(places.length, (place) => {
    const { dataset, index } = places[place] as (typeof places)[number];
    return dataset.get(index);
  });
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function expectIndex(operation: string, index: number, length: number): void {
  if (Number.isInteger(index) && index >= 0 && index < length) return;
  const expected = length === 0 ? 'there are no items' : `expected an integer from 0 to ${length - 1}`;
  throw new RangeError(`${operation}: the index is ${describe(index)}; ${expected}`);
}

/** The number of items of each piece. */
function pieceCounts(sizes: readonly number[], length: number): number[] {
  const sum = sizes.reduce((total, size) => total + size, 0);
  if (Math.abs(sum - 1) < 1e-9 && sizes.every((size) => size >= 0)) {
    const counts = sizes.map((fraction) => Math.floor(fraction * length + 1e-9));
    const remaining = length - counts.reduce((total, count) => total + count, 0);
    return counts.map((count, piece) => count + (piece < remaining ? 1 : 0));
  }
  for (const size of sizes) expectInteger('Dataset.split', 'a size', size, 0);
  if (sum !== length) {
    throw new RangeError(
      `Dataset.split: the sizes add up to ${sum}, but there are ${length} items. Pass sizes that add up to ${length}, or fractions that add up to 1`,
    );
  }
  return [...sizes];
}
