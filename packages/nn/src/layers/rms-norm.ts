import { ones, ShapeError, type Tensor } from '@mg/tensor';
import { checkOptions, sameShape, showShape } from '@mg/tensor/internal';
import { parameter } from '../module/parameter.ts';
import { checkCounts, checkFloat, checkFloatInput, type LayerOptions, layerOptions, setFields } from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/**
 * `eps` is added to the mean of the squares: by default the distance from 1 to the next number of the input's dtype, as in PyTorch.
 * `elementwiseAffine: false` leaves the weight out.
 */
export interface RMSNormOptions extends LayerOptions {
  readonly eps?: number | null | undefined;
  readonly elementwiseAffine?: boolean | undefined;
}

const epsilons: Readonly<Record<string, number>> = { float32: 2 ** -23, float64: 2 ** -52 };

/**
 * `x / √(mean(x²) + eps) · weight` over the last axes, whose sizes are given; the weight has these too, and starts as ones. Throws a
 * ShapeError for an input with other last axes, and a DTypeError for integers.
 * @see B. Zhang, R. Sennrich, Root Mean Square Layer Normalization (2019), https://arxiv.org/abs/1910.07467
 *
 * ```ts
 * import { RMSNorm } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new RMSNorm(2).forward(tensor([[1, 7], [3, 3]])).toArray(); // => [[0.2, 1.4], [1, 1]]
 * ```
 */
export class RMSNorm extends Layer {
  declare readonly size: readonly number[];
  declare readonly eps: number | null;
  declare readonly weight: Tensor | null;

  constructor(size: number | readonly number[], options: RMSNormOptions = {}) {
    super();
    checkOptions('RMSNorm', options, [...layerOptions, 'eps', 'elementwiseAffine']);
    const { eps = null, dtype } = options;
    const sizes = typeof size === 'number' ? [size] : [...size];
    checkCounts('RMSNorm', Object.fromEntries(sizes.map((each, axis) => [`size ${axis}`, each])));
    checkFloat('RMSNorm', dtype);
    if (sizes.length === 0) throw new RangeError('RMSNorm: needs at least one axis to normalize over, got []');
    if (eps !== null && !(eps >= 0)) throw new RangeError(`RMSNorm: eps must be a number >= 0, or null, got ${eps}`);
    const hasWeight = options.elementwiseAffine ?? true;
    setFields<RMSNorm>(this, { size: sizes, eps, weight: hasWeight ? parameter(ones(sizes, { dtype })) : null });
  }

  protected override computation(): Computation {
    const { size, eps, weight } = this;
    return (x) => {
      checkFloatInput('RMSNorm', x);
      if (!sameShape(x.shape.slice(-size.length), size)) {
        throw new ShapeError(
          `RMSNorm: the size ${showShape(size)} does not match the last axes of ${showShape(x.shape)}`,
        );
      }
      const axes = size.map((_, axis) => axis - size.length);
      const squares = x.square().mean(axes, { keepdims: true });
      const y = x.mul(squares.add(eps ?? epsilons[x.dtype] ?? 0).rsqrt());
      return weight === null ? y : y.mul(weight);
    };
  }
}
