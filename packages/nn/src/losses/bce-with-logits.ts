import { type Tensor, where } from '@mg/tensor';
import { checkElementWeight, comparable } from './inputs.ts';
import { computeLoss, Loss, type LossDefinition, type LossOptions, reduceLoss } from './loss.ts';

/** As LossOptions, with factors for the elements and for positive targets. */
export interface BCEWithLogitsLossOptions extends LossOptions {
  /** A factor for each loss, broadcast to the shape of the input. The mean still divides by the number of elements. */
  readonly weight?: Tensor | undefined;
  /** A factor for the positive part of each loss, broadcast to the shape of the input: above 1 it raises recall. */
  readonly posWeight?: Tensor | undefined;
}

const definition: LossDefinition<BCEWithLogitsLossOptions> = {
  function: 'binaryCrossEntropyWithLogits',
  class: 'BCEWithLogitsLoss',
  options: ['reduction', 'weight', 'posWeight'],
  compute(input, target, { weight, posWeight, reduction }) {
    const t = comparable('binaryCrossEntropyWithLogits', input, target);
    checkElementWeight('binaryCrossEntropyWithLogits', 'weight', weight, input);
    checkElementWeight('binaryCrossEntropyWithLogits', 'posWeight', posWeight, input);
    const up = input.softplus();
    const down = input.neg().softplus();
    // log(1 + eˣ) = x + log(1 + e⁻ˣ), of which softplus leaves the second part out above 20.
    const ofZero = up.add(where(input.gt(20), down, 0)).mul(t.neg().add(1));
    const ofOne = down.add(where(input.lt(-20), up, 0)).mul(t);
    const losses = ofZero.add(posWeight === undefined ? ofOne : ofOne.mul(posWeight));
    return reduceLoss(weight === undefined ? losses : losses.mul(weight), reduction);
  },
};

/**
 * The cross-entropy of sigmoid(input) with targets from 0 to 1: `t log(1 + e⁻ˣ) + (1 − t) log(1 + eˣ)`, accurate for logits of
 * any size.
 *
 * Input and target have the same shape, and gradients flow to both. Throws a ShapeError or DTypeError where they do not fit.
 *
 * ```ts
 * import { binaryCrossEntropyWithLogits } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * const logits = tensor([0, 10000, -10000]);
 * binaryCrossEntropyWithLogits(logits, tensor([1, 1, 1]), { reduction: 'none' }); // => tensor([0.6931, 0, 10000])
 * ```
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: BCEWithLogitsLossOptions = {},
): Tensor {
  return computeLoss(definition, input, target, options);
}

/** The cross-entropy of raw outputs with its options fixed. See `binaryCrossEntropyWithLogits`. */
export class BCEWithLogitsLoss extends Loss<BCEWithLogitsLossOptions> {
  constructor(options: BCEWithLogitsLossOptions = {}) {
    super(definition, options);
  }
}
