import { ShapeError, type Tensor } from '@mg/tensor';
import { checkOptions, showShape } from '@mg/tensor/internal';
import {
  affine,
  checkCounts,
  checkFloat,
  checkFloatInput,
  type LayerOptions,
  layerOptions,
  resetAffine,
  setFields,
} from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/** `eps` is added to the variance, for numerical stability (1e-5); `affine: false` leaves weight and bias out. */
export interface GroupNormOptions extends LayerOptions {
  readonly eps?: number | undefined;
  readonly affine?: boolean | undefined;
}

/**
 * `(x - mean) / √(variance + eps) · weight + bias`, by the statistics of each sample over each of `numGroups` groups of channels. The input is
 * [batch, channels, …]; weight and bias are [channels]. Throws a RangeError unless the groups divide the channels, a ShapeError for an input with other channels,
 * and a DTypeError for one that is not of floats.
 * @see Y. Wu, K. He, Group Normalization (2018), https://arxiv.org/abs/1803.08494
 *
 * ```ts
 * import { GroupNorm } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new GroupNorm(1, 2, { affine: false }).forward(tensor([[[1, 2], [3, 6]]])); // => tensor([[[-1.0690, -0.5345], [0.0000, 1.6036]]])
 * ```
 */
export class GroupNorm extends Layer {
  declare readonly numGroups: number;
  declare readonly numChannels: number;
  declare readonly eps: number;
  declare readonly weight: Tensor | null;
  declare readonly bias: Tensor | null;

  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super();
    checkOptions('GroupNorm', options, [...layerOptions, 'eps', 'affine']);
    const { eps = 1e-5, dtype } = options;
    checkCounts('GroupNorm', { numGroups, numChannels }, 1);
    checkFloat('GroupNorm', dtype);
    if (numChannels % numGroups !== 0) {
      throw new RangeError(`GroupNorm: ${numChannels} channels cannot be divided into ${numGroups} groups`);
    }
    if (!(eps >= 0)) throw new RangeError(`GroupNorm: eps must be a number >= 0, got ${eps}`);
    setFields<GroupNorm>(this, {
      numGroups,
      numChannels,
      eps,
      ...((options.affine ?? true) ? affine([numChannels], dtype) : { weight: null, bias: null }),
    });
  }

  override drawAsPyTorch(): void {
    resetAffine(this);
  }

  protected override computation(): Computation {
    const { numGroups, numChannels, eps, weight, bias } = this;
    return (x) => {
      if (x.ndim < 2 || x.shape[1] !== numChannels) {
        throw new ShapeError(
          `GroupNorm(${numGroups}, ${numChannels}): takes [batch, ${numChannels}, ...], got ${showShape(x.shape)}`,
        );
      }
      checkFloatInput('GroupNorm', x);
      const [batch = 0] = x.shape;
      const elements = batch === 0 ? 0 : x.size / (batch * numGroups);
      const normalized = x.reshape([batch, numGroups, elements]).layerNorm([elements], { eps }).reshape(x.shape);
      if (weight === null || bias === null) return normalized;
      const spread = [numChannels, ...x.shape.slice(2).map(() => 1)];
      return normalized.mul(weight.reshape(spread)).add(bias.reshape(spread));
    };
  }
}
