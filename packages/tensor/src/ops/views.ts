import { ShapeError } from '../array/errors.ts';
import {
  broadcastShapes,
  broadcastStrides,
  checkHasAxes,
  checkIsList,
  checkShape,
  type Layout,
  resolveAxes,
  resolveAxis,
  resolveReshape,
  resolveSlice,
  sameShape,
  type Shape,
  showShape,
  sizeOf,
  viewStrides,
} from '../array/shape.ts';
import { type AnyRule, apply, emptyOf, gradient, type OpRule, record, zerosOf } from '../graph/apply.ts';
import { type Node, Tensor } from '../graph/tensor.ts';
import { copy } from '../kernels/copy.ts';
import { clone, writeInto } from './copy.ts';
import { pick, type Region, regionOf, replace } from './region.ts';

interface ViewOp<Params> {
  (x: Tensor, params: Params): Tensor;
}

/** The definition of a view: the same storage in another layout, which depends on `Params`. */
interface View<Params> {
  readonly layout: (x: Layout, params: Params) => Layout;
  readonly gradient: (g: Tensor, from: Shape, params: Params) => Tensor;
}

const stretched: OpRule<readonly [Tensor]> = {
  name: 'broadcastTo',
  forward: ([x]) => x,
  gradients: [gradient([], (g) => g)],
};

const picked: OpRule<readonly [Tensor], Region> = {
  name: 'a view of a view',
  forward: ([x], region) => pick(x, region),
  gradients: [gradient([], (g, _, region) => replace(zerosOf(g.dtype, region.tensor.shape), g, region))],
};

/** Records a view of views as elements of the tensor below them all. Elements that share memory are recorded as one, stretched. */
function recordView(view: Tensor, base: Tensor): Node | null {
  const shape = view.shape.map((size, axis) => (view.strides[axis] === 0 ? Math.min(size, 1) : size));
  const once = new Tensor(view.storage, { shape, strides: view.strides, offset: view.offset });
  once.node = record(picked as AnyRule, [base], regionOf(once, base), once);
  if (once.node === null || sameShape(shape, view.shape)) return once.node;
  return record(stretched, [once], undefined, view);
}

/** Defines an operation that returns a view. */
function view<Params>(name: string, { layout, gradient: own }: View<Params>): ViewOp<Params> {
  const rule: OpRule<readonly [Tensor], { from: Shape; params: Params }> = {
    name,
    recordView,
    forward: ([x], { params }) => new Tensor(x.storage, layout(x, params)),
    gradients: [gradient([], (g, _, { from, params }) => own(g, from, params))],
  };
  return (x, params) => apply(rule, [x], { from: x.shape, params });
}

/** Defines a view of some of the elements. Its gradient writes the incoming gradient to their positions in a tensor of zeros. */
function selection<Params>(name: string, layout: View<Params>['layout']): Selection<Params> {
  const placed = (g: Tensor, from: Shape, params: Params): Tensor => apply(place, [g], { from, params });
  const select = view<Params>(name, { layout, gradient: placed });
  const place: OpRule<readonly [Tensor], { from: Shape; params: Params }> = {
    name: `the gradient of ${name}`,
    forward([g], { from, params }) {
      const out = zerosOf(g.dtype, from);
      writeInto('slice', new Tensor(out.storage, layout(out, params)), g);
      return out;
    },
    gradients: [gradient([], (g, _, { params }) => select(g, params))],
  };
  return Object.assign(select, { placed });
}

/** A view of some of the elements, with its adjoint: zeros of a shape, with given elements in the places of the view. */
interface Selection<Params> extends ViewOp<Params> {
  readonly placed: (elements: Tensor, shape: Shape, params: Params) => Tensor;
}

const reinterpret = view<Layout>('reshape', {
  layout: (_, to) => to,
  gradient: (g, from) => reshape(g, from),
});

const reshapedCopy: OpRule<readonly [Tensor], { from: Shape; to: Shape }> = {
  name: 'reshape',
  forward([x], { to }) {
    const out = emptyOf(x.dtype, to);
    copy(x, out.storage);
    return out;
  },
  gradients: [gradient([], (g, _, { from }) => reshape(g, from))],
};

/** The same elements in another shape: a view if the strides allow it, else a copy. One size may be -1, to be inferred. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const resolved = resolveReshape('reshape', x.shape, shape);
  const strides = viewStrides(x.shape, x.strides, resolved);
  if (strides === null) return apply(reshapedCopy, [x], { from: x.shape, to: resolved });
  return reinterpret(x, { shape: resolved, strides, offset: x.offset });
}

/** Merges the axes from `start` to `end`, inclusive, into one (default: all axes). A 0-d tensor becomes a vector of one element. */
export function flatten(x: Tensor, start = 0, end = -1): Tensor {
  if (x.ndim === 0) return reshape(x, [1]);
  const [first, last] = [resolveAxis('flatten', start, x.ndim), resolveAxis('flatten', end, x.ndim)];
  if (first > last) throw new ShapeError(`flatten: axis ${start} comes after axis ${end} of ${showShape(x.shape)}`);
  return reshape(x, [...x.shape.slice(0, first), sizeOf(x.shape.slice(first, last + 1)), ...x.shape.slice(last + 1)]);
}

