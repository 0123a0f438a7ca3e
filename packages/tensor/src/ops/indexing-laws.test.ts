import { type DType, type Index, type Shape, ShapeError, slice, type SliceIndex, type Tensor } from '@mg/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addedUp,
  beforeBroadcast,
  type Coordinates,
  coordinates,
  elementAt,
  meeting,
  nested,
  oneOf,
  type Sample,
  samples,
  shapesOf,
  sliced,
  someOf,
  weights,
} from '../../fixtures/plain-arrays.ts';
import { propertyRuns, scaled } from '../../fixtures/property-runs.ts';

/** An index as `at` takes it, but a tensor with its elements beside it. */
type PlainIndex = number | null | '...' | SliceIndex | Sample;

const isSample = (index: PlainIndex): index is Sample => typeof index === 'object' && index !== null && 'x' in index;
const isMask = (index: PlainIndex) => isSample(index) && index.x.dtype === 'bool';
const asGiven = (indices: readonly PlainIndex[]): Index[] =>
  indices.map((index) => (isSample(index) ? index.x : index));
const fromTheFront = (index: number, size: number) => (index < 0 ? index + size : index);

/** What indices take: the shape of it, and where each of its elements stood. */
interface Taken {
  readonly shape: Shape;
  readonly from: (at: Coordinates) => Coordinates;
}

/**
 * What NumPy's definition says that indices take from an array of `shape`; null where the tensors among them do not broadcast.
 *
 * Each axis of the result is one that was kept (a slice, a new axis), or one of the shape in which the tensors meet. Those stand where the
 * first tensor stood; in front, if an axis is kept between two of them. Where NumPy and PyTorch differ it is as in PyTorch: a number takes its
 * axis away before, and counts as no tensor; and '...' that stands for no axis parts nothing.
 */
function taken(shape: Shape, indices: readonly PlainIndex[]): Taken | null {
  const axesOf = (index: PlainIndex) =>
    index === null || index === '...' ? 0 : isSample(index) && isMask(index) ? index.x.ndim : 1;
  const rest = shape.length - indices.reduce<number>((sum, index) => sum + axesOf(index), 0);
  const kept: { axis: number | null; places: number[] }[] = [];
  const picked: { axis: number | null; shape: Shape; place: (at: Coordinates) => number; keptBefore: number }[] = [];
  const fixed = new Map<number, number>();
  let axis = 0;
  const keep = ({ start, stop, step }: SliceIndex) => {
    kept.push({ axis, places: sliced(shape[axis++] ?? NaN, start, stop, step) });
  };
  for (const index of indices.includes('...') ? indices : [...indices, '...' as const]) {
    const size = shape[axis] ?? NaN;
    if (index === null) kept.push({ axis: null, places: [0] });
    else if (index === '...') for (let more = 0; more < rest; more++) keep(slice());
    else if (typeof index === 'number') fixed.set(axis++, fromTheFront(index, size));
    else if (!isSample(index)) keep(index);
    else if (isMask(index)) {
      const holds = coordinates(index.x.shape).filter((at) => elementAt(index.array, at) === 1);
      const vector = { shape: [holds.length], keptBefore: kept.length };
      if (index.x.ndim === 0) picked.push({ ...vector, axis: null, place: () => 0 });
      for (const each of index.x.shape.keys()) {
        picked.push({ ...vector, axis: axis++, place: ([at = NaN]) => holds[at]?.[each] ?? NaN });
      }
    } else {
      const place = (at: Coordinates) => fromTheFront(elementAt(index.array, at), size);
      picked.push({ axis: axis++, shape: index.x.shape, place, keptBefore: kept.length });
    }
  }
  const met = meeting(...picked.map((each) => each.shape));
  if (met === null) return null;
  const first = picked[0]?.keptBefore ?? 0;
  const before = picked.every(({ keptBefore }) => keptBefore === first) ? first : 0;
  const sizes = kept.map(({ places }) => places.length);
  return {
    shape: [...sizes.slice(0, before), ...met, ...sizes.slice(before)],
    from(at) {
      const source = shape.map((_, each) => fixed.get(each) ?? NaN);
      const atPicked = at.slice(before, before + met.length);
      for (const [place, index] of at.toSpliced(before, met.length).entries()) {
        const { axis = null, places = [] } = kept[place] ?? {};
        if (axis !== null) source[axis] = places[index] ?? NaN;
      }
      for (const { axis, shape, place } of picked) {
        if (axis !== null) source[axis] = place(beforeBroadcast(shape, atPicked));
      }
      return source;
    },
  };
}

