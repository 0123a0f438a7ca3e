import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ArrayPair, BatchError, batches } from '@mg/data-mnist';

/** `count` images of two pixels, `[i, 100 + i]`, labelled `200 + i`. */
function numbered(count: number): ArrayPair {
  const images = Uint8Array.from({ length: 2 * count }, (_, i) => (i % 2) * 100 + Math.floor(i / 2));
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => 200 + i) };
}

function order(count: number, options: Omit<Parameters<typeof batches>[1], 'batchSize'>): number[] {
  return [...batches(numbered(count), { batchSize: 8, ...options })].flatMap(({ indices }) => [...indices]);
}

test('without random: in order, the last batch short, each with its own labels', () => {
  expect([...batches(numbered(5), { batchSize: 2 })]).toEqual([
    { images: Uint8Array.of(0, 100, 1, 101), labels: Uint8Array.of(200, 201), indices: Int32Array.of(0, 1) },
    { images: Uint8Array.of(2, 102, 3, 103), labels: Uint8Array.of(202, 203), indices: Int32Array.of(2, 3) },
    { images: Uint8Array.of(4, 104), labels: Uint8Array.of(204), indices: Int32Array.of(4) },
  ]);
});

test('dropLast leaves out a short batch, and only a short one', () => {
  expect([...batches(numbered(5), { batchSize: 2, dropLast: true })]).toHaveLength(2);
  expect([...batches(numbered(4), { batchSize: 2, dropLast: true })]).toHaveLength(2);
  expect([...batches(numbered(4), { batchSize: 9, dropLast: true })]).toHaveLength(0);
});

test('batches are copies: writing into one changes no data', () => {
  const data = numbered(4);
  for (const batch of batches(data, { batchSize: 2 })) batch.images.fill(0);
  expect(data).toEqual(numbered(4));
});

describe('shuffled', () => {
  test('every sample once, with its own image and label, for any options', () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.maxSafeNat(),
        (count, batchSize, drawn, epoch) => {
          const seen: number[] = [];
          for (const { images, labels, indices } of batches(numbered(count), {
            batchSize,
            random: () => drawn,
            epoch,
          })) {
            expect(indices.length).toBeLessThanOrEqual(batchSize);
            expect([...labels]).toEqual(Array.from(indices, (i) => 200 + i));
            expect([...images]).toEqual([...indices].flatMap((i) => [i, 100 + i]));
            seen.push(...indices);
          }
          expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        },
      ),
    );
  });

  test('the same state of random gives the same order; another state or another epoch, another', () => {
    const orders = [
      order(50, { random: () => 0.25 }),
      order(50, { random: () => 0.75 }),
      order(50, { random: () => 0.25, epoch: 1 }),
      order(50, { random: () => 0.25, epoch: 2 }),
      order(50, { random: () => 0.25, epoch: 2 ** 32 }),
      order(50, {}),
    ];
    expect(new Set(orders.map(String)).size).toBe(orders.length);
    expect(order(50, { random: () => 0.25, epoch: 0 })).toEqual(orders[0]);
    expect(order(50, { random: () => 0.25, epoch: 2 })).toEqual(orders[3]);
  });

  test('takes a generator as it is, and draws once', () => {
    const generator = {
      draws: 0,
      random(): number {
        this.draws++;
        return 0.25;
      },
    };
    expect(order(50, { random: generator })).toEqual(order(50, { random: () => 0.25 }));
    expect(generator.draws).toBe(1);
  });

  test('no place is dearer to any sample than another', () => {
    const [samples, runs] = [6, 6_000];
    const counts = Array.from({ length: samples }, () => Array<number>(samples).fill(0));
    for (let epoch = 0; epoch < runs; epoch++) {
      order(samples, { random: () => 0.5, epoch }).forEach((sample, place) => {
        const row = counts[place] ?? [];
        row[sample] = (row[sample] ?? 0) + 1;
      });
    }
    // χ² with 25 degrees of freedom: above 61 once in 10,000 times, and the seed is fixed.
    const mean = runs / samples;
    const chiSquared = counts.flat().reduce((sum, n) => sum + (n - mean) ** 2 / mean, 0);
    expect(chiSquared).toBeLessThan(61);
    expect(chiSquared).toBeGreaterThan(5);
  });
});

test('start goes on where the first batches left off', () => {
  const options = { batchSize: 4, random: () => 0.3, epoch: 7 };
  const whole = [...batches(numbered(18), options)];
  expect(whole).toHaveLength(5);
  for (let start = 0; start <= 5; start++) {
    expect([...batches(numbered(18), { ...options, start })]).toEqual(whole.slice(start));
  }
});

