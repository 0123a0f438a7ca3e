import { relu, value, type Operand, type Value } from './value.ts';

/** Settings that a network, a layer and a neuron share. */
export interface NetworkOptions {
  /** Draws the first weights: returns numbers in [0, 1) as `Math.random`, the default, does. */
  readonly random?: () => number;
  /** What a neuron does to its weighted sum, by default {@link relu}. */
  readonly activation?: (sum: Value) => Value;
}

/** Something with parameters to learn. */
export abstract class Module {
  abstract parameters(): Value[];

  /** Sets the gradient of each parameter to 0, which a training loop does before each `backward`. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.zeroGrad();
  }
}

/** `activation(x · weights + bias)`. The weights start evenly spread over [−1, 1), the bias at 0. */
export class Neuron extends Module {
  readonly weights: readonly Value[];
  readonly bias: Value = value(0);
  readonly activation: (sum: Value) => Value;

  constructor(inputs: number, { random = Math.random, activation = relu }: NetworkOptions = {}) {
    super();
    this.weights = Array.from({ length: inputs }, () => value(2 * random() - 1));
    this.activation = activation;
  }

  /** @throws RangeError if `x` is longer or shorter than the list of weights. */
  forward(x: readonly Operand[]): Value {
    if (x.length !== this.weights.length) {
      throw new RangeError(`Neuron: expected ${this.weights.length} inputs, one for each weight, got ${x.length}`);
    }
    let sum = this.bias;
    this.weights.forEach((weight, i) => {
      sum = sum.add(weight.mul(x[i] as Operand)); // there is one for each weight
    });
    return this.activation(sum);
  }

  override parameters(): Value[] {
    return [...this.weights, this.bias];
  }
}

/** Neurons side by side, all with the same inputs. */
export class Layer<const Outputs extends number = number> extends Module {
  readonly neurons: readonly Neuron[];

  constructor(inputs: number, outputs: Outputs, options: NetworkOptions = {}) {
    super();
    this.neurons = Array.from({ length: outputs }, () => new Neuron(inputs, options));
  }

  /** The outputs of the neurons; of a single neuron, as in micrograd, not a list but the Value. */
  forward(x: readonly Operand[]): Output<Outputs> {
    const outputs = this.neurons.map((neuron) => neuron.forward(x));
    return (outputs.length === 1 ? outputs[0] : outputs) as Output<Outputs>;
  }

  override parameters(): Value[] {
    return this.neurons.flatMap((neuron) => neuron.parameters());
  }
}

/**
 * A multi-layer perceptron: layers one after the other, `sizes` neurons in each. The last one has no activation.
 *
 * ```ts
 * import { MLP } from '@mg/scalar/nn';
 *
 * const model = new MLP(2, [16, 16, 1]);
 * model.parameters().length; // => 337
 * const score = model.forward([0.5, -1]);
 * score.backward();
 * ```
 *
 * @throws RangeError if `sizes` is empty.
 */
export class MLP<const Sizes extends readonly number[] = readonly number[]> extends Module {
  readonly layers: readonly Layer[];

  constructor(inputs: number, sizes: Sizes, options: NetworkOptions = {}) {
    super();
    if (sizes.length === 0) throw new RangeError('MLP: expected the size of at least one layer, got []');
    this.layers = sizes.map((size, i) => {
      const isLast = i === sizes.length - 1;
      return new Layer(sizes[i - 1] ?? inputs, size, isLast ? { ...options, activation: (sum) => sum } : options);
    });
  }

  /** The outputs of the last layer; of a single neuron, as in micrograd, not a list but the Value. */
  forward(x: readonly Operand[]): Output<Last<Sizes>> {
    const outputs = this.layers.reduce<readonly Operand[]>(
      (inputs, { neurons }) => neurons.map((neuron) => neuron.forward(inputs)),
      x,
    );
    return (outputs.length === 1 ? outputs[0] : outputs) as Output<Last<Sizes>>;
  }

  override parameters(): Value[] {
    return this.layers.flatMap((layer) => layer.parameters());
  }
}

/** What a layer of N neurons returns: one Value for one neuron. An N that is known at run time only may be 1. */
export type Output<N extends number> = number extends N ? Value | Value[] : N extends 1 ? Value : Value[];

type Last<Sizes extends readonly number[]> = Sizes extends readonly [...number[], infer N extends number] ? N : number;
