import { relu, value, type Operand, type Value } from './value.ts';

/** Settings that a network, a layer and a neuron share. */
export interface NetworkOptions {
  /** Draws the initial weights: returns numbers in [0, 1). Default `Math.random`. */
  readonly random?: () => number;
  /** The function that a neuron applies to its weighted sum. Default {@link relu}. */
  readonly activation?: (sum: Value) => Value;
}

/** The base class of everything with trainable parameters. */
export abstract class Module {
  abstract parameters(): Value[];

  /** Sets the gradient of each parameter to 0. Call it before each `backward` in a training loop. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.zeroGrad();
  }
}

/** `activation(x · weights + bias)`. The initial weights are uniform in [−1, 1); the initial bias is 0. */
export class Neuron extends Module {
  readonly weights: readonly Value[];
  readonly bias: Value = value(0);
  readonly activation: (sum: Value) => Value;

  constructor(inputs: number, { random = Math.random, activation = relu }: NetworkOptions = {}) {
    super();
    this.weights = Array.from({ length: inputs }, () => value(2 * random() - 1));
    this.activation = activation;
  }

  /** @throws RangeError if `x` does not have one element per weight. */
  forward(x: readonly Operand[]): Value {
    if (x.length !== this.weights.length) {
      throw new RangeError(`Neuron: expected ${this.weights.length} inputs, one per weight, got ${x.length}`);
    }
    let sum = this.bias;
    this.weights.forEach((weight, i) => {
      sum = sum.add(weight.mul(x[i] as Operand)); // same length, checked above
    });
    return this.activation(sum);
  }

  override parameters(): Value[] {
    return [...this.weights, this.bias];
  }
}

/** Neurons that share the same inputs. */
export class Layer<const Outputs extends number = number> extends Module {
  readonly neurons: readonly Neuron[];

  constructor(inputs: number, outputs: Outputs, options: NetworkOptions = {}) {
    super();
    this.neurons = Array.from({ length: outputs }, () => new Neuron(inputs, options));
  }

  /** Returns the outputs of the neurons: a list, or as in micrograd the Value itself if there is a single neuron. */
  forward(x: readonly Operand[]): Output<Outputs> {
    const outputs = this.neurons.map((neuron) => neuron.forward(x));
    return (outputs.length === 1 ? outputs[0] : outputs) as Output<Outputs>;
  }

  override parameters(): Value[] {
    return this.neurons.flatMap((neuron) => neuron.parameters());
  }
}

/**
 * A multi-layer perceptron: a sequence of layers with `sizes` neurons. The last layer has no activation.
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
    if (sizes.length === 0)
      throw new RangeError(
        'MLP: expected the size of at least one layer, got []; write new MLP(2, [1]) for a single neuron',
      );
    this.layers = sizes.map((size, i) => {
      const isLast = i === sizes.length - 1;
      return new Layer(sizes[i - 1] ?? inputs, size, isLast ? { ...options, activation: (sum) => sum } : options);
    });
  }

  /** Returns the outputs of the last layer: a list, or as in micrograd the Value itself if it has a single neuron. */
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

/** The output of a layer of N neurons: one Value for one neuron. If N is only known at run time, it may be 1. */
export type Output<N extends number> = number extends N ? Value | Value[] : N extends 1 ? Value : Value[];

type Last<Sizes extends readonly number[]> = Sizes extends readonly [...number[], infer N extends number] ? N : number;
