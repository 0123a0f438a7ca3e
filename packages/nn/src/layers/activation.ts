import { type GeluOptions, ShapeError, type Tensor, where } from '@mg/tensor';
import { checkNumber, checkOptions, showShape } from '@mg/tensor/internal';
import { type Resized } from '../module/shape-types.ts';
import { type Computation, Layer } from './layer.ts';

/** A function of each element, or along an axis: the output has the shape of the input. */
abstract class Activation extends Layer {
  readonly #activate: Computation;

  constructor(activate: Computation) {
    super();
    this.#activate = activate;
  }

  protected override computation(): Computation {
    return this.#activate;
  }
}

/** `x` where it is positive, else 0, element by element. */
export class ReLU extends Activation {
  constructor() {
    super((x) => x.relu());
  }
}

/**
 * `x · Φ(x)`, where Φ is the distribution function of the standard normal distribution; with `approximate: 'tanh'`, its approximation
 * by tanh, as in GPT-2. Throws a RangeError for any other approximation.
 *
 * ```ts
 * import { GELU } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new GELU({ approximate: 'tanh' }).forward(tensor([-1, 0, 1])); // => tensor([-0.1588, 0.0000, 0.8412])
 * ```
 */
export class GELU extends Activation {
  readonly approximate: 'none' | 'tanh';

  constructor(options: GeluOptions = {}) {
    super((x) => x.gelu(options));
    checkOptions('GELU', options, ['approximate']);
    const { approximate = 'none' } = options;
    if (!['none', 'tanh'].includes(approximate)) {
      throw new RangeError(`GELU: approximate must be 'none' or 'tanh', got ${approximate}`);
    }
    this.approximate = approximate;
  }
}

/** `x · sigmoid(x)`, also called swish. */
export class SiLU extends Activation {
  constructor() {
    super((x) => x.silu());
  }
}

/** The hyperbolic tangent. */
export class Tanh extends Activation {
  constructor() {
    super((x) => x.tanh());
  }
}

/** `1 / (1 + e^-x)`. */
export class Sigmoid extends Activation {
  constructor() {
    super((x) => x.sigmoid());
  }
}

/**
 * `log(1 + e^(beta x)) / beta`; `x` itself where `beta x` is above the threshold. Both default as in PyTorch, to 1 and 20. Throws a RangeError unless beta is above 0.
 *
 * ```ts
 * import { Softplus } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new Softplus(2).forward(tensor([-1, 0, 1])); // => tensor([0.0635, 0.3466, 1.0635])
 * ```
 */
export class Softplus extends Activation {
  readonly beta: number;
  readonly threshold: number;

  constructor(beta = 1, threshold = 20) {
    super(beta === 1 && threshold === 20 ? (x) => x.softplus() : (x) => softplus(x, beta, threshold));
    checkNumber('Softplus', 'beta', beta);
    checkNumber('Softplus', 'threshold', threshold);
    if (!(beta > 0)) throw new RangeError(`Softplus: beta must be a number > 0, got ${beta}`);
    this.beta = beta;
    this.threshold = threshold;
  }
}

function softplus(x: Tensor, beta: number, threshold: number): Tensor {
  const z = x.mul(beta);
  return where(z.gt(threshold), x, z.logaddexp(0).div(beta));
}

/**
 * `log(1 / (1 + e^-x))`, stable for large inputs.
 *
 * ```ts
 * import { LogSigmoid } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new LogSigmoid().forward(tensor([-200, 0])); // => tensor([-200.0000, -0.6931])
 * ```
 */
export class LogSigmoid extends Activation {
  constructor() {
    super((x) => x.neg().logaddexp(0).neg());
  }
}

/**
 * `x · tanh(log(1 + e^x))`.
 * @see D. Misra, Mish (2019), https://arxiv.org/abs/1908.08681
 *
 * ```ts
 * import { Mish } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new Mish().forward(tensor([-1, 0, 1])); // => tensor([-0.3034, 0.0000, 0.8651])
 * ```
 */
export class Mish extends Activation {
  constructor() {
    super((x) => x.mul(x.softplus().tanh()));
  }
}

