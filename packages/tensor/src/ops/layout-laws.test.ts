import { type Shape, ShapeError, slice, type Tensor } from '@mg/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  coordinates,
  elementAt,
  elementsOf,
  nested,
  samples,
  shapes,
  shapesOf,
  weights,
} from '../../fixtures/plain-arrays.ts';
import { propertyRuns, scaled } from '../../fixtures/property-runs.ts';

/** Where in the storage the elements lie, row-major: element i lies at offset + Σ i · stride. */
function addresses({ shape, strides, offset }: Tensor): number[] {
  return coordinates(shape).map((at) => at.reduce((sum, index, axis) => sum + index * (strides[axis] ?? NaN), offset));
}

/** The elements as the strides say, and as they are copied out. */
function expectSameEitherWay(x: Tensor): void {
  const elements = addresses(x).map((address) => x.storage.read()[address]);
  expect(x.strides.length).toBe(x.ndim);
  expect([...x.contiguous().data]).toEqual(elements);
  expect([...x.clone().storage.read()]).toEqual(elements);
  expect(elementsOf(x.toArray())).toEqual(elements);
}

const anySample = shapes.chain((shape) => samples(shape, { repeats: true }));

/** A tensor, and an order of its axes. */
const withOrder = anySample.chain((sample) =>
  fc.record({
    sample: fc.constant(sample),
    order: fc.shuffledSubarray([...sample.x.shape.keys()], { minLength: sample.x.ndim }),
  }),
);

/** Other shapes of as many elements: the factors of the sizes in any order, some multiplied, with ones in between. */
const sameSize = (shape: Shape): fc.Arbitrary<number[]> => {
  const factors = shape.flatMap((size) => (size === 4 ? [2, 2] : [size]));
  return fc
    .tuple(
      fc.oneof(fc.constant(factors), fc.shuffledSubarray(factors, { minLength: factors.length })),
      fc.array(fc.constantFrom('multiply', 'keep', 'one'), { minLength: factors.length, maxLength: factors.length }),
    )
    .map(([order, steps]) =>
      order.reduce<number[]>((sizes, size, index) => {
        if (steps[index] === 'multiply' && sizes.length > 0)
          return [...sizes.slice(0, -1), (sizes.at(-1) ?? NaN) * size];
        return steps[index] === 'one' ? [...sizes, 1, size] : [...sizes, size];
      }, []),
    );
};

const withShape = anySample.chain((sample) => fc.record({ sample: fc.constant(sample), to: sameSize(sample.x.shape) }));

describe('strides', () => {
  test('say where each element lies, of every view', () => {
    fc.assert(
      fc.property(withOrder, fc.infiniteStream(fc.nat(99)), ({ sample: { x }, order }, numbers) => {
        const axis = (ndim: number) => numbers.next().value % ndim;
        const views = [
          x,
          x.permute(order),
          x.unsqueeze(axis(x.ndim + 1)),
          x.squeeze(),
          x.broadcastTo([2, ...x.shape]),
          x.flatten(),
        ];
        if (x.ndim > 0) {
          views.push(
            x.transpose(axis(x.ndim), axis(x.ndim)),
            x.flip(axis(x.ndim)),
            x.slice(axis(x.ndim), 1, undefined, 2),
          );
        }
        if (x.ndim > 1) views.push(x.diagonal(axis(3) - 1, 0, 1 + axis(x.ndim - 1)));
        for (const view of views) expectSameEitherWay(view);
      }),
      propertyRuns(3),
    );
  });

  test('of a contiguous tensor are such that neighbours lie next to each other, and then it is its own contiguous()', () => {
    let [contiguous, others] = [0, 0];
    fc.assert(
      fc.property(withOrder, fc.boolean(), ({ sample, order }, permutes) => {
        const x = permutes ? sample.x.permute(order) : sample.x;
        const isInARow = addresses(x).every((address, index) => address === x.offset + index);
        if (isInARow) contiguous++;
        else others++;
        expect(x.isContiguous()).toBe(isInARow);
        const row = x.contiguous();
        expect(row === x).toBe(isInARow);
        expect(row.isContiguous()).toBe(true);
        expect(row.contiguous()).toBe(row);
        expect(row.storage === x.storage).toBe(isInARow);
        expect(row.toArray()).toEqual(x.toArray());
        if (isInARow) expect([...x.data]).toEqual([...row.data]);
        else expect(() => x.data).toThrow(RangeError);
        const copy = x.clone();
        expect(copy.storage).not.toBe(x.storage);
        expect([copy.isContiguous(), copy.offset]).toEqual([true, 0]);
      }),
      propertyRuns(5),
    );
    expect(Math.min(contiguous, others)).toBeGreaterThan(scaled(50));
  });

  test('of axes of size 1 say nothing, and no more do those of no elements', () => {
    const withOdd = shapesOf(4, 1).chain((shape) =>
      fc.record({ shape: fc.constant(shape), sample: samples(shape.map((size) => Math.max(size, 1))) }),
    );
    fc.assert(
      fc.property(withOdd, ({ shape, sample: { x } }) => {
        // A step beyond the end leaves one element, and a stride of seven times as much.
        const odd = x.at(...shape.map((size) => (size === 0 ? slice(1) : size === 1 ? slice(0, 1, 7) : slice())));
        expect(odd.shape).toEqual(shape);
        expectSameEitherWay(odd);
        expect(odd.isContiguous()).toBe(addresses(odd).every((address, index) => address === odd.offset + index));
        const rest = odd.reshape(shape.filter((size) => size !== 1));
        expect(elementsOf(rest.toArray())).toEqual(elementsOf(odd.toArray()));
        expect(odd.add(odd).toArray()).toEqual(odd.mul(2).toArray());
      }),
      propertyRuns(3),
    );
  });
});

