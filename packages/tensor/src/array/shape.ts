import { describe } from './arguments.ts';
import { LimitError, ShapeError } from './errors.ts';

/** The largest number of axes of a tensor, as in PyTorch and NumPy. */
export const MOST_AXES = 64;

/** The size of each axis. */
export type Shape = readonly number[];

/** The layout of a tensor's elements in its storage. */
export interface Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/**
 * The type of a shape at run time: a number for each axis, if the number of axes is known. It is a conditional type on S alone, which
 * the compiler defers for a generic S, so that a plain `Tensor` and a `Tensor` of known shape remain assignable in both directions.
 */
export type Sizes<S extends Shape> = S extends readonly unknown[]
  ? number extends S['length']
    ? readonly number[]
    : { readonly [Axis in keyof S]: number }
  : never;

/** How many frozen lists and layouts are remembered. */
const REMEMBERED = 256;

/** The frozen lists made last, each at a place that its numbers decide. A view's shape and strides are most likely among them. */
const lists: (readonly number[])[] = new Array<readonly number[]>(REMEMBERED).fill(Object.freeze([]));

/**
 * A frozen list of the same numbers, for the shape or the strides of a tensor: nothing that a program writes into it can make the
 * tensor read beyond its elements. Equal lists are mostly one object. Freezing takes longer than finding the list again.
 */
export function frozen(list: readonly number[]): readonly number[] {
  const place = placeOf(list);
  const last = lists[place] as readonly number[];
  if (sameShape(last, list)) return last;
  if (list.length > MOST_AXES) throw new LimitError(`${list.length} axes are more than the maximum of ${MOST_AXES}`);
  // Adding 0 makes 0 of −0, which is equal, but prints as −0.
  const made = Object.freeze(list.map((each) => each + 0));
  lists[place] = made;
  return made;
}

/** The row-major layout of a whole storage, with frozen lists. */
export class DenseLayout implements Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset = 0;

  constructor(shape: Shape) {
    this.shape = frozen(shape);
    this.strides = frozen(contiguousStrides(shape));
  }
}

const denseLayouts: DenseLayout[] = [];

/** The dense layout of a shape; tensors of one shape share it. */
export function denseLayout(shape: Shape): DenseLayout {
  const place = placeOf(shape);
  const last = denseLayouts[place];
  if (last !== undefined && (last.shape === shape || sameShape(last.shape, shape))) return last;
  return (denseLayouts[place] = new DenseLayout(shape));
}

/** Where a list is remembered. */
function placeOf(list: readonly number[]): number {
  let hash = list.length;
  for (let axis = 0; axis < list.length; axis++) hash = (Math.imul(hash, 31) + (list[axis] as number)) | 0;
  return (hash ^ (hash >>> 8)) & (REMEMBERED - 1);
}

/** As `list.slice(start, end)` for a frozen list, for which engines take eight times as long: for what runs in each step of a training. */
export function part(list: readonly number[], start: number, end: number): number[] {
  const result: number[] = [];
  for (let axis = start; axis < end; axis++) result.push(list[axis] ?? 0);
  return result;
}

/** Formats a shape for error messages: `[32, 784]`. */
export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** The number of elements: the product of the sizes, 1 for a 0-d tensor. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis] ?? 1;
  return size;
}

/** The strides of a row-major tensor: the distance, in elements, between neighbours along each axis. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  return strides;
}

/** Whether `strides` lay elements out row-major without gaps; the stride of an axis of size 1 does not matter. */
export function isRowMajor(shape: Shape, strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    if (size !== 1 && strides[axis] !== expected) return sizeOf(shape) === 0;
    expected *= size;
  }
  return true;
}

/** Checks that `shape` is a list of at most 64 whole numbers from 0 up. Throws a ShapeError otherwise. */
export function checkShape(op: string, shape: Shape): void {
  checkSizes(op, shape);
  checkAxes(op, shape);
}

