import { ShapeError, type Tensor } from '@mg/tensor';
import { checkTensor, sameShape, showShape } from '@mg/tensor/internal';
import { checkDtype, comparable } from './inputs.ts';
import { computeLoss, Loss, type LossDefinition, type LossOptions, reduceLoss } from './loss.ts';

/** As LossOptions, with the constant, and the least variance. */
export interface GaussianNLLLossOptions extends LossOptions {
  /** Whether to add the constant `log(2π) / 2`; false by default. */
  readonly full?: boolean | undefined;
  /** A smaller variance counts as this one, and has the gradient of this one; 1e-6 by default. */
  readonly eps?: number | undefined;
}

const definition: LossDefinition<GaussianNLLLossOptions, [variance: Tensor]> = {
  function: 'gaussianNLLLoss',
  class: 'GaussianNLLLoss',
  options: ['reduction', 'full', 'eps'],
  check(name, { eps = 1e-6 }) {
    if (!(eps > 0)) throw new RangeError(`${name}: eps must be a number > 0, got ${eps}`);
  },
  compute(input, target, { reduction, full = false, eps = 1e-6 }, variance) {
    const t = comparable('gaussianNLLLoss', input, target);
    const spread = varianceFor(input, variance);
    const bounded = spread.add(spread.clip(eps).sub(spread).detach());
    const losses = bounded.log().add(input.sub(t).square().div(bounded)).mul(0.5);
    return reduceLoss(full ? losses.add(0.5 * 1.8378770664093453) : losses, reduction); // log 2π
  },
};

/** The variance, in a shape that broadcasts to that of the input. */
function varianceFor(input: Tensor, variance: Tensor): Tensor {
  checkTensor('gaussianNLLLoss', 'the variance', variance);
  checkDtype('gaussianNLLLoss', 'the variance', variance, input);
  const { shape } = variance;
  if (variance.detach().lt(0).any().item() === 1) {
    throw new RangeError('gaussianNLLLoss: the variance must be >= 0, and has a negative element');
  }
  if (sameShape(shape, input.shape)) return variance;
  const rows = input.shape.slice(0, -1);
  if (input.ndim > 0 && sameShape(shape, rows)) return variance.unsqueeze(-1);
  if (input.ndim > 0 && sameShape(shape, [...rows, 1])) return variance;
  throw new ShapeError(
    `gaussianNLLLoss: the variance must have the shape of the input, ${showShape(input.shape)}, or one element for each row, ${showShape(rows)}, got ${showShape(shape)}`,
  );
}

/**
 * The negative logarithm of the likelihood of the target under a normal distribution, whose mean is the input:
 * `(log v + (input − target)² / v) / 2`, with the variance v.
 *
 * Input and target have the same shape, [..., n]; the variance has it too, or is [...] or [..., 1]. Gradients flow to all. Throws a ShapeError or
 * DTypeError where they do not fit, and a RangeError for a negative variance.
 * @see D. Nix, A. Weigend, Estimating the mean and variance of the target probability distribution (1994), https://doi.org/10.1109/ICNN.1994.374138
 *
 * ```ts
 * import { gaussianNLLLoss } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * gaussianNLLLoss(tensor([1, 2]), tensor([3, 2]), tensor([4, 1]), { reduction: 'none' }); // => tensor([1.1931, 0])
 * ```
 */
export function gaussianNLLLoss(
  input: Tensor,
  target: Tensor,
  variance: Tensor,
  options: GaussianNLLLossOptions = {},
): Tensor {
  return computeLoss(definition, input, target, options, variance);
}

/** The likelihood of normal distributions with its options fixed; `forward` takes input, target and variance. See `gaussianNLLLoss`. */
export class GaussianNLLLoss extends Loss<GaussianNLLLossOptions, [variance: Tensor]> {
  constructor(options: GaussianNLLLossOptions = {}) {
    super(definition, options);
  }
}
