import { defineOp, type Tensor } from '@mg/tensor';
import { read, scope } from '@mg/tensor/internal';
import { checkElementWeight, comparable } from './inputs.ts';
import { checkLossOptions, type LossOptions, reduceLoss } from './reduction.ts';

/** As LossOptions, with a factor for each element. */
export interface BCELossOptions extends LossOptions {
  /** What each loss is multiplied by, broadcast to the shape of the input. The mean still divides by the number of elements. */
  readonly weight?: Tensor | undefined;
}

/**
 * The cross-entropy of probabilities with targets from 0 to 1: `−(t log p + (1 − t) log(1 − p))`, where no logarithm counts
 * as less than −100, as in PyTorch.
 *
 * Input and target have the same shape, and gradients flow to both. Throws a ShapeError or DTypeError where they do not fit,
 * and a RangeError for an input that is no probability. Raw outputs go to `binaryCrossEntropyWithLogits`, which loses no digits.
 *
 * ```ts
 * import { binaryCrossEntropy } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * binaryCrossEntropy(tensor([0.5, 0.9, 1]), tensor([1, 1, 0]), { reduction: 'none' }); // => tensor([0.6931, 0.1054, 100.0000])
 * ```
 */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BCELossOptions = {}): Tensor {
  const { weight, reduction } = checked('binaryCrossEntropy', options);
  return scope(() => {
    const t = comparable('binaryCrossEntropy', input, target);
    checkElementWeight('binaryCrossEntropy', 'weight', weight, input);
    checkProbabilities('binaryCrossEntropy', input);
    const losses = crossEntropyOfBinary(input, t);
    return reduceLoss(weight === undefined ? losses : losses.mul(weight), reduction);
  });
}

/** The cross-entropy of probabilities with its options fixed. See `binaryCrossEntropy`. */
export class BCELoss {
  readonly options: BCELossOptions;

  constructor(options: BCELossOptions = {}) {
    this.options = checked('BCELoss', options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, this.options);
  }
}

function checked(loss: string, options: BCELossOptions): BCELossOptions {
  return checkLossOptions(loss, options, ['reduction', 'weight']);
}

function checkProbabilities(loss: string, input: Tensor): void {
  const elements = read(input);
  for (let i = 0; i < elements.length; i++) {
    const p = elements[i] ?? NaN;
    if (p >= 0 && p <= 1) continue;
    throw new RangeError(
      `${loss}: the input holds probabilities, from 0 to 1, and element ${i} is ${p}; raw outputs go to binaryCrossEntropyWithLogits`,
    );
  }
}

/** What stands for less in the divisor of the gradient: 10⁻¹², as float32 has it, in PyTorch. */
const LEAST_VARIANCE = 9.999999960041972e-13;

/** The negative of a logarithm, 100 at most. */
const surprise = (logarithm: Tensor): Tensor => logarithm.clip(-100).neg();

// Each part in a scope, for what it makes on the way is given back at once.
const crossEntropyOfBinary = defineOp({
  name: 'binaryCrossEntropy',
  forward: (p: Tensor, t: Tensor) =>
    scope(() => {
      const ofZero = t.neg().add(1).mul(surprise(p.neg().log1p()));
      return t.mul(surprise(p.log())).add(ofZero);
    }),
  // (p − t) / (p (1 − p)), also where the logarithm is cut: it has to lead away from there.
  backward: (g, [p, t]) => [
    scope(() => g.mul(p.sub(t).div(p.mul(p.neg().add(1)).clip(LEAST_VARIANCE)))),
    t.requiresGrad ? scope(() => g.mul(surprise(p.log()).sub(surprise(p.neg().log1p())))) : null,
  ],
});