/** As `checkShape`, for a list of sizes of any length. */
export function checkSizes(op: string, shape: readonly number[]): void {
  checkIsList(op, shape);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new ShapeError(`${op}: a shape must be a list of integers >= 0, got ${showShape(shape)}`);
  }
}

function checkAxes(op: string, { length }: Shape): void {
  if (length > MOST_AXES) throw new ShapeError(`${op}: ${length} axes are more than the maximum of ${MOST_AXES}`);
}

/** Checks that an argument is a list: plain JavaScript may pass a number, or several arguments. Throws a ShapeError otherwise. */
export function checkIsList(op: string, list: unknown): void {
  if (!Array.isArray(list)) throw new ShapeError(`${op}: takes a list such as [2, 3], got ${describe(list)}`);
}

/** The error for an index out of range; `lowest` is the smallest valid index. */
export function outOfRange(op: string, index: number, axis: number, shape: Shape, lowest: number): RangeError {
  return new RangeError(
    `${op}: index ${index} is out of range for axis ${axis} of ${showShape(shape)}, whose indices go from ${lowest} to ${(shape[axis] ?? 1) - 1}`,
  );
}

/** Throws a ShapeError for a 0-d tensor, which cannot be divided into parts. */
export function checkHasAxes(op: string, { length }: Shape): void {
  if (length === 0) throw new ShapeError(`${op}: a 0-d tensor has no axis; reshape([1]) gives it one`);
}

/**
 * Converts a negative axis, which counts from the end, to a non-negative one. A 0-d tensor counts as having one axis, as in PyTorch.
 * Throws a ShapeError if there is no such axis, and a TypeError for a non-number.
 */
export function resolveAxis(op: string, axis: number, ndim: number): number {
  const count = ndim || 1;
  const resolved = axis < 0 ? axis + count : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= count) {
    if (typeof axis !== 'number') {
      throw new TypeError(`${op}: the axis must be an integer, got ${describe(axis)}`);
    }
    throw new ShapeError(`${op}: there is no axis ${axis}, a ${ndim}-d tensor has axes ${-count} to ${count - 1}`);
  }
  return resolved;
}

/**
 * Converts axes to non-negative ones in ascending order. undefined and an empty list mean all axes, as in PyTorch. For a 0-d tensor
 * the result is always empty. Throws a ShapeError for a repeated axis, and a TypeError if `axis` is neither a number nor a list.
 */
export function resolveAxes(op: string, axis: number | readonly number[] | undefined, ndim: number): number[] {
  const named = typeof axis === 'number' ? [axis] : axis;
  if (named === undefined || (Array.isArray(named) && named.length === 0)) {
    return Array.from({ length: ndim }, (_, index) => index);
  }
  if (!Array.isArray(named)) {
    const given = describe(named);
    const hint = given === 'an object' ? `; options come after it, as in ${op}(undefined, { … })` : '';
    throw new TypeError(`${op}: the axis must be an integer, or a list of them, got ${given}${hint}`);
  }
  const axes = named.map((each: number) => resolveAxis(op, each, ndim));
  if (new Set(axes).size !== axes.length) {
    throw new ShapeError(`${op}: an axis is named twice in [${String(axis)}] of a ${ndim}-d tensor`);
  }
  return ndim === 0 ? [] : axes.sort((a, b) => a - b);
}

/**
 * The shape that two tensors are broadcast to. Shapes are aligned at the last axis; equal sizes are kept, and an axis of size 1 or a
 * missing axis is stretched. Throws a ShapeError for other sizes.
 * @see https://numpy.org/doc/stable/user/basics.broadcasting.html
 */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (a === b) return a;
  const ndim = Math.max(a.length, b.length);
  const shape = new Array<number>(ndim);
  for (let axis = 0; axis < ndim; axis++) {
    const sizeA = a[axis - ndim + a.length] ?? 1;
    const sizeB = b[axis - ndim + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new ShapeError(`${op}: shapes ${showShape(a)} and ${showShape(b)} do not broadcast`);
    }
    shape[axis] = sizeA === 1 ? sizeB : sizeA;
  }
  return shape;
}

