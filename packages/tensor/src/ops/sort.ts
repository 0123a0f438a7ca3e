import { checkOptions } from '../array/arguments.ts';
import { resolveAxis } from '../array/shape.ts';
import { apply, emptyOf, type OpRule } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/indexing.ts';
import { denseStorage } from './copy.ts';
import { gather } from './gather.ts';
import { slice, transpose } from './views.ts';

/** Which comes first: the smallest, unless `descending`. */
export interface SortOptions {
  readonly descending?: boolean | undefined;
}

/** Which are looked for: the largest, unless that is false. */
export interface TopkOptions {
  readonly largest?: boolean | undefined;
}

/** Elements in order, and where each stood. */
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

/** The elements in ascending order along an axis, or descending; equals stay in order, NaN counts as the largest. */
export function sort(x: Tensor, axis = -1, options: SortOptions = {}): Sorted {
  checkOptions('sort', options, ['descending']);
  const { descending = false } = options;
  const at = resolveAxis('sort', axis, x.ndim);
  const indices = apply(argsortRule, [x], { axis: at, descending });
  return { values: gather(x, at, indices), indices };
}

/** The `k` largest along an axis, the largest first; or the smallest. */
export function topk(x: Tensor, k: number, axis = -1, options: TopkOptions = {}): Sorted {
  checkOptions('topk', options, ['largest']);
  const { largest = true } = options;
  const at = resolveAxis('topk', axis, x.ndim);
  const size = x.shape[at] ?? 1;
  if (!Number.isSafeInteger(k) || k < 0 || k > size) {
    throw new RangeError(`topk: k is a whole number from 0 to ${size}, the size of axis ${at}, got ${k}`);
  }
  const order = apply(argsortRule, [x], { axis: at, descending: largest });
  const indices = x.ndim === 0 ? order : slice(order, at, 0, k);
  return { values: gather(x, at, indices), indices };
}
