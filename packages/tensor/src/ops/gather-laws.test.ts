import { type DType, type Index, type Shape, slice, type Tensor, zeros } from '@mg/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addedUp,
  type Coordinates,
  coordinates,
  elementAt,
  elementsOf,
  nested,
  oneOf,
  type Sample,
  samples,
  shapesOf,
  someOf,
  weights,
} from '../../fixtures/plain-arrays.ts';
import { propertyRuns } from '../../fixtures/property-runs.ts';

/** An axis of a shape, from either end, and where it stands from the front. */
function drawAxis(draw: fc.GeneratorValue, shape: Shape): readonly [axis: number, front: number] {
  const front = draw(fc.nat, shape.length - 1);
  return [draw(fc.boolean) ? front : front - shape.length, front];
}

/** Indices of a shape: of an axis of `size`, from the end too unless they are to be from the front. */
function drawIndices(draw: fc.GeneratorValue, shape: Shape, size: number, fromTheFront = false): Sample {
  const dtype = oneOf(draw, 'int32', 'uint8');
  const values = fc.integer({ min: fromTheFront || dtype === 'uint8' ? 0 : -size, max: size - 1 });
  return draw(samples, shape, { dtype, values, repeats: true });
}

/** The sum of the products of two tensors of whole numbers. */
function inner(a: Tensor, b: Tensor): number {
  const [x, y] = [elementsOf(a.toArray()), elementsOf(b.toArray())];
  return x.reduce((sum, each, index) => sum + each * (y[index] ?? NaN), 0);
}

/** Shapes of which none, one or all axes are empty, for what is picked along an axis that is not. */
function drawPickable(draw: fc.GeneratorValue): { shape: number[]; axis: number; front: number; size: number } {
  const any = draw(shapesOf, 4, 1);
  const [axis, front] = drawAxis(draw, any);
  const size = Math.max(1, any[front] ?? NaN);
  return { shape: any.with(front, size), axis, front, size };
}

describe('take', () => {
  test('picks what at does behind slices, the indices in the place of the axis', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const { shape, axis, front, size } = drawPickable(draw);
        const { x, array } = draw(samples, shape, { repeats: true });
        const index = drawIndices(draw, draw(shapesOf, 2), size);
        const taken = x.take(index.x, axis);
        const ndim = index.x.ndim;
        expect(taken.shape).toEqual([...shape.slice(0, front), ...index.x.shape, ...shape.slice(front + 1)]);
        const expected = nested(taken.shape, (at) => {
          const picked = elementAt(index.array, at.slice(front, front + ndim));
          return elementAt(array, at.toSpliced(front, ndim, picked < 0 ? picked + size : picked));
        });
        expect(taken.toArray()).toEqual(expected);
        const all = new Array<Index>(front).fill(slice());
        expect(x.at(...all, index.x).toArray()).toEqual(expected);
        expect(x.at('...', index.x, ...shape.slice(front + 1).map(() => slice())).toArray()).toEqual(expected);
        if (front === 0 && x.ndim === 2) {
          const rows = (): unknown => index.x.embedding(x).toArray();
          if (Array.from(index.x.contiguous().data).every((each) => each >= 0)) expect(rows()).toEqual(expected);
          else expect(rows).toThrow(RangeError);
        }
      }),
      propertyRuns(4),
    );
  });

  test('is a product with the indices one-hot', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const [classes, columns] = [draw(fc.integer, { min: 1, max: 5 }), draw(fc.nat, 4)];
        const weight = draw(samples, [classes, columns]);
        const index = drawIndices(draw, draw(shapesOf, 3), classes, true);
        const oneHot = index.x.oneHot(classes);
        expect(oneHot.toArray()).toEqual(
          nested([...index.x.shape, classes], (at) => Number(elementAt(index.array, at.slice(0, -1)) === at.at(-1))),
        );
        const rows = oneHot.to('float32').reshape([index.x.size, classes]).matmul(weight.x);
        expect(rows.reshape([...index.x.shape, columns]).toArray()).toEqual(weight.x.take(index.x, 0).toArray());
      }),
      propertyRuns(3),
    );
  });

  test('adds up the gradients of what was taken several times', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const { shape, axis, front, size } = drawPickable(draw);
        const { x } = draw(samples, shape);
        const index = drawIndices(draw, draw(shapesOf, 2), size);
        x.requiresGrad = true;
        const taken = x.take(index.x, axis);
        const w = draw(weights, taken.shape);
        taken.backward(w.x);
        const place = (at: Coordinates) => {
          const picked = elementAt(index.array, at.slice(front, front + index.x.ndim));
          return at.toSpliced(front, index.x.ndim, picked < 0 ? picked + size : picked);
        };
        expect(x.grad?.toArray()).toEqual(addedUp(shape, taken.shape, place, (at) => elementAt(w.array, at)));
      }),
      propertyRuns(3),
    );
  });
});

