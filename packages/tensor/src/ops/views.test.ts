import { fromTypedArray, type Shape, tensor, type Tensor, zeros } from '@mg/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contiguousStrides, sizeOf, viewStrides } from '../array/shape.ts';
import { propertyRuns, scaled } from '../../fixtures/property-runs.ts';

/** A view, and beside it which element of the storage each of its elements is, row-major: the definition, without strides. */
interface Modelled {
  readonly view: Tensor;
  readonly shape: Shape;
  readonly places: readonly number[];
}

/** The places of another shape, each given by where it comes from: coordinates in the old shape. */
function picked({ shape, places }: Modelled, to: Shape, from: (at: readonly number[]) => readonly number[]): number[] {
  const strides = contiguousStrides(shape);
  return Array.from({ length: sizeOf(to) }, (_, flat) => {
    const at = contiguousStrides(to).map((stride, axis) => Math.floor(flat / stride) % (to[axis] ?? 1));
    return places[from(at).reduce((sum, x, axis) => sum + x * (strides[axis] ?? 0), 0)] ?? NaN;
  });
}

/** One more view of a view, chosen by three numbers. */
function step(modelled: Modelled, kind: number, a: number, b: number): Modelled {
  const { view, shape } = modelled;
  const ndim = shape.length;
  const with_ = (next: Tensor, places: number[]): Modelled => ({ view: next, shape: next.shape, places });
  if (ndim === 0) return with_(view.unsqueeze(0), [...modelled.places]);
  const [axis, other] = [a % ndim, b % ndim];
  const size = shape[axis] ?? 1;
  switch (kind) {
    case 0: {
      const next = view.transpose(axis, other - ndim);
      return with_(
        next,
        picked(modelled, next.shape, (at) => at.with(axis, at[other] ?? 0).with(other, at[axis] ?? 0)),
      );
    }
    case 1: {
      const [start, every] = [b % Math.max(1, size), 1 + (a % 3)];
      const next = view.slice(axis, start, size, every);
      return with_(
        next,
        picked(modelled, next.shape, (at) => at.with(axis, start + (at[axis] ?? 0) * every)),
      );
    }
    case 2: {
      const next = view.slice(axis, -1, undefined, -1 - (b % 2));
      return with_(next, picked(modelled, next.shape, (at) => at.with(axis, size - 1 - (at[axis] ?? 0) * (1 + (b % 2))))); // prettier-ignore
    }
    case 3: {
      const next = view.flip([axis]);
      return with_(
        next,
        picked(modelled, shape, (at) => at.with(axis, size - 1 - (at[axis] ?? 0))),
      );
    }
    case 4:
      return with_(view.unsqueeze(b % (ndim + 1)), [...modelled.places]);
    case 5:
      return with_(view.squeeze(), [...modelled.places]);
    case 6: {
      const next = view.broadcastTo([2, ...shape]);
      return with_(
        next,
        picked(modelled, next.shape, (at) => at.slice(1)),
      );
    }
    default: {
      if (axis === other) return modelled;
      const offset = (b % 3) - 1;
      const next = view.diagonal(offset, axis, other);
      const others = shape.map((_, each) => each).filter((each) => each !== axis && each !== other);
      return with_(
        next,
        picked(modelled, next.shape, (at) => {
          const along = at.at(-1) ?? 0;
          return shape.map((_, each) =>
            each === axis ? along + Math.max(0, -offset) : each === other ? along + Math.max(0, offset) : (at[others.indexOf(each)] ?? 0),
          );
        }),
      ); // prettier-ignore
    }
  }
}

const someViews = fc
  .tuple(
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
    fc.array(fc.tuple(fc.nat(7), fc.nat(11), fc.nat(11)), { maxLength: 4 }),
  )
  .map(([shape, steps]) => {
    const base = fromTypedArray(
      Float32Array.from({ length: sizeOf(shape) }, (_, i) => i),
      shape,
    );
    const start = { view: base, shape, places: Array.from({ length: base.size }, (_, i) => i) };
    const end = steps.reduce<Modelled>((modelled, [kind, a, b]) => step(modelled, kind, a, b), start);
    return { base, ...end };
  });

describe('views', () => {
  test('of views hold the elements that they should, and share one storage', () => {
    fc.assert(
      fc.property(someViews, ({ base, view, places }) => {
        expect(view.storage).toBe(base.storage);
        expect([...view.contiguous().data]).toEqual(places);
      }),
      propertyRuns(20),
    );
  });

  test('reshape copies only when it must', () => {
    let [views, copies] = [0, 0];
    fc.assert(
      fc.property(someViews, fc.array(fc.constantFrom(1, 2, 3, 4), { maxLength: 4 }), ({ view, places }, wanted) => {
        const shape = sizeOf(wanted) > 0 && view.size % sizeOf(wanted) === 0 ? [...wanted, view.size / sizeOf(wanted)] : [view.size]; // prettier-ignore
        const reshaped = view.reshape(shape);
        expect([...reshaped.contiguous().data]).toEqual(places);
        // Whether any strides at all would do: those that the neighbours of the first element suggest, or none.
        const steps = contiguousStrides(shape).map((stride) => (places[stride] ?? 0) - (places[0] ?? 0));
        const fits = places.every((place, flat) => {
          const at = contiguousStrides(shape).map((stride, axis) => Math.floor(flat / stride) % (shape[axis] ?? 1));
          return place === (places[0] ?? 0) + at.reduce((sum, x, axis) => sum + x * (steps[axis] ?? 0), 0);
        });
        if (view.size === 0) return;
        if (fits) views++;
        else copies++;
        expect(reshaped.storage === view.storage).toBe(fits);
        expect(viewStrides(view.shape, view.strides, shape) !== null).toBe(fits);
      }),
      propertyRuns(30),
    );
    expect(Math.min(views, copies)).toBeGreaterThan(scaled(100));
  });
});