/** One axis or several; undefined means all axes. */
type Axes = number | readonly number[] | undefined;

/** Non-negative axes. An empty list stays empty, whereas reductions treat it as all axes. */
function namedAxes(op: string, axis: Axes, ndim: number): readonly number[] {
  if (typeof axis === 'number') return [resolveAxis(op, axis, ndim)];
  return Array.isArray(axis) && axis.length === 0 ? [] : resolveAxes(op, axis, ndim);
}

/** A view without the axes of size 1, or without the given ones; a given axis of another size is kept. */
export function squeeze(x: Tensor, axis?: Axes): Tensor {
  const axes = axis === undefined ? null : namedAxes('squeeze', axis, x.ndim);
  const keeps = (_: number, each: number) => x.shape[each] !== 1 || axes?.includes(each) === false;
  return reinterpret(x, { shape: x.shape.filter(keeps), strides: x.strides.filter(keeps), offset: x.offset });
}

/** A view with a new axis of size 1 at position `axis` of the result. */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const at = resolveAxis('unsqueeze', axis, x.ndim + 1);
  const stride = (x.shape[at] ?? 1) * (x.strides[at] ?? 1);
  return reinterpret(x, {
    shape: x.shape.toSpliced(at, 0, 1),
    strides: x.strides.toSpliced(at, 0, stride),
    offset: x.offset,
  });
}

const permuted: ViewOp<readonly number[]> = view('permute', {
  layout({ shape, strides, offset }, axes) {
    const pick = (from: readonly number[]) => axes.map((axis) => from[axis] ?? 0);
    return { shape: pick(shape), strides: pick(strides), offset };
  },
  gradient: (g, _, axes) => permuted(g, inverse(axes)),
});

/** A view with the axes in the given order: `permute(x, [2, 0, 1])` moves the last axis to the front. */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  checkIsList('permute', axes);
  const resolved = axes.map((axis) => resolveAxis('permute', axis, x.ndim));
  if (resolved.length !== x.ndim || new Set(resolved).size !== x.ndim) {
    throw new ShapeError(`permute: axes ${showShape(axes)} do not name each axis of ${showShape(x.shape)} once`);
  }
  return permuted(x, resolved);
}

/** A view with two axes swapped. */
export function transpose(x: Tensor, axis0: number, axis1: number): Tensor {
  const first = resolveAxis('transpose', axis0, x.ndim);
  const second = resolveAxis('transpose', axis1, x.ndim);
  const axes: number[] = [];
  for (let axis = 0; axis < x.ndim; axis++) axes.push(axis === first ? second : axis === second ? first : axis);
  return permuted(x, axes);
}

/** A view with the axes `from` at the places `to`, and the others in their order. */
export function movedim(x: Tensor, from: number | readonly number[], to: number | readonly number[]): Tensor {
  const [sources, targets] = [from, to].map((axes) => namedInOrder('movedim', axes, x.ndim)) as [number[], number[]];
  if (sources.length !== targets.length) {
    throw new ShapeError(`movedim: axes ${showShape(sources)} need as many places, got ${showShape(targets)}`);
  }
  const others = x.shape.map((_, axis) => axis).filter((axis) => !sources.includes(axis));
  const order = x.shape.map((_, axis) => (targets.includes(axis) ? sources[targets.indexOf(axis)] : others.shift()));
  return permuted(x, order as number[]);
}

/** Non-negative axes, in the order in which they are given. Throws a ShapeError for a repeated one. */
function namedInOrder(op: string, axes: number | readonly number[], ndim: number): number[] {
  resolveAxes(op, axes, ndim);
  return (typeof axes === 'number' ? [axes] : axes).map((axis) => resolveAxis(op, axis, ndim));
}

/** Divides an axis into several, of the given sizes; one size may be -1, to be inferred. */
export function unflatten(x: Tensor, axis: number, sizes: Shape): Tensor {
  checkHasAxes('unflatten', x.shape);
  const at = resolveAxis('unflatten', axis, x.ndim);
  return reshape(x, x.shape.toSpliced(at, 1, ...resolveReshape('unflatten', [x.shape[at] ?? 0], sizes)));
}

/** The slices along an axis, without it: views. */
export function unbind(x: Tensor, axis = 0): Tensor[] {
  checkHasAxes('unbind', x.shape);
  const at = resolveAxis('unbind', axis, x.ndim);
  return Array.from({ length: x.shape[at] ?? 0 }, (_, place) => squeeze(slice(x, at, place, place + 1), at));
}

