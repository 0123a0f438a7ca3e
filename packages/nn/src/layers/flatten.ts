import { type Tensor } from '@mg/tensor';
import { Layer, type Module } from '../module.ts';
import { type LayerInput, type OutputShape } from '../shape-types.ts';

/** Merges the axes from `startAxis` to `endAxis`, both included, into one: by default all but the batch. */
export class Flatten extends Layer {
  readonly startAxis: number;
  readonly endAxis: number;

  constructor(startAxis = 1, endAxis = -1) {
    super();
    this.startAxis = startAxis;
    this.endAxis = endAxis;
  }

  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<OutputShape<L, X>>;
  override forward(x: Tensor): Tensor {
    return x.flatten(this.startAxis, this.endAxis);
  }
}