describe('permute', () => {
  test('moves elements with their axes, and back by the order that undoes it', () => {
    fc.assert(
      fc.property(withOrder, fc.boolean(), ({ sample: { x, array }, order }, fromTheEnd) => {
        const moved = x.permute(fromTheEnd ? order.map((axis) => axis - x.ndim) : order);
        expect(moved.storage).toBe(x.storage);
        expect(moved.offset).toBe(x.offset);
        expect(moved.shape).toEqual(order.map((axis) => x.shape[axis]));
        expect(moved.strides).toEqual(order.map((axis) => x.strides[axis]));
        const cameFrom = (at: readonly number[]) => x.shape.map((_, axis) => at[order.indexOf(axis)] ?? NaN);
        expect(moved.toArray()).toEqual(nested(moved.shape, (at) => elementAt(array, cameFrom(at))));
        const back = moved.permute(x.shape.map((_, axis) => order.indexOf(axis)));
        expect([back.shape, back.strides]).toEqual([x.shape, x.strides]);
        expect(back.toArray()).toEqual(array);
      }),
      propertyRuns(4),
    );
  });

  test('of a permuted tensor is one permutation, and any is a chain of swaps', () => {
    fc.assert(
      fc.property(withOrder, ({ sample: { x }, order }) => {
        const reversed = [...order.keys()].reverse();
        expect(x.permute(order).permute(reversed).toArray()).toEqual(x.permute([...order].reverse()).toArray());
        const places = [...order.keys()];
        const swapped = order.reduce<Tensor>((each, axis, place) => {
          const found = places.indexOf(axis);
          [places[place], places[found]] = [axis, places[place] ?? NaN];
          return each.transpose(place, found - x.ndim);
        }, x);
        expect([swapped.shape, swapped.strides]).toEqual([x.permute(order).shape, x.permute(order).strides]);
        expect(swapped.toArray()).toEqual(x.permute(order).toArray());
      }),
      propertyRuns(3),
    );
  });

  test('and transpose move the gradient back', () => {
    const graded = withOrder.chain((each) => fc.record({ each: fc.constant(each), w: weights(each.order.map((axis) => each.sample.x.shape[axis] ?? NaN)) })); // prettier-ignore
    fc.assert(
      fc.property(graded, ({ each: { sample, order }, w }) => {
        const { x } = sample;
        x.requiresGrad = true;
        x.permute(order).backward(w.x);
        const wentTo = (at: readonly number[]) => order.map((axis) => at[axis] ?? NaN);
        expect(x.grad?.toArray()).toEqual(nested(x.shape, (at) => elementAt(w.array, wentTo(at))));
        if (x.ndim < 2) return;
        x.zeroGrad();
        const y = x.transpose(0, -1);
        y.mul(y.detach()).sum().backward();
        expect(x.grad?.toArray()).toEqual(sample.array);
      }),
      propertyRuns(3),
    );
  });
});

