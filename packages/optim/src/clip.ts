import { type Tensor, tensor } from '@mg/tensor';
import { scope } from '@mg/tensor/internal';
import { aboveZero, checkSettings, complete, flag, type OptionRules } from './options.ts';
import { tensors } from './params.ts';

/** The options of `clipGradNorm`. */
export interface ClipGradNormOptions {
  /** The order of the norm: 2 by default; Infinity stands for the largest absolute value. */
  readonly normType?: number | undefined;
  /** Whether to throw if the norm is infinite or NaN: false by default. */
  readonly errorIfNonfinite?: boolean | undefined;
}

const rules: OptionRules<ClipGradNormOptions> = {
  owner: 'clipGradNorm',
  table: { normType: [2, aboveZero], errorIfNonfinite: [false, flag] },
};

/**
 * Scales the gradients of parameters down, in place and all alike, so that the norm of all of them together is at most `max`:
 * g = g · min(1, max / (norm + 10⁻⁶)). Returns the norm as it was. Parameters without a gradient are left out.
 *
 * A NaN in a gradient makes the norm and all gradients NaN. With an infinite norm, infinite numbers become NaN, and all others 0.
 *
 * Throws a RangeError for a max below 0, for a normType that is not above 0, and for a norm that is not finite if
 * `errorIfNonfinite` says so; then nothing is changed.
 *
 * ```ts
 * import { clipGradNorm } from '@mg/optim';
 * import { tensor } from '@mg/tensor';
 * const weight = tensor([3, 4], { requiresGrad: true });
 * weight.mul(weight).sum().backward();
 * clipGradNorm(weight, 1); // => 10
 * weight.grad?.toArray(); // => [0.600, 0.800]
 * ```
 *
 * @see R. Pascanu, T. Mikolov, Y. Bengio, On the difficulty of training recurrent neural networks (2013), https://arxiv.org/abs/1211.5063
 */
export function clipGradNorm(
  params: Tensor | Iterable<Tensor>,
  max: number,
  options: ClipGradNormOptions = {},
): number {
  const { normType, errorIfNonfinite } = complete(rules, options);
  checkSettings(rules, { normType, errorIfNonfinite });
  checkMax('clipGradNorm', max);
  const grads = gradients('clipGradNorm', params);
  // The norm of all elements together is that of the norms.
  const norms = grads.filter(({ size }) => size > 0).map((grad) => normOf(grad, normType));
  const norm = norms.length === 0 ? 0 : normOf(tensor(norms, { dtype: 'float64' }), normType);
  if (errorIfNonfinite && !Number.isFinite(norm)) {
    throw new RangeError(`clipGradNorm: the norm of the gradients is ${norm}`);
  }
  const scale = max / (norm + 1e-6);
  // NaN is not at least 1 either, and shows in all gradients.
  if (scale >= 1) return norm;
  // A factor near the smallest float32 has lost digits: two have them.
  const factors = scale > 1e-37 ? [scale] : [2 ** -64, max / ((norm + 1e-6) * 2 ** -64)];
  for (const grad of grads) for (const factor of factors) grad.mul_(factor);
  return norm;
}

/** The norm of all elements; in float64 where float32 is too small for it. */
function normOf(x: Tensor, p: number): number {
  const norm = scope(() => x.norm(undefined, { p })).item();
  return norm === Infinity || norm === 0 ? scope(() => x.to('float64').norm(undefined, { p })).item() : norm;
}

/**
 * Limits each element of the gradients of parameters, in place, to -max … max. NaN stays NaN. Parameters without a gradient are
 * left out.
 *
 * Throws a RangeError for a max below 0.
 *
 * ```ts
 * import { clipGradValue } from '@mg/optim';
 * import { tensor } from '@mg/tensor';
 * const weight = tensor([3, -4, 0.25], { requiresGrad: true });
 * weight.mul(weight).sum().backward();
 * clipGradValue(weight, 1);
 * weight.grad?.toArray(); // => [1, -1, 0.5]
 * ```
 */
export function clipGradValue(params: Tensor | Iterable<Tensor>, max: number): void {
  checkMax('clipGradValue', max);
  const grads = gradients('clipGradValue', params);
  for (const grad of grads) grad.clip_(-max, max);
}

function checkMax(name: string, max: number): void {
  if (!(max >= 0)) throw new RangeError(`${name}: max must be a number >= 0, got ${max}`);
}

/** The gradients that there are, each once, and without their records. */
function gradients(name: string, given: Tensor | Iterable<Tensor>): Tensor[] {
  return [...new Set(tensors(name, given).flatMap(({ grad }) => grad ?? []))].map((grad) => grad.detach());
}
