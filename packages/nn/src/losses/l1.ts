import { type Tensor } from '@mg/tensor';
import { comparable } from './inputs.ts';
import { computeLoss, Loss, type LossDefinition, type LossOptions, reduceLoss } from './loss.ts';

const definition: LossDefinition<LossOptions> = {
  function: 'l1Loss',
  class: 'L1Loss',
  options: ['reduction'],
  compute: (input, target, { reduction }) =>
    reduceLoss(input.sub(comparable('l1Loss', input, target)).abs(), reduction),
};

/**
 * The absolute distance, `|input − target|`, element by element; its mean, unless `reduction` says otherwise. Its gradient
 * is 0 where the two are equal.
 *
 * Input and target have the same shape, and gradients flow to both. Throws a ShapeError or DTypeError where they do not fit.
 *
 * ```ts
 * import { l1Loss } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * l1Loss(tensor([1, 2, 3]), tensor([1, 4, 6]), { reduction: 'sum' }); // => tensor(5)
 * ```
 */
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return computeLoss(definition, input, target, options);
}

/** The absolute distance with its options fixed. See `l1Loss`. */
export class L1Loss extends Loss<LossOptions> {
  constructor(options: LossOptions = {}) {
    super(definition, options);
  }
}
