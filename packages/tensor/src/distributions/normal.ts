import { type Shape } from '../array/shape.ts';
import { unrecorded } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import { add, div, mul, neg, square, sub } from '../ops/arithmetic.ts';
import { type Operand } from '../ops/define-elementwise.ts';
import { log } from '../ops/functions.ts';
import { randn } from '../ops/random.ts';
import { Distribution, type SampleOptions, sampleShape } from './distribution.ts';
import { checkElements, parameters } from './parameters.ts';

/** `log √2π` */
const LOG_ROOT_TWO_PI = 0.9189385332046727;

/**
 * The normal distribution with mean `loc` and standard deviation `scale`: the density is `e^(-(x - loc)² / 2 scale²) / scale √2π`.
 *
 * Tensors are broadcast against each other; numbers give float32. Throws a RangeError for a scale that is not above 0, and for NaN.
 *
 * ```ts
 * import { manualSeed, tensor } from '@mg/tensor';
 * import { Normal } from '@mg/tensor/distributions';
 * const distribution = new Normal(tensor([0, 10]), 2);
 * distribution.logProb(1); // => tensor([ -1.7371, -11.7371])
 * manualSeed(42);
 * distribution.sample([2]); // => tensor([[ 0.5741,  7.0957], [ 4.4964, 10.0697]])
 * new Normal(0, -1); // => throws RangeError: Normal: scale must be above 0, got -1
 * ```
 */
export class Normal extends Distribution {
  readonly kind = 'Normal' as const;
  readonly batchShape: Shape;
  /** The mean of each distribution, in the batch shape. */
  readonly loc: Tensor;
  /** The standard deviation of each distribution, in the batch shape. */
  readonly scale: Tensor;

  constructor(loc: Operand, scale: Operand) {
    super();
    [this.loc, this.scale] = parameters('Normal', ['loc', 'scale'], loc, scale);
    checkElements('Normal', 'loc', this.loc, 'a number', (each) => !Number.isNaN(each));
    checkElements('Normal', 'scale', this.scale, 'above 0', (each) => each > 0);
    this.batchShape = this.loc.shape;
  }

  get mean(): Tensor {
    return this.loc;
  }

  get variance(): Tensor {
    return square(this.scale);
  }

  sample(shape: Shape = [], options: SampleOptions = {}): Tensor {
    return draw('Normal.sample', unrecorded(this.loc), unrecorded(this.scale), shape, options);
  }

  /**
   * Draws samples as `loc + scale · z`, where z is drawn from the standard normal distribution: gradients flow to the parameters. The
   * numbers are those of `sample`.
   */
  rsample(shape: Shape = [], options: SampleOptions = {}): Tensor {
    return draw('Normal.rsample', this.loc, this.scale, shape, options);
  }

  logProb(value: Operand): Tensor {
    const exponent = div(square(sub(value, this.loc)), mul(square(this.scale), 2));
    return sub(sub(neg(exponent), log(this.scale)), LOG_ROOT_TWO_PI);
  }

  entropy(): Tensor {
    return add(log(this.scale), LOG_ROOT_TWO_PI + 0.5);
  }
}

function draw(op: string, loc: Tensor, scale: Tensor, shape: Shape, options: SampleOptions): Tensor {
  const z = randn(sampleShape(op, shape, loc.shape, options), { dtype: loc.dtype, ...options });
  return add(loc, mul(z, scale));
}
