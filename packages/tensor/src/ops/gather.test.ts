import { arange, concat, scalar, stack, tensor, type Tensor, where, zeros } from '@mg/tensor';
import { describe, expect, test, vi } from 'vitest';
import { Storage } from '../array/storage.ts';

const integers = (data: number | number[] | number[][]): Tensor => tensor(data, { dtype: 'int32' });
const leaf = (data: number | number[]): Tensor => tensor(data, { requiresGrad: true, dtype: 'float64' });

describe('a 0-d tensor has axes 0 and -1, where PyTorch gives it them', () => {
  test.each([0, -1])('axis %i', (axis) => {
    const x = leaf(3);
    const sorted = x.sort(axis);
    expect([sorted.values.item(), sorted.indices.item()]).toEqual([3, 0]);
    expect([x.topk(1, axis).values.toArray(), x.topk(0, axis).indices.toArray()]).toEqual([3, 0]);
    expect(x.gather(axis, integers(0)).toArray()).toBe(3);
    expect(x.take(integers([0, -1]), axis).toArray()).toEqual([3, 3]);
    expect(x.scatterAdd(axis, integers(0), scalar(2)).toArray()).toBe(5);
    expect([x.flip(axis).shape, x.squeeze(axis).shape, x.transpose(axis, 0).shape]).toEqual([[], [], []]);
    expect(x.unsqueeze(axis).shape).toEqual([1]);
    sorted.values
      .add(x.topk(1, axis).values)
      .add(x.gather(axis, integers(0)))
      .add(x.take(integers([0, -1]), axis).sum())
      .add(x.scatterAdd(axis, integers(0), x))
      .backward();
    expect(x.grad?.item()).toBe(7);
  });

  test('others do not', () => {
    expect(() => scalar(3).gather(1, integers(0))).toThrow('gather: there is no axis 1');
    expect(() => scalar(3).take(integers(1), 0)).toThrow('take: index 1 is out of range');
    expect(() => scalar(3).topk(2)).toThrow('topk: k must be an integer from 0 to 1');
    expect(() => scalar(3).permute([0])).toThrow('permute: axes [0] do not name each axis of [] once');
    expect(scalar(3).permute([]).shape).toEqual([]);
    expect(scalar(3).flatten().shape).toEqual([1]);
  });
});

test('an axis from the end scatters as from the front', () => {
  const index = integers([[0, 0, 2], [1, 1, 1]]); // prettier-ignore
  const sums = zeros([2, 3]).scatterAdd(-1, index, tensor([[1, 2, 3], [4, 5, 6]])); // prettier-ignore
  expect(sums.toArray()).toEqual([[3, 0, 3], [0, 15, 0]]); // prettier-ignore
});

describe('set', () => {
  test('leaves out axes of size 1 in front of the value', () => {
    const x = zeros([2, 3]);
    x.set(0, tensor([[[1, 2, 3]]]));
    x.set(1, 2, tensor([[7]]));
    expect(x.toArray()).toEqual([[1, 2, 3], [0, 0, 7]]); // prettier-ignore
    expect(() => x.set(0, tensor([[1, 2, 3], [4, 5, 6]]))).toThrow('cannot broadcast a value of shape [2, 3]'); // prettier-ignore
    const value = leaf([[1, 2, 3]] as never);
    zeros([2, 3], { dtype: 'float64' }).set(1, value).mul(5).sum().backward();
    expect(value.grad?.toArray()).toEqual([[5, 5, 5]]);
  });

  test('takes true and false, and numbers for bools', () => {
    expect(tensor([false, true]).set(0, true).set(1, false).toArray()).toEqual([true, false]);
    expect(tensor([false, true]).set(0, 0.5).toArray()).toEqual([true, true]);
    expect(tensor([0.5, 2]).set(0, true).toArray()).toEqual([1, 2]);
  });

  test('cuts fractions for integers, and refuses what they do not hold', () => {
    expect(integers([0, 0]).set(0, -1.9).toArray()).toEqual([-1, 0]);
    const bytes = tensor([1, 2], { dtype: 'uint8' });
    expect(bytes.set(0, 255.5).toArray()).toEqual([255, 2]);
    expect(() => bytes.set(1, -1)).toThrow(RangeError);
    expect(bytes.toArray()).toEqual([255, 2]);
  });
});

