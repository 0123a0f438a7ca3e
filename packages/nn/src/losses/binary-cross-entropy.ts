import { type Tensor, where } from '@mg/tensor';
import { read } from '@mg/tensor/internal';
import { defineOwnOp } from '../module/lifetimes.ts';
import { checkElementWeight, comparable } from './inputs.ts';
import { computeLoss, Loss, type LossDefinition, type LossOptions, reduceLoss } from './loss.ts';
import { weigh } from './nll.ts';

/** As LossOptions, with a factor for each element. */
export interface BCELossOptions extends LossOptions {
  /** A factor for each loss, broadcast to the shape of the input. The mean still divides by the number of elements. */
  readonly weight?: Tensor | undefined;
}

const ofProbabilities: LossDefinition<BCELossOptions> = {
  function: 'binaryCrossEntropy',
  class: 'BCELoss',
  options: ['reduction', 'weight'],
  compute(input, target, { weight, reduction }) {
    const t = comparable('binaryCrossEntropy', input, target);
    checkElementWeight('binaryCrossEntropy', 'weight', weight, input);
    checkProbabilities('binaryCrossEntropy', input);
    const losses = crossEntropyOfBinary(input, t);
    return reduceLoss(weight === undefined ? losses : losses.mul(weight), reduction);
  },
};

/**
 * The cross-entropy of probabilities with targets from 0 to 1: `−(t log p + (1 − t) log(1 − p))`, where logarithms are
 * clipped at −100, as in PyTorch.
 *
 * Input and target have the same shape, and gradients flow to both. Throws a ShapeError or DTypeError where they do not fit,
 * and a RangeError for an input outside [0, 1]. For raw outputs use `binaryCrossEntropyWithLogits`, which loses no digits.
 *
 * ```ts
 * import { binaryCrossEntropy } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * binaryCrossEntropy(tensor([0.5, 0.9, 1]), tensor([1, 1, 0]), { reduction: 'none' }); // => tensor([0.6931, 0.1054, 100.0000])
 * ```
 */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BCELossOptions = {}): Tensor {
  return computeLoss(ofProbabilities, input, target, options);
}

/** The cross-entropy of probabilities with its options fixed. See `binaryCrossEntropy`. */
export class BCELoss extends Loss<BCELossOptions> {
  constructor(options: BCELossOptions = {}) {
    super(ofProbabilities, options);
  }
}

function checkProbabilities(loss: string, input: Tensor): void {
  const elements = read(input);
  for (let i = 0; i < elements.length; i++) {
    const p = elements[i] ?? NaN;
    if (p >= 0 && p <= 1) continue;
    throw new RangeError(
      `${loss}: the input must hold probabilities in [0, 1], but element ${i} is ${p}; raw outputs go to binaryCrossEntropyWithLogits`,
    );
  }
}

/** The least divisor of the gradient: 10⁻¹², rounded to float32, as in PyTorch. */
const LEAST_VARIANCE = 9.999999960041972e-13;

/** The negative of a logarithm, 100 at most. */
const surprise = (logarithm: Tensor): Tensor => logarithm.clip(-100).neg();

const crossEntropyOfBinary = defineOwnOp({
  name: 'binaryCrossEntropy',
  forward: (p: Tensor, t: Tensor) => {
    const ofZero = t.neg().add(1).mul(surprise(p.neg().log1p()));
    return t.mul(surprise(p.log())).add(ofZero);
  },
  // (p − t) / (p (1 − p)), also where the logarithm is clipped: the gradient has to lead away from there.
  backward: (g, [p, t]) => [
    g.mul(p.sub(t).div(p.mul(p.neg().add(1)).clip(LEAST_VARIANCE))),
    t.requiresGrad ? g.mul(surprise(p.log()).sub(surprise(p.neg().log1p()))) : null,
  ],
});

/** As LossOptions, with factors for the elements and for positive targets. */
export interface BCEWithLogitsLossOptions extends LossOptions {
  /** A factor for each loss, broadcast to the shape of the input. The mean still divides by the number of elements. */
  readonly weight?: Tensor | undefined;
  /** A factor for the positive part of each loss, broadcast to the shape of the input: above 1 it raises recall. */
  readonly posWeight?: Tensor | undefined;
}

const ofLogits: LossDefinition<BCEWithLogitsLossOptions> = {
  function: 'binaryCrossEntropyWithLogits',
  class: 'BCEWithLogitsLoss',
  options: ['reduction', 'weight', 'posWeight'],
  compute(input, target, { weight, posWeight, reduction }) {
    const t = comparable('binaryCrossEntropyWithLogits', input, target);
    checkElementWeight('binaryCrossEntropyWithLogits', 'weight', weight, input);
    checkElementWeight('binaryCrossEntropyWithLogits', 'posWeight', posWeight, input);
    const up = input.softplus();
    const down = input.neg().softplus();
    // log(1 + eˣ) = x + log(1 + e⁻ˣ). Above 20, softplus omits the second term.
    const ofZero = weigh(up.add(where(input.gt(20), down, 0)), t.neg().add(1));
    const ofOne = weigh(down.add(where(input.lt(-20), up, 0)), posWeight === undefined ? t : t.mul(posWeight));
    const losses = ofZero.add(ofOne);
    return reduceLoss(weight === undefined ? losses : weigh(losses, weight), reduction);
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
  return computeLoss(ofLogits, input, target, options);
}

/** The cross-entropy of raw outputs with its options fixed. See `binaryCrossEntropyWithLogits`. */
export class BCEWithLogitsLoss extends Loss<BCEWithLogitsLossOptions> {
  constructor(options: BCEWithLogitsLossOptions = {}) {
    super(ofLogits, options);
  }
}
