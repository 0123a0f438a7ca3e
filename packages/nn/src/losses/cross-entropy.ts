import { ShapeError, type Tensor } from '@mg/tensor';
import { checkTensor, crossEntropyRows, isFloat, sameShape, showShape } from '@mg/tensor/internal';
import { checkClassWeight, type ClassAxis, classAxisOf, labelsOf } from './class-axis.ts';
import { checkDtype } from './inputs.ts';
import { computeLoss, Loss, type LossDefinition, reduceLoss } from './loss.ts';
import { checkIgnoreIndex, cover, divisorOf, leaveOut, type NLLLossOptions, pick, weigh } from './nll.ts';
import { pointOutSoftmax } from './softmax-warning.ts';

/** As NLLLossOptions, with label smoothing. */
export interface CrossEntropyOptions extends NLLLossOptions {
  /** The part ε, from 0 to 1: a target t of C classes counts as `(1 − ε) t + ε / C`. 0 by default. */
  readonly labelSmoothing?: number | undefined;
}

const definition: LossDefinition<CrossEntropyOptions> = {
  function: 'crossEntropy',
  class: 'CrossEntropyLoss',
  options: ['reduction', 'weight', 'ignoreIndex', 'labelSmoothing'],
  check(name, options) {
    checkIgnoreIndex(name, options);
    const { labelSmoothing = 0 } = options;
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new RangeError(`${name}: labelSmoothing must be a number in [0, 1], got ${labelSmoothing}`);
    }
  },
  compute(logits, targets, options) {
    const classAxis = classAxisOf('crossEntropy', 'logits', logits);
    checkClassWeight('crossEntropy', options.weight, logits, classAxis);
    checkTensor('crossEntropy', 'targets', targets);
    pointOutSoftmax('crossEntropy', logits, classAxis.axis);
    // Floats in the shape of the samples are labels in the wrong dtype, and integers in that of the logits probabilities.
    const areProbabilities = isFloat(targets.dtype)
      ? !sameShape(targets.shape, classAxis.samples)
      : sameShape(targets.shape, logits.shape);
    return areProbabilities
      ? ofProbabilities(logits, targets, classAxis, options)
      : ofLabels(logits, targets, classAxis, options);
  },
};

/**
 * The cross-entropy of softmax(logits) against class labels: `−log softmax(logits)[label]`, computed by log-sum-exp, and so
 * accurate for logits of any size; or against probabilities t of the classes: `−Σ t log softmax(logits)`.
 *
 * `logits` is [batch, classes, …] or [classes]. `targets` are labels in int32 or uint8, [batch, …] or 0-d, or probabilities in
 * the shape and dtype of the logits, to which gradients flow too. Throws a ShapeError or DTypeError for others, and a RangeError
 * for a label that is not a class. Logits that are the output of a softmax cause one warning, by console.warn.
 * @see C. Szegedy et al., Rethinking the Inception Architecture (2016), https://arxiv.org/abs/1512.00567, for label smoothing
 *
 * ```ts
 * import { crossEntropy } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * const logits = tensor([[0, 200], [1, 1]]);
 * crossEntropy(logits, tensor([0, 1], { dtype: 'int32' }), { reduction: 'none' }); // => tensor([200.0000, 0.6931])
 * crossEntropy(logits, tensor([[0, 1], [0.5, 0.5]]), { reduction: 'none' }); // => tensor([0, 0.6931])
 * ```
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  return computeLoss(definition, logits, targets, options);
}

/** Cross-entropy with its options fixed. See `crossEntropy`. */
export class CrossEntropyLoss extends Loss<CrossEntropyOptions> {
  constructor(options: CrossEntropyOptions = {}) {
    super(definition, options);
  }
}

function ofLabels(
  logits: Tensor,
  targets: Tensor,
  classAxis: ClassAxis,
  { weight, ignoreIndex, labelSmoothing = 0, reduction }: CrossEntropyOptions,
): Tensor {
  const { axis, classes } = classAxis;
  const labels = labelsOf('crossEntropy', targets, classAxis, ignoreIndex);
  const covered = cover(logits, axis, labels);
  if (logits.ndim === 2 && weight === undefined && labelSmoothing === 0) {
    // In one kernel.
    const losses = crossEntropyRows(covered, labels.classes.to('int32'));
    return reduceLoss(leaveOut(losses, labels), reduction, divisorOf(labels, weight));
  }
  const logProbabilities = covered.logSoftmax(axis);
  let losses = pick(logProbabilities, axis, labels, weight);
  if (labelSmoothing > 0) {
    const ofEach = weight === undefined ? logProbabilities : weigh(logProbabilities, along(axis, logits, weight));
    const ofAll = ofEach.sum(axis).mul(-labelSmoothing / classes);
    losses = losses.mul(1 - labelSmoothing).add(ofAll);
  }
  return reduceLoss(leaveOut(losses, labels), reduction, divisorOf(labels, weight));
}

function ofProbabilities(
  logits: Tensor,
  targets: Tensor,
  { axis, classes, samples }: ClassAxis,
  { weight, ignoreIndex, labelSmoothing = 0, reduction }: CrossEntropyOptions,
): Tensor {
  if (!sameShape(logits.shape, targets.shape)) {
    throw new ShapeError(
      `crossEntropy: logits ${showShape(logits.shape)} take labels ${showShape(samples)} or probabilities ${showShape(logits.shape)}, got targets ${showShape(targets.shape)}`,
    );
  }
  checkDtype('crossEntropy', 'a tensor of probabilities', targets, logits);
  if (ignoreIndex !== undefined) {
    throw new RangeError(
      `crossEntropy: ignoreIndex ${ignoreIndex} is a label, and the targets are probabilities; those of zeros alone have no loss`,
    );
  }
  const smooth = labelSmoothing === 0 ? targets : targets.mul(1 - labelSmoothing).add(labelSmoothing / classes);
  const factors = weight === undefined ? smooth : smooth.mul(along(axis, logits, weight));
  const losses = weigh(logits.logSoftmax(axis), factors).sum(axis).neg();
  return reduceLoss(losses, reduction);
}

/** The weights of the classes along their axis, to be broadcast to the shape of `x`. */
function along(axis: number, { shape }: Tensor, weight: Tensor): Tensor {
  return weight.reshape([-1, ...shape.slice(axis + 1).map(() => 1)]);
}