/** The strides of a tensor broadcast to `target`: 0 along each stretched axis. */
export function broadcastStrides(shape: Shape, strides: readonly number[], target: Shape): number[] {
  const result = new Array<number>(target.length);
  for (let axis = 0; axis < target.length; axis++) {
    const own = axis - target.length + shape.length;
    result[axis] = (shape[own] ?? 1) === 1 ? 0 : (strides[own] ?? 0);
  }
  return result;
}

/** Whether two shapes are equal, axis by axis. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** Infers the size given as −1 in `to`. Throws a ShapeError if `to` does not have as many elements as `from`. */
export function resolveReshape(op: string, from: Shape, to: Shape): number[] {
  checkIsList(op, to);
  checkAxes(op, to);
  const size = sizeOf(from);
  const unknown = to.indexOf(-1);
  const known = to.reduce((product, each, axis) => (axis === unknown ? product : product * each), 1);
  const resolved = to.map((each, axis) => (axis === unknown ? size / known : each));
  if (!resolved.every((each) => Number.isSafeInteger(each) && each >= 0) || sizeOf(resolved) !== size) {
    throw new ShapeError(
      `${op}: ${showShape(from)} has ${size} elements, which do not fit ${showShape(to)}; one size may be -1, to be inferred`,
    );
  }
  return resolved;
}

/**
 * The strides of a view with shape `to` of elements laid out by `strides`; null if only a copy can have that shape.
 *
 * Adjacent axes with evenly spaced elements form a run. Each run is divided into new axes, and no new axis may cross the end of a
 * run.
 */
export function viewStrides(shape: Shape, strides: readonly number[], to: Shape): number[] | null {
  if (shape.length === 0 || sizeOf(shape) === 0) return contiguousStrides(to);
  const result = new Array<number>(to.length);
  let axis = to.length - 1;
  let base = strides.at(-1) ?? 1;
  let run = 1;
  let cut = 1;
  for (let old = shape.length - 1; old >= 0; old--) {
    run *= shape[old] ?? 1;
    const goesOn = old > 0 && (shape[old - 1] === 1 || strides[old - 1] === run * base);
    if (goesOn) continue;
    for (; axis >= 0 && (cut < run || to[axis] === 1); axis--) {
      result[axis] = cut * base;
      cut *= to[axis] ?? 1;
    }
    if (cut !== run) return null;
    base = strides[old - 1] ?? 1;
    run = 1;
    cut = 1;
  }
  return axis < 0 ? result : null;
}

/**
 * Resolves the bounds of a slice by Python's rules: the first index, the number of elements and the step. Throws a ShapeError for a
 * step of 0.
 */
export function resolveSlice(
  op: string,
  size: number,
  start: number | undefined,
  stop: number | undefined,
  step: number,
): { start: number; length: number; step: number } {
  for (const [name, x] of Object.entries({ start: start ?? 0, stop: stop ?? 0, step })) {
    if (!Number.isSafeInteger(x)) throw new ShapeError(`${op}: ${name} must be an integer, got ${x}`);
  }
  if (step === 0) throw new ShapeError(`${op}: the step cannot be 0; use -1 to reverse the axis`);
  const [lowest, highest] = step > 0 ? [0, size] : [-1, size - 1];
  const bound = (x: number | undefined, otherwise: number) =>
    x === undefined ? otherwise : Math.min(highest, Math.max(lowest, x < 0 ? x + size : x));
  const first = bound(start, step > 0 ? lowest : highest);
  const last = bound(stop, step > 0 ? highest : lowest);
  return { start: first, length: Math.max(0, Math.ceil((last - first) / step)), step };
}
