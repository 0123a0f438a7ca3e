import { emptyOf } from '../create.ts';
import { isFloat, promote } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { type Strided } from '../kernels/grid.ts';
import * as kernels from '../kernels/reference/matmul.ts';
import { apply, asOne, gradient, type OpRule } from '../op.ts';
import { broadcastShapes, broadcastStrides, type Shape, showShape, sizeOf } from '../shape.ts';
import { type Tensor } from '../tensor.ts';
import { to } from './dense.ts';
import { mul } from './arithmetic.ts';
import { squeeze, transpose, unsqueeze } from './structure.ts';

/** The product of the matrices in the last two axes; the axes before are broadcast. */
const rule: OpRule<readonly [Tensor, Tensor], undefined> = {
  name: 'matmul',
  forward([a, b]) {
    const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
    const [rows, inner, columns] = [a.shape.at(-2) ?? 0, a.shape.at(-1) ?? 0, b.shape.at(-1) ?? 0];
    const out = emptyOf(a.dtype, [...batch, rows, columns]);
    const [left, right] = [matrices(a, batch, [rows, inner]), matrices(b, batch, [inner, columns])];
    for (let at = 0; at < sizeOf(batch); at++) kernels.matmul(left(at), right(at), out.storage, at * rows * columns);
    return out;
  },
  gradients: [
    gradient([1], (g, [b]) => matmul(g, transpose(b, -1, -2))),
    gradient([0], (g, [a]) => matmul(transpose(a, -1, -2), g)),
  ],
};

/** The matrices of a tensor whose axes before the last two are broadcast to `batch`, by their number. */
function matrices({ storage, shape, strides, offset }: Tensor, batch: Shape, size: Shape): (at: number) => Strided {
  const steps = broadcastStrides(shape.slice(0, -2), strides.slice(0, -2), batch);
  return (at) => {
    let start = offset;
    for (let axis = batch.length - 1, rest = at; axis >= 0; axis--) {
      const length = batch[axis] ?? 1;
      start += (rest % length) * (steps[axis] ?? 0);
      rest = Math.floor(rest / length);
    }
    return { storage, shape: size, strides: strides.slice(-2), offset: start };
  };
}

/**
 * The matrix product: [m, k] by [k, n] gives [m, n]. Axes before the last two are broadcast, so that [b, m, k] by [k, n] gives
 * [b, m, n]; a vector on the left is a row, one on the right a column, and its axis is left out of the result.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const given = `${showShape(a.shape)} @ ${showShape(b.shape)}`;
  if (a.ndim === 0 || b.ndim === 0) {
    throw new ShapeError(`matmul: takes vectors and matrices, got ${given}; mul() multiplies by a number`);
  }
  const [innerA, innerB] = [a.shape.at(-1), b.ndim === 1 ? b.shape[0] : b.shape.at(-2)];
  if (innerA !== innerB) throw new ShapeError(`matmul: inner sizes ${innerA} and ${innerB} differ, ${given}`);
  const dtype = promote(a, b);
  if (!isFloat(dtype)) {
    throw new DTypeError(`matmul: multiplies floats, got ${a.dtype} and ${b.dtype}; to('float32') converts`);
  }
  const [left, right] = [to(a, dtype), to(b, dtype)];
  if (a.ndim === 1) return asOne([a, b], squeeze(matmul(unsqueeze(left, 0), right), b.ndim === 1 ? 0 : -2));
  if (b.ndim === 1) return asOne([a, b], squeeze(matmul(left, unsqueeze(right, 1)), -1));
  return apply(rule, [left, right], undefined);
}

/** The sum of the products of two vectors of equal length. */
export function dot(a: Tensor, b: Tensor): Tensor {
  if (a.ndim !== 1 || b.ndim !== 1 || a.shape[0] !== b.shape[0]) {
    throw new ShapeError(
      `dot: takes two vectors of equal length, got ${showShape(a.shape)} and ${showShape(b.shape)}; matmul() takes matrices`,
    );
  }
  return matmul(a, b);
}

/** All products of the elements of two vectors: [m] and [n] give [m, n]. */
export function outer(a: Tensor, b: Tensor): Tensor {
  if (a.ndim !== 1 || b.ndim !== 1) {
    throw new ShapeError(`outer: takes two vectors, got ${showShape(a.shape)} and ${showShape(b.shape)}; flatten them`);
  }
  return mul(unsqueeze(a, 1), unsqueeze(b, 0));
}
