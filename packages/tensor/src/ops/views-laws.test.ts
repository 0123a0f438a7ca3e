import { arange, concat, slice, type SliceIndex, stack, type Tensor } from '@mg/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Coordinates,
  coordinates,
  elementAt,
  nested,
  type Sample,
  samples,
  shapes,
  shapesOf,
  sliced,
  weights,
} from '../../fixtures/plain-arrays.ts';
import { propertyRuns } from '../../fixtures/property-runs.ts';

const bounds = fc.option(fc.integer({ min: -7, max: 7 }), { nil: undefined });
const steps = fc.integer({ min: -3, max: 3 }).filter((step) => step !== 0);
const slices: fc.Arbitrary<SliceIndex> = fc.tuple(bounds, bounds, steps).map((three) => slice(...three));

/** The places along an axis that a slice takes. */
const placesOf = (size: number, { start, stop, step }: SliceIndex) => sliced(size, start, stop, step);

/** A tensor, and a slice for each of its first axes. */
const slicedSamples = shapes.chain((shape) =>
  fc
    .tuple(samples(shape, { repeats: true }), fc.tuple(...shape.map(() => slices)), fc.nat(shape.length))
    .map(([sample, each, count]) => ({ ...sample, indices: each.slice(0, count) })),
);

/** A tensor with an axis, from either end. */
const withAxis = shapesOf(5, 1).chain((shape) =>
  fc
    .tuple(samples(shape, { repeats: true }), fc.integer({ min: -shape.length, max: shape.length - 1 }))
    .map(([sample, axis]) => ({
      ...sample,
      axis,
      front: axis < 0 ? axis + shape.length : axis,
      size: shape.at(axis) ?? NaN,
    })),
);

/** How many there are from 0 up, so that `size` falls apart into them. */
const cuts = (size: number) =>
  fc.array(fc.nat(size), { maxLength: 4 }).map((places) => {
    const ends = [...places.sort((a, b) => a - b), size];
    return ends.map((end, index) => end - (ends[index - 1] ?? 0));
  });

