import { describe, expect, test } from 'vitest';
import { allocate, type DType } from '../array/dtype.ts';
import { Storage } from '../array/storage.ts';
import { scatterAdd } from './reference/indexing.ts';
import * as reference from './reference/windows.ts';
import * as kernels from './windows.ts';
import { type Pair, type Windows } from './windows.ts';

function windowsOf(height: number, width: number, kernel: Pair, stride: Pair, padding: Pair): Windows {
  const along = (size: number, axis: 0 | 1) => Math.floor((size + 2 * padding[axis] - kernel[axis]) / stride[axis]) + 1;
  const count = [along(height, 0), along(width, 1)] as const;
  return { images: 3, height, width, kernel, stride, dilation: [1, 1], padding, count };
}

const ways: readonly (readonly [string, Windows])[] = [
  ['halves', windowsOf(8, 14, [2, 2], [2, 2], [0, 0])],
  ['halves of an odd size', windowsOf(9, 15, [2, 2], [2, 2], [0, 0])],
  ['halves with padding', windowsOf(8, 14, [2, 2], [2, 2], [1, 1])],
  ['halves of rows, and all of columns', windowsOf(8, 14, [2, 2], [2, 1], [0, 0])],
  ['2×3, 2 apart', windowsOf(8, 14, [2, 3], [2, 2], [0, 0])],
  ['overlapping', windowsOf(10, 11, [3, 3], [1, 1], [1, 1])],
  ['overlapping, 2 apart', windowsOf(10, 11, [3, 3], [2, 2], [1, 1])],
  ['apart', windowsOf(10, 23, [2, 2], [3, 4], [0, 1])],
  ['one that is all', windowsOf(5, 9, [5, 9], [1, 1], [0, 0])],
  ['of single elements', windowsOf(5, 9, [1, 1], [1, 1], [0, 0])],
];

/** Numbers of which many are alike, with NaN, infinities and zeros of both signs among them. */
function numbers(dtype: DType, length: number, seed: number): Storage {
  const array = allocate(dtype, length);
  const special = [NaN, -0, 0, -Infinity, Infinity];
  for (let i = 0; i < length; i++) {
    const next = Math.imul(i + seed, 2_654_435_761) >>> 7;
    array[i] = next % 17 === 0 ? (special[next % 5] ?? 0) : (next % 9) / 3 - 1;
  }
  return Storage.of(dtype, array);
}

const counts = ({ images, height, width, count }: Windows) => [images * height * width, images * count[0] * count[1]] as const; // prettier-ignore

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  test.each(ways)('%s: what the reference gives', (_, windows) => {
    const [pixels, count] = counts(windows);
    const x = () => numbers(dtype, pixels, 5);
    const g = () => numbers(dtype, count, 77);
    const results = (size: number) => [Storage.empty(dtype, size), Storage.zeros(dtype, size)] as const;
    const same = ([actual, expected]: readonly [Storage, Storage]) => {
      expect(actual.read()).toEqual(expected.read());
    };

    const largest = results(count);
    kernels.largestOfWindows(x(), largest[0], windows);
    reference.largestOfWindows(x(), largest[1], null, windows);
    same(largest);

    const mean = results(count);
    kernels.averageOfWindows(x(), mean[0], windows);
    reference.averageOfWindows(x(), mean[1], windows);
    same(mean);

    const sums = results(pixels);
    kernels.addToWindows(g(), sums[0], windows);
    reference.addToWindows(g(), sums[1], windows);
    same(sums);

    const at = Storage.empty('int32', count);
    reference.largestOfWindows(x(), null, at, windows);
    const { images, height, width } = windows;
    const given = results(pixels);
    kernels.giveToLargestOfWindows(x(), g(), given[0], windows);
    scatterAdd(at, g(), given[1], { outer: images, length: height * width, count: count / images, inner: 1 });
    same(given);

    const picked = Storage.empty(dtype, count);
    const other = numbers(dtype, pixels, 1234);
    kernels.atLargestOfWindows(x(), other, picked, windows);
    const of = (window: number) => Math.floor(window / (count / images)) * height * width;
    expect([...picked.read()]).toEqual([...at.read()].map((place, window) => other.read()[of(window) + place]));
  });

  test('a compiled kernel serves float32', () => {
    const windows = windowsOf(10, 11, [3, 3], [2, 2], [1, 1]);
    for (const each of [windows, windowsOf(8, 14, [2, 2], [2, 2], [0, 0])]) {
      const [pixels, count] = counts(each);
      const isMovedIn = (size: number, run: (x: Storage) => void): boolean => {
        const x = numbers(dtype, size, 1);
        run(x);
        return x.block !== null;
      };
      const served = [
        isMovedIn(pixels, (x) => {
          kernels.largestOfWindows(x, Storage.empty(dtype, count), each);
        }),
        isMovedIn(pixels, (x) => {
          kernels.averageOfWindows(x, Storage.empty(dtype, count), each);
        }),
        isMovedIn(count, (g) => {
          kernels.addToWindows(g, Storage.empty(dtype, pixels), each);
        }),
        isMovedIn(pixels, (x) => {
          kernels.giveToLargestOfWindows(x, numbers(dtype, count, 1), Storage.empty(dtype, pixels), each);
        }),
        isMovedIn(count, (g) => {
          kernels.giveToLargestOfWindows(numbers(dtype, pixels, 1), g, Storage.empty(dtype, pixels), each);
        }),
      ];
      expect(served).toEqual(served.map(() => dtype === 'float32'));
    }
  });
});

test('what is dilated is not what the compiled kernels do', () => {
  const windows: Windows = { ...windowsOf(12, 12, [2, 2], [2, 2], [0, 0]), dilation: [3, 3], count: [5, 5] };
  const [pixels, count] = counts(windows);
  const results = [Storage.empty('float32', count), Storage.empty('float32', count)] as const;
  kernels.averageOfWindows(numbers('float32', pixels, 1), results[0], windows);
  reference.averageOfWindows(numbers('float32', pixels, 1), results[1], windows);
  expect(results[0].read()).toEqual(results[1].read());
  kernels.largestOfWindows(numbers('float32', pixels, 1), results[0], windows);
  reference.largestOfWindows(numbers('float32', pixels, 1), results[1], null, windows);
  expect(results[0].read()).toEqual(results[1].read());
});