interface Kinds {
  /** Whether tensors are among them. */
  readonly tensors: boolean;
}

const bits = fc.constantFrom(0, 1);
const fewBits = fc.constantFrom(0, 0, 0, 1);

/** Bounds that leave something of a small axis more often than not. */
function drawSlice(draw: fc.GeneratorValue): SliceIndex {
  const bound = () => (draw(fc.boolean) ? undefined : draw(fc.integer, { min: -6, max: 6 }));
  return slice(bound(), bound(), oneOf(draw, 1, 1, 1, 2, 3, -1, -2));
}

/** Indices for an array of `shape`: of all kinds for its axes, new axes between them, and '...' for some. */
function indicesFor(draw: fc.GeneratorValue, shape: Shape, { tensors }: Kinds): PlainIndex[] {
  const indices: PlainIndex[] = [];
  const common = draw(shapesOf, 3);
  let hasEllipsis = false;
  for (let axis = 0; axis < shape.length;) {
    const size = shape[axis] ?? NaN;
    const kinds = ['slice', 'all', 'null', ...(size > 0 ? ['number', 'ints', 'ints'] : []), 'mask', 'ellipsis'];
    const kind = oneOf(draw, ...kinds);
    if (kind === 'null') {
      indices.push(null);
    } else if (kind === 'number') {
      indices.push(draw(fc.integer, { min: -size, max: size - 1 }));
      axis++;
    } else if (kind === 'ellipsis' && !hasEllipsis) {
      hasEllipsis = true;
      indices.push('...');
      axis += draw(fc.nat, shape.length - axis);
    } else if (kind === 'ints' && tensors) {
      const own = common.slice(draw(fc.nat, common.length)).map((each) => oneOf(draw, each, each, 1));
      const dtype = oneOf(draw, 'int32', 'uint8');
      const values = fc.integer({ min: dtype === 'int32' ? -size : 0, max: size - 1 });
      indices.push(draw(samples, own, { dtype, values, repeats: true }));
      axis++;
    } else if (kind === 'mask' && tensors) {
      const ndim = draw(fc.nat, Math.min(2, shape.length - axis));
      const values = oneOf(draw, bits, fewBits);
      indices.push(draw(samples, shape.slice(axis, axis + ndim), { dtype: 'bool', values, repeats: true }));
      axis += ndim;
    } else {
      indices.push(kind === 'slice' ? drawSlice(draw) : slice());
      axis++;
    }
  }
  // What is left out at the end is kept whole.
  const isWhole = (index: PlainIndex | undefined) => index !== undefined && index !== null && typeof index === 'object' && !isSample(index) && String(Object.values(index)) === ',,1'; // prettier-ignore
  if (!hasEllipsis) while (isWhole(indices.at(-1))) indices.pop();
  return indices;
}

/** A tensor and indices for it. */
function indexed(
  draw: fc.GeneratorValue,
  kinds: Kinds,
  dtype: DType = 'float32',
  repeats = true,
): Sample & { indices: PlainIndex[]; result: Taken | null } {
  const shape = draw(shapesOf, 4);
  const sample = draw(samples, shape, { dtype, repeats });
  const indices = indicesFor(draw, shape, kinds);
  return { ...sample, indices, result: taken(shape, indices) };
}

