import { checkArity, checkOptions, describe } from '../array/arguments.ts';
import { allocate, toElement } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import {
  broadcastShapes,
  contiguousStrides,
  outOfRange,
  resolveAxis,
  sameShape,
  type Shape,
  showShape,
  sizeOf,
} from '../array/shape.ts';
import { asOne, emptyOf, gradient, type OpRule, zerosOf } from '../graph/apply.ts';
import { checkTensor, isTensor, type Tensor } from '../graph/tensor.ts';
import { put } from '../kernels/reference/indexing.ts';
import { add } from './arithmetic.ts';
import { clone, denseStorage, to, writeInto } from './copy.ts';
import { arange, fromElements } from './creation.ts';
import { type Operand } from './define-elementwise.ts';
import { cut, fromTheFront, scatterAdd, take } from './gather.ts';
import { checkDistinct, inPlace, overwrite } from './in-place.ts';
import { stack } from './join.ts';
import { ne, where } from './logic.ts';
import { broadcastTo, permute, reshape, slice as sliceAxis, squeeze, unsqueeze } from './views.ts';

/** An index for `at` and `set` that selects part of an axis. Made by `slice`. */
export interface SliceIndex {
  readonly start: number | undefined;
  readonly stop: number | undefined;
  readonly step: number;
}

/**
 * An index for `at` and `set`: every `step`-th element from `start` to `stop`, exclusive, by Python's rules. `slice()` selects the whole
 * axis.
 */
export function slice(start?: number, stop?: number, step = 1): SliceIndex {
  checkArity('slice', 3, arguments.length, 'at() takes a slice for each axis, as in x.at(slice(0, 2), slice(1))');
  return { start, stop, step };
}

/**
 * An index for an axis: a number selects one element, from the end if negative, and removes the axis; a slice keeps part of the axis;
 * `null` adds a new axis of size 1; `'...'` selects all axes without another index; a tensor of integers selects several elements, and
 * its shape replaces the axis; a bool tensor selects the elements where it is true, and indexes as many axes as it has.
 */
export type Index = number | null | SliceIndex | '...' | Tensor;

/** A view by the indices that are not tensors, and the remaining integer tensors with the axes of the view that they index. */
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
      // It indexes no axis: an axis of size 1 is added, and it selects all or nothing of it.
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

/** The indices with `'...'` replaced by whole slices, or with whole slices added at the end, so that all axes are indexed. */
function withoutEllipsis(op: string, x: Tensor, indices: readonly Index[]): readonly Exclude<Index, '...'>[] {
  const used = indices.reduce<number>((count, index) => count + axesOf(op, index), 0);
  const at = indices.indexOf('...');
  if (used > x.ndim) {
    throw new ShapeError(`${op}: too many indices: they index ${used} axes, but ${showShape(x.shape)} has ${x.ndim}`);
  }
  if (at !== indices.lastIndexOf('...')) throw new ShapeError(`${op}: '...' may appear only once`);
  const rest = new Array<SliceIndex>(x.ndim - used).fill(slice());
  const [before, after] = at < 0 ? [indices, []] : [indices.slice(0, at), indices.slice(at + 1)];
  return [...before, ...rest, ...after] as Exclude<Index, '...'>[];
}

/** The number of axes that an index refers to. Throws a TypeError for an invalid index. */
function axesOf(op: string, index: unknown): number {
  if (index === null || index === '...') return 0;
  if (isTensor(index)) return index.dtype === 'bool' ? index.ndim : 1;
  if (Number.isInteger(index) || (typeof index === 'object' && 'step' in index)) return 1;
  const hint = Array.isArray(index) ? "; tensor([…], { dtype: 'int32' }) makes a tensor of it" : '';
  throw new TypeError(
    `${op}: an index must be an integer, null, a slice(…), '...', or a tensor of integers or bools, got ${describe(index)}${hint}`,
  );
}

function checkMask(op: string, x: Tensor, from: number, mask: Tensor): void {
  const expected = x.shape.slice(from, from + mask.ndim);
  if (!sameShape(mask.shape, expected)) {
    throw new ShapeError(
      `${op}: a mask of shape ${showShape(mask.shape)} does not match ${showShape(expected)}, the axes of ${showShape(x.shape)} that it indexes`,
    );
  }
}

/** The positions where a mask is true: the indices along each of its axes. */
function whereTrue(mask: Tensor): Tensor[] {
  const elements = denseStorage(mask, mask.shape, 'bool').read();
  const places: number[] = [];
  for (let i = 0; i < elements.length; i++) if (elements[i] !== 0) places.push(i);
  return contiguousStrides(mask.shape).map((stride, axis) => {
    const index = Int32Array.from(places, (place) => Math.floor(place / stride) % (mask.shape[axis] ?? 1));
    return fromElements(index, 'int32', [index.length], {});
  });
}

