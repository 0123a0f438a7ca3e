import { emptyOf } from '../create.ts';
import { type DType, isFloat } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import * as kernels from '../kernels/reference/reduce.ts';
import { type ReduceKernel } from '../kernels/reference/reduce.ts';
import { apply, gradient, type OpRule } from '../op.ts';
import { resolveAxes, type Shape, showShape, sizeOf } from '../shape.ts';
import { type Tensor } from '../tensor.ts';
import { div } from './elementwise.ts';
import { denseStorage, to } from './dense.ts';
import { broadcastTo, permute, reshape } from './structure.ts';

/** One axis or several; all of them where none is named, an empty list included. */
export type Axes = number | readonly number[] | undefined;

/** `keepdims` leaves the reduced axes in the shape, with size 1. */
export interface ReduceOptions {
  readonly keepdims?: boolean | undefined;
}

/** Where a reduction goes: over which axes, and to which shape. */
interface Reduction {
  readonly from: Shape;
  readonly axes: readonly number[];
  /** The shape with the reduced axes at size 1, which broadcasts back to `from`. */
  readonly kept: Shape;
  /** The shape of the result: `kept`, or without those axes. */
  readonly to: Shape;
}

function reduction(op: string, from: Shape, axis: Axes, { keepdims = false }: ReduceOptions): Reduction {
  const axes = resolveAxes(op, axis, from.length);
  const kept = from.map((size, each) => (axes.includes(each) ? 1 : size));
  return { from, axes, kept, to: keepdims ? kept : kept.filter((_, each) => !axes.includes(each)) };
}

/** Runs a kernel over the reduced axes of `x`. */
function reduce(x: Tensor, { axes, to }: Reduction, dtype: DType, kernel: ReduceKernel): Tensor {
  const others = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  // The reduced axes go last, so that the elements of one result stand next to each other.
  const runs = permute(x, [...others, ...axes]);
  const out = emptyOf(dtype, to);
  kernel(denseStorage(runs, runs.shape, runs.dtype), out.storage, sizeOf(axes.map((axis) => x.shape[axis] ?? 1)));
  return out;
}

const sumRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'sum',
  forward([x], over) {
    if (isFloat(x.dtype)) return reduce(x, over, x.dtype, kernels.sum);
    const exact = reduce(x, over, 'float64', kernels.sum);
    const tooLarge = exact.storage.read().find((total) => total > 2 ** 31 - 1 || total < -(2 ** 31));
    if (tooLarge !== undefined) {
      throw new RangeError(`sum: the total ${tooLarge} does not fit int32; to('float64') before summing holds it`);
    }
    return to(exact, 'int32');
  },
  gradients: [gradient([], (g, _, { kept, from }) => broadcastTo(reshape(g, kept), from))],
};

/** The sum over the given axes; integers and bools give int32. */
export function sum(x: Tensor, axis?: Axes, options: ReduceOptions = {}): Tensor {
  return apply(sumRule, [x], reduction('sum', x.shape, axis, options));
}

/** The mean over the given axes: the sum over the product of their sizes; integers and bools give float32. */
export function mean(x: Tensor, axis?: Axes, options: ReduceOptions = {}): Tensor {
  const { axes } = reduction('mean', x.shape, axis, options);
  return div(
    sum(isFloat(x.dtype) ? x : to(x, 'float32'), axes, options),
    sizeOf(axes.map((each) => x.shape[each] ?? 1)),
  );
}

const argmaxRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'argmax',
  forward: ([x], over) => reduce(x, over, 'int32', kernels.argmax),
  gradients: null,
};

/** The index of the largest along an axis, or in the flattened tensor; the first of equals, the first NaN. int32. */
export function argmax(x: Tensor, axis?: number, options: ReduceOptions = {}): Tensor {
  const over = reduction('argmax', x.shape, axis, options);
  if (over.axes.some((each) => x.shape[each] === 0)) {
    throw new ShapeError(`argmax: there is no largest of none, the shape is ${showShape(x.shape)}`);
  }
  return apply(argmaxRule, [x], over);
}

/** The largest along an axis, which keeps size 1; carries no gradient. For the inside of other operations. */
export function largest(x: Tensor, axis: number): Tensor {
  return reduce(x, reduction('max', x.shape, axis, { keepdims: true }), x.dtype, kernels.max);
}

/** Sums `g` over the axes that broadcasting stretched, back to `shape`. */
export function sumTo(g: Tensor, shape: Shape): Tensor {
  const missing = g.ndim - shape.length;
  const axes = g.shape.flatMap((size, axis) =>
    axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : [],
  );
  return axes.length === 0 ? g : reshape(sum(g, axes, { keepdims: true }), shape);
}
