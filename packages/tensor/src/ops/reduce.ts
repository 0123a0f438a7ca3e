import { checkNumber, checkOptions, describe } from '../array/arguments.ts';
import { type DType, isFloat } from '../array/dtype.ts';
import { ShapeError } from '../array/errors.ts';
import { resolveAxes, resolveAxis, type Shape, showShape, sizeOf } from '../array/shape.ts';
import { apply, asOne, emptyOf, gradient, type OpRule, unrecorded, zerosOf } from '../graph/apply.ts';
import { type Gradient, isTensor, Tensor } from '../graph/tensor.ts';
import { fill } from '../kernels/copy.ts';
import * as kernels from '../kernels/reduce.ts';
import { type ReduceKernel } from '../kernels/reduce.ts';
import { abs, add, div, mul, sign, sqrt, square, sub } from './arithmetic.ts';
import { contiguous, denseStorage, to, toFloat, toIntegers } from './copy.ts';
import { arange } from './creation.ts';
import { exp, log, pow } from './functions.ts';
import { gather } from './gather.ts';
import { eq, ge, gt, isFinite, logicalAnd, lt, ne, where } from './logic.ts';
import { broadcastTo, diagonal, flip, permute, reshape, squeeze, transpose, unsqueeze } from './views.ts';

/** One axis or several; undefined and an empty list mean all axes. */
export type Axes = number | readonly number[] | undefined;

/** The options of reductions. */
export interface ReduceOptions {
  /** Whether to keep the reduced axes, with size 1; false by default. */
  readonly keepdims?: boolean | undefined;
}

/** The resolved arguments of a reduction: the axes and the shapes. */
export interface Reduction {
  readonly from: Shape;
  readonly axes: readonly number[];
  /** The shape with the reduced axes at size 1, which broadcasts back to `from`. */
  readonly kept: Shape;
  /** The shape of the result: `kept`, or without the reduced axes. */
  readonly to: Shape;
}

const reduceOptions: readonly (keyof ReduceOptions)[] = ['keepdims'];

/** Resolves the arguments of a reduction. Throws a ShapeError for an invalid axis, and a TypeError for options other than `known`. */
export function reduction(
  op: string,
  from: Shape,
  axis: Axes,
  options: ReduceOptions | undefined,
  known: readonly string[] = reduceOptions,
): Reduction {
  const axes = resolveAxes(op, axis, from.length);
  if (options !== undefined) checkOptions(op, options, known);
  const kept = from.map((size, each) => (axes.includes(each) ? 1 : size));
  return { from, axes, kept, to: options?.keepdims ? kept : kept.filter((_, each) => !axes.includes(each)) };
}

/** Runs a kernel over the reduced axes of `x`. */
function reduce(x: Tensor, { axes, to }: Reduction, dtype: DType, kernel: ReduceKernel): Tensor {
  const out = emptyOf(dtype, to);
  kernel(x, axes, out.storage);
  return out;
}

const sumRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'sum',
  forward([x], over) {
    if (isFloat(x.dtype)) return reduce(x, over, x.dtype, kernels.sum);
    return toIntegers('sum', reduce(x, over, 'float64', kernels.sum));
  },
  gradients: [gradient([], (g, _, { kept, from }) => broadcastTo(reshape(g, kept), from))],
};

/** The sum over the given axes; integers and bools give int32. */
export function sum(x: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
  return apply(sumRule, [x], reduction('sum', x.shape, axis, options));
}

/** The number of nonzero elements over the given axes: int32. */
export function countNonzero(x: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
  return apply(sumRule, [ne(x, 0)], reduction('countNonzero', x.shape, axis, options));
}

/** The mean over the given axes: the sum divided by the number of elements; integers and bools give float32. */
export function mean(x: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
  const over = reduction('mean', x.shape, axis, options);
  return div(apply(sumRule, [toFloat(x)], over), countAlong(x, over.axes));
}

/** The options of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /** Subtracted from the number of elements in the divisor; 1 by default (Bessel's correction). */
  readonly correction?: number | undefined;
}

const varianceOptions: readonly (keyof VarianceOptions)[] = ['keepdims', 'correction'];

/**
 * The variance over the given axes, `Σ (x - mean)² / (n - correction)`. The default correction is 1 (Bessel's correction). NaN if the
 * divisor is 0, such as for a single element.
 */
export function variance(x: Tensor, axis?: Axes, options?: VarianceOptions): Tensor {
  const [floats, over] = spread('variance', x, axis, options);
  return apply(varianceRule, [floats], over);
}

