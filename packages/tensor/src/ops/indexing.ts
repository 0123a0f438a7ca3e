import { describe } from '../array/arguments.ts';
import { allocate, toElement } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import {
  broadcastShapes,
  contiguousStrides,
  outOfRange,
  sameShape,
  type Shape,
  showShape,
  sizeOf,
} from '../array/shape.ts';
import { asOne, emptyOf, gradient, type OpRule, zerosOf } from '../graph/apply.ts';
import { checkTensor, isTensor, type Tensor } from '../graph/tensor.ts';
import { put } from '../kernels/reference/indexing.ts';
import { clone, denseStorage } from './copy.ts';
import { fromElements } from './creation.ts';
import { type Operand } from './define-elementwise.ts';
import { fromTheFront, take } from './gather.ts';
import { inPlace } from './in-place.ts';
import { where } from './logic.ts';
import { broadcastTo, permute, reshape, slice as sliceAxis, squeeze, unsqueeze } from './views.ts';

/** Part of an axis, as an index for `at` and `set`. */
export interface SliceIndex {
  readonly start: number | undefined;
  readonly stop: number | undefined;
  readonly step: number;
}

/** Part of an axis, as an index: from `start` up to, and without, `stop`, every `step`-th, by Python's rules; `slice()` is all of it. */
export function slice(start?: number, stop?: number, step = 1): SliceIndex {
  return { start, stop, step };
}

/**
 * What stands for an axis: a number picks one, from the end if it is negative, and leaves the axis out; a slice keeps part of it; `null`
 * adds a new axis of size 1; `'...'` stands for all axes that no other index stands for; a tensor of integers picks many,
 * in its own shape; a bool tensor picks where it is true, and stands for as many axes as it has.
 */
export type Index = number | null | SliceIndex | '...' | Tensor;

/** A view by the indices that are no tensors, and the integer tensors that are left, with the axes of the view that they index. */
interface Resolved {
  readonly view: Tensor;
  readonly picks: readonly { readonly axis: number; readonly index: Tensor }[];
}

function resolve(op: string, x: Tensor, indices: readonly Index[]): Resolved {
  let view = x;
  let axis = 0;
  let from = 0;
  const picks: { axis: number; index: Tensor }[] = [];
  for (const index of withoutEllipsis(op, x, indices)) {
    if (index === null) {
      view = unsqueeze(view, axis++);
    } else if (typeof index === 'number') {
      const size = x.shape[from] ?? 0;
      if (index < -size || index >= size) throw outOfRange(op, index, from, x.shape, -size);
      from++;
      const start = index < 0 ? index + size : index;
      view = squeeze(sliceAxis(view, axis, start, start + 1), axis);
    } else if (!isTensor(index)) {
      view = sliceAxis(view, axis++, index.start, index.stop, index.step);
      from++;
    } else if (index.dtype === 'bool' && index.ndim === 0) {
      // It stands for no axis: one of size 1 is added, of which it picks all or nothing.
      view = unsqueeze(view, axis);
      const isPicked = denseStorage(index, [], 'bool').read()[0] !== 0;
      picks.push({ axis: axis++, index: zerosOf('int32', [isPicked ? 1 : 0]) });
    } else if (index.dtype === 'bool') {
      checkMask(op, x, from, index);
      for (const each of whereTrue(index)) picks.push({ axis: axis++, index: each });
      from += index.ndim;
    } else {
      picks.push({ axis, index: fromTheFrontIn(op, index, axis++, view.shape) });
      from++;
    }
  }
  return { view, picks };
}

/** The indices with as many whole slices in the place of `'...'`, or at the end, as axes are left. */
function withoutEllipsis(op: string, x: Tensor, indices: readonly Index[]): readonly Exclude<Index, '...'>[] {
  const used = indices.reduce<number>((count, index) => count + axesOf(op, index), 0);
  const at = indices.indexOf('...');
  if (used > x.ndim) {
    throw new ShapeError(`${op}: ${used} axes are indexed, and ${showShape(x.shape)} has ${x.ndim}`);
  }
  if (at !== indices.lastIndexOf('...')) throw new ShapeError(`${op}: '...' may stand there once`);
  const rest = new Array<SliceIndex>(x.ndim - used).fill(slice());
  const [before, after] = at < 0 ? [indices, []] : [indices.slice(0, at), indices.slice(at + 1)];
  return [...before, ...rest, ...after] as Exclude<Index, '...'>[];
}

/** How many axes an index stands for. */
function axesOf(op: string, index: unknown): number {
  if (index === null || index === '...') return 0;
  if (isTensor(index)) return index.dtype === 'bool' ? index.ndim : 1;
  if (Number.isInteger(index) || (typeof index === 'object' && 'step' in index)) return 1;
  const hint = Array.isArray(index) ? "; tensor([…], { dtype: 'int32' }) makes a tensor of it" : '';
  throw new TypeError(
    `${op}: an index is a whole number, null, a slice(…), '...', or a tensor of integers or bools, got ${describe(index)}${hint}`,
  );
}

function checkMask(op: string, x: Tensor, from: number, mask: Tensor): void {
  const expected = x.shape.slice(from, from + mask.ndim);
  if (!sameShape(mask.shape, expected)) {
    throw new ShapeError(
      `${op}: a mask of shape ${showShape(mask.shape)} does not fit ${showShape(x.shape)}, where it stands for ${showShape(expected)}`,
    );
  }
}

