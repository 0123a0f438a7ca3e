import { type Tensor } from '@mg/tensor';
import { checkNumber, type ShapeOf } from '@mg/tensor/internal';
import { builtIn } from '../built-in.ts';
import { Module } from '../module.ts';
import { type LayerInput } from '../shape-types.ts';

/** `x` where it is positive, else 0, element by element. */
export class ReLU extends Module {
  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<ShapeOf<X>>;
  override forward(x: Tensor): Tensor {
    return x.relu();
  }

  static {
    builtIn(this);
  }
}

/** `x · Φ(x)`, with the distribution function of the normal distribution. */
export class GELU extends Module {
  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<ShapeOf<X>>;
  override forward(x: Tensor): Tensor {
    return x.gelu();
  }

  static {
    builtIn(this);
  }
}

/** `x · sigmoid(x)`, also called swish. */
export class SiLU extends Module {
  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<ShapeOf<X>>;
  override forward(x: Tensor): Tensor {
    return x.silu();
  }

  static {
    builtIn(this);
  }
}

/** The hyperbolic tangent. */
export class Tanh extends Module {
  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<ShapeOf<X>>;
  override forward(x: Tensor): Tensor {
    return x.tanh();
  }

  static {
    builtIn(this);
  }
}

/** `1 / (1 + e^-x)`. */
export class Sigmoid extends Module {
  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<ShapeOf<X>>;
  override forward(x: Tensor): Tensor {
    return x.sigmoid();
  }

  static {
    builtIn(this);
  }
}

/** `log(1 + e^x)`; `x` itself where that is above 20. */
export class Softplus extends Module {
  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<ShapeOf<X>>;
  override forward(x: Tensor): Tensor {
    return x.softplus();
  }

  static {
    builtIn(this);
  }
}

/** `x` where it is positive, else `negativeSlope · x`; the slope is 0.01 unless given. */
export class LeakyReLU extends Module {
  readonly negativeSlope: number;

  constructor(negativeSlope = 0.01) {
    super();
    checkNumber('LeakyReLU', 'negativeSlope', negativeSlope);
    this.negativeSlope = negativeSlope;
  }

  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<ShapeOf<X>>;
  override forward(x: Tensor): Tensor {
    return x.leakyRelu(this.negativeSlope);
  }

  static {
    builtIn(this);
  }
}

/** `x` where it is positive, else `alpha · (e^x - 1)`; alpha is 1 unless given. */
export class ELU extends Module {
  readonly alpha: number;

  constructor(alpha = 1) {
    super();
    checkNumber('ELU', 'alpha', alpha);
    this.alpha = alpha;
  }

  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<ShapeOf<X>>;
  override forward(x: Tensor): Tensor {
    return x.elu(this.alpha);
  }

  static {
    builtIn(this);
  }
}

/** `e^x / Σ e^x` along an axis, stable for large inputs. A loss takes what comes before it: see CrossEntropyLoss. */
export class Softmax extends Module {
  readonly axis: number;

  constructor(axis: number) {
    super();
    checkNumber('Softmax', 'axis', axis);
    this.axis = axis;
  }

  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<ShapeOf<X>>;
  override forward(x: Tensor): Tensor {
    return x.softmax(this.axis);
  }

  static {
    builtIn(this);
  }
}

/** The logarithm of softmax along an axis, stable for large inputs; NLLLoss takes it. */
export class LogSoftmax extends Module {
  readonly axis: number;

  constructor(axis: number) {
    super();
    checkNumber('LogSoftmax', 'axis', axis);
    this.axis = axis;
  }

  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<ShapeOf<X>>;
  override forward(x: Tensor): Tensor {
    return x.logSoftmax(this.axis);
  }

  static {
    builtIn(this);
  }
}