describe('a slice', () => {
  test("takes what Python's does, whatever start, stop and step", () => {
    const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
    let taken = 0;
    for (const size of range(0, 5)) {
      const x = arange(size);
      for (const start of [undefined, ...range(-7, 7)]) {
        for (const stop of [undefined, ...range(-7, 7)]) {
          for (const step of range(-6, 6).filter((each) => each !== 0)) {
            const expected = sliced(size, start, stop, step);
            const part = x.at(slice(start, stop, step));
            const found = Array.from(
              { length: part.size },
              (_, index) => x.data[part.offset + index * (part.strides[0] ?? 0)],
            );
            if (String(found) !== String(expected)) {
              expect.fail(
                `[${start}:${stop}:${step}] of ${size} elements takes ${String(found)}, not ${String(expected)}`,
              );
            }
            taken += found.length;
          }
        }
      }
    }
    expect(taken).toBeGreaterThan(5000);
  });

  test('of several axes takes what the slice of each takes, and is a view', () => {
    fc.assert(
      fc.property(slicedSamples, ({ x, array, indices }) => {
        const part = x.at(...indices);
        const places = x.shape.map((size, axis) => placesOf(size, indices[axis] ?? slice()));
        expect(part.shape).toEqual(places.map(({ length }) => length));
        expect(part.storage).toBe(x.storage);
        expect(part.toArray()).toEqual(nested(part.shape, (at) => elementAt(array, at.map((index, axis) => places[axis]?.[index] ?? NaN)))); // prettier-ignore
      }),
      propertyRuns(5),
    );
  });

  test('of several axes is those of one axis after the other, in any order', () => {
    const inAnyOrder = slicedSamples.chain((sample) =>
      fc.record({ sample: fc.constant(sample), order: fc.shuffledSubarray([...sample.indices.keys()], { minLength: sample.indices.length }) }),
    ); // prettier-ignore
    fc.assert(
      fc.property(inAnyOrder, ({ sample: { x, indices }, order }) => {
        const atOnce = x.at(...indices);
        const oneByOne = order.reduce<Tensor>((part, axis) => {
          const { start, stop, step } = indices[axis] ?? slice();
          return part.slice(axis, start, stop, step);
        }, x);
        expect(oneByOne.shape).toEqual(atOnce.shape);
        expect(oneByOne.strides).toEqual(atOnce.strides);
        expect(oneByOne.toArray()).toEqual(atOnce.toArray());
        expect(x.at(...indices, '...').toArray()).toEqual(atOnce.toArray());
      }),
      propertyRuns(3),
    );
  });

  test('of a slice is one slice', () => {
    fc.assert(
      fc.property(fc.nat(12), slices, slices, (size, first, second) => {
        const x = arange(100 + size).at(slice(100));
        const places = placesOf(size, first);
        const expected = placesOf(places.length, second).map((index) => places[index] ?? NaN);
        const part = x.at(first).at(second);
        expect(part.toArray()).toEqual(expected.map((place) => 100 + place));
        const [start, step] = [expected[0], first.step * second.step];
        if (start === undefined) return;
        const stop = (expected.at(-1) ?? NaN) + Math.sign(step);
        const composed = x.at(slice(start, stop < 0 ? undefined : stop, step));
        expect(part.shape).toEqual(composed.shape);
        expect(part.strides).toEqual(composed.strides);
        expect(part.offset).toBe(composed.offset);
      }),
      propertyRuns(10),
    );
  });

  test('sends the gradient to what it took, and 0 to the rest', () => {
    const graded = slicedSamples.chain((sample) => {
      const shape = sample.x.at(...sample.indices).shape;
      return fc.record({ sample: fc.constant(sample), w: weights(shape) });
    });
    fc.assert(
      fc.property(graded, ({ sample: { x, indices }, w }) => {
        x.requiresGrad = true;
        x.at(...indices).backward(w.x);
        const places = x.shape.map((size, axis) => placesOf(size, indices[axis] ?? slice()));
        const expected = nested(x.shape, (at) => {
          const from = at.map((index, axis) => places[axis]?.indexOf(index) ?? NaN);
          return from.includes(-1) ? 0 : elementAt(w.array, from);
        });
        expect(x.grad?.toArray()).toEqual(expected);
      }),
      propertyRuns(4),
    );
  });
});

/** Checks that parts are views of what stands in `x` from so many elements on along an axis. */
function expectParts({ x, array }: Sample, axis: number, parts: readonly Tensor[], sizes: readonly number[]): void {
  expect(parts.map(({ shape }) => shape)).toEqual(sizes.map((size) => x.shape.with(axis, size)));
  let start = 0;
  for (const part of parts) {
    const from = start;
    expect(part.storage).toBe(x.storage);
    expect(part.toArray()).toEqual(
      nested(part.shape, (at) => elementAt(array, at.with(axis, from + (at[axis] ?? NaN)))),
    );
    start += part.shape[axis] ?? NaN;
  }
}

