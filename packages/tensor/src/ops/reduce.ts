import { emptyOf, zerosOf } from '../create.ts';
import { type DType, isFloat } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { withGradMode } from '../grad-mode.ts';
import * as kernels from '../kernels/reference/reduce.ts';
import { type ReduceKernel } from '../kernels/reference/reduce.ts';
import { fill } from '../kernels/structure.ts';
import { apply, asOne, gradient, type OpRule } from '../op.ts';
import { resolveAxes, resolveAxis, type Shape, showShape, sizeOf } from '../shape.ts';
import { type Tensor } from '../tensor.ts';
import { contiguous, denseStorage, to } from './dense.ts';
import { abs, add, div, mul, pow, sign, sqrt, square, sub } from './arithmetic.ts';
import { exp, log } from './functions.ts';
import { gather } from './indexing.ts';
import { eq, isFinite, ne, where } from './logic.ts';
import { broadcastTo, diagonal, flip, permute, reshape, squeeze, transpose } from './structure.ts';

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
    return toInt32('sum', reduce(x, over, 'float64', kernels.sum));
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
  return div(sum(toFloat(x), axes, options), countAlong(x, axes));
}

/** How the divisor of a variance differs from the number of elements: 1 where the mean comes from the same elements. */
export interface VarianceOptions extends ReduceOptions {
  readonly correction?: number | undefined;
}

/**
 * The mean squared distance from the mean over the given axes, `Σ (x - mean)² / (n - correction)`, the correction being 1
 * (Bessel's) unless given; NaN where the divisor is 0, as for a single element.
 */
export function variance(x: Tensor, axis?: Axes, options: VarianceOptions = {}): Tensor {
  const { axes } = reduction('variance', x.shape, axis, options);
  const floats = toFloat(x);
  const distance = sub(floats, mean(floats, axes, { keepdims: true }));
  const divisor = Math.max(0, countAlong(x, axes) - (options.correction ?? 1));
  return div(sum(mul(distance, distance), axes, options), divisor);
}

/** The square root of a sum of squares. Where that is 0 the gradient is taken to be 0, for the squares are at their lowest. */
function root(name: string, squares: Tensor): Tensor {
  const rule: OpRule<readonly [Tensor], undefined> = {
    name,
    forward: ([x]) => sqrt(x),
    gradients: [gradient(['output'], (g, [y]) => where(eq(y, 0), 0, div(g, mul(y, 2))))],
  };
  return apply(rule, [squares], undefined);
}

/** The square root of the variance; its gradient is 0 where all elements are equal. */
export function std(x: Tensor, axis?: Axes, options: VarianceOptions = {}): Tensor {
  return root('std', variance(x, axis, options));
}

/** Which norm: `(Σ |x|^p)^(1/p)`, 2 unless given; Infinity for the largest |x|. */
export interface NormOptions extends ReduceOptions {
  readonly p?: number | undefined;
}

/** The p-norm over the given axes, 2 unless given: the root of the sum of squares; the gradient at 0 is 0. */
export function norm(x: Tensor, axis?: Axes, { p = 2, ...options }: NormOptions = {}): Tensor {
  const floats = toFloat(x);
  if (p === 2) return root('norm', sum(square(floats), axis, options));
  if (p === 1) return sum(abs(floats), axis, options);
  if (p === Infinity) return max(abs(floats), axis, options);
  if (!(p > 0)) throw new RangeError(`norm: p is a number above 0, or Infinity, got ${p}`);
  return apply(normRule, [floats], { ...reduction('norm', x.shape, axis, options), p });
}

const normRule: OpRule<readonly [Tensor], Reduction & { readonly p: number }> = {
  name: 'norm',
  forward: ([x], { p, axes, to: shape }) => reshape(pow(sum(pow(abs(x), p), axes), 1 / p), shape),
  // sign(x) · (|x| / y)^(p - 1), and 0 at 0
  gradients: [
    gradient([0, 'output'], (g, [x, y], { p, kept }) => {
      const slope = mul(sign(x), pow(div(abs(x), reshape(y, kept)), p - 1));
      return where(eq(x, 0), 0, mul(reshape(g, kept), slope));
    }),
  ],
};

/** The axes of `x` whose elements are counted. */
function countAlong(x: Tensor, axes: readonly number[]): number {
  return sizeOf(axes.map((each) => x.shape[each] ?? 1));
}

