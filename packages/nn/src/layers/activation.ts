import { type GeluOptions } from '@mg/tensor';
import { checkNumber, checkOptions } from '@mg/tensor/internal';
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

/** `log(1 + e^x)`; `x` itself where that is above 20. */
export class Softplus extends Activation {
  constructor() {
    super((x) => x.softplus());
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