describe('parts along an axis', () => {
  test('are of the sizes that split is given, and put together are the whole', () => {
    const split = withAxis.chain((sample) => fc.record({ sample: fc.constant(sample), sizes: cuts(sample.size) }));
    fc.assert(
      fc.property(split, ({ sample, sizes }) => {
        const { x, array, axis, front } = sample;
        const parts = x.split(sizes, axis);
        expectParts(sample, front, parts, sizes);
        const whole = concat(parts, axis);
        expect(whole.shape).toEqual(x.shape);
        expect(whole.toArray()).toEqual(array);
        expect(whole.storage).not.toBe(x.storage);
      }),
      propertyRuns(4),
    );
  });

  test('are all of the size that split is given, but for the last', () => {
    fc.assert(
      fc.property(withAxis, fc.integer({ min: 1, max: 6 }), (sample, size) => {
        const { x, array, axis, front } = sample;
        const parts = x.split(size, axis);
        const sizes = parts.map(({ shape }) => shape[front] ?? NaN);
        expectParts(sample, front, parts, sizes);
        expect(sizes.slice(0, -1).every((each) => each === size)).toBe(true);
        expect(sizes.at(-1)).toBeLessThanOrEqual(size);
        expect(sizes.at(-1) === 0).toBe(sample.size === 0);
        expect(concat(parts, axis).toArray()).toEqual(array);
      }),
      propertyRuns(3),
    );
  });

  // PyTorch: all have ceil(size / count) elements but the last, which has what is left. Where these are fewer than asked for, ours throws.
  test("are of chunk's sizes as in PyTorch", () => {
    fc.assert(
      fc.property(withAxis, fc.integer({ min: 1, max: 6 }), (sample, count) => {
        // Of an empty axis there are as many as asked for.
        const sizes: number[] = sample.size === 0 ? new Array<number>(count).fill(0) : [];
        for (let left = sample.size; left > 0; left -= sizes.at(-1) ?? NaN) {
          let most = 1;
          while (most * count < sample.size) most++;
          sizes.push(Math.min(left, most));
        }
        const parts = (): Tensor[] => sample.x.chunk(count, sample.axis);
        if (sizes.length === count) expectParts(sample, sample.front, parts(), sizes);
        else expect(parts).toThrow(`gives ${sizes.length} part`);
      }),
      propertyRuns(3),
    );
  });

  test('each send their gradient to where they stood', () => {
    const split = withAxis.chain((sample) =>
      fc.record({ sample: fc.constant(sample), sizes: cuts(sample.size), w: weights(sample.x.shape) }),
    );
    fc.assert(
      fc.property(split, ({ sample: { x, axis, front }, sizes, w }) => {
        x.requiresGrad = true;
        const parts = x.split(sizes, axis);
        concat(parts, axis).backward(w.x);
        expect(x.grad?.toArray()).toEqual(w.array);
        x.zeroGrad();
        // Without the last of them, what stood there has 0.
        const end = sizes.slice(0, -1).reduce((sum, size) => sum + size, 0);
        if (parts.length < 2) return;
        concat(x.split(sizes, axis).slice(0, -1), axis).backward(w.x.slice(axis, 0, end));
        expect(x.grad?.toArray()).toEqual(
          nested(x.shape, (at) => ((at[front] ?? NaN) < end ? elementAt(w.array, at) : 0)),
        );
      }),
      propertyRuns(3),
    );
  });

  test('of one element each, stacked again, are the whole', () => {
    fc.assert(
      fc.property(withAxis, ({ x, array, axis, front, size }) => {
        if (size === 0) return;
        const all = new Array<SliceIndex>(front).fill(slice());
        const each = Array.from({ length: size }, (_, index) => x.at(...all, index % 2 === 0 ? index : index - size));
        expect(each.every(({ storage }) => storage === x.storage)).toBe(true);
        expect(stack(each, axis).toArray()).toEqual(array);
      }),
      propertyRuns(3),
    );
  });

  test('padded with others, are those around them', () => {
    const widths = fc.tuple(fc.nat(2), fc.nat(2));
    const padded = shapes.chain((shape) =>
      fc.record({ sample: samples(shape), widths: fc.tuple(...shape.map(() => widths)) }),
    );
    fc.assert(
      fc.property(padded, fc.constantFrom(0, -7), ({ sample: { x, array }, widths }, value) => {
        const around = x.pad(widths, { value });
        const isInside = (at: Coordinates) => at.every((index, axis) => index >= 0 && index < (x.shape[axis] ?? NaN));
        const expected = nested(around.shape, (at) => {
          const from = at.map((index, axis) => index - (widths[axis]?.[0] ?? NaN));
          return isInside(from) ? elementAt(array, from) : value;
        });
        expect(around.shape).toEqual(
          x.shape.map((size, axis) => size + (widths[axis]?.[0] ?? NaN) + (widths[axis]?.[1] ?? NaN)),
        );
        expect(around.toArray()).toEqual(expected);
        const middle = around.at(
          ...x.shape.map((size, axis) => slice(widths[axis]?.[0], (widths[axis]?.[0] ?? NaN) + size)),
        );
        expect(middle.toArray()).toEqual(array);
      }),
      propertyRuns(3),
    );
  });

  test('repeated, come again after as many elements as there are', () => {
    const tiled = shapesOf(3).chain((shape) =>
      fc.record({ sample: samples(shape), reps: fc.array(fc.nat(3), { maxLength: 4 }) }),
    );
    fc.assert(
      fc.property(tiled, ({ sample: { x, array }, reps }) => {
        const repeated = x.tile(reps);
        expect(repeated.ndim).toBe(Math.max(x.ndim, reps.length));
        for (const [fromTheEnd, size] of repeated.shape.toReversed().entries()) {
          expect(size).toBe((x.shape.at(-1 - fromTheEnd) ?? 1) * (reps.at(-1 - fromTheEnd) ?? 1));
        }
        const expected = nested(repeated.shape, (at) =>
          elementAt(array, x.shape.map((size, axis) => (at[at.length - x.ndim + axis] ?? NaN) % size)),
        ); // prettier-ignore
        expect(repeated.toArray()).toEqual(expected);
      }),
      propertyRuns(3),
    );
  });
});

