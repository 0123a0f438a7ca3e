import { concat, full, type Nested, type Shape } from '@mg/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Coordinates,
  coordinates,
  elementAt,
  nested,
  oneOf,
  samples,
  shapesOf,
  someOf,
  weights,
} from '../../fixtures/plain-arrays.ts';
import { propertyRuns } from '../../fixtures/property-runs.ts';

/** Axes of a shape, in any order and from either end. */
function drawAxes(draw: fc.GeneratorValue, shape: Shape): { named: number[]; axes: number[] } {
  const axes = draw(someOf, [...shape.keys()], 1);
  return { axes, named: axes.map((axis) => (draw(fc.boolean) ? axis : axis - shape.length)) };
}

const without = (at: Coordinates, axes: readonly number[]) => at.filter((_, axis) => !axes.includes(axis));

/** The elements that meet in one element of a reduction, row-major. */
function groups(shape: Shape, array: Nested, axes: readonly number[]): (at: Coordinates) => number[] {
  const found = new Map<string, number[]>();
  for (const at of coordinates(shape)) {
    const key = String(without(at, axes));
    found.set(key, [...(found.get(key) ?? []), elementAt(array, at)]);
  }
  return (at) => found.get(String(at)) ?? [];
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0);

describe('reductions', () => {
  test('over any axes, in any order, take the elements that differ in those alone', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const shape = draw(shapesOf, 4, 1);
        const { axes, named } = drawAxes(draw, shape);
        const { x, array } = draw(samples, shape, { repeats: true });
        const of = groups(shape, array, axes);
        const to = without(shape, axes);
        const model = (f: (numbers: number[]) => number) => nested(to, (at) => f(of(at)));
        const sum = x.sum(named);
        expect(sum.shape).toEqual(to);
        expect(sum.toArray()).toEqual(model(total));
        expect(x.all(named).toArray()).toEqual(nested(to, (at) => of(at).every((each) => each !== 0)));
        expect(x.gt(5).any(named).toArray()).toEqual(nested(to, (at) => of(at).some((each) => each > 5)));
        const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
        expect(x.sum(named, { keepdims: true }).shape).toEqual(kept);
        expect(x.sum(named, { keepdims: true }).reshape(to).toArray()).toEqual(sum.toArray());
        if (axes.some((axis) => shape[axis] === 0)) return;
        expect(x.max(named).toArray()).toEqual(model((numbers) => Math.max(...numbers)));
        expect(x.min(named).toArray()).toEqual(model((numbers) => Math.min(...numbers)));
        const mean = (numbers: number[]) => Math.fround(Math.fround(total(numbers)) / numbers.length);
        expect(x.mean(named).toArray()).toEqual(model(mean));
        if (axes.length > 1) return;
        const [axis] = named;
        expect(x.argmax(axis).toArray()).toEqual(model((numbers) => numbers.indexOf(Math.max(...numbers))));
        expect(x.argmin(axis).toArray()).toEqual(model((numbers) => numbers.indexOf(Math.min(...numbers))));
      }),
      propertyRuns(4),
    );
  });

  test('sum is over one axis after the other, and over the parts', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const shape = draw(shapesOf, 4, 1);
        const { axes, named } = drawAxes(draw, shape);
        const { x } = draw(samples, shape);
        const oneByOne = axes.toSorted((a, b) => b - a).reduce((rest, axis) => rest.sum(axis), x);
        expect(oneByOne.toArray()).toEqual(x.sum(named).toArray());
        expect(x.sum(named).sum().item()).toBe(x.sum().item());
        const axis = axes[0] ?? NaN;
        const cut = draw(fc.nat, shape[axis] ?? NaN);
        const parts = [x.slice(axis, 0, cut), x.slice(axis, cut)].map((part) => part.sum(axis, { keepdims: true }));
        expect(concat(parts, axis).sum(axis).toArray()).toEqual(x.sum(axis).toArray());
      }),
      propertyRuns(3),
    );
  });

  test('sum sends its gradient to every element, the largest to the first of them that are', () => {
    fc.assert(
      fc.property(fc.gen(), fc.boolean(), (draw, keepdims) => {
        const shape = draw(shapesOf, 4, 1);
        const { axes, named } = drawAxes(draw, shape);
        const { x, array } = draw(samples, shape, { values: fc.nat(3) });
        const to = keepdims ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) : without(shape, axes);
        const wentTo = (at: Coordinates, over = axes) =>
          keepdims ? at.map((index, axis) => (over.includes(axis) ? 0 : index)) : without(at, over);
        const w = draw(weights, to);
        x.requiresGrad = true;
        x.sum(named, { keepdims }).backward(w.x);
        expect(x.grad?.toArray()).toEqual(nested(shape, (at) => elementAt(w.array, wentTo(at))));
        const [axis] = axes;
        if (axis === undefined || axes.length > 1 || shape[axis] === 0) return;
        x.zeroGrad();
        x.max(axis, { keepdims }).backward(w.x);
        const of = groups(shape, array, axes);
        const isFirst = (at: Coordinates) => {
          const numbers = of(without(at, axes));
          return numbers.indexOf(Math.max(...numbers)) === at[axis];
        };
        expect(x.grad?.toArray()).toEqual(nested(shape, (at) => (isFirst(at) ? elementAt(w.array, wentTo(at)) : 0)));
      }),
      propertyRuns(3),
    );
  });

  test('cumsum sums what stands at and before each element; the last is the sum, the differences the elements', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const shape = draw(shapesOf, 4, 1);
        const { axes: [front = NaN], named: [axis = NaN] } = drawAxes(draw, shape);
        const { x, array } = draw(samples, shape, { dtype: oneOf(draw, 'float32', 'int32', 'float64'), repeats: true });
        const sums = x.cumsum(axis);
        const upTo = (at: Coordinates) => Array.from({ length: (at[front] ?? NaN) + 1 }, (_, index) => elementAt(array, at.with(front, index)));
        expect(sums.dtype).toBe(x.dtype);
        expect(sums.toArray()).toEqual(nested(shape, (at) => total(upTo(at))));
        if (shape[front] === 0) return;
        expect(sums.slice(axis, -1).toArray()).toEqual(x.sum(axis, { keepdims: true }).toArray());
        const differences = sums.slice(axis, 1).sub(sums.slice(axis, 0, -1));
        expect(differences.toArray()).toEqual(x.slice(axis, 1).toArray());
        if (x.dtype === 'int32') return;
        x.requiresGrad = true;
        const w = draw(weights, shape, x.dtype);
        x.cumsum(axis).backward(w.x);
        const fromOn = (at: Coordinates) => Array.from({ length: (shape[front] ?? NaN) - (at[front] ?? NaN) }, (_, index) => elementAt(w.array, at.with(front, (at[front] ?? NaN) + index)));
        expect(x.grad?.toArray()).toEqual(nested(shape, (at) => total(fromOn(at))));
      }),
      propertyRuns(3),
    ); // prettier-ignore
  });
});

describe('ten million times 0.1 in float32', () => {
  const tenth = Math.fround(0.1);
  const isClose = (x: number, expected: number) => Math.abs(x / expected - 1) < 1e-6;

  test('add up to a million, and have the mean of 0.1', () => {
    const x = full([10_000_000], 0.1);
    expect(isClose(x.sum().item(), 1e7 * tenth)).toBe(true);
    expect(isClose(x.mean().item(), tenth)).toBe(true);
  });

  test.each([
    [1, [2, 5_000_000]],
    [0, [5_000_000, 2]],
  ])('over axis %i of %j too', (axis, shape) => {
    const x = full(shape, 0.1);
    const sums = [...x.sum(axis).data];
    const means = [...x.mean(axis).data];
    expect([sums.length, means.length]).toEqual([2, 2]);
    expect(
      sums.every((sum) => isClose(sum, 5e6 * tenth)),
      String(sums),
    ).toBe(true);
    expect(
      means.every((mean) => isClose(mean, tenth)),
      String(means),
    ).toBe(true);
  });
});
