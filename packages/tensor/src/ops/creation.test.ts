import {
  arange,
  empty,
  eye,
  fromTypedArray,
  full,
  fullLike,
  Generator,
  linspace,
  ones,
  onesLike,
  rand,
  randn,
  scalar,
  tensor,
  zeros,
  zerosLike,
} from '@mg/tensor';
import { describe, expect, test } from 'vitest';

describe('tensor', () => {
  test('takes its shape from nested lists', () => {
    expect(tensor([[[1], [2]]]).shape).toEqual([1, 2, 1]);
    expect(tensor(5).shape).toEqual([]);
    expect(tensor([]).shape).toEqual([0]);
  });

  test('takes its dtype from what it is given', () => {
    expect(tensor([1]).dtype).toBe('float32');
    expect(tensor([true, false]).dtype).toBe('bool');
    expect(tensor([true, 2, 0.5]).toArray()).toEqual([1, 2, 0.5]);
    expect(tensor(new Float64Array([0.1])).dtype).toBe('float64');
    expect(tensor(new Int32Array([1])).dtype).toBe('int32');
    expect(tensor(new Uint8ClampedArray([255])).dtype).toBe('uint8');
    expect(tensor([0.5, 0], { dtype: 'bool' }).toArray()).toEqual([true, false]);
    expect(tensor([1.9, -1.9], { dtype: 'int32' }).toArray()).toEqual([1, -1]);
  });

  test('copies', () => {
    const array = new Float32Array([1, 2]);
    const x = tensor(array);
    array[0] = 9;
    expect(x.toArray()).toEqual([1, 2]);
  });

  test('float64 is truly double', () => {
    expect(tensor(0.1, { dtype: 'float64' }).add(0.2).item()).toBe(0.1 + 0.2);
  });

  test('refuses what is not rectangular, or does not fill the shape', () => {
    expect(() => tensor([[1, 2], [3]])).toThrow('expected a list of 2 at depth 1, got a list of 1');
    expect(() => tensor([1, [2]])).toThrow('expected a number at depth 1, got a list of 1');
    expect(() => tensor([[1], 2])).toThrow('expected a list of 1 at depth 1, got 2');
    expect(() => tensor(['3'] as never)).toThrow("tensor: takes numbers and booleans, got the string '3'");
    expect(() => tensor([null] as never)).toThrow('got null');
    expect(() => tensor(undefined as never)).toThrow('got undefined');
    expect(() => tensor([1], { dtype: 'float' as never })).toThrow(
      'tensor: there is no dtype float; it is one of bool, uint8',
    );
    expect(() => zeros(3 as never)).toThrow('zeros: takes a list such as [2, 3], got 3');
    expect(() => tensor([1, 2, 3], { shape: [2, 2] })).toThrow('[3] has 3 elements, which do not fit [2, 2]');
    expect(() => tensor([1], { shape: [-1, -1] })).toThrow('do not fit [-1, -1]; one size may be -1');
    expect(() => tensor(new BigInt64Array(1) as never)).toThrow('does not support BigInt64Array');
  });
});

test('fromTypedArray aliases', () => {
  const array = new Float32Array([1, 2, 3, 4]);
  const x = fromTypedArray(array, [2, 2]);
  array[3] = 9;
  expect(x.toArray()).toEqual([
    [1, 2],
    [3, 9],
  ]);
  expect(x.data).toBe(array);
  expect(() => fromTypedArray(array, [3])).toThrow('fromTypedArray: [4] has 4 elements, which do not fit [3]');
});

test('constants', () => {
  expect(zeros([2]).toArray()).toEqual([0, 0]);
  expect(ones([1, 2], { dtype: 'int32' }).toArray()).toEqual([[1, 1]]);
  expect(full([2], 3, { dtype: 'bool' }).toArray()).toEqual([true, true]);
  expect(scalar(2).item()).toBe(2);
  expect(() => zeros([1.5])).toThrow('got [1.5]');
});

test('random numbers are floats', () => {
  expect(rand([3, 2]).shape).toEqual([3, 2]);
  expect(() => randn([2], { dtype: 'int32' })).toThrow('draws floats, not int32');
});

describe('reading', () => {
  test('data is the array itself, and a part of it for a contiguous view', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    x.data[3] = 7;
    expect(x.toArray()).toEqual([
      [1, 2],
      [3, 7],
    ]);
    expect(() => x.T.data).toThrow('contiguous() gives a row-major copy');
  });

  test('item takes one element', () => {
    expect(tensor([[5]]).item()).toBe(5);
    expect(() => tensor([1, 2]).item()).toThrow('this one has shape [2]; toArray() returns all elements');
    expect(() => tensor([]).item()).toThrow('this one has shape [0]');
  });
});

