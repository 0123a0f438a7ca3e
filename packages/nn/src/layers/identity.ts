import { type Computation, Layer } from './layer.ts';

/** Returns its input: it takes the place of a layer that is left out, such as the head of a model. */
export class Identity extends Layer {
  protected override computation(): Computation {
    return (x) => x;
  }
}