/** The resolved arguments of `variance` and `std`: the tensor as floats, and the reduction with the divisor. */
function spread(
  op: string,
  x: Tensor,
  axis: Axes,
  options: VarianceOptions | undefined,
): readonly [Tensor, Reduction & { readonly divisor: number }] {
  const over = reduction(op, x.shape, axis, options, varianceOptions);
  const correction = options?.correction ?? 1;
  checkNumber(op, 'the correction', correction);
  const divisor = Math.max(0, countAlong(x, over.axes) - correction);
  return [toFloat(x), { ...over, divisor }];
}

const varianceRule: OpRule<readonly [Tensor], Reduction & { readonly divisor: number }> = {
  name: 'variance',
  forward: ([x], over) => div(apply(sumRule, [square(fromMean(x, over.axes))], over), over.divisor),
  // 2 (x - mean) / divisor; the derivative through the mean is 0, because the distances from the mean add up to 0.
  gradients: [
    gradient([0], (g, [x], { axes, kept, divisor }) => mul(mul(reshape(g, kept), 2 / divisor), fromMean(x, axes))),
  ],
};

/** The difference of each element from the mean over the axes. */
function fromMean(x: Tensor, axes: readonly number[]): Tensor {
  return sub(x, mean(x, axes, { keepdims: true }));
}

const stdRule: OpRule<readonly [Tensor], Reduction & { readonly divisor: number }> = {
  name: 'std',
  forward: ([x], { divisor, ...over }) =>
    inRange(fromMean(x, over.axes), over, maxRule, {
      total: (d) => div(sum(square(d), over.axes, { keepdims: true }), divisor),
      root: sqrt,
    }),
  // (x - mean) / (divisor · y)
  gradients: [
    gradient([0, 'output'], (g, [x, y], { axes, kept, divisor }) => {
      const size = reshape(y, kept);
      const isKink = eq(size, 0);
      const distance = kinked(fromMean(x, axes), isKink);
      return mul(distance, div(reshape(g, kept), mul(where(isKink, 1, size), divisor)));
    }),
  ],
};

/** The standard deviation, the square root of the variance; its gradient is 0 if all elements are equal. */
export function std(x: Tensor, axis?: Axes, options?: VarianceOptions): Tensor {
  const [floats, over] = spread('std', x, axis, options);
  return apply(stdRule, [floats], over);
}

const kinkedRule: OpRule<readonly [Tensor, Tensor], undefined> = {
  name: 'kinked',
  forward: ([x]) => new Tensor(x.storage, x),
  gradients: [gradient([1], (g, [isKink]) => where(isKink, NaN, g)), null],
};

/** `x` for a gradient that has a kink at x = 0: the gradient there is 0 times x, and the second one, which does not exist, NaN. */
function kinked(x: Tensor, isKink: Tensor): Tensor {
  return apply(kinkedRule, [x, isKink], undefined);
}

/**
 * `root(total(x))`, for a size with size(k · x) = k · size(x) such as a norm. Where the total, a sum of powers, is out of range,
 * the powers are those of x / k, with k the extreme |x|, the one that decides over the total.
 */
function inRange(
  x: Tensor,
  over: Reduction,
  extreme: OpRule<readonly [Tensor], Reduction>,
  { total, root }: { readonly total: (x: Tensor) => Tensor; readonly root: (total: Tensor) => Tensor },
): Tensor {
  const plain = total(x);
  const least = x.dtype === 'float32' ? 2 ** -100 : 2 ** -960; // below it, squares have lost digits
  const isGood = logicalAnd(ge(plain, least), isFinite(plain));
  const isAllGood = isGood.storage.read().every((each) => each !== 0);
  if (isAllGood || x.size === 0) return reshape(root(plain), over.to);
  const decisive = apply(extreme, [abs(x)], { ...over, to: over.kept });
  const k = where(logicalAnd(gt(decisive, 0), isFinite(decisive)), decisive, 1);
  return reshape(where(isGood, root(plain), mul(root(total(div(x, k))), k)), over.to);
}

/** The options of `norm`. */
export interface NormOptions extends ReduceOptions {
  /** The p of `(Σ |x|^p)^(1/p)`; 2 by default. 0 counts nonzero elements, Infinity takes the largest |x|, -Infinity the smallest. */
  readonly p?: number | undefined;
}

const normOptions: readonly (keyof NormOptions)[] = ['keepdims', 'p'];