function toFloat(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x : to(x, 'float32');
}

const prodRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'prod',
  forward([x], over) {
    if (isFloat(x.dtype)) return reduce(x, over, x.dtype, kernels.prod);
    return toInt32('prod', reduce(x, over, 'float64', kernels.prod));
  },
  gradients: [
    gradient([0, 'output'], (g, [x, y], { axes, kept }) => {
      const upstream = reshape(g, kept);
      const hasZero = withGradMode(false, () => any(eq(x, 0)).storage.read()[0] !== 0);
      // y / x, unless that is 0 / 0: then the product of the others is formed.
      return mul(upstream, hasZero ? productOfOthers(x, axes) : div(reshape(y, kept), x));
    }),
  ],
};

/**
 * For each element the product of all others that it is multiplied with. Each run of n elements is repeated n times, with
 * ones on the diagonal, and multiplied: n² products, which is why it is left for when there is a zero.
 */
function productOfOthers(x: Tensor, axes: readonly number[]): Tensor {
  const others = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...others, ...axes];
  const count = countAlong(x, axes);
  const outer = others.map((axis) => x.shape[axis] ?? 1);
  const runs = reshape(permute(x, order), [...outer, 1, count]);
  const square = zerosOf('bool', [count, count]);
  fill(diagonal(square), 1);
  const products = prod(where(square, 1, broadcastTo(runs, [...outer, count, count])), -1);
  const inOrder = reshape(
    products,
    order.map((axis) => x.shape[axis] ?? 1),
  );
  return permute(
    inOrder,
    order.map((_, axis) => order.indexOf(axis)),
  );
}

/** The product over the given axes; integers and bools give int32. */
export function prod(x: Tensor, axis?: Axes, options: ReduceOptions = {}): Tensor {
  return apply(prodRule, [x], reduction('prod', x.shape, axis, options));
}

/** Defines the largest, or the smallest, of the elements. */
function extreme(
  name: string,
  kernel: ReduceKernel,
  arg: (x: Tensor, axis?: number, options?: ReduceOptions) => Tensor,
): (x: Tensor, axis?: Axes, options?: ReduceOptions) => Tensor {
  const rule: OpRule<readonly [Tensor], Reduction> = {
    name,
    forward: ([x], over) => reduce(x, over, x.dtype, kernel),
    // Equals share the gradient evenly.
    gradients: [
      gradient([0, 'output'], (g, [x, y], { axes, kept }) => {
        const best = reshape(y, kept);
        const isBest = where(eq(best, best), eq(x, best), ne(x, x)); // of NaN: which are NaN
        return where(isBest, div(reshape(g, kept), sum(isBest, axes, { keepdims: true })), 0);
      }),
    ],
  };
  return (x, axis, options = {}) => {
    const over = reduction(name, x.shape, axis, options);
    checkNotEmpty(name, x, over);
    if (typeof axis !== 'number' || !x.requiresGrad) return apply(rule, [x], over);
    // Along one axis the first of equals has the gradient: that of picking it.
    const picked = gather(x, axis, arg(x, axis, { keepdims: true }));
    return options.keepdims === true ? picked : asOne([x], squeeze(picked, axis));
  };
}

const argmaxRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'argmax',
  forward: ([x], over) => reduce(x, over, 'int32', kernels.argmax),
  gradients: null,
};

/** The index of the largest along an axis, or in the flattened tensor; the first of equals, the first NaN. int32. */
export function argmax(x: Tensor, axis?: number, options: ReduceOptions = {}): Tensor {
  const over = reduction('argmax', x.shape, axis, options);
  checkNotEmpty('argmax', x, over);
  return apply(argmaxRule, [x], over);
}

const argminRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'argmin',
  forward: ([x], over) => reduce(x, over, 'int32', kernels.argmin),
  gradients: null,
};

/** The index of the smallest along an axis, or in the flattened tensor; the first of equals, the first NaN. int32. */
export function argmin(x: Tensor, axis?: number, options: ReduceOptions = {}): Tensor {
  const over = reduction('argmin', x.shape, axis, options);
  checkNotEmpty('argmin', x, over);
  return apply(argminRule, [x], over);
}

type Reduce = (x: Tensor, axis?: Axes, options?: ReduceOptions) => Tensor;

