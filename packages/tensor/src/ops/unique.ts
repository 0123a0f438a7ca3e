import { checkCount, checkOptions } from '../array/arguments.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { sameShape, showShape } from '../array/shape.ts';
import { unrecorded, zerosOf } from '../graph/apply.ts';
import { checkTensor, type Tensor } from '../graph/tensor.ts';
import { denseStorage, to } from './copy.ts';
import { fromElements, onesLike } from './creation.ts';
import { scatterAdd, take } from './gather.ts';
import { sort } from './sort.ts';
import { flatten } from './views.ts';

/** The options of `unique`. */
export interface UniqueOptions<Inverse extends boolean = boolean, Counts extends boolean = boolean> {
  /** Whether to return `inverse`: for each element, the place of its value among the values. */
  readonly returnInverse?: Inverse | undefined;
  /** Whether to return `counts`: how often each value occurs. */
  readonly returnCounts?: Counts | undefined;
}

/** The values that occur in a tensor, ascending, with what the options ask for: int32. */
export type Unique<Inverse extends boolean, Counts extends boolean> = {
  readonly values: Tensor;
} & (Inverse extends true ? { readonly inverse: Tensor } : unknown) &
  (Counts extends true ? { readonly counts: Tensor } : unknown);

const vector = (numbers: Int32Array): Tensor => fromElements(numbers, 'int32', [numbers.length], {});

/** The values that occur in `x`, ascending, with `inverse` and `counts` where they are asked for. They have no gradient. */
export function unique(x: Tensor, options: UniqueOptions = {}): Tensor | Unique<boolean, boolean> {
  checkOptions('unique', options, ['returnInverse', 'returnCounts']);
  const { returnInverse = false, returnCounts = false } = options;
  const { values: sorted, indices } = sort(flatten(unrecorded(x)));
  const [elements, order] = [denseStorage(sorted).read(), denseStorage(indices).read()];
  const starts: number[] = [];
  const inverse = new Int32Array(elements.length);
  for (let i = 0; i < elements.length; i++) {
    if (i === 0 || elements[i] !== elements[i - 1]) starts.push(i);
    inverse[order[i] ?? 0] = starts.length - 1;
  }
  const values = take(sorted, vector(Int32Array.from(starts)), 0);
  if (!returnInverse && !returnCounts) return values;
  const counts = Int32Array.from(starts, (start, at) => (starts[at + 1] ?? elements.length) - start);
  return {
    values,
    ...(returnInverse && { inverse: fromElements(inverse, 'int32', x.shape, {}) }),
    ...(returnCounts && { counts: vector(counts) }),
  };
}

/** The options of `bincount`. */
export interface BincountOptions {
  /** What each element counts, instead of 1: a vector of the same length. */
  readonly weights?: Tensor | undefined;
  /** The least number of bins; 0 by default. */
  readonly minlength?: number | undefined;
}

/** How often each integer from 0 up to the largest occurs in a vector: int32, or the sums of `weights`. They have no gradient. */
export function bincount(x: Tensor, options: BincountOptions = {}): Tensor {
  checkOptions('bincount', options, ['weights', 'minlength']);
  const { weights, minlength = 0 } = options;
  checkCount('bincount', 'minlength', minlength);
  if (x.dtype !== 'int32' && x.dtype !== 'uint8') {
    throw new DTypeError(`bincount: counts int32 or uint8, got ${x.dtype}; to('int32') converts`);
  }
  if (x.ndim !== 1)
    throw new ShapeError(`bincount: takes a vector, got shape ${showShape(x.shape)}; flatten() makes one`);
  let bins = minlength;
  for (const each of denseStorage(x).read()) {
    if (each < 0) throw new RangeError(`bincount: counts integers >= 0, got ${each}`);
    bins = Math.max(bins, each + 1);
  }
  if (weights === undefined) return scatterAdd(zerosOf('int32', [bins]), 0, x, onesLike(x, { dtype: 'int32' }));
  checkTensor('bincount', 'weights', weights);
  if (!sameShape(weights.shape, x.shape)) {
    throw new ShapeError(`bincount: weights of shape ${showShape(weights.shape)} do not fit ${showShape(x.shape)}`);
  }
  const each = to(weights, weights.dtype === 'float32' ? 'float32' : 'float64');
  return scatterAdd(zerosOf(each.dtype, [bins]), 0, x, unrecorded(each));
}