/**
 * The p-norm over the given axes; p is 2 by default, the root of the sum of squares. The gradient at 0 is 0. Throws a ShapeError for
 * an empty axis if p is negative.
 */
export function norm(x: Tensor, axis?: Axes, options?: NormOptions): Tensor {
  const over = reduction('norm', x.shape, axis, options, normOptions);
  const p = options?.p ?? 2;
  checkNumber('norm', 'p', p);
  const floats = toFloat(x);
  if (p === 1) return apply(sumRule, [abs(floats)], over);
  if (p === Infinity && x.size === 0) return apply(sumRule, [floats], over);
  if (p < 0) checkNotEmpty('norm', x, over);
  if (p === Infinity || p === -Infinity) return apply(p < 0 ? minRule : maxRule, [abs(floats)], over);
  return apply(normRule, [floats], { ...over, p });
}

const normRule: OpRule<readonly [Tensor], Reduction & { readonly p: number }> = {
  name: 'norm',
  forward([x], { p, ...over }) {
    if (p === 0) return reshape(sum(to(ne(x, 0), x.dtype), over.axes), over.to);
    const power = (each: Tensor): Tensor => (p === 2 ? square(each) : pow(abs(each), p));
    return inRange(x, over, p < 0 ? minRule : maxRule, {
      total: (each) => sum(power(each), over.axes, { keepdims: true }),
      root: (total) => (p === 2 ? sqrt(total) : pow(total, 1 / p)),
    });
  },
  // sign(x) · (|x| / y)^(p - 1), with the reciprocal ratio for a negative exponent. For p = 0 the gradient is 0.
  gradients: [
    gradient([0, 'output'], (g, [x, y], { p, kept }) => {
      if (p === 0) return zerosOf(g.dtype, x.shape);
      const size = reshape(y, kept);
      const isKink = p < 2 ? eq(x, 0) : eq(size, 0);
      const at = kinked(x, isKink);
      if (p === 2) return mul(reshape(g, kept), div(at, where(isKink, 1, size)));
      const [above, below] = p > 1 ? [abs(at), size] : [size, abs(at)];
      const ratio = where(eq(x, 0), 1, div(above, where(eq(below, 0), 1, below)));
      return mul(reshape(g, kept), mul(sign(at), pow(ratio, Math.abs(p - 1))));
    }),
  ],
};

/** The number of elements along the axes. */
function countAlong(x: Tensor, axes: readonly number[]): number {
  return sizeOf(axes.map((each) => x.shape[each] ?? 1));
}

const prodRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'prod',
  forward([x], over) {
    if (isFloat(x.dtype)) return reduce(x, over, x.dtype, kernels.prod);
    return toIntegers('prod', reduce(x, over, 'float64', kernels.prod), 'int32', 'product');
  },
  gradients: [
    gradient([0, 'output'], (g, [x, y], { axes, kept }) => {
      const upstream = reshape(g, kept);
      const hasZero = any(eq(unrecorded(x), 0)).storage.read()[0] !== 0;
      // y / x, unless an element is 0: then the product of the others is computed.
      return mul(upstream, hasZero ? productOfOthers(x, axes) : div(reshape(y, kept), x));
    }),
  ],
};

/**
 * For each element, the product of all others in its run. Each run of n elements is repeated n times, with ones on the diagonal, and
 * multiplied. This costs n² products, so it is used only if an element is 0.
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
export function prod(x: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
  return apply(prodRule, [x], reduction('prod', x.shape, axis, options));
}

/** The gradient of a result that is one of the elements: those equal to it share it evenly. */
export const sharedGradient: Gradient<Reduction> = gradient([0, 'output'], (g, [x, y], { axes, kept }: Reduction) => {
  const best = reshape(y, kept);
  const isBest = where(eq(best, best), eq(x, best), ne(x, x)); // if the result is NaN: which elements are NaN
  return where(isBest, div(reshape(g, kept), sum(isBest, axes, { keepdims: true })), 0);
});

/** The rule of the maximum or the minimum. */
function extremeRule(name: string, kernel: ReduceKernel): OpRule<readonly [Tensor], Reduction> {
  return {
    name,
    forward: ([x], over) => reduce(x, over, x.dtype, kernel),
    gradients: [sharedGradient],
  };
}

const maxRule = extremeRule('max', kernels.max);

const minRule = extremeRule('min', kernels.min);

/** The maximum along the axes, which are kept with size 1; NaN for an empty axis. For use inside other operations. */
export function peak(x: Tensor, axis: Axes): Tensor {
  return apply(maxRule, [x], reduction('max', x.shape, axis, { keepdims: true }));
}

