import { checkArity, checkOptions } from '../array/arguments.ts';
import { releasing } from '../array/lifetime.ts';
import { broadcastShapes, sameShape, type Shape, showShape } from '../array/shape.ts';
import { noteRead } from '../graph/element-reads.ts';
import { checkTensor, type Tensor } from '../graph/tensor.ts';
import { denseStorage } from '../ops/copy.ts';
import { philox } from '../random/philox.ts';

/** The tolerances of `allclose`. */
export interface ClosenessOptions {
  /** How far elements may differ, relative to the element of `b`; 1e-5 by default. */
  readonly rtol?: number | undefined;
  /** How far elements may differ in addition; 1e-8 by default. */
  readonly atol?: number | undefined;
  /** Whether NaN is close to NaN; false by default. */
  readonly equalNan?: boolean | undefined;
}

/**
 * Whether two tensors have the same shape and equal elements. Elements are compared as numbers: the dtype does not matter, NaN differs
 * from NaN, and 0 equals -0. `expect(a).toEqualTensor(b)` of `@mg/tensor/matchers` compares the dtype too, and says what differs.
 *
 * ```ts
 * import { equal, tensor } from '@mg/tensor';
 * equal(tensor([1, 2]), tensor([1, 2])); // => true
 * equal(tensor([1, 2]), tensor([[1, 2]])); // => false
 * ```
 */
export function equal(a: Tensor, b: Tensor): boolean {
  checkArity('equal', 2, arguments.length, 'allclose(a, b, { rtol, atol }) compares with a tolerance');
  checkTensor('equal', 'a', a);
  checkTensor('equal', 'b', b);
  return sameShape(a.shape, b.shape) && everyPair(a, b, a.shape, (x, y) => x === y);
}

/**
 * Whether `|a - b| <= atol + rtol · |b|` for all elements. Shapes are broadcast and dtypes may differ, as in `sub`; equal infinities are
 * close. It is computed in float64. Throws a ShapeError for shapes that do not broadcast, and a RangeError for a negative tolerance.
 *
 * ```ts
 * import { allclose, tensor } from '@mg/tensor';
 * const third = tensor([1]).div(3);
 * allclose(third, tensor([0.3333])); // => false
 * allclose(third, tensor([0.3333]), { rtol: 1e-3 }); // => true
 * ```
 */
export function allclose(a: Tensor, b: Tensor, options: ClosenessOptions = {}): boolean {
  checkTensor('allclose', 'a', a);
  checkTensor('allclose', 'b', b);
  return everyPair(a, b, broadcastShapes('allclose', a.shape, b.shape), closeness('allclose', options));
}

/** The check of `allclose` for one pair of elements. Throws a TypeError or a RangeError for an invalid option. */
export function closeness(op: string, options: ClosenessOptions): (x: number, y: number) => boolean {
  checkOptions(op, options, ['rtol', 'atol', 'equalNan']);
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  for (const [name, tolerance] of Object.entries({ rtol, atol })) {
    if (!(tolerance >= 0)) throw new RangeError(`${op}: ${name} must be a number >= 0, got ${tolerance}`);
  }
  return (x, y) => {
    if (x === y) return true;
    if (Number.isNaN(x) || Number.isNaN(y)) return equalNan && Number.isNaN(x) && Number.isNaN(y);
    const difference = Math.abs(x - y);
    return difference < Infinity && difference <= atol + rtol * Math.abs(y);
  };
}

/** Whether a check holds for all pairs of elements, broadcast to `shape`. */
function everyPair(a: Tensor, b: Tensor, shape: Shape, check: (x: number, y: number) => boolean): boolean {
  noteRead(a);
  noteRead(b);
  return releasing(() => {
    const storages = [denseStorage(a, shape), denseStorage(b, shape)] as const;
    const [xs, ys] = [storages[0].read(), storages[1].read()];
    for (let i = 0; i < xs.length; i++) if (!check(xs[i] ?? NaN, ys[i] ?? NaN)) return false;
    return true;
  });
}

/** How many elements `contents` shows. */
const SHOWN = 6;

/**
 * Dtype, shape, first elements and a digest of all elements: the same text for two tensors only if they have the same dtype, shape and
 * elements, where NaN is the same as NaN, and 0 is not the same as -0. Nothing else about a tensor matters.
 */
export function contents(x: Tensor): string {
  noteRead(x);
  return releasing(() => {
    const elements = denseStorage(x).read();
    const shown = Array.from(elements.subarray(0, SHOWN), showElement);
    const more = elements.length > SHOWN ? ['…'] : [];
    return `${x.dtype} ${showShape(x.shape)}: ${[...shown, ...more].join(', ')} #${digest(elements)}`;
  });
}

/** A number as text; -0 is not the same as 0. */
export function showElement(x: number): string {
  return Object.is(x, -0) ? '-0' : String(x);
}

/**
 * 128 bits that depend on every element, in hexadecimal. Each two elements, as float64 numbers, are a block of four words; Philox
 * permutes the exclusive or of the block and the state, as a block cipher does in CBC-MAC.
 */
function digest(elements: ArrayLike<number>): string {
  const state = new Uint32Array(4);
  const next = new Int32Array(state.buffer);
  const key = new Uint32Array(2);
  const pair = new Float64Array(2);
  const block = new Uint32Array(pair.buffer);
  for (let start = 0; start < elements.length; start += 2) {
    for (let i = 0; i < 2; i++) {
      const x = elements[start + i] ?? 0;
      pair[i] = x;
      // Engines may choose the bits of NaN.
      if (Number.isNaN(x)) block.fill(0xffffffff, 2 * i, 2 * i + 2);
    }
    for (let i = 0; i < 4; i++) state[i] = (state[i] ?? 0) ^ (block[i] ?? 0);
    philox(state, key, next);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}