describe('any array pair', () => {
  test('typed arrays keep their class', () => {
    const data = { images: Float32Array.of(0.5, 1.5, 2.5, 3.5), labels: Int32Array.of(-1, 1) };
    const [, second] = batches(data, { batchSize: 1 });
    expect(second).toEqual({ images: Float32Array.of(2.5, 3.5), labels: Int32Array.of(1), indices: Int32Array.of(1) });
  });

  test('every class of typed array', () => {
    const classes = [Uint8Array, Uint8ClampedArray, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array];
    for (const Class of [...classes, Float32Array, Float64Array]) {
      const [first] = batches({ images: Class.of(1, 2, 3, 4), labels: Class.of(5, 6) }, { batchSize: 2 });
      expect(first?.images).toEqual(Class.of(1, 2, 3, 4));
      expect(first?.labels).toEqual(Class.of(5, 6));
    }
    const bigints = { images: BigInt64Array.of(-1n, 2n), labels: BigUint64Array.of(3n, 4n) };
    const [, second] = batches(bigints, { batchSize: 1 });
    expect(second?.images).toEqual(BigInt64Array.of(2n));
    expect(second?.labels).toEqual(BigUint64Array.of(4n));
  });

  test('a view of part of a buffer', () => {
    const images = Float32Array.of(9, 1, 2, 3, 4, 9).subarray(1, 5);
    const [, second] = batches({ images, labels: [0, 1] }, { batchSize: 1 });
    expect(second?.images).toEqual(Float32Array.of(3, 4));
  });

  test('a Buffer, without a warning that its constructor is deprecated', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on('warning', onWarning);
    const [first] = batches({ images: Buffer.from([1, 2, 3, 4]), labels: Buffer.from([5, 6]) }, { batchSize: 1 });
    await new Promise(setImmediate);
    process.off('warning', onWarning);
    expect(first?.images).toEqual(Buffer.from([1, 2]));
    expect(Buffer.isBuffer(first?.labels)).toBe(true);
    expect(warnings).toEqual([]);
  });

  test('ordinary arrays with several elements for each sample, and with holes', () => {
    const images = [1, 2, 3, , 5, 6];
    const data = { images: Object.freeze(images), labels: Object.freeze(['a', 'b', 'c']) };
    const [, second] = batches(data, { batchSize: 1 });
    expect(second).toEqual({ images: [3, undefined], labels: ['b'], indices: Int32Array.of(1) });
  });

  test('later changes to the data object have no effect', () => {
    const data: ArrayPair = numbered(4);
    const epoch = batches(data, { batchSize: 2 });
    data.images = new Uint8Array(2);
    expect([...epoch]).toEqual([...batches(numbered(4), { batchSize: 2 })]);
  });

  test('anything but arrays throws', () => {
    const loose = batches as unknown as (data: object, options: object) => unknown;
    const labels = [1];
    const strangers: [unknown, string][] = [
      [new DataView(new ArrayBuffer(1)), 'DataView'],
      [new ArrayBuffer(1), 'ArrayBuffer'],
      ['1', 'String'],
      [undefined, 'Undefined'],
      [new Set([1]), 'Set'],
    ];
    for (const [images, kind] of strangers) {
      expect(() => loose({ images, labels }, { batchSize: 1 })).toThrow(TypeError);
      expect(() => loose({ images, labels }, { batchSize: 1 })).toThrow(
        `batches: images is of type ${kind}; expected a typed array or an ordinary array`,
      );
      expect(() => loose({ images: labels, labels: images }, { batchSize: 1 })).toThrow('batches: labels is of type');
    }
  });

  test('count tells the samples when a label is more than one element', () => {
    const data = { images: Float64Array.of(1, 2), labels: Float64Array.of(1, 0, 0, 1), count: 2 };
    const [, second] = batches(data, { batchSize: 1 });
    expect(second?.images).toEqual(Float64Array.of(2));
    expect(second?.labels).toEqual(Float64Array.of(0, 1));
  });

  test('ordinary arrays, of anything', () => {
    const data = { images: [[1, 2], [3, 4], [5]], labels: ['a', 'b', 'c'] };
    expect([...batches(data, { batchSize: 2 })]).toEqual([
      {
        images: [
          [1, 2],
          [3, 4],
        ],
        labels: ['a', 'b'],
        indices: Int32Array.of(0, 1),
      },
      { images: [[5]], labels: ['c'], indices: Int32Array.of(2) },
    ]);
  });

  test('no samples, no batches', () => {
    expect([...batches({ images: [], labels: [] }, { batchSize: 3, random: () => 0.5 })]).toEqual([]);
  });
});

describe('BatchError, at the call and not at the first batch', () => {
  const data = numbered(4);
  test.each([
    [{ batchSize: 0 }, 'batchSize is 0; expected an integer of at least 1'],
    [{ batchSize: 1.5 }, 'batchSize is 1.5'],
    [{ batchSize: NaN }, 'batchSize is NaN'],
    [{ batchSize: 2, epoch: -1 }, 'epoch is -1; expected an integer of at least 0'],
    [{ batchSize: 2, start: 0.5 }, 'start is 0.5'],
    [{ batchSize: 2, start: 3 }, 'start is 3, but an epoch has 2 batches'],
    [{ batchSize: 2, random: () => 1 }, 'random returned 1; expected a number in [0, 1)'],
    [{ batchSize: 2, random: () => NaN }, 'random returned NaN'],
    [{ batchSize: 2, random: { random: () => -0.1 } }, 'random returned -0.1'],
  ])('%o', (options, message) => {
    expect(() => batches(data, options)).toThrow(message);
    expect(() => batches(data, options)).toThrow(BatchError);
    expect(() => batches(data, options)).toThrow(RangeError);
  });

  test('arrays that do not pair up', () => {
    expect(() => batches({ images: new Uint8Array(7), labels: new Uint8Array(3) }, { batchSize: 1 })).toThrow(
      '7 elements of images and 3 of labels do not divide into 3 samples',
    );
    expect(() => batches({ ...data, count: 3 }, { batchSize: 1 })).toThrow('into 3 samples');
    expect(() => batches({ images: [1], labels: [] }, { batchSize: 1 })).toThrow('into 0 samples');
  });
});
