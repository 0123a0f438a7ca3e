import { type Tensor } from '@mg/tensor';
import { comparable } from './inputs.ts';
import { computeLoss, Loss, type LossDefinition, type LossOptions, reduceLoss } from './loss.ts';

const mse: LossDefinition<LossOptions> = {
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
  return computeLoss(mse, input, target, options);
}

/** The squared distance with its options fixed. See `mseLoss`. */
export class MSELoss extends Loss<LossOptions> {
  constructor(options: LossOptions = {}) {
    super(mse, options);
  }
}

const l1: LossDefinition<LossOptions> = {
  function: 'l1Loss',
  class: 'L1Loss',
  options: ['reduction'],
  compute: (input, target, { reduction }) =>
    reduceLoss(input.sub(comparable('l1Loss', input, target)).abs(), reduction),
};

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
  return computeLoss(l1, input, target, options);
}

/** The absolute distance with its options fixed. See `l1Loss`. */
export class L1Loss extends Loss<LossOptions> {
  constructor(options: LossOptions = {}) {
    super(l1, options);
  }
}

/** As LossOptions, with the distance beyond which the loss is linear. */
export interface HuberLossOptions extends LossOptions {
  /** Above 0; 1 by default. */
  readonly delta?: number | undefined;
}

const huber: LossDefinition<HuberLossOptions> = {
  function: 'huberLoss',
  class: 'HuberLoss',
  options: ['reduction', 'delta'],
  check(name, { delta = 1 }) {
    if (!(delta > 0)) throw new RangeError(`${name}: delta must be a number > 0, got ${delta}`);
  },
  compute(input, target, { delta = 1, reduction }) {
    const z = input.sub(comparable('huberLoss', input, target));
    // With c = z clipped to ±δ both branches are c (z − c / 2), and an infinite intermediate means an infinite loss.
    const c = z.clip(-delta, delta);
    return reduceLoss(c.mul(z.sub(c.mul(0.5))), reduction);
  },
};

/**
 * Half the squared distance `z = input − target` up to `delta`, and linear beyond: `z² / 2` where |z| ≤ δ, else
 * `δ (|z| − δ / 2)`.
 *
 * Input and target have the same shape, and gradients flow to both. Throws a ShapeError or DTypeError where they do not fit.
 * @see P. J. Huber, Robust Estimation of a Location Parameter (1964), https://doi.org/10.1214/aoms/1177703732
 *
 * ```ts
 * import { huberLoss } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * huberLoss(tensor([0, 0, 0]), tensor([0.5, 2, -9]), { delta: 2, reduction: 'none' }); // => tensor([0.1250, 2, 16])
 * ```
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  return computeLoss(huber, input, target, options);
}

/** The Huber loss with its options fixed. See `huberLoss`. */
export class HuberLoss extends Loss<HuberLossOptions> {
  constructor(options: HuberLossOptions = {}) {
    super(huber, options);
  }
}

/** As LossOptions, with the distance below which the loss is quadratic. */
export interface SmoothL1LossOptions extends LossOptions {
  /** 1 by default; 0 gives the absolute distance. */
  readonly beta?: number | undefined;
}

const smoothL1: LossDefinition<SmoothL1LossOptions> = {
  function: 'smoothL1Loss',
  class: 'SmoothL1Loss',
  options: ['reduction', 'beta'],
  check(name, { beta = 1 }) {
    if (!(beta >= 0)) throw new RangeError(`${name}: beta must be a number >= 0, got ${beta}`);
  },
  compute(input, target, { beta = 1, reduction }) {
    const z = input.sub(comparable('smoothL1Loss', input, target));
    if (beta === 0) return reduceLoss(z.abs(), reduction);
    // As in the Huber loss, of which this is 1 / β.
    const c = z.clip(-beta, beta);
    return reduceLoss(c.mul(z.sub(c.mul(0.5))).div(beta), reduction);
  },
};

/**
 * The absolute distance `z = input − target`, smooth below `beta`: `z² / 2β` where |z| < β, else `|z| − β / 2`.
 *
 * Input and target have the same shape, and gradients flow to both. Throws a ShapeError or DTypeError where they do not fit.
 * @see R. Girshick, Fast R-CNN (2015), https://arxiv.org/abs/1504.08083
 *
 * ```ts
 * import { smoothL1Loss } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * smoothL1Loss(tensor([0, 0, 0]), tensor([0.5, 2, -9]), { beta: 2, reduction: 'none' }); // => tensor([0.0625, 1, 8])
 * ```
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  return computeLoss(smoothL1, input, target, options);
}

/** The smooth absolute distance with its options fixed. See `smoothL1Loss`. */
export class SmoothL1Loss extends Loss<SmoothL1LossOptions> {
  constructor(options: SmoothL1LossOptions = {}) {
    super(smoothL1, options);
  }
}
