import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { DataLoader, type Dataset, fromArrays, type LoaderOptions, type LoaderState, transforms } from '@mg/data';
import { Generator } from '@mg/tensor';

const numbers = (count: number): Dataset<number> => fromArrays(Array.from({ length: count }, (_, i) => i));
const later = <T>(dataset: Dataset<T>): Dataset<Promise<T>> =>
  fromArrays(Array.from(dataset, async (item) => await Promise.resolve(item)));

type Options = Omit<LoaderOptions<number>, 'collate' | 'random' | 'start'> & { count: number; seed: number };

const options = fc.record({
  count: fc.nat(25),
  batchSize: fc.integer({ min: 1, max: 30 }),
  shuffle: fc.boolean(),
  dropLast: fc.boolean(),
  prefetch: fc.nat(4),
  seed: fc.maxSafeNat(),
});

/** A loader whose batches are lists, noisy by a draw from the generator for each item and each batch. */
function noisy({ count, seed, ...rest }: Options, start?: LoaderState): DataLoader<number, number[]> {
  const random = new Generator(seed);
  return new DataLoader(
    numbers(count).map((x) => x + random.random()),
    { ...rest, random, start, collate: (items) => [...items, random.random()] },
  );
}

/** The same for promised items. Only `collate` draws: the items arrive in any order. */
function promised({ count, seed, ...rest }: Options, start?: LoaderState): DataLoader<Promise<number>, number[]> {
  const random = new Generator(seed);
  return new DataLoader(later(numbers(count)), {
    ...rest,
    random,
    start,
    collate: (items) => [...items, random.random()],
  });
}

const copied = (state: LoaderState): LoaderState => JSON.parse(JSON.stringify(state)) as LoaderState;

async function listed<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of iterable) list.push(item);
  return list;
}

test('each index is loaded once, in batches of the size asked for, with any options', async () => {
  await fc.assert(
    fc.asyncProperty(options, async ({ count, seed, ...rest }) => {
      const { batchSize, dropLast, shuffle } = rest;
      const collate = (items: number[], indices: number[]): number[] => {
        expect(items).toEqual(indices);
        return items;
      };
      const loader = new DataLoader(numbers(count), { ...rest, random: new Generator(seed), collate });
      for (let epoch = 0; epoch < 2; epoch++) {
        const batches = epoch === 0 ? [...loader] : await listed(loader);
        const left = dropLast ? count % batchSize : 0;
        expect(batches).toHaveLength(loader.length);
        expect(batches.slice(0, -1).every(({ length }) => length === batchSize)).toBe(true);
        expect(new Set(batches.flat()).size).toBe(count - left);
        expect(batches.flat()).toHaveLength(count - left);
        if (!shuffle) expect(batches.flat()).toEqual([...numbers(count - left)]);
      }
    }),
  );
});

test('resumes to the same batches at every position, and in the epochs after, with any options', () => {
  fc.assert(
    fc.property(options, fc.integer({ min: 0, max: 2 }), (each, epoch) => {
      const loader = noisy(each);
      for (let before = 0; before < epoch; before++) expect([...loader]).toHaveLength(loader.length);
      const states = [copied(loader.state())];
      const batches: number[][] = [];
      for (const batch of loader) {
        batches.push(batch);
        states.push(copied(loader.state()));
      }
      const next = [...loader];
      for (const [done, state] of states.entries()) {
        expect(state.batch).toBe(done);
        const resumed = noisy({ ...each, seed: each.seed === 1 ? 2 : 1 });
        resumed.load(state);
        expect(copied(resumed.state())).toEqual(state);
        expect([...resumed]).toEqual(batches.slice(done));
        expect([...resumed]).toEqual(next);
        expect([...noisy(each, state)]).toEqual(batches.slice(done));
      }
    }),
  );
});

