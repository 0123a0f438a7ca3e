import { type Tensor } from '@mg/tensor';
import { comparable } from './inputs.ts';
import { computeLoss, Loss, type LossDefinition, reduceLoss, type Reduction } from './loss.ts';
import { weigh } from './nll.ts';

/** As LossOptions, with one more reduction, and the form of the target. */
export interface KLDivLossOptions {
  /** As for other losses; `'batchmean'` divides the sum by the size of the first axis, the number of samples. */
  readonly reduction?: Reduction | 'batchmean' | undefined;
  /** Whether the target holds logarithms too; probabilities otherwise. */
  readonly logTarget?: boolean | undefined;
}

const definition: LossDefinition<KLDivLossOptions> = {
  function: 'klDiv',
  class: 'KLDivLoss',
  options: ['reduction', 'logTarget'],
  reductions: ['mean', 'sum', 'none', 'batchmean'],
  compute(input, target, { reduction, logTarget = false }) {
    const t = comparable('klDiv', input, target);
    const divergence = logTarget ? ofLogarithms(input, t) : timesLog(t).sub(weigh(input, t));
    return reduction === 'batchmean'
      ? reduceLoss(divergence, 'mean', input.shape[0] ?? 1)
      : reduceLoss(divergence, reduction);
  },
};

/**
 * The Kullback-Leibler divergence of the input from the target, element by element: `t (log t − input)`, or
 * `eᵗ (t − input)` with `logTarget`. The input holds logarithms of probabilities.
 *
 * The mean is over all elements, as in PyTorch; `reduction: 'batchmean'` is the mean of the definition. Input and target
 * have the same shape, and gradients flow to both. Throws a ShapeError or DTypeError where they do not fit.
 * @see S. Kullback, R. A. Leibler, On Information and Sufficiency (1951), https://doi.org/10.1214/aoms/1177729694
 *
 * ```ts
 * import { klDiv } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * const logits = tensor([[0, 0], [0, 0]]);
 * klDiv(logits.logSoftmax(1), tensor([[0.5, 0.5], [0, 1]]), { reduction: 'batchmean' }); // => tensor(0.3466)
 * ```
 */
export function klDiv(input: Tensor, target: Tensor, options: KLDivLossOptions = {}): Tensor {
  return computeLoss(definition, input, target, options);
}

/** The Kullback-Leibler divergence with its options fixed. See `klDiv`. */
export class KLDivLoss extends Loss<KLDivLossOptions> {
  constructor(options: KLDivLossOptions = {}) {
    super(definition, options);
  }
}

/** `eᵗ (t − input)`, which is 0 at t = −∞. */
function ofLogarithms(input: Tensor, t: Tensor): Tensor {
  return t.exp().mul(t.sub(input).maskedFill(t.eq(-Infinity), 0));
}

/** `t log t`, which is 0 at 0; it has no slope there, and its gradient is NaN. */
function timesLog(t: Tensor): Tensor {
  return t.mul(t.log()).maskedFill(t.eq(0), 0);
}