/** The largest over the given axes. Along one axis the first of equals has the gradient, over several all evenly. */
export const max: Reduce = extreme('max', kernels.max, argmax);

/** The smallest over the given axes. Gradients as those of `max`. */
export const min: Reduce = extreme('min', kernels.min, argmin);

/** Throws a ShapeError where a result would be made of no elements. */
function checkNotEmpty(op: string, { shape }: Tensor, { axes, to: result }: Reduction): void {
  if (axes.some((each) => shape[each] === 0) && sizeOf(result) > 0) {
    const word = op.endsWith('min') ? 'smallest' : 'largest';
    throw new ShapeError(`${op}: there is no ${word} of none, the shape is ${showShape(shape)}`);
  }
}

const anyRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'any',
  forward: ([x], over) => reduce(x, over, 'bool', kernels.any),
  gradients: null,
};

/** Whether any element over the given axes is not 0; of none, none is. */
export function any(x: Tensor, axis?: Axes, options: ReduceOptions = {}): Tensor {
  return apply(anyRule, [x], reduction('any', x.shape, axis, options));
}

const allRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'all',
  forward: ([x], over) => reduce(x, over, 'bool', kernels.all),
  gradients: null,
};

/** Whether all elements over the given axes are not 0; of none, all are. */
export function all(x: Tensor, axis?: Axes, options: ReduceOptions = {}): Tensor {
  return apply(allRule, [x], reduction('all', x.shape, axis, options));
}

const logsumexpRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'logsumexp',
  // y = m + log sum exp (x - m) with m = max x: the largest exponential is 1, and nothing overflows.
  forward([x], { axes, to: shape, kept }) {
    const highest = max(x, axes, { keepdims: true });
    // Where all are -infinity, or one is +infinity, that is the answer: x - m would be NaN.
    const m = where(isFinite(highest), highest, 0);
    const total = sum(exp(sub(x, m)), axes, { keepdims: true });
    return reshape(add(reshape(log(total), kept), m), shape);
  },
  gradients: [gradient([0, 'output'], (g, [x, y], { kept }) => mul(reshape(g, kept), exp(sub(x, reshape(y, kept)))))],
};

/** The logarithm of the sum of the exponentials over the given axes, stable for large numbers. */
export function logsumexp(x: Tensor, axis?: Axes, options: ReduceOptions = {}): Tensor {
  const over = reduction('logsumexp', x.shape, axis, options);
  return apply(logsumexpRule, [toFloat(x)], over);
}

const cumsumRule: OpRule<readonly [Tensor], { axis: number }> = {
  name: 'cumsum',
  forward([x], { axis }) {
    // The axis goes last, so that what is summed stands next to each other, and back.
    const runs = transpose(x, axis, -1);
    const out = emptyOf(isFloat(x.dtype) ? x.dtype : 'float64', runs.shape);
    kernels.cumsum(denseStorage(runs, runs.shape, runs.dtype), out.storage, runs.shape.at(-1) ?? 1);
    const sums = contiguous(transpose(out, axis, -1));
    return isFloat(x.dtype) ? sums : toInt32('cumsum', sums);
  },
  gradients: [gradient([], (g, _, { axis }) => flip(cumsum(flip(g, axis), axis), axis))],
};

/** The sums of the first one, two, three … elements along an axis; integers and bools give int32. */
export function cumsum(x: Tensor, axis: number): Tensor {
  return apply(cumsumRule, [x], { axis: resolveAxis('cumsum', axis, x.ndim) });
}

/** Whole numbers as int32; throws a RangeError for one that does not fit. */
function toInt32(op: string, exact: Tensor): Tensor {
  const tooLarge = exact.storage.read().find((total) => total > 2 ** 31 - 1 || total < -(2 ** 31));
  if (tooLarge !== undefined) {
    const noun = op === 'prod' ? 'product' : 'total';
    throw new RangeError(`${op}: the ${noun} ${tooLarge} does not fit int32; to('float64') before holds it`);
  }
  return to(exact, 'int32');
}

/** Sums `g` over the axes that broadcasting stretched, back to `shape`. */
export function sumTo(g: Tensor, shape: Shape): Tensor {
  const missing = g.ndim - shape.length;
  const axes = g.shape.flatMap((size, axis) =>
    axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : [],
  );
  return axes.length === 0 ? g : reshape(sum(g, axes, { keepdims: true }), shape);
}