/** The indices of the nonzero elements, one in each row: int32 [count, ndim]. */
export function nonzero(x: Tensor): Tensor {
  const indices = whereTrue(ne(x, 0));
  if (indices.length > 0) return stack(indices, 1);
  return zerosOf('int32', [denseStorage(ne(x, 0)).read()[0] ?? 0, 0]);
}

/** The indices of the elements that are true or nonzero: `nonzero` by PyTorch's other name. */
export function argwhere(x: Tensor): Tensor {
  return nonzero(x);
}

/**
 * A copy of `x` with the elements of `source`, or a number, at the given indices: `out[i, index[i, j]] = source[i, j]` for axis 1. For
 * repeated indices, the last element counts, and only that one receives a gradient.
 */
export function scatter(x: Tensor, axis: number, index: Tensor, source: Operand | boolean): Tensor {
  const [from, each, part] = [x, index, source].map((of) => (isTensor(of) && of.ndim === 0 ? reshape(of, [1]) : of));
  const at = resolveAxis('scatter', axis, x.ndim);
  const flat = fromTheFront('scatter', index, at, (from as Tensor).shape, 0);
  const { shape } = each as Tensor;
  cut('scatter', from as Tensor, at, each as Tensor);
  const along = shape.map((size, other) =>
    other === at
      ? reshape(flat, shape)
      : reshape(arange(size, { dtype: 'int32' }), [size, ...new Array<number>(shape.length - 1 - other).fill(1)]),
  );
  const value = isTensor(part) ? cut('scatter', part, -1, each as Tensor) : source;
  return asOne([x], reshape(set(clone(from as Tensor), along, value, {}, 'scatter'), x.shape));
}

function fromTheFrontIn(op: string, index: Tensor, axis: number, shape: Shape): Tensor {
  return reshape(fromTheFront(op, index, axis, shape), index.shape);
}

/**
 * Indexing, as in NumPy and PyTorch. Without tensors among the indices, the result is a view. With them it is a copy: the tensors are
 * broadcast to one shape, which replaces the axes that they index, or comes first if other axes are between them.
 */
export function at(x: Tensor, indices: readonly Index[]): Tensor {
  const { view, picks } = resolve('at', x, indices);
  const [first] = picks;
  if (first === undefined) return view;
  if (picks.length === 1) return take(view, first.index, first.axis);

  const { met, others, before } = arrangement('at', view, picks);
  const axes = picks.map(({ axis }) => axis);
  const sizes = axes.map((axis) => view.shape[axis] ?? 1);
  const rest = others.map((axis) => view.shape[axis] ?? 1);
  // The axes indexed by tensors are moved to the front and merged into one, which a single tensor of combined indices selects from.
  const merged = reshape(permute(view, [...axes, ...others]), [sizeOf(sizes), ...rest]);
  const combined = inOne(
    picks.map(({ index }) => index),
    sizes,
    met,
  );
  const picked = take(merged, combined, 0);
  if (before === 0) return asOne([x], picked);
  const order = picked.shape.map((_, axis) => axis);
  const inOrder = permute(picked, [
    ...order.slice(met.length, met.length + before),
    ...order.slice(0, met.length),
    ...order.slice(met.length + before),
  ]);
  return asOne([x], inOrder);
}

/** Where the axes of an indexed tensor go: the shape `met` of its picks together stands after `before` of its other axes. */
interface Arrangement {
  readonly met: Shape;
  readonly others: readonly number[];
  readonly before: number;
}

function arrangement(op: string, view: Tensor, picks: Resolved['picks']): Arrangement {
  const axes = picks.map(({ axis }) => axis);
  const [first = 0] = axes;
  const isTogether = axes.every((axis, place) => axis === first + place);
  return {
    met: picks.map(({ index }) => index.shape).reduce((a, b) => broadcastShapes(op, a, b)),
    others: view.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis)),
    before: isTogether ? first : 0,
  };
}

/** Combines indices, broadcast to `shape`, into one index of the merged axes, which have these sizes. */
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

/** The options of `set`. */
export interface SetOptions {
  /** Whether to add the value to the elements, once for each time that an index is repeated, instead of replacing them. */
  readonly accumulate?: boolean | undefined;
}

/**
 * Writes `value`, broadcast and converted, in place to the elements that the indices select. For repeated indices, the last value
 * counts, and only that one receives a gradient, unless the values accumulate. Extra leading axes of size 1 are removed from `value`,
 * as in NumPy.
 */
