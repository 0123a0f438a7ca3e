import { type Tensor } from '@mg/tensor';
import { Module } from './module.ts';

/**
 * Layers one after the other: each takes what the one before gives. Parameters are named by the layer's place: `0.weight`.
 *
 * ```ts
 * import { Linear, ReLU, Sequential } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * const model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10));
 * model.forward(zeros([32, 784])).shape; // => [32, 10]
 * ```
 */
export class Sequential extends Module {
  readonly layers: readonly Module[];

  constructor(...layers: readonly Module[]) {
    super();
    this.layers = layers;
  }

  override forward(x: Tensor): Tensor {
    let y = x;
    for (const layer of this.layers) y = layer.forward(y);
    return y;
  }

  protected override *namedChildren(): Generator<[string, Module]> {
    for (const [index, layer] of this.layers.entries()) yield [String(index), layer];
  }
}