test('promised items resume in the same way, however many batches are fetched ahead', async () => {
  await fc.assert(
    fc.asyncProperty(options, async (each) => {
      const loader = promised(each);
      const states = [copied(loader.state())];
      const batches: number[][] = [];
      for await (const batch of loader) {
        batches.push(batch);
        states.push(copied(loader.state()));
      }
      const next = await listed(loader);
      for (const [done, state] of states.entries()) {
        const resumed = promised({ ...each, seed: 0, prefetch: 1 }, state);
        expect(await listed(resumed)).toEqual(batches.slice(done));
        expect(await listed(resumed)).toEqual(next);
      }
    }),
  );
});

test('for await gives the batches of for', async () => {
  await fc.assert(
    fc.asyncProperty(options, async (each) => {
      const [loader, other] = [noisy(each), noisy(each)];
      expect([await listed(loader), await listed(loader)]).toEqual([[...other], [...other]]);
    }),
  );
});

test('a loop that is left can be resumed; without load, an epoch begins', () => {
  const loader = new DataLoader(numbers(6), { batchSize: 2, collate: (items) => items });
  for (const batch of loader) if (batch[0] === 2) break;
  const state = loader.state();
  expect(state).toEqual({ batch: 2, batchSize: 2, length: 6, order: null, random: null });
  expect([...loader]).toHaveLength(3);
  expect(loader.state().batch).toBe(0);
  loader.load(state);
  expect([...loader]).toEqual([[4, 5]]);
  expect([...loader]).toHaveLength(3);
});

