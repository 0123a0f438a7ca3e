import { type Tensor } from '@mg/tensor';
import { checkOptions } from '@mg/tensor/internal';
import { Layer, type Module } from '../module.ts';
import { type LayerInput, type OutputShape } from '../shape-types.ts';
import { affine, checkCounts, checkFloat, type LayerOptions, layerOptions } from './layer.ts';

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
  readonly size: readonly number[];
  readonly eps: number;
  readonly weight: Tensor | null;
  readonly bias: Tensor | null;

  constructor(size: number | readonly number[], options: LayerNormLayerOptions = {}) {
    super();
    checkOptions('LayerNorm', options, [...layerOptions, 'eps', 'elementwiseAffine']);
    const { eps = 1e-5, dtype } = options;
    this.size = typeof size === 'number' ? [size] : [...size];
    checkCounts('LayerNorm', Object.fromEntries(this.size.map((each, axis) => [`size ${axis}`, each])));
    checkFloat('LayerNorm', dtype);
    if (this.size.length === 0) throw new RangeError('LayerNorm: needs at least one axis to normalize over, got []');
    if (!(eps >= 0)) throw new RangeError(`LayerNorm: eps must be a number >= 0, got ${eps}`);
    this.eps = eps;
    const { weight, bias } =
      (options.elementwiseAffine ?? true) ? affine(this.size, dtype) : { weight: null, bias: null };
    this.weight = weight;
    this.bias = bias;
  }

  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<OutputShape<L, X>>;
  override forward(x: Tensor): Tensor {
    return x.layerNorm(this.size, { weight: this.weight, bias: this.bias, eps: this.eps });
  }
}