export function set(
  x: Tensor,
  indices: readonly Index[],
  value: Operand | boolean,
  options: SetOptions = {},
  op = 'set',
): Tensor {
  checkOptions(op, options, ['accumulate']);
  const { accumulate = false } = options;
  const { view, picks } = resolve(op, x, indices);
  const places = picks.length > 0 ? positions(view, picks) : null;
  const { shape } = places ?? view;
  const given = toSource(op, x, value);
  const extra = given.shape.slice(0, Math.max(0, given.ndim - shape.length));
  const source = extra.length > 0 && sizeOf(extra) === 1 ? reshape(given, given.shape.slice(extra.length)) : given;
  if (!sameShape(shape, broadcastShapes(op, shape, source.shape))) {
    throw new ShapeError(
      `${op}: cannot broadcast a value of shape ${showShape(source.shape)} to the indexed elements, of shape ${showShape(shape)}`,
    );
  }
  if (x.dtype === 'bool' && source.dtype !== 'bool') {
    throw new DTypeError(`${op}: a bool tensor takes bools, got ${source.dtype}; compare first, as in x.ne(0)`);
  }
  checkDistinct(op, x);
  if (places === null) {
    overwrite(op, view, accumulate ? add(view, to(source, x.dtype, op)) : source);
  } else if (accumulate) {
    inPlace(op, accumulateRule, view, [source, places], (_, own) => {
      const each = reshape(broadcastTo(to(own, x.dtype, op), shape), [-1]);
      const sums = scatterAdd(reshape(clone(view), [-1]), 0, reshape(places, [-1]), each, op);
      writeInto(op, view, reshape(sums, view.shape));
    });
  } else {
    inPlace(op, putRule, view, [source, places], (_, own) => {
      const dense = clone(own); // the value may share elements with x
      put(denseStorage(dense, shape, x.dtype, op), places.storage, view);
    });
  }
  return x;
}

const accumulateRule: OpRule<readonly [Tensor, Tensor, Tensor]> = {
  name: 'set',
  forward: ([x]) => x,
  gradients: [gradient([], (g) => g), gradient([2], (g, [places]) => take(reshape(g, [-1]), places, 0)), null],
};

const putRule: OpRule<readonly [Tensor, Tensor, Tensor]> = {
  name: 'set',
  forward: ([x]) => x,
  gradients: [
    gradient([2], (g, [places]) => where(holds(places, g.shape), 0, g)),
    gradient([2], (g, [places]) => where(areLast(places, g.size), take(reshape(g, [-1]), places, 0), 0)),
    null,
  ],
};

/** The value as a tensor; a number gets the dtype of `x`. */
function toSource(op: string, x: Tensor, value: unknown): Tensor {
  if (typeof value === 'number' || typeof value === 'boolean') {
    const element = allocate(x.dtype, 1).fill(toElement(op, x.dtype, Number(value)));
    return fromElements(element, x.dtype, [], {});
  }
  checkTensor(op, 'the value', value);
  return value;
}

/** The row-major positions in `view` of the elements that the tensors select: int32, in the shape of the result of `at`. */
function positions(view: Tensor, picks: Resolved['picks']): Tensor {
  const { met, others, before } = arrangement('set', view, picks);
  const sizes = others.map((axis) => view.shape[axis] ?? 1);
  // The index of each axis, followed by axes of size 1 for those that come after it in the result.
  const along: Tensor[] = [];
  const follow = (index: Tensor, count: number) =>
    reshape(index, [...index.shape, ...new Array<number>(count).fill(1)]);
  for (const { axis, index } of picks) along[axis] = follow(index, others.length - before);
  for (const [place, axis] of others.entries()) {
    const after = others.length - 1 - place + (place < before ? met.length : 0);
    along[axis] = follow(arange(sizes[place] ?? 1, { dtype: 'int32' }), after);
  }
  return inOne(along, view.shape, [...sizes.slice(0, before), ...met, ...sizes.slice(before)]);
}

/** A mask of `shape` that is true at the given positions. */
function holds(places: Tensor, shape: Shape): Tensor {
  const mask = zerosOf('bool', shape);
  const elements = mask.storage.elements();
  for (const place of denseStorage(places).read()) elements[place] = 1;
  return mask;
}

/** Which of the positions in a tensor of `size` elements do not come again. */
function areLast(places: Tensor, size: number): Tensor {
  const mask = emptyOf('bool', places.shape);
  const [given, elements] = [denseStorage(places).read(), mask.storage.elements()];
  const last = allocate('int32', size);
  for (const [at, place] of given.entries()) last[place] = at;
  for (const [at, place] of given.entries()) elements[at] = Number(last[place] === at);
  return mask;
}
