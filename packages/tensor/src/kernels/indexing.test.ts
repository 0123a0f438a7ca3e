import { expect, test } from 'vitest';
import { allocate, type DType, type TypedArray } from '../array/dtype.ts';
import { Storage } from '../array/storage.ts';
import * as kernels from './indexing.ts';
import { type Extents } from './indexing.ts';
import * as reference from './reference/indexing.ts';

const dtypes: readonly DType[] = ['float32', 'float64', 'int32', 'uint8', 'bool'];

/** Where a storage's elements are. */
const places = {
  'linear memory': (dtype: DType, array: TypedArray): Storage => {
    const storage = Storage.empty(dtype, array.length);
    storage.elements().set(array);
    return storage;
  },
  'an array': (dtype: DType, array: TypedArray): Storage => Storage.of(dtype, array.slice()),
  'an array that was handed out': (dtype: DType, array: TypedArray): Storage => Storage.sharing(dtype, array.slice()),
};

function numbers(dtype: DType, length: number): TypedArray {
  const array = allocate(dtype, length);
  for (let i = 0; i < length; i++) array[i] = dtype === 'bool' ? i % 2 : (i * 7919) % 251;
  if (dtype === 'float32' || dtype === 'float64') for (let i = 0; i < length; i++) array[i] = (array[i] ?? 0) / 7 - 15;
  return array;
}

function indices(count: number, length: number): Storage {
  return Storage.of(
    'int32',
    Int32Array.from({ length: count }, (_, i) => (i * 31) % length),
  );
}

const sizes: readonly Extents[] = [
  { outer: 1, length: 20, count: 30, inner: 7 },
  { outer: 3, length: 5, count: 4, inner: 50 },
  { outer: 40, length: 10, count: 2, inner: 1 },
  { outer: 2, length: 3, count: 2, inner: 2 },
  { outer: 0, length: 3, count: 2, inner: 2 },
];

const everyWay = dtypes.flatMap((dtype) =>
  (Object.keys(places) as (keyof typeof places)[]).map((place) => ({ dtype, place })),
);

test.each(everyWay)('$dtype in $place: what the reference gives', ({ dtype, place }) => {
  for (const extents of sizes) {
    const { outer, length, count, inner } = extents;
    const [whole, picked] = [outer * length * inner, outer * count * inner];
    const [all, some] = [numbers(dtype, whole), numbers(dtype, picked)];
    const rowIndex = indices(count, length);
    const index = indices(picked, length);
    const [x, source] = [() => places[place](dtype, all), () => places[place](dtype, some)];
    const rows = (storage: Storage) => ({ storage, offset: 0, outerStep: length * inner, rowStep: inner });
    const runs: readonly [size: number, run: (those: typeof reference, to: Storage) => unknown][] = [
      [picked, ({ gather }, to) => gather(x(), index, to, extents)],
      [whole, ({ scatterAdd }, to) => scatterAdd(index, source(), to, extents)],
      [picked, ({ take }, to) => { take(rows(x()), rowIndex, to, extents); }],
      [whole, ({ addRows }, to) => { addRows(rowIndex, source(), to, extents); }],
    ]; // prettier-ignore
    for (const [size, run] of runs) {
      const [actual, expected] = [Storage.zeros(dtype, size), Storage.zeros(dtype, size)];
      const answers = [run(kernels, actual), run(reference, expected)];
      expect(answers[0]).toBe(answers[1]);
      expect(actual.read()).toEqual(expected.read());
    }
  }
});

test('what is moved in, and so served by a compiled kernel: 4 bytes are picked, float32 is added', () => {
  const extents = { outer: 1, length: 20, count: 30, inner: 7 };
  for (const dtype of dtypes) {
    const isMovedIn = (run: (x: Storage, to: Storage) => void, [from, size]: readonly [number, number]): boolean => {
      const x = Storage.of(dtype, numbers(dtype, from));
      run(x, Storage.zeros(dtype, size));
      return x.block !== null;
    };
    const all = [140, 210] as const;
    const sum = [210, 140] as const;
    const served = {
      gather: isMovedIn((x, to) => kernels.gather(x, indices(210, 20), to, extents), all),
      take: isMovedIn((storage, to) => {
        kernels.take({ storage, offset: 0, outerStep: 0, rowStep: 7 }, indices(30, 20), to, extents);
      }, all),
      scatterAdd: isMovedIn((x, to) => kernels.scatterAdd(indices(210, 20), x, to, extents), sum),
      addRows: isMovedIn((x, to) => {
        kernels.addRows(indices(30, 20), x, to, extents);
      }, sum),
    };
    const isPicked = dtype === 'float32' || dtype === 'int32';
    const isAdded = dtype === 'float32';
    expect(served).toEqual({ gather: isPicked, take: isPicked, scatterAdd: isAdded, addRows: isAdded });
  }
});

test('a batch of a large data set is copied from where that is', () => {
  const [rows, inner] = [1000, 100];
  const storage = Storage.of('float32', numbers('float32', rows * inner));
  const to = Storage.empty('float32', 32 * inner);
  const index = indices(32, rows);
  kernels.take({ storage, offset: 0, outerStep: 0, rowStep: inner }, index, to, { outer: 1, length: rows, count: 32, inner }); // prettier-ignore
  expect(storage.block).toBeNull();
  const x = storage.read();
  expect([...to.read()]).toEqual([...index.read()].flatMap((row) => [...x.subarray(row * inner, (row + 1) * inner)]));
});

test('a result that was handed out is written, and so is an array of the user', () => {
  const extents = { outer: 1, length: 20, count: 30, inner: 7 };
  const expected = Storage.zeros('float32', 140);
  const source = Storage.of('float32', numbers('float32', 210));
  reference.scatterAdd(indices(210, 20), source, expected, extents);
  const array = new Float32Array(140);
  kernels.scatterAdd(indices(210, 20), source, Storage.sharing('float32', array), extents);
  expect(array).toEqual(expected.read());
});

test.each(dtypes)('%s: the first index that is out of range is found', (dtype) => {
  const extents = { outer: 1, length: 20, count: 300, inner: 1 };
  const index = indices(300, 20);
  index.elements().set([20, -1], 123);
  for (const { gather, scatterAdd } of [kernels, reference]) {
    expect(gather(Storage.of(dtype, numbers(dtype, 20)), index, Storage.zeros(dtype, 300), extents)).toBe(123);
    expect(scatterAdd(index, Storage.of(dtype, numbers(dtype, 300)), Storage.zeros(dtype, 20), extents)).toBe(123);
  }
});
