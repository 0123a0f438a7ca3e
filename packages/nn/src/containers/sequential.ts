import { ShapeError, type Tensor } from '@mg/tensor';
import { outside } from '@mg/tensor/internal';
import { ReLU } from '../layers/activation.ts';
import { setFields } from '../layers/arguments.ts';
import { Conv2d } from '../layers/conv2d.ts';
import { type Computation, Layer } from '../layers/layer.ts';
import { Linear } from '../layers/linear.ts';
import { runLayer, runsOwnForward } from '../module/forward.ts';
import { type AnyModule, isModule } from '../module/module.ts';
import { type Chained } from '../module/shape-types.ts';
import { type Module } from '../module/tensor-module.ts';
import { unsizedOf } from '../module/unsized.ts';

/**
 * Runs layers in order: each takes one tensor, the output of the one before, and returns one. Parameters are named by the index of their layer: `0.weight`.
 *
 * A Linear with the wrong number of input features is an error in the editor, if the compiler knows the shapes, and a
 * ShapeError with the same words in `forward`: `Sequential: layer 2 takes 64 features, layer 1 gives 128`.
 *
 * The type lists the layers, so a variable takes a Sequential of the same layers in other sizes. Declare `let model: Sequential = …` to
 * replace it by one of another depth, too.
 *
 * ```ts
 * import { Linear, ReLU, Sequential } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * const model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10));
 * model.forward(zeros([32, 784])).shape; // => [32, 10]
 * ```
 */
export class Sequential<Layers extends readonly Module[] = readonly Module[]> extends Layer {
  declare readonly layers: Layers;

  constructor(...layers: Chained<Layers>) {
    super();
    for (const [index, layer] of layers.entries()) {
      if (!isModule(layer)) throw new TypeError(`Sequential: layer ${index} is not a module`);
    }
    setFields<Sequential<Layers>>(this, { layers: layers as unknown as Layers });
  }

  protected override computation(): Computation {
    const { layers } = this;
    return (x) => {
      let y = x;
      for (let index = 0; index < layers.length; index++) {
        const layer = layers[index] as Module;
        checkChain(layer, index, y);
        const both = isReLU(layers[index + 1]) ? Layer.outputThenReLU(layer, y) : null;
        y = both ?? runLayer(layer, y);
        if (both !== null) index++;
      }
      return y;
    };
  }

  /** The layers by their index, then the modules in other fields of a subclass. */
  override *namedChildren(): Generator<[string, AnyModule]> {
    for (const [index, layer] of this.layers.entries()) yield [String(index), layer];
    for (const [name, child] of super.namedChildren()) if (!/^layers\.\d+$/.test(name)) yield [name, child];
  }
}

function isReLU(layer: Module | undefined): boolean {
  return layer instanceof ReLU && runsOwnForward(layer);
}

/** Says which Linear or Conv2d does not take its input: the layer itself does not know its place. */
function checkChain(layer: Module, index: number, x: Tensor): void {
  const giver = index === 0 ? 'the input has' : `layer ${index - 1} gives`;
  const check = (what: string, wanted: number, given: number | undefined): void => {
    if (given !== undefined && given !== wanted && unsizedOf(layer) === undefined)
      throw new ShapeError(`Sequential: layer ${index} takes ${wanted} ${what}, ${giver} ${given}`);
  };
  if (!runsOwnForward(layer)) return;
  // Read outside: a subclass may compute its sizes in getters.
  if (layer instanceof Linear)
    check(
      'features',
      outside(() => layer.inFeatures),
      x.shape.at(-1),
    );
  else if (layer instanceof Conv2d && x.ndim <= 4)
    check(
      'channels',
      outside(() => layer.inChannels),
      x.shape.at(-3),
    );
}
