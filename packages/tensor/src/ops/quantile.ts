import { checkOptions, describe } from '../array/arguments.ts';
import { allocate, checkFloat } from '../array/dtype.ts';
import { DTypeError } from '../array/errors.ts';
import { apply, asOne, type OpRule } from '../graph/apply.ts';
import { isTensor, type Tensor } from '../graph/tensor.ts';
import { lerp } from './arithmetic.ts';
import { denseStorage } from './copy.ts';
import { fromElements } from './creation.ts';
import { gather, take } from './gather.ts';
import { isNaN, where } from './logic.ts';
import { any, argmax, checkNotEmpty, type ReduceOptions, type Reduction, reduction, sharedGradient } from './reduce.ts';
import { sort, type Sorted } from './sort.ts';
import { flatten, reshape, slice, transpose, unsqueeze } from './views.ts';

/** The median along an axis, which is kept, with its index: the element in the middle, of two the lower one; the first NaN if there is one. */
function middle(x: Tensor, axis: number): Sorted {
  const from = x.ndim === 0 ? reshape(x, [1]) : x;
  const at = Math.floor(((from.shape[axis] ?? 1) - 1) / 2);
  const place = slice(sort(from, axis).indices, axis, at, at + 1);
  const indices = where(any(isNaN(from), axis, { keepdims: true }), argmax(from, axis, { keepdims: true }), place);
  return { values: gather(from, axis, indices), indices };
}

const medianRule: OpRule<readonly [Tensor], Reduction> = {
  name: 'median',
  forward: ([x], over) => reshape(middle(flatten(x), 0).values, over.to),
  gradients: [sharedGradient],
};

/**
 * The median of all elements: the one in the middle, of two the lower one, NaN if there is one; equal elements share the gradient. With an
 * axis, the medians along it and their indices, int32. Throws a ShapeError for an empty axis, and a DTypeError for bools.
 */
export function median(x: Tensor): Tensor;
export function median(x: Tensor, axis: number, options?: ReduceOptions): Sorted;
export function median(x: Tensor, axis?: number, options?: ReduceOptions): Tensor | Sorted;
export function median(x: Tensor, axis?: number, options?: ReduceOptions): Tensor | Sorted {
  const over = reduction('median', x.shape, axis, options);
  if (x.dtype === 'bool') throw new DTypeError("median: does not support bool; to('int32') converts");
  checkNotEmpty('median', x, over);
  if (axis === undefined) return apply(medianRule, [x], over);
  const { values, indices } = middle(x, over.axes[0] ?? 0);
  return { values: asOne([x], reshape(values, over.to)), indices: reshape(indices, over.to) };
}

/** The options of `quantile`. */
export interface QuantileOptions extends ReduceOptions {
  /** What a quantile between two elements is: on the line between them (the default), the lower, the higher, the nearest, or their mean. */
  readonly interpolation?: 'linear' | 'lower' | 'higher' | 'nearest' | 'midpoint' | undefined;
}

/** By interpolation: where between two elements the quantile is taken, for a place between them. */
const placements: Readonly<Record<string, (place: number) => number>> = {
  linear: (place) => place,
  lower: Math.floor,
  higher: Math.ceil,
  nearest: (place) => (place % 2 === 0.5 ? Math.floor(place) : Math.floor(place + 0.5)), // of two the even one
  midpoint: (place) => (Math.floor(place) + Math.ceil(place)) / 2,
};

/**
 * The `q`-quantiles along an axis, or of all elements; NaN where one of these is NaN. For a vector of several `q`, they come first in the
 * shape of the result. Throws a DTypeError for integers, a RangeError unless q is from 0 to 1, and a ShapeError for an empty axis.
 */
export function quantile(x: Tensor, q: number | Tensor, axis?: number, options: QuantileOptions = {}): Tensor {
  checkOptions('quantile', options, ['keepdims', 'interpolation']);
  const { interpolation = 'linear', keepdims } = options;
  const placement = Object.hasOwn(placements, interpolation) ? placements[interpolation] : undefined;
  if (placement === undefined) {
    throw new TypeError(`quantile: there is no interpolation ${describe(interpolation)}`);
  }
  const over = reduction('quantile', x.shape, axis, { keepdims });
  checkFloat('quantile', x.dtype);
  checkNotEmpty('quantile', x, over);
  const each = quantilesOf(q);
  // The axis is moved to the end, and the quantiles along it to the front.
  const runs = axis === undefined || x.ndim === 0 ? flatten(x) : transpose(unsqueeze(x, -1), over.axes[0] ?? 0, -1);
  const { values: sorted } = sort(runs);
  const last = (runs.shape.at(-1) ?? 1) - 1;
  const places = each.map((part) => placement(part * last));
  const pick = (at: readonly number[]): Tensor =>
    take(sorted, fromElements(Int32Array.from(at), 'int32', [at.length], {}), -1);
  const below = pick(places.map(Math.floor));
  const above = pick(places.map(Math.ceil));
  const weights = allocate(x.dtype, places.length);
  weights.set(places.map((place) => place % 1));
  const between = lerp(below, above, fromElements(weights, x.dtype, [weights.length], {}));
  const largest = slice(sorted, -1, last); // NaN, if there is one
  const found = where(isNaN(largest), largest, between);
  const first = transpose(unsqueeze(found, 0), 0, -1);
  const shape = isTensor(q) && q.ndim === 1 ? [each.length, ...over.to] : over.to;
  return asOne([x], reshape(first, shape));
}

function quantilesOf(q: unknown): readonly number[] {
  const each = isTensor(q) && q.ndim < 2 ? [...denseStorage(q).read()] : [q];
  const wrong = each.find((part) => !(typeof part === 'number' && part >= 0 && part <= 1));
  if (wrong !== undefined || each.length === 0) {
    throw new RangeError(`quantile: q must be from 0 to 1, got ${describe(wrong)}`);
  }
  return each as readonly number[];
}
