import { checkOptions } from '../array/arguments.ts';
import { resolveAxis } from '../array/shape.ts';
import { apply, emptyOf, type OpRule } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/indexing.ts';
import { denseStorage } from './copy.ts';
import { gather } from './gather.ts';
import { slice, transpose } from './views.ts';

/** The options of `sort`. */
export interface SortOptions {
  /** Whether the largest element comes first; false by default. */
  readonly descending?: boolean | undefined;
}

/** The options of `topk`. */
export interface TopkOptions {
  /** Whether to select the largest elements (the default) or the smallest. */
  readonly largest?: boolean | undefined;
}

/** Sorted elements, with their indices along the axis: int32. */
export interface Sorted {
  readonly values: Tensor;
  readonly indices: Tensor;
}

const argsortRule: OpRule<readonly [Tensor], { axis: number; descending: boolean }> = {
  name: 'argsort',
  forward([x], { axis, descending }) {
    const runs = transpose(x, axis, -1);
    const out = emptyOf('int32', runs.shape);
    kernels.argsort(denseStorage(runs, runs.shape, x.dtype), out.storage, runs.shape.at(-1) ?? 1, descending);
    return transpose(out, axis, -1);
  },
  gradients: null,
};

/** Sorts along an axis (default: the last), ascending by default. The sort is stable, and NaN counts as the largest. */
export function sort(x: Tensor, axis = -1, options: SortOptions = {}): Sorted {
  checkOptions('sort', options, ['descending']);
  const { descending = false } = options;
  const at = resolveAxis('sort', axis, x.ndim);
  const indices = apply(argsortRule, [x], { axis: at, descending });
  return { values: gather(x, at, indices), indices };
}

/**
 * The `k` largest elements along an axis (default: the last), largest first; or the smallest, smallest first. Throws a RangeError if
 * the axis has fewer.
 */
export function topk(x: Tensor, k: number, axis = -1, options: TopkOptions = {}): Sorted {
  checkOptions('topk', options, ['largest']);
  const { largest = true } = options;
  const at = resolveAxis('topk', axis, x.ndim);
  const size = x.shape[at] ?? 1;
  if (!Number.isSafeInteger(k) || k < 0 || k > size) {
    throw new RangeError(`topk: k must be an integer from 0 to ${size}, the size of axis ${at}, got ${k}`);
  }
  const order = apply(argsortRule, [x], { axis: at, descending: largest });
  const indices = x.ndim === 0 ? order : slice(order, at, 0, k);
  return { values: gather(x, at, indices), indices };
}