describe('at', () => {
  test('without tensors among the indices is a view of what they say', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const { x, array, indices, result } = indexed(draw, { tensors: false });
        const part = x.at(...asGiven(indices));
        expect(part.shape).toEqual(result?.shape);
        expect(part.storage).toBe(x.storage);
        expect(part.toArray()).toEqual(nested(part.shape, (at) => elementAt(array, result?.from(at) ?? [])));
      }),
      propertyRuns(5),
    );
  });

  test('with tensors among them is a copy of what they say, and refuses those that do not broadcast', () => {
    let [copies, refused] = [0, 0];
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const { x, array, indices, result } = indexed(draw, { tensors: true });
        if (!indices.some(isSample)) return;
        if (result === null) {
          refused++;
          expect(() => x.at(...asGiven(indices))).toThrow(ShapeError);
          return;
        }
        copies++;
        const part = x.at(...asGiven(indices));
        expect(part.shape).toEqual(result.shape);
        expect(part.dtype).toBe(x.dtype);
        expect(part.storage).not.toBe(x.storage);
        expect(part.toArray()).toEqual(nested(part.shape, (at) => elementAt(array, result.from(at))));
      }),
      propertyRuns(12),
    );
    expect(copies).toBeGreaterThan(scaled(300));
    expect(refused).toBeGreaterThan(scaled(10));
  });

  test('sends each gradient to where the element stood; of one that was picked several times they add up', () => {
    let repeated = 0;
    fc.assert(
      fc.property(fc.gen(), fc.boolean(), (draw, tensors) => {
        const { x, indices, result } = indexed(draw, { tensors });
        if (result === null) return;
        const w = draw(weights, result.shape);
        x.requiresGrad = true;
        x.at(...asGiven(indices)).backward(w.x);
        const places = coordinates(result.shape).map((at) => String(result.from(at)));
        repeated += places.length - new Set(places).size;
        expect(x.grad?.toArray()).toEqual(addedUp(x.shape, result.shape, result.from, (at) => elementAt(w.array, at)));
      }),
      propertyRuns(6),
    );
    expect(repeated).toBeGreaterThan(scaled(50));
  });

  test('refuses what is beyond an axis, and more indices than axes', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const shape = draw(shapesOf, 4, 1);
        const { x } = draw(samples, shape);
        const axis = draw(fc.nat, shape.length - 1);
        const size = shape[axis] ?? NaN;
        const before = shape.slice(0, axis).map(() => slice());
        const beyond = oneOf(draw, size, -size - 1, size + 5);
        expect(() => x.at(...before, beyond)).toThrow(RangeError);
        const index = draw(samples, [2, 3], { dtype: 'int32', values: fc.constant(beyond) });
        expect(() => x.at(...before, index.x)).toThrow(RangeError);
        const mask = draw(samples, [size + 1], { dtype: 'bool', values: fc.constant(0) });
        expect(() => x.at(...before, mask.x)).toThrow(ShapeError);
        expect(() => x.at(...shape.map(() => slice()), null, slice())).toThrow(ShapeError);
      }),
      propertyRuns(3),
    );
  });
});

/**
 * A value for `set`: it broadcasts to what is indexed, or would without axes of size 1 in front. Its elements are negative, those of what it
 * is written to are not.
 */
function valueFor(draw: fc.GeneratorValue, shape: Shape, dtype: DType): Sample {
  const own = shape.slice(draw(fc.nat, shape.length)).map((size) => oneOf(draw, size, size, 1));
  if (own.length === shape.length && draw(fc.boolean)) own.unshift(...[1, 1].slice(draw(fc.nat, 1)));
  return draw(samples, own, { dtype, values: fc.integer({ min: -9999, max: -1 }), repeats: true });
}

