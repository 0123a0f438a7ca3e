import { einsum, fromTypedArray, isTensor, ones, ShapeError, stack, tensor, type Tensor, zeros } from '@mg/tensor';
import { expect, test } from 'vitest';
import { brand } from '../array/shared.ts';

/** Writes in sloppy mode, as a script without modules does. */
// eslint-disable-next-line @typescript-eslint/no-implied-eval -- modules are strict
const writeSloppily = new Function('list', 'at', 'x', 'list[at] = x') as (
  list: readonly number[],
  at: number,
  x: number,
) => void;

/** Tensors by every way in which a layout is made. */
const layouts: Readonly<Record<string, () => Tensor>> = {
  tensor: () => tensor([[1, 2], [3, 4]]), // prettier-ignore
  zeros: () => zeros([2, 2]),
  fromTypedArray: () => fromTypedArray(new Float32Array(4), [2, 2]),
  add: () => ones([2, 2]).add(1),
  transpose: () => ones([2, 3]).transpose(0, 1),
  slice: () => ones([4, 2]).slice(0, 1, 3),
  broadcastTo: () => ones([1, 2]).broadcastTo([2, 2]),
  reshape: () => ones([4]).reshape([2, 2]),
  detach: () => ones([2, 2]).detach(),
  sum: () => ones([2, 2, 2]).sum(0),
  einsum: () => einsum('ij,jk->ik', ones([2, 2]), ones([2, 2])),
  gradient: () => {
    const x = ones([2, 2], { requiresGrad: true });
    x.sum().backward();
    return x.grad as Tensor;
  },
};

test.each(Object.entries(layouts))('a write into the shape or the strides of %s changes nothing', (_, make) => {
  const x = make();
  const [shape, strides, numbers] = [[...x.shape], [...x.strides], x.toArray()];
  for (const list of [x.shape, x.strides] as number[][]) {
    writeSloppily(list, 0, 200);
    expect(() => {
      list[0] = 200;
    }).toThrow(TypeError);
    expect(() => list.push(5)).toThrow(TypeError);
  }
  expect([x.shape, x.strides, x.toArray()]).toEqual([shape, strides, numbers]);
});

test('the list that gave a shape remains free to change, and the shape does not change with it', () => {
  const sizes = [2, 3];
  const x = zeros(sizes);
  sizes[0] = 200;
  expect([sizes, x.shape]).toEqual([[200, 3], [2, 3]]); // prettier-ignore
});

test('no stride is -0', () => {
  expect(ones([1]).broadcastTo([3]).flip(0).strides).toEqual([0]);
});

test('a list that contains itself, or is nested too deep, is refused', () => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const later: unknown[] = [[1]];
  later.push(later);
  let deep: unknown = 1;
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  for (const each of [cyclic, deep]) {
    expect(() => tensor(each as number[])).toThrow(
      'tensor: the lists are nested more than 64 deep; does a list contain itself?',
    );
  }
  expect(() => tensor(later as number[])).toThrow(ShapeError);
});

test('a tensor has up to 64 axes', () => {
  const shape = new Array<number>(64).fill(1);
  const x = ones(shape);
  let nested: unknown = x.toArray();
  for (let depth = 0; depth < 64; depth++) nested = (nested as unknown[])[0];
  expect(nested).toBe(1);
  expect(String(x)).toContain('[[1]]');
  expect(tensor(x.toArray<number[]>()).ndim).toBe(64);
  const more = new Array<number>(20_000).fill(1);
  for (const op of [
    () => ones(more),
    () => tensor([1], { shape: more }),
    () => ones([1]).reshape(more),
    () => ones([1]).broadcastTo(more),
    () => fromTypedArray(new Float32Array(1), more),
    () => x.unsqueeze(0),
    () => stack([x, x]),
    () => x.at(null),
    () => ones([1]).tile(more),
    () => zeros([...shape.slice(1), 1], { dtype: 'int32' }).oneHot(2),
  ]) {
    expect(op).toThrow(ShapeError);
    expect(op).toThrow('axes are more than the maximum of 64');
  }
  expect(() => x.unsqueeze(0)).toThrow(`reshape: [${shape.join(', ')}] give a tensor that is too large: 65 axes`);
});

