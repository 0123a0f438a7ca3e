import { type Tensor } from '@mg/tensor';
import { comparable } from './inputs.ts';
import { computeLoss, Loss, type LossDefinition, type LossOptions, reduceLoss } from './loss.ts';

const definition: LossDefinition<LossOptions> = {
  function: 'mseLoss',
  class: 'MSELoss',
  options: ['reduction'],
  compute: (input, target, { reduction }) =>
    reduceLoss(input.sub(comparable('mseLoss', input, target)).square(), reduction),
};

/**
 * The squared distance, `(input − target)²`, element by element; its mean, unless `reduction` says otherwise.
 *
 * Input and target have the same shape, and gradients flow to both. Throws a ShapeError or DTypeError where they do not fit.
 *
 * ```ts
 * import { mseLoss } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * mseLoss(tensor([1, 2, 3]), tensor([1, 4, 6])); // => tensor(4.3333)
 * mseLoss(tensor([1, 2, 3]), tensor([1, 4, 6]), { reduction: 'none' }); // => tensor([0, 4, 9])
 * mseLoss(tensor([[1], [2]]), tensor([1, 2])); // => throws ShapeError: input and target must have the same shape, got [2, 1] and [2]
 * ```
 */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return computeLoss(definition, input, target, options);
}

/** The squared distance with its options fixed. See `mseLoss`. */
export class MSELoss extends Loss<LossOptions> {
  constructor(options: LossOptions = {}) {
    super(definition, options);
  }
}
