import { type Shape } from '../array/shape.ts';
import { unrecorded } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import { add, div, mul, square, sub } from '../ops/arithmetic.ts';
import { denseStorage } from '../ops/copy.ts';
import { type Operand } from '../ops/define-elementwise.ts';
import { log } from '../ops/functions.ts';
import { ge, logicalAnd, lt, where } from '../ops/logic.ts';
import { rand } from '../ops/random.ts';
import { Distribution, type SampleOptions, sampleShape } from './distribution.ts';
import { parameters } from './parameters.ts';

/**
 * The uniform distribution on [low, high): the density is `1 / (high - low)` inside, and 0 outside, where `logProb` is -Infinity.
 *
 * Tensors are broadcast against each other; numbers give float32. Throws a RangeError unless low < high.
 *
 * ```ts
 * import { manualSeed, tensor } from '@mg/tensor';
 * import { Uniform } from '@mg/tensor/distributions';
 * const distribution = new Uniform(0, tensor([1, 4]));
 * distribution.logProb(2); // => tensor([-Infinity, -1.3863])
 * manualSeed(42);
 * distribution.sample(); // => tensor([0.6130, 0.2929])
 * new Uniform(1, 0); // => throws RangeError: Uniform: low must be below high, got 1 and 0
 * ```
 */
export class Uniform extends Distribution {
  readonly kind = 'Uniform' as const;
  readonly batchShape: Shape;
  /** The start of each interval, in the batch shape. */
  readonly low: Tensor;
  /** The end of each interval, which is outside, in the batch shape. */
  readonly high: Tensor;

  constructor(low: Operand, high: Operand) {
    super();
    [this.low, this.high] = parameters('Uniform', ['low', 'high'], low, high);
    checkOrder(this.low, this.high);
    this.batchShape = this.low.shape;
  }

  get mean(): Tensor {
    return div(add(this.high, this.low), 2);
  }

  get variance(): Tensor {
    return div(square(sub(this.high, this.low)), 12);
  }

  sample(shape: Shape = [], options: SampleOptions = {}): Tensor {
    return draw('Uniform.sample', unrecorded(this.low), unrecorded(this.high), shape, options);
  }

  /**
   * Draws samples as `low + u (high - low)`, where u is drawn from [0, 1): gradients flow to the parameters. The numbers are those of
   * `sample`.
   */
  rsample(shape: Shape = [], options: SampleOptions = {}): Tensor {
    return draw('Uniform.rsample', this.low, this.high, shape, options);
  }

  logProb(value: Operand): Tensor {
    const isInside = logicalAnd(ge(value, this.low), lt(value, this.high));
    return sub(where(isInside, 0, -Infinity), this.entropy());
  }

  entropy(): Tensor {
    return log(sub(this.high, this.low));
  }
}

function draw(op: string, low: Tensor, high: Tensor, shape: Shape, options: SampleOptions): Tensor {
  const u = rand(sampleShape(op, shape, low.shape, options), { dtype: low.dtype, ...options });
  const x = add(low, mul(u, sub(high, low)));
  // Of the steps of [low, high), the last half is rounded up to high, and only half of one is rounded to low.
  return where(lt(x, high), x, low);
}

function checkOrder(low: Tensor, high: Tensor): void {
  const [starts, ends] = [[...denseStorage(low).read()], [...denseStorage(high).read()]];
  const wrong = starts.findIndex((start, at) => !(start < (ends[at] ?? 0)));
  if (wrong >= 0) throw new RangeError(`Uniform: low must be below high, got ${starts[wrong]} and ${ends[wrong]}`);
}
