import { full, ShapeError, type Tensor } from '@mg/tensor';
import { checkNumber, checkOptions, showShape } from '@mg/tensor/internal';
import { parameter } from '../module/parameter.ts';
import { checkCounts, checkFloat, checkFloatInput, type LayerOptions, layerOptions, setFields } from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/**
 * `x` where it is positive, else `weight · x`, with a learned slope, [1], or one for each channel of [batch, channels, …], [channels].
 * The slopes begin at `start`, 0.25 by default. Throws a ShapeError for an input with other channels.
 * @see K. He et al., Delving Deep into Rectifiers (2015), https://arxiv.org/abs/1502.01852
 *
 * ```ts
 * import { PReLU } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new PReLU().forward(tensor([-2, 3])).toArray(); // => [-0.5, 3]
 * ```
 */
export class PReLU extends Layer {
  declare readonly numParameters: number;
  declare readonly weight: Tensor;

  constructor(numParameters = 1, start = 0.25, options: LayerOptions = {}) {
    super();
    checkOptions('PReLU', options, layerOptions);
    checkCounts('PReLU', { numParameters }, 1);
    checkNumber('PReLU', 'start', start);
    const { dtype } = options;
    checkFloat('PReLU', dtype);
    setFields<PReLU>(this, { numParameters, weight: parameter(full([numParameters], start, { dtype })) });
  }

  protected override computation(): Computation {
    const { numParameters, weight } = this;
    return (x) => {
      checkFloatInput('PReLU', x);
      if (numParameters > 1 && x.shape[1] !== numParameters) {
        throw new ShapeError(
          `PReLU(${numParameters}): takes [batch, ${numParameters}, ...], got ${showShape(x.shape)}`,
        );
      }
      const slopes = numParameters > 1 ? weight.reshape([numParameters, ...x.shape.slice(2).map(() => 1)]) : weight;
      const y = x.relu().add(x.clip(undefined, 0).mul(slopes));
      return x.ndim === 0 ? y.reshape([]) : y;
    };
  }
}
