import { type Collated, defaultCollate } from './collate.ts';
import { type Dataset, isPromise } from './dataset.ts';
import { describe, expectInteger } from './describe.ts';
import { drawsOf, isRandomGenerator, permutation, type Random, type RandomGenerator, range } from './random.ts';

export interface LoaderOptions<T, Batch = Collated<Awaited<T>>> {
  batchSize: number;
  /** Draws a new order for each epoch. Default false. */
  shuffle?: boolean | undefined;
  /** Draws the orders. With a generator that has `getState` and `setState`, the loader can be resumed. Default `Math.random`. */
  random?: Random | RandomGenerator | undefined;
  /** Omits the last batch if it is smaller. Default false. */
  dropLast?: boolean | undefined;
  /** Makes a batch of items and their indices in the dataset. It is called in the order of the batches. Default `defaultCollate`. */
  collate?: ((items: Awaited<T>[], indices: number[]) => Batch) | undefined;
  /** How many batches `for await` fetches ahead, if the items are promises. Default 2. */
  prefetch?: number | undefined;
  /** Where to start: what `state()` of another loader returned. Default: with a new epoch. */
  start?: LoaderState | undefined;
}

/** How far a loader is: plain values that can be saved as JSON, if the states of its generator can. */
export interface LoaderState {
  /** The number of batches of the current epoch that are already done. */
  readonly batch: number;
  readonly batchSize: number;
  /** The number of items of the dataset. */
  readonly length: number;
  /** The state of `random` from which the order of the current epoch was drawn; null between epochs and without shuffling. */
  readonly order: unknown;
  /** The state of `random` now; null without a generator. */
  readonly random: unknown;
}

/** How far an iteration is. */
interface Position {
  indices: Int32Array;
  batch: number;
  /** The state of `random` before the order was drawn. */
  order: unknown;
}

/**
 * Iterates over a dataset in batches. Each iteration is one epoch.
 *
 * If the items are promises, iterate with `for await`: the next batches are fetched while the program works on one.
 *
 * @throws RangeError for options out of range.
 *
 * ```ts
 * import { DataLoader, fromArrays } from '@mg/data';
 *
 * const dataset = fromArrays({ x: { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] }, y: [0, 1, 0] });
 * const loader = new DataLoader(dataset, { batchSize: 2 });
 * const shapes = [];
 * for (const { x, y } of loader) shapes.push([x.shape, y.shape]);
 * console.log(loader.length, shapes); // => 2 [[[2, 2], [2]], [[1, 2], [1]]]
 * ```
 */
export class DataLoader<T, Batch = Collated<Awaited<T>>> {
  /** The number of batches of an epoch. */
  readonly length: number;
  readonly #dataset: Dataset<T>;
  readonly #batchSize: number;
  readonly #isShuffled: boolean;
  readonly #random: Random | RandomGenerator | undefined;
  readonly #collate: (items: Awaited<T>[], indices: number[]) => Batch;
  readonly #prefetch: number;
  /** Of the last iteration; undefined before the first and after a whole epoch. */
  #position: Position | undefined;
  /** Whether the next iteration continues from `#position`. */
  #isLoaded = false;

  constructor(dataset: Dataset<T>, options: LoaderOptions<T, Batch>) {
    if (typeof options !== 'object')
      throw new TypeError('DataLoader: takes a dataset and options, as in { batchSize: 32 }');
    const { batchSize, shuffle = false, random, dropLast = false, collate, prefetch = 2, start } = options;
    expectInteger('DataLoader', 'batchSize', batchSize, 1);
    expectInteger('DataLoader', 'prefetch', prefetch, 0);
    if (random !== undefined) drawsOf('DataLoader', random);
    this.length = dropLast ? Math.floor(dataset.length / batchSize) : Math.ceil(dataset.length / batchSize);
    this.#dataset = dataset;
    this.#batchSize = batchSize;
    this.#isShuffled = shuffle;
    this.#random = random;
    this.#collate = collate ?? (defaultCollate as unknown as (items: Awaited<T>[], indices: number[]) => Batch);
    this.#prefetch = prefetch;
    if (start !== undefined) this.load(start);
  }

