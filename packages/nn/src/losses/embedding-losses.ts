import { ShapeError, type Tensor, where } from '@mg/tensor';
import { checkNumber, checkTensor, sameShape, showShape } from '@mg/tensor/internal';
import { checkDtype, checkFloats, comparable } from './inputs.ts';
import { computeLoss, Loss, type LossDefinition, type LossOptions, reduceLoss } from './loss.ts';

/** As LossOptions, with the cosine up to which unlike vectors have no loss. */
export interface CosineEmbeddingLossOptions extends LossOptions {
  /** 0 by default. */
  readonly margin?: number | undefined;
}

const cosine: LossDefinition<CosineEmbeddingLossOptions, [target: Tensor]> = {
  function: 'cosineEmbeddingLoss',
  class: 'CosineEmbeddingLoss',
  options: ['reduction', 'margin'],
  check(name, { margin = 0 }) {
    checkNumber(name, 'margin', margin);
  },
  compute(first, second, { reduction, margin = 0 }, target) {
    const other = comparable('cosineEmbeddingLoss', first, second);
    checkTensor('cosineEmbeddingLoss', 'the target', target);
    if ((first.ndim !== 1 && first.ndim !== 2) || !sameShape(target.shape, first.shape.slice(0, -1))) {
      throw new ShapeError(
        `cosineEmbeddingLoss: takes vectors [batch, n] with targets [batch], or [n] with [], got ${showShape(first.shape)} and ${showShape(target.shape)}`,
      );
    }
    const squared = (x: Tensor): Tensor => x.square().sum(-1).add(1e-12);
    const cosines = first
      .mul(other)
      .sum(-1)
      .div(squared(first).mul(squared(other)).sqrt());
    const likeness = where(target.eq(1), cosines.neg().add(1), 0);
    return reduceLoss(likeness.add(where(target.eq(-1), cosines.sub(margin).clip(0), 0)), reduction);
  },
};

/**
 * The loss of pairs of vectors by the cosine of their angle: `1 − cos` where the target is 1, for vectors that are alike, and
 * `max(0, cos − margin)` where it is −1.
 *
 * Both inputs are [batch, n], and the target is [batch]; or [n] and []. Gradients flow to both inputs. Throws a ShapeError or DTypeError
 * where they do not fit.
 *
 * ```ts
 * import { cosineEmbeddingLoss } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * const [a, b] = [tensor([[1, 0], [1, 1]]), tensor([[0, 1], [1, 1]])];
 * cosineEmbeddingLoss(a, b, tensor([1, -1]), { reduction: 'none' }); // => tensor([1, 1.0000])
 * ```
 */
export function cosineEmbeddingLoss(
  first: Tensor,
  second: Tensor,
  target: Tensor,
  options: CosineEmbeddingLossOptions = {},
): Tensor {
  return computeLoss(cosine, first, second, options, target);
}

/** The loss by cosines with its options fixed; `forward` takes both inputs and the target. See `cosineEmbeddingLoss`. */
export class CosineEmbeddingLoss extends Loss<CosineEmbeddingLossOptions, [target: Tensor]> {
  constructor(options: CosineEmbeddingLossOptions = {}) {
    super(cosine, options);
  }
}

/** As LossOptions, with the distance that is asked for, and how distances are measured. */
export interface TripletMarginLossOptions extends LossOptions {
  /** How much farther the negative must be; 1 by default. */
  readonly margin?: number | undefined;
  /** The order of the norm; 2 by default. */
  readonly p?: number | undefined;
  /** Added to each difference, so that no distance is 0; 1e-6 by default. */
  readonly eps?: number | undefined;
  /** Whether the negative is compared with the nearer of anchor and positive; false by default. */
  readonly swap?: boolean | undefined;
}

const triplet: LossDefinition<TripletMarginLossOptions, [negative: Tensor]> = {
  function: 'tripletMarginLoss',
  class: 'TripletMarginLoss',
  options: ['reduction', 'margin', 'p', 'eps', 'swap'],
  check(name, { margin = 1, p = 2, eps = 1e-6 }) {
    for (const [option, value] of Object.entries({ margin, p, eps })) checkNumber(name, option, value);
  },
  compute(anchor, positive, { reduction, margin = 1, p = 2, eps = 1e-6, swap = false }, negative) {
    for (const [what, x] of Object.entries({ positive, negative })) {
      checkFloats('tripletMarginLoss', 'the anchor', anchor);
      checkFloats('tripletMarginLoss', `the ${what}`, x);
      checkDtype('tripletMarginLoss', `the ${what}`, x, anchor);
      if (!sameShape(x.shape, anchor.shape) || x.ndim === 0) {
        throw new ShapeError(
          `tripletMarginLoss: anchor, positive and negative must have the same shape, [..., n], got ${showShape(anchor.shape)} and the ${what} ${showShape(x.shape)}`,
        );
      }
    }
    const distance = (a: Tensor, b: Tensor): Tensor => a.sub(b).add(eps).norm(-1, { p });
    const far = distance(anchor, negative);
    const farthest = swap ? far.minimum(distance(positive, negative)) : far;
    return reduceLoss(distance(anchor, positive).sub(farthest).add(margin).clip(0), reduction);
  },
};

/**
 * How much an anchor is nearer to a negative than to a positive example, or less than `margin` farther:
 * `max(0, ‖anchor − positive‖ − ‖anchor − negative‖ + margin)`, with norms along the last axis.
 *
 * The three have the same shape, [..., n], and gradients flow to all. Throws a ShapeError or DTypeError where they do not fit.
 * @see V. Balntas et al., Learning local feature descriptors with triplets and shallow convolutional neural networks (2016), https://doi.org/10.5244/C.30.119
 *
 * ```ts
 * import { tripletMarginLoss } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * tripletMarginLoss(tensor([[0, 0]]), tensor([[3, 4]]), tensor([[0, 5.5]])); // => tensor(0.5000)
 * ```
 */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginLossOptions = {},
): Tensor {
  return computeLoss(triplet, anchor, positive, options, negative);
}

/** The loss of triplets with its options fixed; `forward` takes anchor, positive and negative. See `tripletMarginLoss`. */
export class TripletMarginLoss extends Loss<TripletMarginLossOptions, [negative: Tensor]> {
  constructor(options: TripletMarginLossOptions = {}) {
    super(triplet, options);
  }
}
