import { tensor, type Tensor, zeros } from '@mg/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  broadcastShapes,
  broadcastStrides,
  contiguousStrides,
  isRowMajor,
  resolveAxes,
  resolveAxis,
  resolveReshape,
  sizeOf,
} from './shape.ts';

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

describe('broadcasting', () => {
  test('stretches sizes of 1 and missing axes', () => {
    expect(broadcastShapes('add', [4, 1, 3], [2, 1])).toEqual([4, 2, 3]);
    expect(broadcastShapes('add', [0], [1])).toEqual([0]);
    expect(broadcastShapes('add', [], [])).toEqual([]);
    expect(() => broadcastShapes('add', [2, 3], [4])).toThrow('add: shapes [2, 3] and [4] do not broadcast');
  });

  test('a shape broadcasts to the result of its meeting with any other, and that result is the same either way', () => {
    fc.assert(
      fc.property(shapes, fc.infiniteStream(fc.boolean()), (shape, choices) => {
        // Another shape that fits: each size kept or shrunk to 1, the front cut off.
        const other = shape
          .map((size) => (choices.next().value === true ? size : 1))
          .slice(choices.next().value === true ? 1 : 0);
        const result = broadcastShapes('add', shape, other);
        expect(result).toEqual(broadcastShapes('add', other, shape));
        expect(broadcastShapes('add', result, other)).toEqual(result);
        expect(result).toEqual(shape);
      }),
    );
  });

  test('strides are 0 where an axis repeats', () => {
    expect(broadcastStrides([3, 1], [1, 1], [2, 3, 4])).toEqual([0, 1, 0]);
  });
});

test('contiguous strides count the elements of the axes behind', () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const strides = contiguousStrides(shape);
      expect(strides).toEqual(shape.map((_, axis) => sizeOf(shape.slice(axis + 1))));
      expect(isRowMajor(shape, strides)).toBe(true);
    }),
  );
  expect(isRowMajor([2, 3], [1, 2])).toBe(false);
  expect(isRowMajor([1, 3], [99, 1])).toBe(true);
});

test('axes count from either end, each once', () => {
  expect(resolveAxes('sum', [-1, 0], 3)).toEqual([0, 2]);
  expect(resolveAxes('sum', undefined, 2)).toEqual([0, 1]);
  expect(resolveAxes('sum', [], 2)).toEqual([0, 1]);
  expect(() => resolveAxes('sum', 2, 2)).toThrow('sum: there is no axis 2, a 2-d tensor has axes -2 to 1');
  expect(() => resolveAxes('sum', 1, 0)).toThrow('sum: there is no axis 1, a 0-d tensor has axes -1 to 0');
  expect([0, -1].map((axis) => resolveAxis('softmax', axis, 0))).toEqual([0, 0]);
  expect([0, -1].map((axis) => resolveAxes('sum', axis, 0))).toEqual([[], []]);
  expect(() => resolveAxes('sum', [0, -2], 2)).toThrow('named twice');
});

test('reshape works out one size', () => {
  expect(resolveReshape('reshape', [2, 6], [3, -1])).toEqual([3, 4]);
  expect(resolveReshape('reshape', [0, 3], [-1, 3])).toEqual([0, 3]);
  expect(() => resolveReshape('reshape', [2, 3], [4, -1])).toThrow(
    'reshape: [2, 3] has 6 elements, which do not fit [4, -1]',
  );
  expect(() => resolveReshape('reshape', [2, 3], [-1, -1])).toThrow('do not fit');
  expect(() => resolveReshape('reshape', [0], [0, -1])).toThrow('do not fit');
});

describe('views', () => {
  test('share their storage', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    for (const view of [x.T, x.reshape([3, 2]), x.broadcastTo([2, 2, 3]), x.permute([1, 0]), x.detach()])
      expect(view.storage).toBe(x.storage);
    expect(x.T.reshape([6]).storage).not.toBe(x.storage);
    expect(x.T.reshape([6]).toArray()).toEqual([1, 4, 2, 5, 3, 6]);
    x.data[1] = 9;
    expect(x.T.toArray()).toEqual([
      [1, 4],
      [9, 5],
      [3, 6],
    ]);
  });

  test('errors name the shapes', () => {
    const x: Tensor = zeros([2, 3]);
    expect(() => x.permute([0, 0])).toThrow('permute: axes [0, 0] do not name each axis of [2, 3] once');
    expect(() => x.broadcastTo([3, 2])).toThrow('do not broadcast');
    expect(() => x.broadcastTo([3])).toThrow('broadcastTo: [2, 3] does not stretch to [3]');
    expect(() => zeros([3]).broadcastTo([-1, 3])).toThrow('broadcastTo: a shape must be a list of integers');
    expect(() => x.reshape(6 as never)).toThrow('reshape: takes a list such as [2, 3], got 6');
    expect(() => zeros([2]).T).toThrow('T: transposes a matrix, this tensor has shape [2]');
  });
});