const amaxRule = extremeRule('amax', kernels.max);

const aminRule = extremeRule('amin', kernels.min);

/** The maximum over the given axes; equal elements share the gradient evenly. Throws a ShapeError for an empty axis. */
export function amax(x: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
  return ofSome(amaxRule, x, axis, options);
}

/** The minimum over the given axes; equal elements share the gradient evenly. Throws a ShapeError for an empty axis. */
export function amin(x: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
  return ofSome(aminRule, x, axis, options);
}

function ofSome(rule: OpRule<readonly [Tensor], Reduction>, x: Tensor, axis: Axes, options?: ReduceOptions): Tensor {
  const over = reduction(rule.name, x.shape, axis, options);
  checkNotEmpty(rule.name, x, over);
  return apply(rule, [x], over);
}

const argmaxRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'argmax',
  forward: ([x], over) => reduce(x, over, 'int32', kernels.argmax),
  gradients: null,
};

/**
 * The index of the maximum along an axis, or in the flattened tensor: int32. The first of equal elements; the first NaN, if any.
 * Throws a ShapeError for an empty axis.
 */
export function argmax(x: Tensor, axis?: number, options?: ReduceOptions): Tensor {
  const over = reduction('argmax', x.shape, axis, options);
  checkNotEmpty('argmax', x, over);
  return apply(argmaxRule, [x], over);
}

const argminRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'argmin',
  forward: ([x], over) => reduce(x, over, 'int32', kernels.argmin),
  gradients: null,
};

/**
 * The index of the minimum along an axis, or in the flattened tensor: int32. The first of equal elements; the first NaN, if any.
 * Throws a ShapeError for an empty axis.
 */
export function argmin(x: Tensor, axis?: number, options?: ReduceOptions): Tensor {
  const over = reduction('argmin', x.shape, axis, options);
  checkNotEmpty('argmin', x, over);
  return apply(argminRule, [x], over);
}

/**
 * The maximum over the given axes. Along one axis the first of equal elements gets the gradient; along several they share it evenly.
 * Throws a ShapeError for an empty axis.
 */
export function max(x: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
  return extreme(maxRule, argmax, x, axis, options);
}

/** The minimum over the given axes, with the gradients of `max`. Throws a ShapeError for an empty axis. */
export function min(x: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
  return extreme(minRule, argmin, x, axis, options);
}

function extreme(
  rule: OpRule<readonly [Tensor], Reduction>,
  arg: typeof argmax,
  x: Tensor,
  axis: Axes,
  options: ReduceOptions | undefined,
): Tensor {
  const { name } = rule;
  if (isTensor(axis)) {
    throw new TypeError(`${name}: takes an axis, got ${describe(axis)}; ${name}imum() compares two tensors`);
  }
  const over = reduction(name, x.shape, axis, options);
  checkNotEmpty(name, x, over);
  const only = typeof axis === 'number' || axis?.length === 1 ? over.axes[0] : undefined;
  if (only === undefined || !x.requiresGrad) return apply(rule, [x], over);
  // Along one axis, the first of equal elements gets the gradient: that of gathering it.
  const picked = gather(x, only, arg(x, only, { keepdims: true }));
  return over.to === over.kept ? picked : asOne([x], squeeze(picked, only));
}

/** Throws a ShapeError if a result would be computed from no elements. */
export function checkNotEmpty(op: string, { shape }: Tensor, { axes, to: result }: Reduction): void {
  if (axes.some((each) => shape[each] === 0) && sizeOf(result) > 0) {
    throw new ShapeError(`${op}: cannot reduce an empty axis, the shape is ${showShape(shape)}`);
  }
}

const anyRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'any',
  forward: ([x], over) => reduce(x, over, 'bool', kernels.any),
  gradients: null,
};

/** Whether any element over the given axes is nonzero: bool; false for an empty axis. */
export function any(x: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
  return apply(anyRule, [x], reduction('any', x.shape, axis, options));
}

const allRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'all',
  forward: ([x], over) => reduce(x, over, 'bool', kernels.all),
  gradients: null,
};

/** Whether all elements over the given axes are nonzero: bool; true for an empty axis. */
export function all(x: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
  return apply(allRule, [x], reduction('all', x.shape, axis, options));
}

const logsumexpRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'logsumexp',
  forward([x], { axes, to: shape }) {
    const { m, e } = exponentials(x, axes);
    return reshape(add(log(sum(e, axes, { keepdims: true })), m), shape);
  },
  // softmax(x). Computed as e^(x - y), it would contain the rounding error of y, which may be large.
  gradients: [
    gradient([0], (g, [x], { axes, kept }) => {
      const { e } = exponentials(x, axes);
      const total = sum(e, axes, { keepdims: true });
      // Where all x are -∞, a small change of one changes nothing.
      return mul(reshape(g, kept), div(e, where(eq(total, 0), 1, total)));
    }),
  ],
};

/** `e^(x - m)` with m = max x: the largest value is 1, so nothing overflows. */
function exponentials(x: Tensor, axes: readonly number[]): { m: Tensor; e: Tensor } {
  const highest = peak(unrecorded(x), axes);
  // If the maximum is infinite it is the result, but x - m would be NaN, so m is 0. An empty axis gives log 0.
  const m = where(isFinite(highest), highest, 0);
  return { m, e: exp(sub(x, m)) };
}

/** `log Σ e^x` over the given axes, stable for large numbers. */
export function logsumexp(x: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
  const over = reduction('logsumexp', x.shape, axis, options);
  return apply(logsumexpRule, [toFloat(x)], over);
}

/** Runs a kernel that gives as many results as there are elements along an axis; integers and bools give int32. */
function cumulative(op: string, kernel: typeof kernels.cumsum, x: Tensor, axis: number, noun: string): Tensor {
  // The axis is moved to the end, so that its elements are adjacent, and then back.
  const runs = transpose(x, axis, -1);
  const out = emptyOf(isFloat(x.dtype) ? x.dtype : 'float64', runs.shape);
  kernel(denseStorage(runs), out.storage, runs.shape.at(-1) ?? 1);
  const results = contiguous(transpose(out, axis, -1));
  return isFloat(x.dtype) ? results : toIntegers(op, results, 'int32', noun);
}

const cumsumRule: OpRule<readonly [Tensor], { axis: number }> = {
  name: 'cumsum',
  forward: ([x], { axis }) => cumulative('cumsum', kernels.cumsum, x, axis, 'total'),
  gradients: [gradient([], (g, _, { axis }) => sumFrom(g, axis))],
};

/** The sum of each element and of all that follow it along an axis. */
function sumFrom(x: Tensor, axis: number): Tensor {
  return flip(cumsum(flip(x, axis), axis), axis);
}

const cumprodRule: OpRule<readonly [Tensor], { axis: number }> = {
  name: 'cumprod',
  forward: ([x], { axis }) => cumulative('cumprod', kernels.cumprod, x, axis, 'product'),
  gradients: [
    gradient([0, 'output'], (g, [x, y], { axis }) => {
      const hasZero = any(eq(unrecorded(x), 0)).storage.read()[0] !== 0;
      return hasZero ? gradientAtZero(g, x, axis) : div(sumFrom(mul(g, y), axis), x);
    }),
  ],
};

/**
 * The gradient of cumprod where an element is 0: the products without element i, in row i of a matrix, from column i on. This costs n²
 * products.
 */
function gradientAtZero(g: Tensor, x: Tensor, axis: number): Tensor {
  const runs = unsqueeze(transpose(x, axis, -1), -2);
  const count = runs.shape.at(-1) ?? 1;
  const isSelf = zerosOf('bool', [count, count]);
  fill(diagonal(isSelf), 1);
  const isBefore = lt(arange(count), unsqueeze(arange(count), 1));
  const others = where(isBefore, 0, cumprod(where(isSelf, 1, runs), -1));
  return transpose(sum(mul(unsqueeze(transpose(g, axis, -1), -2), others), -1), axis, -1);
}

/** The cumulative product along an axis; integers and bools give int32. */
export function cumprod(x: Tensor, axis: number): Tensor {
  return apply(cumprodRule, [x], { axis: resolveAxis('cumprod', axis, x.ndim) });
}

/** The cumulative sum along an axis; integers and bools give int32. */
export function cumsum(x: Tensor, axis: number): Tensor {
  return apply(cumsumRule, [x], { axis: resolveAxis('cumsum', axis, x.ndim) });
}

/** Sums `g` to `shape`, over the axes that broadcasting stretched. */
export function sumTo(g: Tensor, shape: Shape): Tensor {
  const missing = g.ndim - shape.length;
  const axes = g.shape.flatMap((size, axis) =>
    axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : [],
  );
  return axes.length === 0 ? g : reshape(sum(g, axes, { keepdims: true }), shape);
}
