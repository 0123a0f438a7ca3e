import { ShapeError, type Tensor, zeros } from '@mg/tensor';
import { checkOptions, linear, showShape } from '@mg/tensor/internal';
import { kaimingNormal_ } from '../init.ts';
import { fieldsOf } from '../lifetimes.ts';
import { Layer, type Module, parameter } from '../module.ts';
import { type LayerInput, type OutputShape } from '../shape-types.ts';
import { checkCounts, checkFloat, checkFloatInput, type LayerOptions, layerOptions, setFields } from './layer.ts';

/** As LayerOptions; `bias: false` omits the bias. */
export interface LinearOptions extends LayerOptions {
  readonly bias?: boolean | undefined;
}

/**
 * `y = x Wᵀ + b` along the last axis: [batch, in] gives [batch, out], with any number of axes in front. The weight is [out, in], as PyTorch stores it. Throws a ShapeError for an
 * input of another shape, and a DTypeError for one that is not of floats. Without inputs or outputs the weight is empty.
 *
 * The weights are drawn by He's rule for ReLU (normal, variance 2 / in) and the bias is zero. PyTorch's own default is
 * uniform in ±1/√in for both.
 * @see K. He et al., Delving Deep into Rectifiers (2015), https://arxiv.org/abs/1502.01852
 */
export class Linear<In extends number = number, Out extends number = number> extends Layer {
  declare readonly inFeatures: In;
  declare readonly outFeatures: Out;
  declare readonly weight: Tensor<[Out, In]>;
  declare readonly bias: Tensor<[Out]> | null;

  constructor(inFeatures: In, outFeatures: Out, options: LinearOptions = {}) {
    super();
    checkOptions('Linear', options, [...layerOptions, 'bias']);
    const { bias = true, dtype, generator } = options;
    checkCounts('Linear', { inFeatures, outFeatures });
    checkFloat('Linear', dtype);
    setFields<Linear<In, Out>>(this, {
      inFeatures,
      outFeatures,
      weight: parameter(kaimingNormal_(zeros([outFeatures, inFeatures], { dtype }), { generator })),
      bias: bias ? parameter(zeros([outFeatures], { dtype })) : null,
    });
  }

  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<OutputShape<L, X>>;
  override forward(x: Tensor): Tensor {
    return computeThen(this, x, null);
  }

  protected override thenReLU(x: Tensor): Tensor {
    return computeThen(this, x, 'relu');
  }
}

/** The output of the layer, or `relu` of it. */
function computeThen(layer: Linear, x: Tensor, next: 'relu' | null): Tensor {
  const { inFeatures, outFeatures, weight, bias } = fieldsOf(layer, ({ inFeatures, outFeatures, weight, bias }) => ({
    inFeatures,
    outFeatures,
    weight,
    bias,
  }));
  if (x.shape.at(-1) !== inFeatures) {
    throw new ShapeError(
      `Linear(${inFeatures}, ${outFeatures}): takes [..., ${inFeatures}], got ${showShape(x.shape)}`,
    );
  }
  checkFloatInput('Linear', x);
  return linear(x, weight, bias, next);
}
