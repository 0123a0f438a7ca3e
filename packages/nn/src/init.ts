import { type Generator, randn, ShapeError, type Tensor } from '@mg/tensor';
import { read, requireProtocol, showShape, write } from '@mg/tensor/engine';

requireProtocol('@mg/nn', 1);

/** The generator to draw from; the default one otherwise. */
export interface InitOptions {
  readonly generator?: Generator | undefined;
}

/**
 * Fills a weight with numbers drawn from the normal distribution of mean 0 and variance 2 / fan-in, which keeps the scale
 * of activations through layers of ReLU. Returns the tensor. Throws a ShapeError for fewer than two axes.
 * @see K. He et al., Delving Deep into Rectifiers (2015), https://arxiv.org/abs/1502.01852
 */
export function kaimingNormal_<T extends Tensor>(weight: T, { generator }: InitOptions = {}): T {
  const deviation = Math.sqrt(2 / fanIn(weight));
  const drawn = randn(weight.shape, { dtype: 'float64', generator });
  write(weight, (elements) => {
    elements.set(read(drawn).map((x) => x * deviation));
  });
  return weight;
}

/** How many inputs each output of a weight [out, in, …kernel] sums. */
function fanIn({ shape }: Tensor): number {
  if (shape.length < 2) {
    throw new ShapeError(`init: fan-in needs a weight of two or more axes, got ${showShape(shape)}`);
  }
  return shape.slice(1).reduce((product, size) => product * size, 1);
}
