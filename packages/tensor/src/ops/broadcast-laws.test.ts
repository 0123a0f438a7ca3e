import { type DType, type Nested, type Shape, ShapeError, type Tensor, where } from '@mg/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addedUp,
  beforeBroadcast,
  type Coordinates,
  elementAt,
  meeting,
  nested,
  samples,
  shapes,
  shapesOf,
  weights,
} from '../../fixtures/plain-arrays.ts';
import { broadcastShapes } from '../array/shape.ts';
import { propertyRuns, scaled } from '../../fixtures/property-runs.ts';

/** Several shapes that broadcast: one shape, each axis of which may be 1, and which may start later. */
function fitting(count: number): fc.Arbitrary<Shape[]> {
  return shapes.chain((shape) => {
    const each = fc
      .tuple(fc.nat(shape.length), fc.tuple(...shape.map((size) => fc.constantFrom(size, size, 1))))
      .map(([missing, sizes]) => sizes.slice(missing));
    return fc.tuple(...Array.from({ length: count }, () => each));
  });
}

/** Several shapes, which may not broadcast. */
const any = (count: number): fc.Arbitrary<Shape[]> =>
  fc.oneof(fitting(count), fc.tuple(...Array.from({ length: count }, () => shapesOf(3, 1))));

/** The shape that `attempt` gives, null where it refuses. */
function shapeOrRefusal(attempt: () => Tensor | Shape): Shape | null {
  try {
    const result = attempt();
    return 'shape' in result ? result.shape : result;
  } catch (error) {
    expect(error).toBeInstanceOf(ShapeError);
    return null;
  }
}

/** The gradient of an operand: the sum of what each place of the result sends to the element that stood there. */
function summed(shape: Shape, result: Shape, sent: (at: Coordinates) => number): Nested {
  return addedUp(shape, result, (at) => beforeBroadcast(shape, at), sent);
}

describe('the shape in which shapes meet', () => {
  test('is what the rule says, whatever the operation; the same shapes are refused', () => {
    let [accepted, refused] = [0, 0];
    fc.assert(
      fc.property(
        any(3).chain((three) => fc.tuple(...three.map((shape) => samples(shape, { repeats: true })))),
        (three) => {
          const [a, b, c] = three.map(({ x }) => x) as [Tensor, Tensor, Tensor];
          const ofTwo = meeting(a.shape, b.shape);
          if (ofTwo === null) refused++;
          else accepted++;
          for (const attempt of [
            () => broadcastShapes('add', a.shape, b.shape),
            () => a.add(b),
            () => a.maximum(b),
            () => a.lt(b),
          ]) {
            expect(shapeOrRefusal(attempt)).toEqual(ofTwo);
          }
          expect(shapeOrRefusal(() => where(a.gt(1), b, c))).toEqual(meeting(a.shape, b.shape, c.shape));
          const fits = ofTwo !== null && String(ofTwo) === String(b.shape);
          expect(shapeOrRefusal(() => a.broadcastTo(b.shape))).toEqual(fits ? b.shape : null);
          expect(shapeOrRefusal(() => b.clone().add_(a))).toEqual(fits ? b.shape : null);
        },
      ),
      propertyRuns(5),
    );
    expect(Math.min(accepted, refused)).toBeGreaterThan(scaled(50));
  });

  test('is the same in any order and however they are taken together', () => {
    let [accepted, refused] = [0, 0];
    fc.assert(
      fc.property(any(3), (three) => {
        const [a, b, c] = three as [Shape, Shape, Shape];
        const meet = (first: Shape | null, second: Shape | null) =>
          first && second && shapeOrRefusal(() => broadcastShapes('add', first, second));
        const together = meet(meet(a, b), c);
        if (together === null) refused++;
        else accepted++;
        expect(together).toEqual(meeting(a, b, c));
        expect(meet(a, meet(b, c))).toEqual(together);
        expect(meet(meet(c, a), b)).toEqual(together);
        expect(meet(b, a)).toEqual(meet(a, b));
        expect(meet(a, a)).toEqual(a);
        expect(meet(a, [])).toEqual(a);
      }),
      propertyRuns(10),
    );
    expect(Math.min(accepted, refused)).toBeGreaterThan(scaled(50));
  });
});

