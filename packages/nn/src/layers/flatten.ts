import { type Tensor } from '@mg/tensor';
import { fieldsOf } from '../lifetimes.ts';
import { Layer, type Module } from '../module.ts';
import { type LayerInput, type OutputShape } from '../shape-types.ts';
import { setFields } from './layer.ts';

/** Merges the axes from `startAxis` to `endAxis`, both included, into one: by default all but the batch. */
export class Flatten extends Layer {
  declare readonly startAxis: number;
  declare readonly endAxis: number;

  constructor(startAxis = 1, endAxis = -1) {
    super();
    setFields<Flatten>(this, { startAxis, endAxis });
  }

  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<OutputShape<L, X>>;
  override forward(x: Tensor): Tensor {
    const { startAxis, endAxis } = fieldsOf(this, ({ startAxis, endAxis }) => ({ startAxis, endAxis }));
    return x.flatten(startAxis, endAxis);
  }
}
