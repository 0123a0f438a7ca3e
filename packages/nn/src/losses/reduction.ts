import { type Tensor } from '@mg/tensor';
import { checkOptions } from '@mg/tensor/internal';

/** How the losses of the samples become one: their mean, their sum, or not at all. */
export type Reduction = 'mean' | 'sum' | 'none';

/** What every loss can be told. */
export interface LossOptions {
  /** What becomes of the losses: their mean, unless given. */
  readonly reduction?: Reduction | undefined;
}

/**
 * Throws a TypeError for options that the loss does not know, and a RangeError for a reduction that it does not have.
 * Returns the options.
 */
export function checkLossOptions<Options extends { readonly reduction?: string | undefined }>(
  loss: string,
  options: Options,
  known: readonly (keyof Options & string)[],
  reductions: readonly string[] = ['mean', 'sum', 'none'],
): Options {
  checkOptions(loss, options, known);
  const { reduction } = options;
  if (reduction !== undefined && !reductions.includes(reduction)) {
    const names = reductions.map((name) => `'${name}'`).join(', ');
    throw new RangeError(`${loss}: the reduction is one of ${names}, got ${reduction}`);
  }
  return options;
}

/** The mean of the losses, their sum, or the losses themselves. The mean is the sum over `divisor` where one is given. */
export function reduceLoss(losses: Tensor, reduction: Reduction = 'mean', divisor?: Tensor | number): Tensor {
  switch (reduction) {
    case 'mean':
      return divisor === undefined ? losses.mean() : losses.sum().div(divisor);
    case 'sum':
      return losses.sum();
    case 'none':
      return losses;
  }
}
