import { emptyOf, zerosOf } from '../create.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import * as kernels from '../kernels/reference/indexing.ts';
import { apply, gradient, type OpRule } from '../op.ts';
import { resolveAxis, sameShape, type Shape, showShape, sizeOf } from '../shape.ts';
import { type Tensor } from '../tensor.ts';
import { denseStorage } from './dense.ts';

interface Params {
  readonly axis: number;
  /** The shape of what is indexed. */
  readonly shape: Shape;
}

const gatherRule: OpRule<readonly [Tensor, Tensor], Params> = {
  name: 'gather',
  forward([x, index], { axis, shape }) {
    const out = emptyOf(x.dtype, index.shape);
    kernels.gather(
      denseStorage(x, shape, x.dtype),
      checkedIndices('gather', index, axis, shape),
      out.storage,
      extents(index, axis, shape),
    );
    return out;
  },
  gradients: [gradient([1], (g, [index], { shape, axis }) => scatter(shape, axis, index, g)), null],
};

/** Picks along an axis: `out[i, j] = x[i, index[i, j]]` for axis 1 of a matrix. `index` is int32 or uint8. */
export function gather(x: Tensor, axis: number, index: Tensor): Tensor {
  const resolved = resolveAxis('gather', axis, x.ndim);
  const expected = x.shape.map((size, each) => (each === resolved ? (index.shape[each] ?? -1) : size));
  if (!sameShape(expected, index.shape)) {
    throw new ShapeError(
      `gather: indices of shape ${showShape(index.shape)} do not fit ${showShape(x.shape)}: they may differ in axis ${resolved} only`,
    );
  }
  return apply(gatherRule, [x, index], { axis: resolved, shape: x.shape });
}

const scatterRule: OpRule<readonly [Tensor, Tensor], Params> = {
  name: 'scatter',
  forward([index, source], { axis, shape }) {
    const out = zerosOf(source.dtype, shape);
    const indices = checkedIndices('scatter', index, axis, shape);
    kernels.scatterAdd(
      indices,
      denseStorage(source, source.shape, source.dtype),
      out.storage,
      extents(index, axis, shape),
    );
    return out;
  },
  gradients: [null, gradient([0], (g, [index], { axis }) => gather(g, axis, index))],
};

/** The adjoint of gather: zeros of `shape`, to which each element of `source` is added where its index says. */
function scatter(shape: Shape, axis: number, index: Tensor, source: Tensor): Tensor {
  return apply(scatterRule, [index, source], { axis, shape });
}

/** How the kernels see the tensors: [outer, length, inner], indexed by [outer, count, inner]. */
function extents(index: Tensor, axis: number, shape: Shape): { length: number; count: number; inner: number } {
  return { length: shape[axis] ?? 1, count: index.shape[axis] ?? 1, inner: sizeOf(shape.slice(axis + 1)) };
}

function checkedIndices(op: string, index: Tensor, axis: number, shape: Shape): ReturnType<typeof denseStorage> {
  if (index.dtype !== 'int32' && index.dtype !== 'uint8') {
    throw new DTypeError(`${op}: indices are int32 or uint8, got ${index.dtype}; to('int32') converts`);
  }
  const storage = denseStorage(index, index.shape, index.dtype);
  const length = shape[axis] ?? 1;
  const bad = storage.read().findIndex((each) => each < 0 || each >= length);
  if (bad >= 0) {
    throw new RangeError(
      `${op}: index ${storage.read()[bad]} is out of range for axis ${axis} of ${showShape(shape)}, which goes from 0 to ${length - 1}`,
    );
  }
  return storage;
}