/** A tensor, and indices into it along an axis: in the other axes they may be fewer. */
function drawGather(
  draw: fc.GeneratorValue,
  dtype: DType = 'float32',
): Sample & { index: Sample; axis: number; front: number } {
  const { shape, axis, front, size } = drawPickable(draw);
  const short = shape.map((each, at) => (at === front ? draw(fc.nat, 4) : each - draw(fc.nat, Math.min(1, each))));
  return {
    ...draw(samples, shape, { dtype, repeats: true }),
    index: drawIndices(draw, short, size, true),
    axis,
    front,
  };
}

describe('gather and scatterAdd', () => {
  test('pick, and add, where each index says', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const { x, array, index, axis, front } = drawGather(draw);
        const place = (at: Coordinates) => at.with(front, elementAt(index.array, at));
        const picked = x.gather(axis, index.x);
        expect(picked.toArray()).toEqual(nested(index.x.shape, (at) => elementAt(array, place(at))));

        // The source may be larger than the indices: the rest of it is not looked at.
        const source = draw(samples, index.x.shape.map((size) => size + draw(fc.nat, 1)));
        const sums = addedUp(x.shape, index.x.shape, place, (at) => elementAt(source.array, at));
        const added = x.scatterAdd(axis, index.x, source.x);
        expect(added.toArray()).toEqual(nested(x.shape, (at) => elementAt(array, at) + elementAt(sums, at)));
        expect(x.toArray()).toEqual(array);
      }),
      propertyRuns(4),
    ); // prettier-ignore
  });

  test('are adjoint: the product of what one picks with any other tensor is the product with what the other adds', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const { x, index, axis } = drawGather(draw, 'float64');
        const { x: other } = draw(weights, index.x.shape, 'float64');
        const nothing = zeros(x.shape, { dtype: 'float64' });
        expect(inner(x.gather(axis, index.x), other)).toBe(inner(x, nothing.scatterAdd(axis, index.x, other)));
      }),
      propertyRuns(3),
    );
  });

  test('undo each other where the indices are all those of the axis, in any order', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const { shape, axis, front, size } = drawPickable(draw);
        const { x, array } = draw(samples, shape, { repeats: true });
        const order = draw(someOf, [...new Array<number>(size).keys()], size);
        const count = coordinates(shape).map((at) => order[at[front] ?? NaN] ?? NaN);
        const index = zeros([count.length], { dtype: 'int32' });
        for (const [at, each] of count.entries()) index.data[at] = each;
        const shaped = index.reshape(shape);
        expect(zeros(shape).scatterAdd(axis, shaped, x).gather(axis, shaped).toArray()).toEqual(array);
        expect(zeros(shape).scatterAdd(axis, shaped, x.gather(axis, shaped)).toArray()).toEqual(array);
      }),
      propertyRuns(3),
    );
  });

  test('are the gradients of each other', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const { x, index, axis } = drawGather(draw);
        x.requiresGrad = true;
        const w = draw(weights, index.x.shape);
        x.gather(axis, index.x).backward(w.x);
        expect(x.grad?.toArray()).toEqual(zeros(x.shape).scatterAdd(axis, index.x, w.x).toArray());

        x.zeroGrad();
        const source = draw(samples, index.x.shape.map((size) => size + draw(fc.nat, 1))); // prettier-ignore
        source.x.requiresGrad = true;
        const all = draw(weights, x.shape);
        x.scatterAdd(axis, index.x, source.x).backward(all.x);
        expect(x.grad?.toArray()).toEqual(all.array);
        const back = all.x.gather(axis, index.x).toArray();
        const isUsed = (at: Coordinates) => at.every((each, along) => each < (index.x.shape[along] ?? NaN));
        expect(source.x.grad?.toArray()).toEqual(
          nested(source.x.shape, (at) => (isUsed(at) ? elementAt(back, at) : 0)),
        );
      }),
      propertyRuns(3),
    );
  });
});

