import { type Tensor } from '@mg/tensor';
import { checkOptions } from '@mg/tensor/internal';
import { optionsText } from '../module/print.ts';
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

/** `eps` is added to the variance, for numerical stability (1e-5); `elementwiseAffine: false` leaves weight and bias out. */
export interface LayerNormLayerOptions extends LayerOptions {
  readonly eps?: number | undefined;
  readonly elementwiseAffine?: boolean | undefined;
}

/**
 * `(x - mean) / √(variance + eps) · weight + bias` over the last axes, whose sizes are given; weight and bias have these too.
 * @see J. L. Ba, J. R. Kiros, G. E. Hinton, Layer Normalization (2016), https://arxiv.org/abs/1607.06450
 */
export class LayerNorm extends Layer {
  declare readonly size: readonly number[];
  declare readonly eps: number;
  declare readonly weight: Tensor | null;
  declare readonly bias: Tensor | null;

  constructor(size: number | readonly number[], options: LayerNormLayerOptions = {}) {
    super();
    checkOptions('LayerNorm', options, [...layerOptions, 'eps', 'elementwiseAffine']);
    const { eps = 1e-5, dtype } = options;
    const sizes = typeof size === 'number' ? [size] : [...size];
    checkCounts('LayerNorm', Object.fromEntries(sizes.map((each, axis) => [`size ${axis}`, each])));
    checkFloat('LayerNorm', dtype);
    if (sizes.length === 0) throw new RangeError('LayerNorm: needs at least one axis to normalize over, got []');
    if (!(eps >= 0)) throw new RangeError(`LayerNorm: eps must be a number >= 0, got ${eps}`);
    setFields<LayerNorm>(this, {
      size: sizes,
      eps,
      ...((options.elementwiseAffine ?? true) ? affine(sizes, dtype) : { weight: null, bias: null }),
    });
  }

  override extraRepr(): string {
    const { size, eps, weight } = this;
    return optionsText({ size, eps, elementwiseAffine: weight !== null });
  }

  override drawAsPyTorch(): void {
    resetAffine(this);
  }

  protected override computation(): Computation {
    const { size, weight, bias, eps } = this;
    return (x) => {
      checkFloatInput('LayerNorm', x);
      return x.layerNorm(size, { weight, bias, eps });
    };
  }
}