/** Where a mask holds: the index along each of its axes. */
function whereTrue(mask: Tensor): Tensor[] {
  const elements = denseStorage(mask, mask.shape, 'bool').read();
  const places: number[] = [];
  for (let i = 0; i < elements.length; i++) if (elements[i] !== 0) places.push(i);
  return contiguousStrides(mask.shape).map((stride, axis) => {
    const index = Int32Array.from(places, (place) => Math.floor(place / stride) % (mask.shape[axis] ?? 1));
    return fromElements(index, 'int32', [index.length], {});
  });
}

function fromTheFrontIn(op: string, index: Tensor, axis: number, shape: Shape): Tensor {
  return reshape(fromTheFront(op, index, axis, shape), index.shape);
}

/**
 * Indexing, as in NumPy and PyTorch. Without tensors among the indices the result is a view; with them a copy, in which what
 * they pick, broadcast to one shape, stands where the first of them stood; in front, if other axes stand between them.
 */
export function at(x: Tensor, indices: readonly Index[]): Tensor {
  const { view, picks } = resolve('at', x, indices);
  const [first] = picks;
  if (first === undefined) return view;
  if (picks.length === 1) return take(view, first.index, first.axis);

  const shape = picks.map(({ index }) => index.shape).reduce((a, b) => broadcastShapes('at', a, b));
  const axes = picks.map(({ axis }) => axis);
  const others = view.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const sizes = axes.map((axis) => view.shape[axis] ?? 1);
  const rest = others.map((axis) => view.shape[axis] ?? 1);
  // The axes that are picked from go first and become one, from which the picks of all of them, as one number, pick.
  const merged = reshape(permute(view, [...axes, ...others]), [sizeOf(sizes), ...rest]);
  const picked = take(
    merged,
    inOne(
      picks.map(({ index }) => broadcastTo(index, shape)),
      sizes,
      shape,
    ),
    0,
  );
  const isTogether = axes.every((axis, place) => axis === first.axis + place);
  if (!isTogether) return asOne([x], picked);
  const before = others.filter((axis) => axis < first.axis).length;
  const order = picked.shape.map((_, axis) => axis);
  const inOrder = permute(picked, [
    ...order.slice(shape.length, shape.length + before),
    ...order.slice(0, shape.length),
    ...order.slice(shape.length + before),
  ]);
  return asOne([x], inOrder);
}

/** Several indices as one into the axes of these sizes taken together. */
function inOne(indices: readonly Tensor[], sizes: readonly number[], shape: Shape): Tensor {
  const total = allocate('int32', sizeOf(shape));
  for (const [place, stride] of contiguousStrides(sizes).entries()) {
    const index = indices[place];
    if (index === undefined) continue;
    const elements = denseStorage(index, shape, 'int32').read();
    for (let i = 0; i < total.length; i++) total[i] = (total[i] ?? 0) + (elements[i] ?? 0) * stride;
  }
  return fromElements(total, 'int32', shape, {});
}

/**
 * Writes `value`, broadcast and converted, in place where the indices of `at` point; of places that are named twice the last counts.
 * Axes of size 1 that it has in front are left out where there are too many, as in NumPy.
 */
export function set(x: Tensor, indices: readonly Index[], value: Operand | boolean): Tensor {
  const places = positions(x, indices);
  const given = toSource(x, value);
  const extra = given.shape.slice(0, Math.max(0, given.ndim - places.ndim));
  const source = extra.length > 0 && sizeOf(extra) === 1 ? reshape(given, given.shape.slice(extra.length)) : given;
  if (!sameShape(places.shape, broadcastShapes('set', places.shape, source.shape))) {
    throw new ShapeError(
      `set: a value of shape ${showShape(source.shape)} does not fit what is indexed, of shape ${showShape(places.shape)}`,
    );
  }
  if (x.dtype === 'bool' && source.dtype !== 'bool') {
    throw new DTypeError(`set: writes bools to a bool tensor, got ${source.dtype}; compare first, as in x.ne(0)`);
  }
  const rule: OpRule<readonly [Tensor, Tensor, Tensor]> = {
    name: 'set',
    forward: ([given]) => given,
    gradients: [
      gradient([2], (g, [written]) => where(holds(written, g.shape), 0, g)),
      gradient([2], (g, [written]) => take(reshape(g, [-1]), written, 0)),
      null,
    ],
  };
  return inPlace('set', rule, x, [source, places], () => {
    const dense = clone(source); // the value may be a part of x
    put(denseStorage(dense, places.shape, x.dtype), places.storage, x);
  });
}

/** What is to be written, as a tensor: a number takes the dtype of `x`. */
function toSource(x: Tensor, value: unknown): Tensor {
  if (typeof value === 'number' || typeof value === 'boolean') {
    const element = allocate(x.dtype, 1).fill(toElement('set', x.dtype, Number(value)));
    return fromElements(element, x.dtype, [], {});
  }
  checkTensor('set', 'the value', value);
  return value;
}

/** Where in the row-major order of `x` what is indexed stands: int32, in the shape that `at` gives. */
function positions(x: Tensor, indices: readonly Index[]): Tensor {
  const order = emptyOf('int32', x.shape);
  const elements = order.storage.elements();
  for (let i = 0; i < elements.length; i++) elements[i] = i;
  return clone(at(order, indices));
}

/** A mask of `shape` that holds at the places. */
function holds(places: Tensor, shape: Shape): Tensor {
  const mask = zerosOf('bool', shape);
  const elements = mask.storage.elements();
  for (const place of denseStorage(places, places.shape, 'int32').read()) elements[place] = 1;
  return mask;
}