describe('sort and topk', () => {
  const few = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(NaN, Infinity, -Infinity, -0));

  /** The runs along an axis: for the coordinates of the other axes the numbers in order. */
  function runs(shape: Shape, array: Sample['array'], front: number): number[][] {
    const others = shape.toSpliced(front, 1);
    return coordinates(others).map((at) =>
      Array.from({ length: shape[front] ?? 0 }, (_, index) => elementAt(array, at.toSpliced(front, 0, index))),
    );
  }

  /** Whether `a` may stand before `b`: NaN is the largest. */
  const isInOrder = (a: number, b: number) => Number.isNaN(b) || a <= b;
  const isEqual = (a: number, b: number) => isInOrder(a, b) && isInOrder(b, a);

  test('sort permutes into order, equals as they stood, and its indices gather its values', () => {
    let [moved, tied] = [0, 0];
    fc.assert(
      fc.property(fc.gen(), fc.boolean(), (draw, descending) => {
        const shape = draw(shapesOf, 4, 1);
        const [axis, front] = drawAxis(draw, shape);
        const { x, array } = draw(samples, shape, { values: few, repeats: true });
        const { values, indices } = x.sort(axis, { descending });
        expect([values.shape, indices.shape, indices.dtype]).toEqual([shape, shape, 'int32']);
        expect(values.toArray()).toEqual(x.gather(axis, indices).toArray());
        const given = runs(shape, array, front);
        const sorted = runs(shape, values.toArray(), front);
        for (const [run, order] of runs(shape, indices.toArray(), front).entries()) {
          expect(order.toSorted((a, b) => a - b)).toEqual(order.map((_, index) => index));
          expect(sorted[run]).toEqual(order.map((index) => given[run]?.[index]));
          for (const [index, place] of order.entries()) {
            if (index === 0) continue;
            const [before, after] = [sorted[run]?.[index - 1] ?? NaN, sorted[run]?.[index] ?? NaN];
            expect(descending ? isInOrder(after, before) : isInOrder(before, after)).toBe(true);
            if (isEqual(before, after)) {
              expect(order[index - 1]).toBeLessThan(place);
              tied++;
            }
            if (place !== index) moved++;
          }
        }
      }),
      propertyRuns(4),
    );
    expect(Math.min(moved, tied)).toBeGreaterThan(200);
  });

  test('topk is the first of sort, descending for the largest', () => {
    fc.assert(
      fc.property(fc.gen(), fc.boolean(), (draw, largest) => {
        const shape = draw(shapesOf, 4, 1);
        const [axis, front] = drawAxis(draw, shape);
        const { x } = draw(samples, shape, { values: few, repeats: true });
        const k = draw(fc.nat, shape[front] ?? NaN);
        const top = x.topk(k, axis, { largest });
        const sorted = x.sort(axis, { descending: largest });
        expect(top.values.shape).toEqual(shape.with(front, k));
        expect(top.values.toArray()).toEqual(sorted.values.slice(axis, 0, k).toArray());
        expect(top.indices.toArray()).toEqual(sorted.indices.slice(axis, 0, k).toArray());
      }),
      propertyRuns(3),
    );
  });

  test('send each gradient to where the value stood', () => {
    fc.assert(
      fc.property(fc.gen(), fc.boolean(), (draw, descending) => {
        const shape = draw(shapesOf, 4, 1);
        const [axis, front] = drawAxis(draw, shape);
        const { x } = draw(samples, shape, { values: few });
        const k = draw(fc.nat, shape[front] ?? NaN);
        x.requiresGrad = true;
        for (const { values, indices } of [x.sort(axis, { descending }), x.topk(k, axis, { largest: descending })]) {
          x.zeroGrad();
          const w = draw(weights, values.shape);
          values.backward(w.x);
          const cameFrom = indices.toArray();
          const place = (at: Coordinates) => at.with(front, elementAt(cameFrom, at));
          expect(x.grad?.toArray()).toEqual(addedUp(shape, values.shape, place, (at) => elementAt(w.array, at)));
        }
      }),
      propertyRuns(3),
    );
  });
});

describe('masks', () => {
  const bits = fc.constantFrom(0, 1);

  test('tril and triu keep what is on their side of a diagonal, and together are the whole', () => {
    fc.assert(
      fc.property(fc.gen(), fc.integer({ min: -6, max: 6 }), (draw, offset) => {
        const shape = draw(shapesOf, 4, 2);
        const { x, array } = draw(samples, shape, { repeats: true });
        const rightOf = (at: Coordinates) => (at.at(-1) ?? NaN) - (at.at(-2) ?? NaN);
        const [lower, upper] = [x.tril(offset), x.triu(offset)];
        expect(lower.toArray()).toEqual(nested(shape, (at) => (rightOf(at) <= offset ? elementAt(array, at) : 0)));
        expect(upper.toArray()).toEqual(nested(shape, (at) => (rightOf(at) >= offset ? elementAt(array, at) : 0)));
        expect(lower.add(x.triu(offset + 1)).toArray()).toEqual(array);
        const onDiagonal = lower.triu(offset);
        expect(lower.add(upper).toArray()).toEqual(x.add(onDiagonal).toArray());
        expect(onDiagonal.diagonal(offset, -2, -1).toArray()).toEqual(x.diagonal(offset, -2, -1).toArray());
        expect(onDiagonal.sum().item()).toBe(x.diagonal(offset, -2, -1).sum().item());
      }),
      propertyRuns(3),
    );
  });

  test('maskedFill writes where the mask holds, and passes the gradient elsewhere', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const shape = draw(shapesOf, 4);
        const { x, array } = draw(samples, shape);
        const own = shape.slice(draw(fc.nat, shape.length)).map((size) => oneOf(draw, size, size, 1));
        const mask = draw(samples, own, { dtype: 'bool', values: bits });
        const holds = (at: Coordinates) =>
          elementAt(mask.array, own.map((size, axis) => (size === 1 ? 0 : (at[at.length - own.length + axis] ?? NaN)))) === 1; // prettier-ignore
        x.requiresGrad = true;
        const filled = x.maskedFill(mask.x, -5);
        expect(filled.toArray()).toEqual(nested(shape, (at) => (holds(at) ? -5 : elementAt(array, at))));
        const w = draw(weights, shape);
        filled.backward(w.x);
        expect(x.grad?.toArray()).toEqual(nested(shape, (at) => (holds(at) ? 0 : elementAt(w.array, at))));
        expect(x.detach().at(x.detach().gt(0)).shape).toEqual([x.size]);
      }),
      propertyRuns(3),
    );
  });
});