/**
 * `scale · x` where x is positive, else `scale · alpha · (e^x - 1)`, with the numbers for which activations keep mean 0 and variance 1.
 * @see G. Klambauer et al., Self-Normalizing Neural Networks (2017), https://arxiv.org/abs/1706.02515
 *
 * ```ts
 * import { SELU } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new SELU().forward(tensor([-1, 0, 1])); // => tensor([-1.1113, 0, 1.0507])
 * ```
 */
export class SELU extends Activation {
  constructor() {
    super((x) => x.elu(1.6732632423543772).mul(1.0507009873554805));
  }
}

/**
 * `x` between `min` (-1) and `max` (1), else the nearer of both; its gradient is 0 at both and outside. Throws a RangeError unless min is less than max.
 *
 * ```ts
 * import { Hardtanh } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new Hardtanh(-2, 2).forward(tensor([-5, 1, 3])); // => tensor([-2, 1, 2])
 * ```
 */
export class Hardtanh extends Activation {
  readonly min: number;
  readonly max: number;

  constructor(min = -1, max = 1) {
    super((x) => hardtanh(x, min, max));
    checkNumber('Hardtanh', 'min', min);
    checkNumber('Hardtanh', 'max', max);
    if (!(min < max)) throw new RangeError(`Hardtanh: min must be less than max, got ${min} and ${max}`);
    this.min = min;
    this.max = max;
  }
}

function hardtanh(x: Tensor, min: number, max: number): Tensor {
  return where(x.gt(min).logicalAnd(x.lt(max)), x, x.detach().clip(min, max));
}

/** `x` between 0 and 6, else the nearer of both; its gradient is 0 at both and outside. */
export class ReLU6 extends Activation {
  constructor() {
    super((x) => hardtanh(x, 0, 6));
  }
}

/**
 * `a · sigmoid(b)`, where a and b are the halves of the input along an axis, the last one by default. The axis becomes half as long; throws a
 * ShapeError if its size is odd.
 * @see Y. Dauphin et al., Language Modeling with Gated Convolutional Networks (2017), https://arxiv.org/abs/1612.08083
 *
 * ```ts
 * import { GLU } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new GLU().forward(tensor([[1, 2, 0, 100]])); // => tensor([[0.5000, 2]])
 * ```
 */
export class GLU extends Activation {
  readonly axis: number;
  /** The shape differs from that of the input; it does not exist at run time. @internal */
  declare readonly sizes: Resized;

  constructor(axis = -1) {
    super((x) => {
      const size = x.shape.at(axis) ?? 0;
      if (x.ndim === 0 || size % 2 !== 0) {
        throw new ShapeError(`GLU: axis ${axis} must have an even size, to be halved, got ${showShape(x.shape)}`);
      }
      const [a, b] = x.split([size / 2, size / 2], axis);
      return a.mul(b.sigmoid());
    });
    checkNumber('GLU', 'axis', axis);
    this.axis = axis;
  }
}

/** `x` where it is positive, else `negativeSlope · x`; the slope is 0.01 by default. */
export class LeakyReLU extends Activation {
  readonly negativeSlope: number;

  constructor(negativeSlope = 0.01) {
    super((x) => x.leakyRelu(negativeSlope));
    checkNumber('LeakyReLU', 'negativeSlope', negativeSlope);
    this.negativeSlope = negativeSlope;
  }
}

/** `x` where it is positive, else `alpha · (e^x - 1)`; alpha is 1 by default. */
export class ELU extends Activation {
  readonly alpha: number;

  constructor(alpha = 1) {
    super((x) => x.elu(alpha));
    checkNumber('ELU', 'alpha', alpha);
    this.alpha = alpha;
  }
}

/** `e^x / Σ e^x` along an axis, stable for large inputs. CrossEntropyLoss takes the logits, before a softmax. */
export class Softmax extends Activation {
  readonly axis: number;

  constructor(axis: number) {
    super((x) => x.softmax(axis));
    checkNumber('Softmax', 'axis', axis);
    this.axis = axis;
  }
}

/** The logarithm of softmax along an axis, stable for large inputs; the input of NLLLoss. */
export class LogSoftmax extends Activation {
  readonly axis: number;

  constructor(axis: number) {
    super((x) => x.logSoftmax(axis));
    checkNumber('LogSoftmax', 'axis', axis);
    this.axis = axis;
  }
}