test('a result that is too large names the operation, the shapes and the size', () => {
  const [column, row] = [ones([2 ** 18, 1]), ones([1, 2 ** 18])];
  expect(() => column.add(row)).toThrow(
    'add: [262144, 1] and [1, 262144] give a tensor that is too large: 68719476736 elements of float32, 274877906944 bytes, are more than the maximum of 2^32 elements',
  );
  expect(() => column.add(row)).toThrow(RangeError);
  expect(() => row.take(zeros([2 ** 18], { dtype: 'int32' }), 0)).toThrow('take: [1, 262144] and [262144] give');
  expect(() => zeros([2 ** 18], { dtype: 'int32' }).oneHot(2 ** 18)).toThrow(
    'oneHot: shape [262144, 262144]: 68719476736 elements of int32',
  );
  expect(() => row.broadcastTo([2 ** 18, 2 ** 18]).clone()).toThrow('contiguous: [262144, 262144] give');
  expect(() => zeros([2 ** 18, 2 ** 18])).toThrow('zeros: shape [262144, 262144]: 68719476736 elements');
});

test.each([4, 400])('a tensor of %i elements whose data was transferred says so', (size) => {
  for (const make of [() => ones([size]), () => fromTypedArray(new Float32Array(size).fill(1), [size])]) {
    const x = make();
    const { data } = x;
    structuredClone(data, { transfer: [data.buffer as ArrayBuffer] });
    for (const op of [
      () => x.add(1),
      () => x.sum(),
      () => x.toArray(),
      () => x.data,
      () => x.add_(1),
      () => x.clone(),
    ]) {
      expect(op).toThrow(
        `the array that holds the elements of this tensor was transferred or resized: it has 0 elements instead of ${size}; transfer a copy, such as x.data.slice()`,
      );
    }
  }
});

test('tensors over one buffer see the in-place changes of each other', () => {
  const buffer = new Float32Array([1, 2, 3, 4]);
  const overlapping: readonly (readonly [Float32Array, Float32Array])[] = [
    [buffer, buffer],
    [buffer, new Float32Array(buffer.buffer)],
    [buffer.subarray(0, 3), buffer.subarray(1, 4)],
    [buffer.subarray(1, 4), buffer.subarray(0, 3)],
  ];
  for (const [first, second] of overlapping) {
    const [a, b] = [fromTypedArray(first, [-1]), fromTypedArray(second, [-1])];
    const x = ones([a.size], { requiresGrad: true });
    const y = x.mul(a).sum();
    b.add_(5);
    expect(() => {
      y.backward();
    }).toThrow('has been changed in place since');
  }
  // The array that a tensor handed out counts with it.
  const a = ones([4]).add(1);
  const x = ones([4], { requiresGrad: true });
  const y = x.mul(a).sum();
  fromTypedArray(a.data, [4]).mul_(7);
  expect(() => {
    y.backward();
  }).toThrow('has been changed in place since');
});

test('making a second tensor over a buffer, or handing out an array, is no change', () => {
  const buffer = new Float32Array([1, 2, 3, 4]);
  const a = fromTypedArray(buffer, [4]);
  a.add_(1);
  const b = ones([4]).add(1);
  b.add_(1);
  const x = ones([4], { requiresGrad: true });
  const y = x.mul(a).add(x.mul(b)).sum();
  const { data } = b;
  const again = [fromTypedArray(buffer, [4]), fromTypedArray(data, [4])];
  y.backward();
  expect(x.grad?.toArray()).toEqual([5, 6, 7, 8]);
  expect(again.map((each) => each.toArray())).toEqual([[2, 3, 4, 5], [3, 3, 3, 3]]); // prettier-ignore
});

test('an object that only bears the brand is no tensor', () => {
  const fakes: readonly object[] = [
    { [brand]: true },
    { [brand]: true, shape: [2] },
    { [brand]: true, storage: {} },
    { [brand]: {}, shape: 2, storage: {} },
  ];
  for (const fake of fakes) {
    expect(isTensor(fake)).toBe(false);
    for (const op of [
      () => ones([2]).add(fake as Tensor),
      () => ones([2]).matmul(fake as Tensor),
      () => stack([fake as Tensor]),
      () => tensor([fake as unknown as number]),
      () => ones([2]).copy_(fake as Tensor),
    ]) {
      expect(op).toThrow(TypeError);
      expect(op).toThrow('got an object');
    }
  }
});
