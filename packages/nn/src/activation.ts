import { type Tensor } from '@mg/tensor';
import { Module } from './module.ts';

/** `x` where it is positive, else 0, element by element. */
export class ReLU extends Module {
  override forward(x: Tensor): Tensor {
    return x.relu();
  }
}
