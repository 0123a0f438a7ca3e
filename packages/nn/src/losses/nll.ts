import { type Tensor, where } from '@mg/tensor';
import { checkTensor, read } from '@mg/tensor/internal';
import { checkClassWeight, classAxisOf, type Labels, labelsOf } from './class-axis.ts';
import { computeLoss, Loss, type LossDefinition, type LossOptions, reduceLoss } from './loss.ts';

/** As LossOptions, with a factor for each class and a label to ignore. */
export interface NLLLossOptions extends LossOptions {
  /** [classes]: a factor for the samples of each class. The mean divides by the sum of the factors of its samples. */
  readonly weight?: Tensor | undefined;
  /** Samples of this label have no loss and no gradient, and the mean does not count them. No label is ignored by default. */
  readonly ignoreIndex?: number | undefined;
}

const definition: LossDefinition<NLLLossOptions> = {
  function: 'nllLoss',
  class: 'NLLLoss',
  options: ['reduction', 'weight', 'ignoreIndex'],
  check: checkIgnoreIndex,
  compute(input, targets, { weight, ignoreIndex, reduction }) {
    const classAxis = classAxisOf('nllLoss', 'the input', input);
    checkClassWeight('nllLoss', weight, input, classAxis);
    checkTensor('nllLoss', 'targets', targets);
    const labels = labelsOf('nllLoss', targets, classAxis, ignoreIndex);
    const losses = pick(cover(input, classAxis.axis, labels), classAxis.axis, labels, weight);
    return reduceLoss(leaveOut(losses, labels), reduction, divisorOf(labels, weight));
  },
};

/**
 * The negative logarithm of the probability of each sample's label: `−input[label]`.
 *
 * `input` holds logarithms of probabilities, as logSoftmax gives them, [batch, classes, …] or [classes], `targets` labels in
 * int32 or uint8, [batch, …] or 0-d. Throws a ShapeError or DTypeError for others, and a RangeError for a label that is not a class.
 *
 * ```ts
 * import { nllLoss } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * const logProbabilities = tensor([[0.25, 0.75], [0.5, 0.5]]).log();
 * nllLoss(logProbabilities, tensor([0, 1], { dtype: 'int32' })); // => tensor(1.0397)
 * ```
 */
export function nllLoss(input: Tensor, targets: Tensor, options: NLLLossOptions = {}): Tensor {
  return computeLoss(definition, input, targets, options);
}

/** The negative log-likelihood with its options fixed. See `nllLoss`. */
export class NLLLoss extends Loss<NLLLossOptions> {
  constructor(options: NLLLossOptions = {}) {
    super(definition, options);
  }
}

/** Throws a RangeError for a number that cannot be a label. */
export function checkIgnoreIndex(loss: string, { ignoreIndex }: NLLLossOptions): void {
  if (ignoreIndex !== undefined && !Number.isInteger(ignoreIndex)) {
    throw new RangeError(`${loss}: ignoreIndex must be an integer, got ${ignoreIndex}`);
  }
}

/** The negative of the input at each sample's label, times the weight of the label. */
export function pick(input: Tensor, axis: number, { classes }: Labels, weight: Tensor | undefined): Tensor {
  const picked = input.gather(axis, classes.unsqueeze(axis)).squeeze(axis).neg();
  return weight === undefined ? picked : weigh(picked, weight.take(classes, 0));
}

/** The input with 0 in place of ignored samples, so that an infinity or NaN there does not reach the gradient, as 0 · ∞. */
export function cover(input: Tensor, axis: number, { ignored }: Labels): Tensor {
  return ignored === null ? input : input.maskedFill(ignored.unsqueeze(axis), 0);
}

/** `x · factor`, where 0 · ∞ counts as 0: what has no weight has no loss, also at probability 0. */
export function weigh(x: Tensor, factor: Tensor): Tensor {
  const product = x.mul(factor);
  if (!Number.isNaN(read(product.sum())[0])) return product;
  const largest = x.dtype === 'float32' ? 3.4028234663852886e38 : Number.MAX_VALUE;
  return where(factor.eq(0), x.clip(-largest, largest), x).mul(factor);
}

/** The losses, with 0 for ignored samples. */
export function leaveOut(losses: Tensor, { ignored }: Labels): Tensor {
  return ignored === null ? losses : losses.maskedFill(ignored, 0);
}

/** The divisor of the mean: the sum of the weights of the samples' labels, or the number of samples; undefined for the number of all. */
export function divisorOf(
  { classes, ignored, count }: Labels,
  weight: Tensor | undefined,
): Tensor | number | undefined {
  if (weight === undefined) return ignored === null ? undefined : count;
  const weights = weight.take(classes, 0);
  return (ignored === null ? weights : weights.maskedFill(ignored, 0)).sum();
}
