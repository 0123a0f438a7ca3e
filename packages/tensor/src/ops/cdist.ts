import { checkOptions } from '../array/arguments.ts';
import { checkFloat, promote } from '../array/dtype.ts';
import { ShapeError } from '../array/errors.ts';
import { showShape } from '../array/shape.ts';
import { checkTensor, type Tensor } from '../graph/tensor.ts';
import { sub } from './arithmetic.ts';
import { norm } from './reduce.ts';
import { unsqueeze } from './views.ts';

/** The options of `cdist`. */
export interface CdistOptions {
  /** The p of the norm that measures the distance; 2 by default. */
  readonly p?: number | undefined;
}

/**
 * The distances of the points in the rows of `a` [..., m, k] from those of `b` [..., n, k]: [..., m, n]. The gradient of a distance of 0
 * is 0.
 */
export function cdist(a: Tensor, b: Tensor, options: CdistOptions = {}): Tensor {
  checkOptions('cdist', options, ['p']);
  checkTensor('cdist', 'the other operand', b);
  checkFloat('cdist', promote(a, b));
  const { p = 2 } = options;
  if (!(p >= 0)) throw new RangeError(`cdist: p must be a number >= 0, got ${p}`);
  if (a.ndim < 2 || b.ndim < 2 || a.shape.at(-1) !== b.shape.at(-1)) {
    throw new ShapeError(
      `cdist: takes [..., m, k] and [..., n, k], got ${showShape(a.shape)} and ${showShape(b.shape)}`,
    );
  }
  return norm(sub(unsqueeze(a, -2), unsqueeze(b, -3)), -1, { p });
}
