import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { contiguousStrides } from '../array/shape.ts';
import { Storage } from '../array/storage.ts';
import { full, memoryUsage, setMemoryLimit, tensor, Tensor } from '../index.ts';
import { compiledReduce } from './compiled/kernels.ts';
import * as kernels from './reduce.ts';
import { type ReduceKernel } from './reduce.ts';
import * as reference from './reference/reduce.ts';
import { propertyRuns } from '../../fixtures/property-runs.ts';

const { limit } = memoryUsage();
afterEach(() => {
  setMemoryLimit(limit);
});

let state = 1;
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

/** Numbers of which many are equal, zeros of both signs among them. */
const numbers = (length: number) =>
  Float32Array.from({ length }, () => (random() < 0.3 ? -0 : Math.round((random() - 0.5) * 64) / 8));

/** A view of the shape, laid out in memory in some way. */
const layouts: Readonly<Record<string, (shape: readonly number[]) => Tensor>> = {
  dense: (shape) => dense(shape),
  transposed: (shape) => {
    const axes = shape.map((_, axis) => axis).reverse();
    return dense([...shape].reverse()).permute(axes);
  },
  'with gaps': (shape) => {
    const wider = dense(shape.map((size) => size + 1));
    return shape.reduce((x: Tensor, size, axis) => x.slice(axis, 1, size + 1), wider);
  },
  'every second': (shape) =>
    shape.reduce((x: Tensor, _, axis) => x.slice(axis, 0, undefined, 2), dense(shape.map((size) => 2 * size))),
  backwards: (shape) => dense(shape).flip(shape.map((_, axis) => axis)),
  repeated: (shape) => dense(shape.map((size, axis) => (axis === shape.length - 1 ? size : 1))).broadcastTo(shape),
  'one number': (shape) => dense(shape.map(() => 1)).broadcastTo(shape),
  'a small part of something large': (shape) => {
    const size = shape.reduce((all, each) => all * each, 1);
    return dense([40 * size + 3])
      .slice(0, 3, 3 + size)
      .reshape([...shape]);
  },
};

function dense(shape: readonly number[]): Tensor {
  return tensor(numbers(shape.reduce((all, size) => all * size, 1)), { shape });
}

function reduced(kernel: ReduceKernel, x: Tensor, axes: readonly number[], dtype: 'float32' | 'int32'): number[] {
  const size = x.shape.filter((_, axis) => !axes.includes(axis)).reduce((all, each) => all * each, 1);
  const out = Storage.empty(dtype, size);
  kernel(x, axes, out);
  return [...out.read()];
}

/** The same by the reference kernel, of elements that are copied so that each run is in one piece. */
function byDefinition(
  kernel: reference.ReduceKernel,
  x: Tensor,
  axes: readonly number[],
  dtype: 'float32' | 'int32',
): number[] {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const reducedAxes = x.shape.map((_, axis) => axis).filter((axis) => axes.includes(axis));
  const runs = x.permute([...kept, ...reducedAxes]);
  const flat = Storage.of('float32', Float32Array.from(runs.toArray<number[]>().flat(9)));
  const count = kept.reduce((all, axis) => all * (x.shape[axis] ?? 1), 1);
  const out = Storage.of(dtype, dtype === 'int32' ? new Int32Array(count) : new Float32Array(count));
  const length = flat.length / count;
  kernel({ storage: flat, shape: [count, length], strides: [length, 1], offset: 0 }, [1], out);
  return [...out.read()];
}

const shapes = fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 5 });

describe.each(Object.entries(layouts))('%s', (_, lay) => {
  test('all reductions, over any axes, are those of the reference', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 31 }), (shape, mask) => {
        const x = lay(shape);
        const axes = shape.map((_, axis) => axis).filter((axis) => ((mask >> axis) & 1) === 1);
        for (const name of ['max', 'min', 'any', 'all', 'prod'] as const) {
          expect(reduced(kernels[name], x, axes, 'float32'), name).toEqual(
            byDefinition(reference[name], x, axes, 'float32'),
          );
        }
        for (const name of ['argmax', 'argmin'] as const) {
          expect(reduced(kernels[name], x, axes, 'int32'), name).toEqual(
            byDefinition(reference[name], x, axes, 'int32'),
          );
        }
        // These are eighths: their sums are exact.
        expect(reduced(kernels.sum, x, axes, 'float32')).toEqual(byDefinition(reference.sum, x, axes, 'float32'));
      }),
      propertyRuns(0.6),
    );
  });

  test('a sum has the same bits as that of a copy, and as with hardly any memory', () => {
    const thirds = (x: Tensor): Tensor => {
      const { storage } = x;
      const scaled = Storage.of(
        'float32',
        Float32Array.from(storage.read(), (each) => each / 3 + 1e-3),
      );
      return new Tensor(scaled, x);
    };
    const cases: readonly (readonly [number[], number[]])[] = [
      ...[[[200], [0]], [[70, 40], [0]], [[70, 40], [1]], [[3, 70, 5], [1]], [[5, 3, 90], [0, 2]]],
      ...[[[3, 80, 2, 2], [1, 3]], [[300, 300], [0]], [[2, 1, 130, 1], [0, 2]], [[7], [0]], [[1], [0]]],
    ] as [number[], number[]][]; // prettier-ignore
    for (const [shape, axes] of cases) {
      const x = thirds(lay(shape));
      const copy = tensor(Float32Array.from(x.toArray<number[]>().flat(9)), { shape });
      const wanted = reduced(kernels.sum, copy, axes, 'float32');
      expect(reduced(kernels.sum, x, axes, 'float32'), `${String(shape)} over ${String(axes)}`).toEqual(wanted);
      setMemoryLimit(0);
      expect(reduced(kernels.sum, x, axes, 'float32')).toEqual(wanted);
      setMemoryLimit(limit);
    }
  });
});

test('there are compiled kernels here', () => {
  expect(compiledReduce).not.toBeNull();
});

test('sums of none are 0, and products 1', () => {
  const none = { storage: Storage.of('float32', new Float32Array(0)), shape: [2, 0, 3], strides: contiguousStrides([2, 0, 3]), offset: 0 }; // prettier-ignore
  const out = Storage.empty('float32', 6);
  kernels.sum(none, [1], out);
  expect([...out.read()]).toEqual([0, 0, 0, 0, 0, 0]);
  kernels.prod(none, [1], out);
  expect([...out.read()]).toEqual([1, 1, 1, 1, 1, 1]);
  kernels.sum(none, [0], Storage.empty('float32', 0));
});

test('many columns of many rows, which are taken in bands', () => {
  const x = full([1000, 1300], 0.1);
  const last = x.sum(0).toArray<number[]>();
  expect(new Set(last).size).toBe(1);
  expect(Math.abs((last[0] ?? NaN) / (1000 * Math.fround(0.1)) - 1)).toBeLessThan(1e-7);
});

test('an array that was handed out is read anew, and written through', () => {
  const x = full([100], 1);
  const { data } = x;
  expect(x.sum().item()).toBe(100);
  data[99] = 3;
  expect(x.sum().item()).toBe(102);
  expect(x.max().item()).toBe(3);
  expect(x.argmax().item()).toBe(99);
});
