import { bernoulli, type Generator, type Tensor, zerosLike } from '@mg/tensor';
import { checkOptions } from '@mg/tensor/internal';
import { checkFloatInput, type LayerOptions, layerOptions, setFields } from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/**
 * While training each element is 0 with probability `p` (0.5), and the others are divided by 1 - p, so that the mean stays the same;
 * in evaluation the input is returned as it is. The elements to drop are drawn from the given generator, or the default one. With p = 1 all are 0, and so are the gradients. Throws a RangeError unless p lies in [0, 1].
 * @see N. Srivastava et al., Dropout (2014), https://jmlr.org/papers/v15/srivastava14a.html
 */
export class Dropout extends Layer {
  declare readonly p: number;
  declare readonly generator: Generator | undefined;

  constructor(p = 0.5, options: LayerOptions = {}) {
    super();
    checkOptions('Dropout', options, layerOptions);
    if (!(p >= 0 && p <= 1)) throw new RangeError(`Dropout: p must be a probability in [0, 1], got ${p}`);
    setFields<Dropout>(this, { p, generator: options.generator });
  }

  protected override computation(): Computation {
    const { p, generator, training } = this;
    return (x) => {
      if (!training || p === 0) return x;
      checkFloatInput('Dropout', x);
      return dropElements(x, p, generator);
    };
  }
}

/** Drops elements with probability `p`, and divides the others by 1 - p. */
export function dropElements(x: Tensor, p: number, generator: Generator | undefined): Tensor {
  if (p === 1) return x.mul(zerosLike(x));
  return x.mul(bernoulli(1 - p, x.shape, { dtype: x.dtype, generator })).mul(1 / (1 - p));
}
