import { type Tensor } from '@mg/tensor';
import { comparable } from './inputs.ts';
import { computeLoss, Loss, type LossDefinition, type LossOptions, reduceLoss } from './loss.ts';

/** As LossOptions, with the distance beyond which the loss is linear. */
export interface HuberLossOptions extends LossOptions {
  /** Above 0; 1 by default. */
  readonly delta?: number | undefined;
}

const definition: LossDefinition<HuberLossOptions> = {
  function: 'huberLoss',
  class: 'HuberLoss',
  options: ['reduction', 'delta'],
  check(name, { delta = 1 }) {
    if (!(delta > 0)) throw new RangeError(`${name}: delta must be a number > 0, got ${delta}`);
  },
  compute(input, target, { delta = 1, reduction }) {
    const z = input.sub(comparable('huberLoss', input, target));
    // With c = z clipped to ±δ both branches are c (z − c / 2), and an infinite intermediate means an infinite loss.
    const c = z.clip(-delta, delta);
    return reduceLoss(c.mul(z.sub(c.mul(0.5))), reduction);
  },
};

/**
 * Half the squared distance `z = input − target` up to `delta`, and linear beyond: `z² / 2` where |z| ≤ δ, else
 * `δ (|z| − δ / 2)`.
 *
 * Input and target have the same shape, and gradients flow to both. Throws a ShapeError or DTypeError where they do not fit.
 * @see P. J. Huber, Robust Estimation of a Location Parameter (1964), https://doi.org/10.1214/aoms/1177703732
 *
 * ```ts
 * import { huberLoss } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * huberLoss(tensor([0, 0, 0]), tensor([0.5, 2, -9]), { delta: 2, reduction: 'none' }); // => tensor([0.1250, 2, 16])
 * ```
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  return computeLoss(definition, input, target, options);
}

/** The Huber loss with its options fixed. See `huberLoss`. */
export class HuberLoss extends Loss<HuberLossOptions> {
  constructor(options: HuberLossOptions = {}) {
    super(definition, options);
  }
}