describe('broadcastTo', () => {
  test('is a view, in which each element stands wherever it repeats', () => {
    fc.assert(
      fc.property(
        fitting(2).chain(([a = [], b = []]) =>
          fc.tuple(samples(a, { repeats: true }), fc.constant(meeting(a, b) ?? [])),
        ),
        ([{ x, array }, target]) => {
          const y = x.broadcastTo(target);
          expect(y.storage).toBe(x.storage);
          expect(y.toArray()).toEqual(nested(target, (at) => elementAt(array, beforeBroadcast(x.shape, at))));
        },
      ),
      propertyRuns(4),
    );
  });

  test('in two steps is the same as at once', () => {
    fc.assert(
      fc.property(
        fitting(3).chain(([a = [], ...others]) => fc.tuple(samples(a), fc.constant(others))),
        ([{ x }, [b = [], c = []]]) => {
          const half = meeting(x.shape, b) ?? [];
          const whole = meeting(half, c) ?? [];
          const inTwo = x.broadcastTo(half).broadcastTo(whole);
          const atOnce = x.broadcastTo(whole);
          expect(inTwo.toArray()).toEqual(atOnce.toArray());
        },
      ),
      propertyRuns(3),
    );
  });

  test('sends each element the sum of the gradients wherever it repeats', () => {
    fc.assert(
      fc.property(
        fitting(2).chain(([a = [], b = []]) => fc.tuple(samples(a), weights(meeting(a, b) ?? []))),
        ([{ x }, w]) => {
          x.requiresGrad = true;
          x.broadcastTo(w.x.shape).backward(w.x);
          expect(x.grad?.toArray()).toEqual(summed(x.shape, w.x.shape, (at) => elementAt(w.array, at)));
        },
      ),
      propertyRuns(3),
    );
  });
});

describe('operations on pairs', () => {
  const floats: Partial<Record<DType, fc.Arbitrary<number>>> = {
    float32: fc.float(),
    float64: fc.double(),
    int32: fc.integer({ min: -46340, max: 46340 }), // whose products fit
  };
  const pairs = fc
    .tuple(fitting(2), fc.constantFrom<DType>('float32', 'float64', 'int32'))
    .chain(([[a = [], b = []], dtype]) => {
      const options = { dtype, values: floats[dtype] ?? fc.constant(NaN), repeats: true };
      return fc.tuple(samples(a, options), samples(b, options));
    });
  const bits = (x: Tensor) => Array.from(x.contiguous().data, (each) => (Object.is(each, -0) ? '-0' : String(each)));

  test('equal, to the bit, those on operands that were broadcast and copied before', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const shape = meeting(a.x.shape, b.x.shape) ?? [];
        const [first, second] = [a.x, b.x].map((x) => x.broadcastTo(shape).clone()) as [Tensor, Tensor];
        for (const op of ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'eq', 'lt', 'ge'] as const) {
          const together = a.x[op](b.x);
          expect(together.shape).toEqual(shape);
          expect(bits(together)).toEqual(bits(first[op](second)));
          expect(bits(together)).toEqual(bits(a.x.broadcastTo(shape)[op](b.x.broadcastTo(shape))));
        }
      }),
      propertyRuns(3),
    );
  });

  test('pair the elements that stand at the same place', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const shape = meeting(a.x.shape, b.x.shape) ?? [];
        const round = a.x.dtype === 'float32' ? Math.fround : (x: number) => x;
        const model = (f: (a: number, b: number) => number) =>
          nested(shape, (at) =>
            round(
              f(elementAt(a.array, beforeBroadcast(a.x.shape, at)), elementAt(b.array, beforeBroadcast(b.x.shape, at))),
            ),
          );
        expect(a.x.add(b.x).toArray()).toEqual(model((a, b) => a + b));
        expect(b.x.add(a.x).toArray()).toEqual(model((a, b) => a + b));
        expect(a.x.sub(b.x).toArray()).toEqual(model((a, b) => a - b));
        if (b.x.shape.length <= a.x.shape.length && String(shape) === String(a.x.shape)) {
          expect(a.x.clone().sub_(b.x).toArray()).toEqual(model((a, b) => a - b));
        }
      }),
      propertyRuns(3),
    );
  });

  test('send each operand the sum over the axes along which it was stretched', () => {
    const operands = fitting(2).chain(([a = [], b = []]) =>
      fc.tuple(
        samples(a, { dtype: 'float64', repeats: true }),
        samples(b, { dtype: 'float64', repeats: true }),
        weights(meeting(a, b) ?? [], 'float64'),
      ),
    );
    fc.assert(
      fc.property(operands, ([a, b, w]) => {
        const of = ({ x, array }: typeof a, at: Coordinates) => elementAt(array, beforeBroadcast(x.shape, at));
        const expectGradients = (toA: (at: Coordinates) => number, toB: (at: Coordinates) => number) => {
          expect(a.x.grad?.toArray()).toEqual(summed(a.x.shape, w.x.shape, toA));
          expect(b.x.grad?.toArray()).toEqual(summed(b.x.shape, w.x.shape, toB));
          a.x.zeroGrad();
          b.x.zeroGrad();
        };
        a.x.requiresGrad = true;
        b.x.requiresGrad = true;
        a.x.add(b.x).backward(w.x);
        expectGradients((at) => of(w, at), (at) => of(w, at)); // prettier-ignore
        a.x.mul(b.x).backward(w.x);
        expectGradients((at) => of(w, at) * of(b, at), (at) => of(w, at) * of(a, at)); // prettier-ignore
        where(a.x.gt(b.x), a.x, b.x).backward(w.x);
        const isA = (at: Coordinates) => of(a, at) > of(b, at);
        expectGradients((at) => (isA(at) ? of(w, at) : 0), (at) => (isA(at) ? 0 : of(w, at))); // prettier-ignore
      }),
      propertyRuns(3),
    );
  });
});
