import { ShapeError, type Tensor } from '@mg/tensor';
import { scope } from '@mg/tensor/engine';
import { builtIn, forwardIn } from './built-in.ts';
import { Linear } from './layers/linear.ts';
import { Module } from './module.ts';
import { type Chained, type LayerInput, type OutputShape } from './shape-types.ts';

/**
 * Layers one after the other: each takes what the one before gives. Parameters are named by the layer's place: `0.weight`.
 *
 * A Linear that takes another number of features than it gets is an error in the editor, as far as the compiler knows, and a
 * ShapeError of the same words in `forward`: `Sequential: layer 2 takes 64 features, layer 1 gives 128`.
 *
 * ```ts
 * import { Linear, ReLU, Sequential } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * const model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10));
 * model.forward(zeros([32, 784])).shape; // => [32, 10]
 * ```
 */
export class Sequential<Layers extends readonly Module[] = readonly Module[]> extends Module {
  readonly layers: Layers;

  constructor(...layers: Chained<Layers>) {
    super();
    this.layers = layers as unknown as Layers;
  }

  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<OutputShape<L, X>>;
  override forward(x: Tensor): Tensor {
    return scope(() => {
      let y = x;
      for (const [index, layer] of this.layers.entries()) {
        checkFeatures(layer, index, y);
        y = forwardIn(layer, y);
      }
      return y;
    });
  }

  static {
    builtIn(this);
  }

  /** The layers by their places, and after them what other fields a subclass has. */
  override *namedChildren(): Generator<[string, Module]> {
    for (const [index, layer] of this.layers.entries()) yield [String(index), layer];
    for (const [name, child] of super.namedChildren()) if (!/^layers\.\d+$/.test(name)) yield [name, child];
  }
}

/** Says which Linear does not take what it gets, which the layer itself does not know. */
function checkFeatures(layer: Module, index: number, x: Tensor): void {
  if (!(layer instanceof Linear) || layer.forward !== Linear.prototype.forward || x.ndim !== 2) return;
  const [, features] = x.shape;
  if (features !== layer.inFeatures) {
    const giver = index === 0 ? 'the input has' : `layer ${index - 1} gives`;
    throw new ShapeError(`Sequential: layer ${index} takes ${layer.inFeatures} features, ${giver} ${features}`);
  }
}
