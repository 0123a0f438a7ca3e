import { type Tensor } from '@mg/tensor';
import { type ShapeOf } from '@mg/tensor/engine';
import { builtIn } from '../built-in.ts';
import { Module } from '../module.ts';
import { type LayerInput } from '../shape-types.ts';

/** `x` where it is positive, else 0, element by element. */
export class ReLU extends Module {
  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<ShapeOf<X>> {
    return x.relu();
  }

  static {
    builtIn(this);
  }
}