  /** Iterates over the batches of an epoch. Throws a TypeError if the items are promises. */
  *[Symbol.iterator](): Generator<Batch, undefined> {
    const position = this.#begin();
    while (position.batch < this.length) {
      const indices = this.#indices(position, position.batch);
      const items = indices.map((index) => this.#dataset.get(index));
      if (items.some(isPromise)) {
        throw new TypeError('DataLoader: the items of this dataset are promises. Iterate with for await');
      }
      const batch = this.#collate(items as Awaited<T>[], indices);
      position.batch++;
      yield batch;
    }
    this.#end(position);
    return undefined;
  }

  /** Iterates over the batches of an epoch, and fetches the next ones ahead if the items are promises. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, undefined> {
    const position = this.#begin();
    const ahead: { indices: number[]; items: Promise<Awaited<T>[]> }[] = [];
    let next = position.batch;
    let isAsync = false;
    while (position.batch < this.length) {
      // Items that are there at once are not fetched ahead: then the draws of transforms are those of a synchronous iteration.
      while (next < this.length && ahead.length < (isAsync ? 1 + this.#prefetch : 1)) {
        const indices = this.#indices(position, next++);
        const fetched = this.#fetch(indices);
        isAsync ||= fetched.isAsync;
        ahead.push({ indices, items: fetched.items });
      }
      const { indices, items } = ahead.shift() as (typeof ahead)[number];
      const batch = this.#collate(await items, indices);
      position.batch++;
      yield batch;
    }
    this.#end(position);
    return undefined;
  }

  /**
   * Returns how far the loader is, for `load` of a loader with the same dataset and options, in this program or another.
   *
   * In the body of a loop the batch at hand counts as done. Draws of `collate` and of transforms are repeated too if they use the
   * same generator as the loader, unless the transforms belong to promised items, which arrive in any order.
   *
   * @throws TypeError if the loader shuffles, or has a `random`, whose state cannot be saved.
   *
   * ```ts
   * import { DataLoader, fromArrays } from '@mg/data';
   * import { Generator } from '@mg/tensor';
   *
   * const make = () => new DataLoader(fromArrays([10, 20, 30, 40]), { batchSize: 1, shuffle: true, random: new Generator(7) });
   * const loader = make();
   * const [first] = loader; // an epoch is begun, and left after one batch
   * const saved = JSON.stringify(loader.state());
   *
   * const resumed = make();
   * resumed.load(JSON.parse(saved));
   * console.log([first, ...resumed].map((batch) => batch?.data[0])); // => [20, 30, 10, 40]
   * ```
   */
  state(): LoaderState {
    const random = this.#generator('state');
    return {
      batch: this.#position?.batch ?? 0,
      batchSize: this.#batchSize,
      length: this.#dataset.length,
      order: this.#position?.order ?? null,
      random: random?.getState() ?? null,
    };
  }

  /**
   * Continues from a state: the next iteration has the batches that were left. Sets the state of `random`.
   *
   * @throws RangeError for the state of a loader with another dataset or other options, TypeError for anything else. The loader
   * is then as before.
   */
  load(state: LoaderState): void {
    const { batch, batchSize, length, order, random: now } = expectState(state);
    if (batchSize !== this.#batchSize || length !== this.#dataset.length || batch > this.length) {
      throw new RangeError(
        `DataLoader.load: the state is of batch ${batch} of ${length} items in batches of ${batchSize}; this loader has ` +
          `${this.#dataset.length} items in ${this.length} batches of ${this.#batchSize}. Make the loader with the same dataset and options`,
      );
    }
    const random = this.#generator('load');
    const isOrderRight = this.#isShuffled ? order !== null || batch === 0 : order === null;
    if (!isOrderRight || (random === undefined) !== (now === null)) {
      throw new RangeError(
        'DataLoader.load: the state is of a loader with other options shuffle and random. Make the loader with the same options',
      );
    }
    const indices = this.#restoreOrder(random, order, now);
    this.#position = this.#isShuffled && order === null ? undefined : { indices, batch, order };
    this.#isLoaded = this.#position !== undefined;
  }

  /** Draws the order of an epoch again, and leaves the generator in the state `now`, or as it was if a state is invalid. */
  #restoreOrder(random: RandomGenerator | undefined, order: unknown, now: unknown): Int32Array {
    if (random === undefined) return range(this.#dataset.length);
    const before = random.getState();
    try {
      if (order === null) {
        random.setState(now);
        return range(this.#dataset.length);
      }
      random.setState(order);
      const indices = permutation(drawsOf('DataLoader', random), this.#dataset.length);
      random.setState(now);
      return indices;
    } catch (error) {
      random.setState(before);
      throw error;
    }
  }

  /** The generator whose state belongs to that of the loader, if it has one. @throws TypeError if it has no state */
  #generator(operation: string): RandomGenerator | undefined {
    if (isRandomGenerator(this.#random)) return this.#random;
    if (this.#random === undefined && !this.#isShuffled) return undefined;
    throw new TypeError(
      `DataLoader.${operation}: the state of random cannot be saved, since it has no getState and setState. Pass a generator ` +
        'that has, such as new Generator(seed) of @mg/tensor, as option random',
    );
  }

  #begin(): Position {
    if (this.#position === undefined || !this.#isLoaded) this.#position = this.#newEpoch();
    this.#isLoaded = false;
    return this.#position;
  }

  #newEpoch(): Position {
    const length = this.#dataset.length;
    if (!this.#isShuffled) return { indices: range(length), batch: 0, order: null };
    const random = this.#random ?? Math.random;
    const order = isRandomGenerator(random) ? random.getState() : null;
    return { indices: permutation(drawsOf('DataLoader', random), length), batch: 0, order };
  }

  #end(position: Position): void {
    if (this.#position === position) this.#position = undefined;
  }

  #indices({ indices }: Position, batch: number): number[] {
    return Array.from(indices.subarray(batch * this.#batchSize, (batch + 1) * this.#batchSize));
  }

  /** Asks for the items of a batch. An error is thrown when the batch is awaited. */
  #fetch(indices: readonly number[]): { items: Promise<Awaited<T>[]>; isAsync: boolean } {
    let isAsync = false;
    const fetchAll = async (): Promise<Awaited<T>[]> => {
      const items = indices.map((index) => this.#dataset.get(index));
      isAsync = items.some(isPromise);
      return await Promise.all(items);
    };
    const items = fetchAll();
    items.catch(() => undefined);
    return { items, isAsync };
  }
}

function expectState(state: unknown): LoaderState {
  if (typeof state === 'object' && state !== null) {
    const { batch, batchSize, length, order, random } = state as LoaderState;
    const areWhole = [batch, batchSize, length].every((count) => Number.isSafeInteger(count) && count >= 0);
    if (areWhole && order !== undefined && random !== undefined) return { batch, batchSize, length, order, random };
  }
  throw new TypeError(`DataLoader.load: got ${describe(state)}; expected what state() returned`);
}
