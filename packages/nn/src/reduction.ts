import { type Tensor } from '@mg/tensor';

/** How the losses of the samples become one. */
export type Reduction = 'mean' | 'sum' | 'none';

/** The mean of the losses, their sum, or the losses themselves. */
export function reduceLoss(losses: Tensor, reduction: Reduction = 'mean'): Tensor {
  switch (reduction) {
    case 'mean':
      return losses.mean();
    case 'sum':
      return losses.sum();
    case 'none':
      return losses;
  }
}