/** The inverse permutation of `axes`. */
function inverse(axes: readonly number[]): number[] {
  return axes.map((_, axis) => axes.indexOf(axis));
}

const broadcasted = view<Shape>('broadcastTo', {
  layout: ({ shape, strides, offset }, to) => ({ shape: to, strides: broadcastStrides(shape, strides, to), offset }),
  // The engine sums over the stretched axes, as for every operation.
  gradient: (g) => g,
});

/** A view broadcast to `shape`: axes of size 1 and missing axes are repeated. A size of -1 keeps the size of that axis. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  checkIsList('broadcastTo', shape);
  const target = shape.map((size, axis) => (size === -1 ? (x.shape[axis - shape.length + x.ndim] ?? -1) : size));
  checkShape('broadcastTo', target);
  if (!sameShape(target, broadcastShapes('broadcastTo', x.shape, target))) {
    throw new ShapeError(`broadcastTo: ${showShape(x.shape)} does not stretch to ${showShape(shape)}`);
  }
  return broadcasted(x, target);
}

const sliced = selection<{ axis: number; start: number; length: number; step: number }>(
  'slice',
  ({ shape, strides, offset }, { axis, start, length, step }) => {
    const stride = strides[axis] ?? 0;
    return {
      shape: shape.with(axis, length),
      strides: strides.with(axis, stride * step),
      offset: length === 0 ? offset : offset + start * stride,
    };
  },
);

/**
 * A view of part of an axis: every `step`-th element from `start` to `stop`, exclusive. Negative bounds count from the end, bounds
 * outside the axis are clamped to it, and a negative step reverses the order, as in Python.
 */
export function slice(x: Tensor, axis: number, start?: number, stop?: number, step = 1): Tensor {
  checkHasAxes('slice', x.shape);
  const at = resolveAxis('slice', axis, x.ndim);
  return sliced(x, { axis: at, ...resolveSlice('slice', x.shape[at] ?? 0, start, stop, step) });
}

const flipped: ViewOp<readonly number[]> = view('flip', {
  layout: ({ shape, strides, offset }, axes) => ({
    shape,
    strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
    offset: axes.reduce((start, axis) => start + Math.max(0, (shape[axis] ?? 0) - 1) * (strides[axis] ?? 0), offset),
  }),
  gradient: (g, _, axes) => flipped(g, axes),
});

/** A view with the given axes reversed (default: all axes). */
export function flip(x: Tensor, axis?: Axes): Tensor {
  return flipped(x, namedAxes('flip', axis, x.ndim));
}

const diagonals = selection<{ offset: number; axis0: number; axis1: number }>(
  'diagonal',
  ({ shape, strides, offset: start }, { offset, axis0, axis1 }) => {
    const [size0, size1] = [shape[axis0] ?? 0, shape[axis1] ?? 0];
    const [stride0, stride1] = [strides[axis0] ?? 0, strides[axis1] ?? 0];
    const length = Math.max(0, offset >= 0 ? Math.min(size0, size1 - offset) : Math.min(size0 + offset, size1));
    const others = (_: number, axis: number) => axis !== axis0 && axis !== axis1;
    const shift = offset >= 0 ? offset * stride1 : -offset * stride0;
    return {
      shape: [...shape.filter(others), length],
      strides: [...strides.filter(others), stride0 + stride1],
      offset: length === 0 ? start : start + shift,
    };
  },
);

function checkOffset(op: string, offset: number): void {
  if (!Number.isSafeInteger(offset)) throw new ShapeError(`${op}: the offset must be an integer, got ${offset}`);
}

/** A matrix with the vector `x` on the diagonal `offset` and zeros elsewhere; of a matrix, a copy of that diagonal. */
export function diag(x: Tensor, offset = 0): Tensor {
  if (x.ndim === 2) return clone(diagonal(x, offset));
  if (x.ndim !== 1) throw new ShapeError(`diag: takes a vector or a matrix, got shape ${showShape(x.shape)}`);
  checkOffset('diag', offset);
  const size = x.size + Math.abs(offset);
  return diagonals.placed(x, [size, size], { offset, axis0: 0, axis1: 1 });
}

/** A view of a diagonal of two axes, as the last axis of the result; a positive `offset` selects a diagonal above the main one. */
export function diagonal(x: Tensor, offset = 0, axis0 = 0, axis1 = 1): Tensor {
  const [first, second] = [resolveAxis('diagonal', axis0, x.ndim), resolveAxis('diagonal', axis1, x.ndim)];
  if (first === second) throw new ShapeError(`diagonal: takes two different axes, got axis ${first} twice`);
  checkOffset('diagonal', offset);
  return diagonals(x, { offset, axis0: first, axis1: second });
}
