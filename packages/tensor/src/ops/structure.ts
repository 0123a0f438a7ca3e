import { zerosOf } from '../create.ts';
import { type DType } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { convert } from '../kernels/elementwise.ts';
import { copy } from '../kernels/structure.ts';
import { apply, gradient, type OpRule } from '../op.ts';
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  contiguousStrides,
  resolveAxis,
  resolveReshape,
  sameShape,
  type Shape,
  showShape,
  sizeOf,
} from '../shape.ts';
import { Storage } from '../storage.ts';
import { Tensor } from '../tensor.ts';

type OneInput<Params> = OpRule<readonly [Tensor], Params>;

/**
 * The elements of `x`, broadcast to `shape` and converted to `dtype`, row-major in a storage of their own: what a kernel
 * takes. It is the tensor's own storage where that is already so.
 */
export function denseStorage(x: Tensor, shape: Shape, dtype: DType): Storage {
  const length = sizeOf(shape);
  const isDense = x.storage.length === length && sameShape(x.shape, shape) && x.isContiguous();
  let storage = x.storage;
  if (!isDense) {
    storage = Storage.zeros(x.dtype, length);
    const strides = broadcastStrides(x.shape, x.strides, shape);
    copy({ storage: x.storage, shape, strides, offset: x.offset }, storage);
  }
  if (storage.dtype === dtype) return storage;
  const converted = Storage.zeros(dtype, length);
  convert(storage, converted);
  return converted;
}

const contiguousRule: OneInput<undefined> = {
  name: 'contiguous',
  forward([x]) {
    const out = zerosOf(x.dtype, x.shape);
    copy(x, out.storage);
    return out;
  },
  gradients: [gradient([], (g) => g)],
};

/** The tensor itself where it is row-major, else a row-major copy. */
export function contiguous(x: Tensor): Tensor {
  return x.isContiguous() ? x : clone(x);
}

/** A row-major copy with a storage of its own. */
export function clone(x: Tensor): Tensor {
  return apply(contiguousRule, [x], undefined);
}

const toRule: OneInput<DType> = {
  name: 'to',
  forward([x], dtype) {
    const out = zerosOf(dtype, x.shape);
    convert(denseStorage(x, x.shape, x.dtype), out.storage);
    return out;
  },
  // The engine brings the gradient back to the dtype of the input.
  gradients: [gradient([], (g) => g)],
};

/** The same numbers as another dtype; the tensor itself where it has that dtype. */
export function to(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : apply(toRule, [x], dtype);
}

const reshapeRule: OneInput<{ from: Shape; to: Shape }> = {
  name: 'reshape',
  forward([x], { to: shape }) {
    return new Tensor(x.storage, { shape, strides: contiguousStrides(shape), offset: x.offset });
  },
  gradients: [gradient([], (g, _, { from }) => reshape(g, from))],
};

/** The same elements in another shape; a view where they lie row-major, else a copy. One size may be -1. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const resolved = resolveReshape(x.shape, shape);
  return apply(reshapeRule, [contiguous(x)], { from: x.shape, to: resolved });
}

const permuteRule: OneInput<readonly number[]> = {
  name: 'permute',
  forward([x], axes) {
    const pick = (from: readonly number[]) => axes.map((axis) => from[axis] ?? 0);
    return new Tensor(x.storage, { shape: pick(x.shape), strides: pick(x.strides), offset: x.offset });
  },
  gradients: [gradient([], (g, _, axes) => permute(g, inverse(axes)))],
};

/** A view with the axes in the given order: `permute(x, [2, 0, 1])` puts the last one first. */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  const resolved = axes.map((axis) => resolveAxis('permute', axis, x.ndim));
  if (resolved.length !== x.ndim || new Set(resolved).size !== x.ndim) {
    throw new ShapeError(`permute: axes ${showShape(axes)} do not name each axis of ${showShape(x.shape)} once`);
  }
  return apply(permuteRule, [x], resolved);
}

/** A view with two axes swapped. */
export function transpose(x: Tensor, axis0: number, axis1: number): Tensor {
  const first = resolveAxis('transpose', axis0, x.ndim);
  const second = resolveAxis('transpose', axis1, x.ndim);
  const swap = (axis: number) => (axis === first ? second : axis === second ? first : axis);
  return permute(
    x,
    x.shape.map((_, axis) => swap(axis)),
  );
}

/** The order that undoes `axes`. */
function inverse(axes: readonly number[]): number[] {
  return axes.map((_, axis) => axes.indexOf(axis));
}

const broadcastToRule: OneInput<Shape> = {
  name: 'broadcastTo',
  forward([x], shape) {
    return new Tensor(x.storage, { shape, strides: broadcastStrides(x.shape, x.strides, shape), offset: x.offset });
  },
  // The engine sums over the axes that were stretched, as it does for every operation.
  gradients: [gradient([], (g) => g)],
};

/** A view of the larger `shape`, in which axes of size 1 and missing ones repeat. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  checkShape('broadcastTo', shape);
  const target = broadcastShapes('broadcastTo', x.shape, shape);
  if (!sameShape(target, shape)) {
    throw new ShapeError(`broadcastTo: ${showShape(x.shape)} does not stretch to ${showShape(shape)}`);
  }
  return apply(broadcastToRule, [x], target);
}
