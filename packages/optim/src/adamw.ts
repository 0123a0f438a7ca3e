import { type Tensor } from '@mg/tensor';
import { type AdamOptions, adamRules, stepByAdam } from './adam.ts';
import { Optimizer, type Params } from './optimizer.ts';
import { type ParamGroup } from './state-dict.ts';

/**
 * Adam with a decay of the parameters that is no part of the gradient, so that it acts on all alike:
 *
 *     p = (1 − lr · λ) p
 *     m = β₁ m + (1 − β₁) g          v = β₂ v + (1 − β₂) g²
 *     p = p − lr · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
 *
 * λ is `weightDecay`, 0.01 unless given; the other options are Adam's.
 *
 * Throws a RangeError for betas outside [0, 1) and other options below 0, and for parameters that cannot be stepped.
 *
 * ```ts
 * import { AdamW } from '@mg/optim';
 * import { scalar } from '@mg/tensor';
 * const x = scalar(3, { requiresGrad: true });
 * const optimizer = new AdamW([x], { lr: 0.1, weightDecay: 0.5 });
 * x.mul(0).backward();
 * optimizer.step();
 * x.item(); // => 2.85
 * ```
 *
 * @see I. Loshchilov, F. Hutter, Decoupled Weight Decay Regularization (2019), https://arxiv.org/abs/1711.05101
 */
export class AdamW extends Optimizer<AdamOptions> {
  constructor(params: Params<AdamOptions>, options: AdamOptions = {}) {
    super(adamRules('AdamW', 0.01), params, options);
  }

  protected override update(param: Tensor, p: Tensor, g: Tensor, group: ParamGroup<AdamOptions>): void {
    stepByAdam(p, g, this.memory(param), group, 0, 1 - group.lr * group.weightDecay);
  }

  static {
    this.keepsNothing();
  }
}