test('true and false fill masks, and stand for either side of where', () => {
  const mask = tensor([true, false]);
  expect(mask.maskedFill(mask, false).toString()).toBe('tensor([false, false])');
  expect(tensor([3, 4]).maskedFill(mask, true).toString()).toBe('tensor([1, 4])');
  expect(where(mask, false, true).toString()).toBe('tensor([false,  true])');
  expect(where(mask, integers([5, 6]), true).toString()).toBe('tensor([5, 1], int32)');
});

describe('concat and stack', () => {
  test('empty vectors go with any shape, and say something about the dtype only', () => {
    const x = leaf([1, 2]).reshape([1, 2]);
    const nothing = zeros([0], { dtype: 'float64' });
    expect(concat([nothing, tensor([[1, 2]]), nothing], 1).toString()).toBe('tensor([[1, 2]], float64)');
    expect(concat([zeros([0]), x, x], 0).shape).toEqual([2, 2]);
    expect(concat([zeros([0]), zeros([0])]).shape).toEqual([0]);
    expect(() => concat([zeros([0, 5]), x])).toThrow('tensor 0 has shape [0, 5] and tensor 1 [1, 2]');
    expect(() => concat([zeros([0]), x, zeros([3])])).toThrow('tensor 1 has shape [1, 2] and tensor 2 [3]');
  });

  test('empty vectors among vectors have a gradient: an empty one', () => {
    const [x, none] = [leaf([1, 2]), leaf([])];
    concat([none, x])
      .mul(tensor([3, 4]))
      .sum()
      .backward();
    expect([x.grad?.toArray(), none.grad?.toArray()]).toEqual([[3, 4], []]);
  });

  test('0-d tensors stack', () => {
    expect(stack([scalar(1), scalar(2)], -1).toArray()).toEqual([1, 2]);
  });
});

describe('take of a part of a large data set', () => {
  const rows = 2000;
  const data = arange(rows * 60).reshape([rows, 60]);
  const picked = [0, -1, 7, 900, 7];

  test.each([
    ['some rows', data.slice(0, 100, 1800)],
    ['every other row', data.slice(0, 0, rows, 2)],
    ['rows backwards', data.flip(0)],
    ['some columns', data.slice(1, 1)],
  ])('%s: looks at no more than it takes', (_, part) => {
    const made = vi.spyOn(Storage, 'empty');
    const taken = part.take(integers(picked), 0);
    const lengths = made.mock.calls.map(([, length]) => length);
    made.mockRestore();
    expect(Math.max(...lengths)).toBe(taken.size);
    expect(taken.toArray()).toEqual(picked.map((row) => part.at(row).toArray()));
  });

  test('columns of it, too, and of what is transposed', () => {
    expect(data.slice(0, 0, 3).take(integers([59, 0]), 1).toArray()).toEqual([[59, 0], [119, 60], [179, 120]]); // prettier-ignore
    expect(data.slice(0, 0, 3).T.take(integers([59, 0]), 0).toArray()).toEqual([[59, 119, 179], [0, 60, 120]]); // prettier-ignore
  });
});

test('an index that is out of range is named, also among many, and of bytes', () => {
  const x = zeros([10, 30]);
  const index = integers(Array.from({ length: 10 }, () => Array.from({ length: 30 }, (_, i) => (i === 17 ? 30 : i))));
  expect(() => x.gather(1, index)).toThrow('gather: index 30 is out of range for axis 1 of [10, 30], whose indices go from 0 to 29'); // prettier-ignore
  expect(() => x.scatterAdd(1, index, x)).toThrow('index 30 is out of range for axis 1');
  expect(() => x.gather(0, index.to('uint8'))).toThrow('gather: index 10 is out of range for axis 0');
  expect(() => x.gather(1, index.neg())).toThrow('gather: index -1 is out of range');
});
