import { type Tensor } from '@mg/tensor';
import { checkOptions, checkTensor } from '@mg/tensor/internal';
import { runOwn } from '../module/lifetimes.ts';
import { checkFloatInput } from './arguments.ts';

/** The options of `normalize`: the order `p` of the norm (2), the `axis` (1), and the least divisor, `eps` (1e-12). */
export interface NormalizeOptions {
  readonly p?: number | undefined;
  readonly axis?: number | undefined;
  readonly eps?: number | undefined;
}

/**
 * `x / max(‖x‖, eps)`, with the norm of order `p` along an axis: vectors of length 1. Throws a DTypeError for an input that is not of floats,
 * and a RangeError for a negative or missing eps.
 *
 * ```ts
 * import { normalize } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * normalize(tensor([[3, 4], [0, 0]])); // => tensor([[0.6000, 0.8000], [0, 0]])
 * ```
 */
export function normalize(x: Tensor, options: NormalizeOptions = {}): Tensor {
  checkTensor('normalize', 'the input', x);
  checkOptions('normalize', options, ['p', 'axis', 'eps']);
  const { p = 2, axis = 1, eps = 1e-12 } = options;
  checkFloatInput('normalize', x);
  checkEps('normalize', eps);
  return runOwn(() => x.div(x.norm(axis, { p, keepdims: true }).clip(eps)));
}

/** The options of `cosineSimilarity`: the `axis` of the vectors (1), and the least length to divide by, `eps` (1e-8). */
export interface CosineSimilarityOptions {
  readonly axis?: number | undefined;
  readonly eps?: number | undefined;
}

/**
 * The cosine of the angle between vectors along an axis, `a · b / (max(‖a‖, eps) max(‖b‖, eps))`: from -1 to 1. The shapes broadcast. Throws a
 * DTypeError for inputs that are not of floats.
 *
 * ```ts
 * import { cosineSimilarity } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * cosineSimilarity(tensor([[1, 0], [1, 1]]), tensor([[0, 2], [3, 3]])); // => tensor([0, 1.0000])
 * ```
 */
export function cosineSimilarity(a: Tensor, b: Tensor, options: CosineSimilarityOptions = {}): Tensor {
  checkTensor('cosineSimilarity', 'the first input', a);
  checkTensor('cosineSimilarity', 'the second input', b);
  checkOptions('cosineSimilarity', options, ['axis', 'eps']);
  const { axis = 1, eps = 1e-8 } = options;
  for (const each of [a, b]) checkFloatInput('cosineSimilarity', each);
  checkEps('cosineSimilarity', eps);
  return runOwn(() => {
    const unit = (x: Tensor): Tensor => x.div(x.norm(axis, { keepdims: true }).clip(eps));
    return unit(a).mul(unit(b)).sum(axis);
  });
}

function checkEps(caller: string, eps: number): void {
  if (!(eps >= 0)) throw new RangeError(`${caller}: eps must be a number >= 0, got ${eps}`);
}
