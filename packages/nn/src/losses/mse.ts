import { type Tensor } from '@mg/tensor';
import { scope } from '@mg/tensor/internal';
import { comparable } from './inputs.ts';
import { checkLossOptions, type LossOptions, reduceLoss } from './reduction.ts';

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
 * mseLoss(tensor([[1], [2]]), tensor([1, 2])); // => throws ShapeError: input and target have the same shape, got [2, 1] and [2]
 * ```
 */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkLossOptions('mseLoss', options, ['reduction']);
  return scope(() => reduceLoss(input.sub(comparable('mseLoss', input, target)).square(), options.reduction));
}

/** The squared distance with its options fixed. See `mseLoss`. */
export class MSELoss {
  readonly options: LossOptions;

  constructor(options: LossOptions = {}) {
    this.options = checkLossOptions('MSELoss', options, ['reduction']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, this.options);
  }
}