describe('ranges', () => {
  test('arange counts as Python does, in int32 where all is whole', () => {
    expect(arange(4).toString()).toBe('tensor([0, 1, 2, 3], int32)');
    expect(arange(2, 8, 3).toArray()).toEqual([2, 5]);
    expect(arange(3, 0, -1).toArray()).toEqual([3, 2, 1]);
    expect(arange(0, 1, 0.25).toArray()).toEqual([0, 0.25, 0.5, 0.75]);
    expect(arange(0, 1, 0.25).dtype).toBe('float32');
    expect(arange(3, { dtype: 'float64' }).dtype).toBe('float64');
    expect(arange(2, 2).shape).toEqual([0]);
    // Each by a multiplication of its own: sums of the step would drift.
    expect(arange(0, 1000, 0.1, { dtype: 'float64' }).at(9999).item()).toBe(9999 * 0.1);
  });

  test('arange says where a step does not lead', () => {
    expect(() => arange(0, 3, -1)).toThrow('arange: step -1 does not lead from 0 to 3');
    expect(() => arange(0, 3, 0)).toThrow('arange: step 0 does not lead from 0 to 3');
    expect(() => arange(Infinity)).toThrow('arange: takes finite numbers, got start 0, stop Infinity, step 1');
  });

  test('linspace has both ends exactly', () => {
    expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    const thirds = linspace(-1, 0.1, 7, { dtype: 'float64' }).toArray<number[]>();
    expect([thirds[0], thirds[6]]).toEqual([-1, 0.1]);
    expect(linspace(3, 9, 1).toArray()).toEqual([3]);
    expect(linspace(3, 9, 0).shape).toEqual([0]);
  });
});

test('eye, and tensors like others', () => {
  expect(eye(2).toArray()).toEqual([[1, 0], [0, 1]]); // prettier-ignore
  const like = tensor([[1, 2, 3]], { dtype: 'int32' });
  expect(zerosLike(like).toString()).toBe('tensor([[0, 0, 0]], int32)');
  expect(onesLike(like, { dtype: 'float64' }).dtype).toBe('float64');
  expect(fullLike(like, 7).toArray()).toEqual([[7, 7, 7]]);
  expect(empty([2, 3]).shape).toEqual([2, 3]);
});

describe('dtypes', () => {
  test('integers cut fractions off', () => {
    expect(tensor([255.9, -0.9], { dtype: 'uint8' }).toArray()).toEqual([255, 0]);
    expect(tensor(new Float64Array([2147483647.5, -1.5]), { dtype: 'int32' }).toArray()).toEqual([2147483647, -1]);
    expect(full([2], 1.5, { dtype: 'int32' }).toArray()).toEqual([1, 1]);
    expect(tensor(new Uint8ClampedArray([7]), { dtype: 'int32' }).toArray()).toEqual([7]);
    expect(tensor([true, false], { dtype: 'uint8' }).toArray()).toEqual([1, 0]);
  });

  test('anything but 0 is true, NaN too', () => {
    expect(full([1], NaN, { dtype: 'bool' }).toArray()).toEqual([true]);
    expect(tensor([0.2, 0, NaN], { dtype: 'bool' }).toString()).toBe('tensor([ true, false,  true])');
    expect(arange(3, { dtype: 'bool' }).eq(1).toArray()).toEqual([false, true, true]);
    expect(linspace(0, 1, 3, { dtype: 'bool' }).toArray()).toEqual([false, true, true]);
  });

  test('one that is undefined is one that is not given', () => {
    const dtype = undefined;
    expect(zerosLike(zeros([1], { dtype: 'int32' }), { dtype }).dtype).toBe('int32');
    expect(zeros([1], { dtype, requiresGrad: undefined }).dtype).toBe('float32');
  });
});

test('a size of -1 is worked out', () => {
  expect(tensor([1, 2, 3, 4, 5, 6], { shape: [-1, 2] }).shape).toEqual([3, 2]);
  expect(tensor(new Uint8Array(6), { shape: [2, -1] }).shape).toEqual([2, 3]);
});

test('an empty shape of many axes is no large one', () => {
  expect(zeros([1e6, 1e6, 0]).size).toBe(0);
});

test('arange takes options wherever the numbers end', () => {
  const dtype = 'float64';
  expect(arange(2, { dtype }).toString()).toBe('tensor([0, 1], float64)');
  expect(arange(1, 3, { dtype }).toString()).toBe('tensor([1, 2], float64)');
  expect(arange(1, 6, 2, { dtype }).toString()).toBe('tensor([1, 3, 5], float64)');
  expect(arange(1, 3, undefined, { dtype }).toString()).toBe('tensor([1, 2], float64)');
  expect(() => arange(0, 3, 1, 'int32' as never)).toThrow("got the string 'int32'");
});

test('one object of options goes for what is drawn and what is not', () => {
  const options = { dtype: 'float64', generator: new Generator(1) } as const;
  expect([zeros([1], options).dtype, rand([1], options).dtype]).toEqual(['float64', 'float64']);
});