describe('set', () => {
  test('writes what at reads, the last of several to one place, and nothing else', () => {
    let [written, repeated] = [0, 0];
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const dtype = oneOf(draw, 'float32', 'float64', 'int32');
        const { x, array, indices, result } = indexed(draw, { tensors: true }, dtype, false);
        if (result === null) {
          expect(() => x.set(...asGiven(indices), 0)).toThrow(ShapeError);
          expect(x.toArray()).toEqual(array);
          return;
        }
        const value = valueFor(draw, result.shape, oneOf(draw, 'float32', 'int32'));
        const before = [...x.storage.read()];
        const last = new Map<string, number>();
        for (const at of coordinates(result.shape)) {
          const key = String(result.from(at));
          if (last.has(key)) repeated++;
          last.set(key, elementAt(value.array, beforeBroadcast(value.x.shape, at)));
        }
        written += last.size;
        expect(x.set(...asGiven(indices), value.x)).toBe(x);
        expect(x.toArray()).toEqual(nested(x.shape, (at) => last.get(String(at)) ?? elementAt(array, at)));
        expect(x.at(...asGiven(indices)).toArray()).toEqual(
          nested(result.shape, (at) => last.get(String(result.from(at))) ?? NaN),
        );
        // As many elements of the storage have changed as places were named: not what lies between the elements.
        const changed = [...x.storage.read()].filter((each, index) => !Object.is(each, before[index]));
        expect(changed.length).toBe(last.size);
      }),
      propertyRuns(6),
    );
    expect(written).toBeGreaterThan(scaled(1000));
    expect(repeated).toBeGreaterThan(scaled(100));
  });

  test('reads a value that is a part of the tensor before it writes', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const shape = draw(shapesOf, 4, 1);
        const { x, array } = draw(samples, shape);
        const order = draw(someOf, [...shape.keys()]);
        const backwards = shape.map((_, axis) => (order.includes(axis) ? slice(undefined, undefined, -1) : slice()));
        x.set(...backwards, x);
        const turned = (at: Coordinates) => at.map((index, axis) => (order.includes(axis) ? (shape[axis] ?? NaN) - 1 - index : index)); // prettier-ignore
        expect(x.toArray()).toEqual(nested(shape, (at) => elementAt(array, turned(at))));
      }),
      propertyRuns(3),
    );
  });

  test('refuses a value that would have to grow', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const { x, array, indices, result } = indexed(draw, { tensors: false }, 'float32', false);
        const shape = result?.shape ?? [];
        const { x: value } = draw(samples, draw(shapesOf, 4));
        const extra = value.shape.slice(0, Math.max(0, value.ndim - shape.length));
        const own = extra.every((size) => size === 1) ? value.shape.slice(extra.length) : value.shape;
        if (String(meeting(shape, own)) === String(shape) && own.length <= shape.length) return;
        refused++;
        expect(() => x.set(...asGiven(indices), value)).toThrow(ShapeError);
        expect(x.toArray()).toEqual(array);
      }),
      propertyRuns(5),
    );
    expect(refused).toBeGreaterThan(scaled(100));
  });

  test('passes the gradient of what was not written, and to the value that of where it was', () => {
    fc.assert(
      fc.property(fc.gen(), fc.boolean(), (draw, tensors) => {
        const { x, indices, result } = indexed(draw, { tensors });
        if (result === null) return;
        const places = coordinates(result.shape).map((at) => String(result.from(at)));
        if (new Set(places).size < places.length) return;
        const value = valueFor(draw, result.shape, 'float32');
        const w = draw(weights, x.shape);
        x.requiresGrad = true;
        value.x.requiresGrad = true;
        const y: Tensor = x.clone();
        y.set(...asGiven(indices), value.x);
        y.backward(w.x);
        expect(x.grad?.toArray()).toEqual(
          nested(x.shape, (at) => (places.includes(String(at)) ? 0 : elementAt(w.array, at))),
        );
        const own = value.x.shape;
        const sent = addedUp(
          own,
          result.shape,
          (at) => beforeBroadcast(own, at),
          (at) => elementAt(w.array, result.from(at)),
        );
        expect(value.x.grad?.toArray()).toEqual(sent);
      }),
      propertyRuns(4),
    );
  });
});