describe('slice', () => {
  const list = [0, 1, 2, 3, 4];

  test.each([
    [0, undefined, 1, [0, 1, 2, 3, 4]],
    [1, 3, 1, [1, 2]],
    [-2, undefined, 1, [3, 4]],
    [0, -1, 2, [0, 2]],
    [-9, 9, 1, [0, 1, 2, 3, 4]],
    [3, 1, 1, []],
    [-1, undefined, -1, [4, 3, 2, 1, 0]],
    [9, 0, -2, [4, 2]],
    [1, -9, -1, [1, 0]],
    [1, 3, -1, []],
  ])('from %s to %s by %s, as in Python', (start, stop, by, expected) => {
    expect(tensor(list).slice(0, start, stop, by).toArray()).toEqual(expected);
  });

  test('says what is wrong', () => {
    expect(() => tensor(list).slice(1, 0)).toThrow('slice: there is no axis 1, a 1-d tensor has axes -1 to 0');
    expect(() => tensor(list).slice(0, 0, 5, 0)).toThrow('slice: the step cannot be 0');
    expect(() => tensor(list).slice(0, 0.5)).toThrow('slice: start must be an integer, got 0.5');
  });
});

test('errors name the axis, the shape and the way out', () => {
  expect(() => zeros([2, 3]).squeeze(2)).toThrow('squeeze: there is no axis 2, a 2-d tensor has axes -2 to 1');
  expect(() => zeros([2, 3]).unsqueeze(4)).toThrow('unsqueeze: there is no axis 4');
  expect(() => zeros([2, 3]).flip([0, -2])).toThrow('flip: an axis is named twice in [0,-2] of a 2-d tensor');
  expect(() => zeros([2, 3]).diagonal(0, 1, -1)).toThrow('diagonal: takes two different axes, got axis 1 twice');
  expect(() => zeros([3]).diagonal()).toThrow('diagonal: there is no axis 1');
  expect(() => zeros([2, 3]).diagonal(0.5)).toThrow('diagonal: the offset must be an integer, got 0.5');
  expect(() => zeros([2, 3]).broadcastTo([3, 3])).toThrow('broadcastTo: shapes [2, 3] and [3, 3] do not broadcast');
});

describe('axes of size 1', () => {
  const x = zeros([1, 3, 1, 2]);

  test('are left out where they are named; others stay, as in PyTorch', () => {
    expect(x.squeeze(0).shape).toEqual([3, 1, 2]);
    expect(x.squeeze(1).shape).toEqual([1, 3, 1, 2]);
    expect(x.squeeze([0, -2]).shape).toEqual([3, 2]);
    expect(x.squeeze([1, 2]).shape).toEqual([1, 3, 2]);
    expect(x.squeeze([]).shape).toEqual([1, 3, 1, 2]);
    expect(x.squeeze().shape).toEqual([3, 2]);
    expect(() => x.squeeze([0, -4])).toThrow('squeeze: an axis is named twice in [0,-4] of a 4-d tensor');
  });

  test('gradients go back through those that stay', () => {
    const leaf = tensor([[1, 2]], { requiresGrad: true });
    leaf
      .squeeze(1)
      .squeeze(0)
      .mul(tensor([3, 4]))
      .sum()
      .backward();
    expect(leaf.grad?.toArray()).toEqual([[3, 4]]);
  });
});

test('flip turns all axes, those that are named, or none', () => {
  const x = tensor([[1, 2], [3, 4]]); // prettier-ignore
  expect(x.flip().toArray()).toEqual([[4, 3], [2, 1]]); // prettier-ignore
  expect(x.flip(-1).toArray()).toEqual([[2, 1], [4, 3]]); // prettier-ignore
  expect(x.flip([]).toArray()).toEqual([[1, 2], [3, 4]]); // prettier-ignore
});

test('broadcastTo keeps a size where it is given -1', () => {
  const x = tensor([[1], [2]], { requiresGrad: true });
  const y = x.broadcastTo([3, -1, 2]);
  expect(y.shape).toEqual([3, 2, 2]);
  expect(x.broadcastTo([-1, -1]).shape).toEqual([2, 1]);
  y.sum().backward();
  expect(x.grad?.toArray()).toEqual([[6], [6]]);
});

test('a huge view needs no elements of its own', () => {
  expect(tensor([1]).broadcastTo([1e6, 1e6]).shape).toEqual([1e6, 1e6]);
});

test('tile takes a number for the last axis', () => {
  expect(
    tensor([[1, 2]])
      .tile(2)
      .toArray(),
  ).toEqual([[1, 2, 1, 2]]);
  expect(tensor(5).tile(2).toArray()).toEqual([5, 5]);
});

test('split takes as many parts as there are, however large', () => {
  expect(
    zeros([4000])
      .split([1000, 1000, 1000, 1000])
      .map(({ size }) => size),
  ).toEqual([1000, 1000, 1000, 1000]);
});
