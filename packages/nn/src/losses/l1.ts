import { type Tensor } from '@mg/tensor';
import { scope } from '@mg/tensor/internal';
import { comparable } from './inputs.ts';
import { checkLossOptions, type LossOptions, reduceLoss } from './reduction.ts';

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
  checkLossOptions('l1Loss', options, ['reduction']);
  return scope(() => reduceLoss(input.sub(comparable('l1Loss', input, target)).abs(), options.reduction));
}

/** The absolute distance with its options fixed. See `l1Loss`. */
export class L1Loss {
  readonly options: LossOptions;

  constructor(options: LossOptions = {}) {
    this.options = checkLossOptions('L1Loss', options, ['reduction']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, this.options);
  }
}