describe('flip', () => {
  const withAxes = shapes.chain((shape) =>
    fc.record({ sample: samples(shape, { repeats: true }), axes: fc.shuffledSubarray([...shape.keys()]) }),
  );

  test('turns the named axes round, and turned again nothing has happened', () => {
    fc.assert(
      fc.property(withAxes, fc.boolean(), ({ sample: { x, array }, axes }, fromTheEnd) => {
        const turned = x.flip(fromTheEnd ? axes.map((axis) => axis - x.ndim) : axes);
        expect(turned.storage).toBe(x.storage);
        const from = (at: Coordinates) =>
          at.map((index, axis) => (axes.includes(axis) ? (x.shape[axis] ?? NaN) - 1 - index : index));
        expect(turned.toArray()).toEqual(nested(x.shape, (at) => elementAt(array, from(at))));
        const again = turned.flip(axes);
        expect([again.shape, again.strides, again.offset]).toEqual([x.shape, x.strides, x.offset]);
        expect(axes.reduce<Tensor>((each, axis) => each.flip(axis), x).toArray()).toEqual(turned.toArray());
      }),
      propertyRuns(4),
    );
  });

  test('is the slice with step -1; of all axes it is the elements in reverse', () => {
    fc.assert(
      fc.property(withAxes, ({ sample: { x }, axes }) => {
        const backwards = x.shape.map((_, axis) => (axes.includes(axis) ? slice(undefined, undefined, -1) : slice()));
        expect(x.flip(axes).toArray()).toEqual(x.at(...backwards).toArray());
        const all = x.flip([...x.shape.keys()]).contiguous().data;
        expect([...all]).toEqual([...x.contiguous().data].reverse());
      }),
      propertyRuns(3),
    );
  });

  test('turns the gradient round', () => {
    const graded = withAxes.chain((each) => fc.record({ each: fc.constant(each), w: weights(each.sample.x.shape) }));
    fc.assert(
      fc.property(graded, ({ each: { sample: { x }, axes }, w }) => {
        x.requiresGrad = true;
        x.flip(axes).backward(w.x);
        for (const at of coordinates(x.shape)) {
          const to = at.map((index, axis) => (axes.includes(axis) ? (x.shape[axis] ?? NaN) - 1 - index : index));
          expect(x.grad?.at(...to).item()).toBe(elementAt(w.array, at));
        }
      }),
      propertyRuns(3),
    ); // prettier-ignore
  });
});
