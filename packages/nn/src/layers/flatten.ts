import { setFields } from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/** Merges the axes from `startAxis` to `endAxis`, both included, into one: by default all but the batch. */
export class Flatten extends Layer {
  declare readonly startAxis: number;
  declare readonly endAxis: number;

  constructor(startAxis = 1, endAxis = -1) {
    super();
    setFields<Flatten>(this, { startAxis, endAxis });
  }

  protected override computation(): Computation {
    const { startAxis, endAxis } = this;
    return (x) => x.flatten(startAxis, endAxis);
  }
}