describe('reshape', () => {
  test('keeps the elements in row-major order, and goes back, and by way of any other shape', () => {
    fc.assert(
      fc.property(withShape, ({ sample, to }) => {
        const { x, array } = sample;
        const reshaped = x.reshape(to);
        expect(reshaped.shape).toEqual(to);
        expect([...reshaped.contiguous().data]).toEqual(elementsOf(sample.array));
        expectSameEitherWay(reshaped);
        expect(reshaped.reshape(x.shape).toArray()).toEqual(array);
        expect(x.reshape([x.size]).reshape(to).toArray()).toEqual(reshaped.toArray());
        const row = x.contiguous();
        expect(row.reshape(to).storage).toBe(row.storage);
      }),
      propertyRuns(4),
    );
  });

  test('works out one size from the others', () => {
    fc.assert(
      fc.property(withShape, fc.nat(9), ({ sample: { x }, to }, which) => {
        if (to.length === 0) return;
        const axis = which % to.length;
        const others = to.filter((_, each) => each !== axis).reduce((product, size) => product * size, 1);
        const attempt = () => x.reshape(to.with(axis, -1));
        if (others === 0) expect(attempt).toThrow(ShapeError);
        else expect(attempt().shape).toEqual(to);
      }),
      propertyRuns(3),
    );
  });

  test('refuses any other number of elements', () => {
    fc.assert(
      fc.property(anySample, shapesOf(4), ({ x }, to) => {
        const count = (shape: Shape) => coordinates(shape).length;
        if (count(x.shape) === count(to)) expect(x.reshape(to).shape).toEqual(to);
        else expect(() => x.reshape(to)).toThrow(ShapeError);
      }),
      propertyRuns(3),
    );
  });

  test('of neighbouring axes into one is flatten', () => {
    fc.assert(
      fc.property(shapesOf(5, 1).chain((shape) => samples(shape)), fc.nat(9), fc.nat(9), (sample, a, b) => {
        const { x } = sample;
        const [start, end] = [a % x.ndim, b % x.ndim].sort((first, second) => first - second) as [number, number];
        const size = x.shape.slice(start, end + 1).reduce((product, each) => product * each, 1);
        const flattened = x.flatten(start - x.ndim, end);
        expect(flattened.shape).toEqual([...x.shape.slice(0, start), size, ...x.shape.slice(end + 1)]);
        expect([...flattened.contiguous().data]).toEqual(elementsOf(sample.array));
        expect(x.flatten().toArray()).toEqual(elementsOf(sample.array));
      }),
      propertyRuns(3),
    ); // prettier-ignore
  });

  test('by axes of size 1 alone is unsqueeze, which squeeze undoes; both are views', () => {
    fc.assert(
      fc.property(anySample, fc.nat(9), fc.boolean(), (sample, which, fromTheEnd) => {
        const { x, array } = sample;
        const axis = which % (x.ndim + 1);
        const more = x.unsqueeze(fromTheEnd ? axis - x.ndim - 1 : axis);
        expect(more.storage).toBe(x.storage);
        expect(more.shape).toEqual([...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]);
        expect(more.toArray()).toEqual(x.reshape(more.shape).toArray());
        expect(more.isContiguous()).toBe(x.isContiguous());
        const back = more.squeeze(axis);
        expect([back.shape, back.toArray()]).toEqual([x.shape, array]);
        const least = x.squeeze();
        expect(least.storage).toBe(x.storage);
        expect(least.shape).toEqual(x.shape.filter((size) => size !== 1));
        expect(least.reshape(x.shape).toArray()).toEqual(array);
      }),
      propertyRuns(3),
    );
  });

  test('and what it is made of send the gradient back in row-major order', () => {
    const graded = withShape.chain((each) => fc.record({ each: fc.constant(each), w: weights(each.to) }));
    fc.assert(
      fc.property(graded, ({ each: { sample: { x }, to }, w }) => {
        x.requiresGrad = true;
        x.reshape(to).backward(w.x);
        expect(elementsOf(x.grad?.toArray() ?? NaN)).toEqual(elementsOf(w.array));
        expect(x.grad?.shape).toEqual(x.shape);
        x.zeroGrad();
        x.squeeze().unsqueeze(0).flatten().backward(w.x.flatten());
        expect(elementsOf(x.grad?.toArray() ?? NaN)).toEqual(elementsOf(w.array));
      }),
      propertyRuns(3),
    ); // prettier-ignore
  });
});
