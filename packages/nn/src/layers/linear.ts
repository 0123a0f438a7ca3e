import { ShapeError, type Tensor } from '@mg/tensor';
import { checkOptions, checkTensor, linear as product, showShape } from '@mg/tensor/internal';
import { runOwn } from '../module/lifetimes.ts';
import { type Features } from '../module/shape-types.ts';
import {
  checkCounts,
  checkFloat,
  checkFloatInput,
  drawnWeights,
  type LayerOptions,
  layerOptions,
  setFields,
} from './arguments.ts';
import { type Computation, WeightedLayer } from './layer.ts';

/** As LayerOptions; `bias: false` omits the bias. */
export interface LinearOptions extends LayerOptions {
  readonly bias?: boolean | undefined;
}

/**
 * `y = x Wᵀ + b` along the last axis: [batch, in] gives [batch, out], with any number of axes in front. The weight is [out, in], as PyTorch stores it. Throws a ShapeError for an
 * input of another shape, and a DTypeError for one that is not of floats. Without inputs or outputs the weight is empty.
 *
 * The weights are drawn by He's rule for ReLU (normal, variance 2 / in) and the bias is zero. With `init: 'pytorch'`
 * both are uniform in ±1/√in, as in PyTorch.
 * @see K. He et al., Delving Deep into Rectifiers (2015), https://arxiv.org/abs/1502.01852
 */
export class Linear<In extends number = number, Out extends number = number> extends WeightedLayer {
  declare readonly inFeatures: number;
  declare readonly outFeatures: number;
  declare readonly weight: Tensor;
  declare readonly bias: Tensor | null;
  /** Carries the sizes for the compiler; it does not exist at run time. @internal */
  declare readonly sizes: Features<In, Out>;

  constructor(inFeatures: In, outFeatures: Out, options: LinearOptions = {}) {
    super();
    checkOptions('Linear', options, [...layerOptions, 'bias']);
    const { bias = true, dtype } = options;
    checkCounts('Linear', { inFeatures, outFeatures });
    checkFloat('Linear', dtype);
    setFields<Linear<In, Out>>(this, {
      inFeatures,
      outFeatures,
      ...drawnWeights('Linear', [outFeatures, inFeatures], bias ? outFeatures : null, options),
    });
  }

  protected override computation(): Computation {
    return computationThen(this, null);
  }

  protected override thenReLU(): Computation {
    return computationThen(this, 'relu');
  }
}

/** The output of the layer, or `relu` of it. */
function computationThen(layer: Linear, next: 'relu' | null): Computation {
  const { inFeatures, outFeatures, weight, bias } = layer;
  return (x) => {
    if (x.shape.at(-1) !== inFeatures) {
      throw new ShapeError(
        `Linear(${inFeatures}, ${outFeatures}): takes [..., ${inFeatures}], got ${showShape(x.shape)}`,
      );
    }
    checkFloatInput('Linear', x);
    return product(x, weight, bias, next);
  };
}

/**
 * `y = x Wᵀ + b` along the last axis, as a function: x [..., in], a weight [out, in] and a bias [out], which may be left out, give [..., out]. Throws a
 * ShapeError for other shapes.
 *
 * ```ts
 * import { linear } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * linear(tensor([1, 2]), tensor([[3, 4], [5, 6]]), tensor([0, 1])); // => tensor([11, 18])
 * ```
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  checkTensor('linear', 'the input', x);
  checkTensor('linear', 'the weight', weight);
  if (bias !== null) checkTensor('linear', 'the bias', bias);
  const [out, features] = weight.shape;
  if (weight.ndim !== 2 || x.shape.at(-1) !== features || (bias !== null && (bias.ndim !== 1 || bias.size !== out))) {
    throw new ShapeError(
      `linear: takes [..., in], a weight [out, in] and a bias [out], got ${[x, weight, ...(bias === null ? [] : [bias])].map(({ shape }) => showShape(shape)).join(', ')}`,
    );
  }
  checkFloatInput('linear', x);
  return runOwn(() => product(x, weight, bias, null));
}
