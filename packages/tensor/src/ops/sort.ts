import { checkOptions } from '../array/arguments.ts';
import { promote } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { resolveAxis, sameShape, showShape } from '../array/shape.ts';
import { apply, emptyOf, type OpRule } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/indexing.ts';
import { denseStorage, to } from './copy.ts';
import { type Operand, toTensors } from './define-elementwise.ts';
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

/** The options of `searchsorted`. */
export interface SearchsortedOptions {
  /** Whether an element that equals some of the sorted ones goes after them; false by default: before them. */
  readonly right?: boolean | undefined;
}

const searchsortedRule: OpRule<readonly [Tensor, Tensor], { isRight: boolean }> = {
  name: 'searchsorted',
  forward([x, values], { isRight }) {
    const out = emptyOf('int32', values.shape);
    const length = x.shape.at(-1) ?? 1;
    const count = x.ndim === 1 ? Math.max(1, values.size) : (values.shape.at(-1) ?? 1);
    kernels.searchsorted(denseStorage(x), denseStorage(values), out.storage, { length, count }, isRight);
    return out;
  },
  gradients: null,
};

/**
 * The places at which `values` go into the sorted runs along the last axis, so that these stay sorted: int32. `x` is a vector, or has the
 * shape of `values` but for the last axis.
 */
export function searchsorted(x: Tensor, values: Operand, options: SearchsortedOptions = {}): Tensor {
  checkOptions('searchsorted', options, ['right']);
  const [sorted, wanted] = toTensors('searchsorted', x, values);
  const dtype = promote(sorted, wanted);
  if (dtype === 'bool') throw new DTypeError("searchsorted: does not support two bools; to('int32') converts");
  if (x.ndim !== 1 && (x.ndim === 0 || !sameShape(x.shape.slice(0, -1), wanted.shape.slice(0, -1)))) {
    throw new ShapeError(
      `searchsorted: sorted rows ${showShape(x.shape)} do not fit values ${showShape(wanted.shape)}`,
    );
  }
  return apply(searchsortedRule, [to(sorted, dtype), to(wanted, dtype)], { isRight: options.right ?? false });
}