describe('prefetching', () => {
  /** A dataset whose items are fulfilled by hand, in any order. */
  function byHand(count: number): {
    dataset: Dataset<Promise<number>>;
    asked: number[];
    fulfil: Map<number, () => void>;
  } {
    const asked: number[] = [];
    const fulfil = new Map<number, () => void>();
    const dataset = numbers(count).map(
      (index) =>
        new Promise<number>((resolve) => {
          asked.push(index);
          fulfil.set(index, () => {
            resolve(index);
          });
        }),
    );
    return { dataset, asked, fulfil };
  }

  test('asks for as many batches ahead, and gives them in order', async () => {
    const { dataset, asked, fulfil } = byHand(10);
    const iterator = new DataLoader(dataset, { batchSize: 2, prefetch: 2, collate: (items) => items })[
      Symbol.asyncIterator
    ]();
    const first = iterator.next();
    expect(asked).toEqual([0, 1, 2, 3, 4, 5]);
    for (const index of [5, 4, 3, 2, 1, 0]) fulfil.get(index)?.();
    expect((await first).value).toEqual([0, 1]);
    expect(asked).toHaveLength(6);
    expect((await iterator.next()).value).toEqual([2, 3]);
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('prefetch 0 asks when the batch is wanted', async () => {
    const { dataset, asked, fulfil } = byHand(4);
    const iterator = new DataLoader(dataset, { batchSize: 2, prefetch: 0 })[Symbol.asyncIterator]();
    const first = iterator.next();
    expect(asked).toEqual([0, 1]);
    for (const index of [0, 1]) fulfil.get(index)?.();
    await first;
    expect(asked).toEqual([0, 1]);
  });

  test('a failure ends the loop at its own batch, and no other is unhandled', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const dataset = fromArrays([0, 1, 2, 3, 4, 5]).map((x) =>
      x < 2 ? Promise.resolve(x) : Promise.reject(new Error(`item ${x}`)),
    );
    const batches: unknown[] = [];
    const loading = async (): Promise<void> => {
      for await (const batch of new DataLoader(dataset, { batchSize: 1, collate: ([x]) => x })) batches.push(batch);
    };
    await expect(loading()).rejects.toThrow('item 2');
    await new Promise(setImmediate);
    process.off('unhandledRejection', unhandled);
    expect(batches).toEqual([0, 1]);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe('errors', () => {
  const dataset = numbers(4);
  const seeded = (): Generator => new Generator(0);

  test.each([
    [{ batchSize: 0 }, 'DataLoader: batchSize is 0; expected an integer of at least 1'],
    [{ batchSize: 1.5 }, 'batchSize is 1.5'],
    [{ batchSize: 1, prefetch: -1 }, 'prefetch is -1; expected an integer of at least 0'],
    [
      { batchSize: 1, random: 3 as unknown as () => number },
      'DataLoader: random is 3; expected a function such as Math.random',
    ],
    [{ batchSize: 1, start: 3 as unknown as LoaderState }, 'DataLoader.load: got 3; expected what state() returned'],
  ])('%o', (invalid, message) => {
    expect(() => new DataLoader(dataset, invalid)).toThrow(message);
  });

  test('without a state of random there is none of the loader', () => {
    const message = /state of random cannot be saved.*new Generator\(seed\) of @mg\/tensor/;
    for (const random of [() => 0.5, { random: () => 0.5 }, undefined]) {
      const loader = new DataLoader(dataset, { batchSize: 1, shuffle: true, random });
      expect(() => loader.state()).toThrow(TypeError);
      expect(() => loader.state()).toThrow(message);
      expect(() => {
        loader.load({ batch: 0, batchSize: 1, length: 4, order: null, random: null });
      }).toThrow(message);
    }
  });

  test('a state of another loader changes nothing', () => {
    const state = new DataLoader(numbers(9), { batchSize: 2, shuffle: true, random: seeded() }).state();
    const random = seeded();
    const loader = new DataLoader(dataset, { batchSize: 2, shuffle: true, random });
    const [first] = loader;
    const before = loader.state();
    const right: LoaderState = { ...before };
    for (const [wrong, message] of [
      [state, 'the state is of batch 0 of 9 items in batches of 2; this loader has 4 items in 2 batches of 2'],
      [{ ...right, batch: 3 }, 'the state is of batch 3 of 4 items'],
      [{ ...right, batchSize: 1 }, 'in batches of 1; this loader'],
      [{ ...right, order: null }, 'other options shuffle and random'],
      [{ ...right, random: null }, 'other options shuffle and random'],
      [{ ...right, order: { seed: -1, drawn: 0 } }, 'Generator: seed must be an integer'],
      [{ ...right, random: { seed: 0, drawn: 0.5 } }, 'Generator: drawn must be an integer'],
      [{ ...right, batch: undefined as unknown as number }, 'expected what state() returned'],
      [null as unknown as LoaderState, 'got null'],
    ] as const) {
      expect(() => {
        loader.load(wrong);
      }).toThrow(message);
      expect(loader.state()).toEqual(before);
    }
    loader.load(right);
    expect([...loader]).toHaveLength(1);
    expect(first?.shape).toEqual([2]);
    const plain = new DataLoader(dataset, { batchSize: 2 });
    expect(() => {
      plain.load(right);
    }).toThrow('other options shuffle and random');
  });

  test('promises need for await', () => {
    expect(() => [...new DataLoader(later(dataset), { batchSize: 1 })]).toThrow('Iterate with for await');
  });

  test('ragged items are named by their place in the dataset', () => {
    const ragged = fromArrays([Float32Array.of(1), Float32Array.of(1), Float32Array.of(1, 2)]);
    const loader = new DataLoader(ragged.subset([0, 1, 2]), { batchSize: 3 });
    expect(() => [...loader]).toThrow('item 2 has the shape [2], item 0 has [1]');
  });
});

test('the default batches of transformed images are stacked', () => {
  const images = { data: Uint8Array.from({ length: 32 }, (_, i) => i), shape: [2, 1, 4, 4] };
  const prepare = transforms.compose(transforms.resize([2, 2]), transforms.toFloat());
  const dataset = fromArrays({ image: images, label: [3, 4] }).map(({ image, label }) => ({
    image: prepare(image),
    label,
  }));
  const [batch] = new DataLoader(dataset, { batchSize: 2 });
  expect(batch?.image.shape).toEqual([2, 1, 2, 2]);
  expect(batch?.label).toEqual({ data: Int32Array.of(3, 4), shape: [2] });
});
