import { bernoulli, type Generator, type Shape, ShapeError, type Tensor, zerosLike } from '@mg/tensor';
import { checkOptions, checkTensor, showShape } from '@mg/tensor/internal';
import { runOwn } from '../module/lifetimes.ts';
import { checkFloatInput, checkProbability, type LayerOptions, layerOptions, setFields } from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/** Drops with probability p and divides the rest by 1 - p. Each number drawn serves all elements that it is broadcast to. */
export function dropped(caller: string, x: Tensor, p: number, drawn: Shape, generator: Generator | undefined): Tensor {
  checkFloatInput(caller, x);
  if (p === 1) return x.mul(zerosLike(x));
  return x.mul(bernoulli(1 - p, drawn, { dtype: x.dtype, generator })).mul(1 / (1 - p));
}

/** What dropouts have in common; they differ in what they drop at a time. */
abstract class AnyDropout extends Layer {
  declare readonly p: number;
  declare readonly generator: Generator | undefined;

  constructor(name: string, p: number, options: LayerOptions) {
    super();
    checkOptions(name, options, layerOptions);
    checkProbability(name, 'p', p);
    setFields<AnyDropout>(this, { p, generator: options.generator });
  }
}

/**
 * While training each element is 0 with probability `p` (0.5), and the others are divided by 1 - p, so that the mean stays the same;
 * in evaluation the input is returned as it is. The elements to drop are drawn from the given generator, or the default one. With p = 1 all are 0, and so are the gradients. Throws a RangeError unless p lies in [0, 1].
 * @see N. Srivastava et al., Dropout (2014), https://jmlr.org/papers/v15/srivastava14a.html
 */
export class Dropout extends AnyDropout {
  constructor(p = 0.5, options: LayerOptions = {}) {
    super('Dropout', p, options);
  }

  protected override computation(): Computation {
    const { p, generator, training } = this;
    return (x) => (training && p > 0 ? dropped('Dropout', x, p, x.shape, generator) : x);
  }
}

/**
 * As Dropout, for whole channels of signals [batch, channels, length] or [channels, length]: all elements of a channel are 0, or none.
 * @see J. Tompson et al., Efficient Object Localization Using Convolutional Networks (2015), https://arxiv.org/abs/1411.4280
 *
 * ```ts
 * import { Dropout1d } from '@mg/nn';
 * import { ones } from '@mg/tensor';
 * new Dropout1d(0.5).forward(ones([100, 2])).unique(); // => tensor([0, 2])
 * ```
 */
export class Dropout1d extends AnyDropout {
  constructor(p = 0.5, options: LayerOptions = {}) {
    super('Dropout1d', p, options);
  }

  protected override computation(): Computation {
    const { p, generator, training } = this;
    return (x) => {
      if (x.ndim !== 2 && x.ndim !== 3) {
        throw new ShapeError(
          `Dropout1d: takes [batch, channels, length] or [channels, length], got ${showShape(x.shape)}`,
        );
      }
      return training && p > 0 ? dropped('Dropout1d', x, p, x.shape.with(-1, 1), generator) : x;
    };
  }
}

/** As Dropout1d, for whole channels of images [batch, channels, height, width], or signals [batch, channels, length]. */
export class Dropout2d extends AnyDropout {
  constructor(p = 0.5, options: LayerOptions = {}) {
    super('Dropout2d', p, options);
  }

  protected override computation(): Computation {
    const { p, generator, training } = this;
    return (x) => {
      if (x.ndim !== 3 && x.ndim !== 4) {
        throw new ShapeError(
          `Dropout2d: takes [batch, channels, height, width] or [batch, channels, length], got ${showShape(x.shape)}`,
        );
      }
      const drawn = x.shape.map((size, axis) => (axis < 2 ? size : 1));
      return training && p > 0 ? dropped('Dropout2d', x, p, drawn, generator) : x;
    };
  }
}

/** The options of `dropout`: the probability `p` (0.5), whether to drop at all, `training` (true), and the generator to draw from. */
export interface DropoutOptions {
  readonly p?: number | undefined;
  readonly training?: boolean | undefined;
  readonly generator?: Generator | undefined;
}

/**
 * Dropout as a function: with `training`, each element is 0 with probability `p`, and the others are divided by 1 - p; else the input is
 * returned as it is. Throws a RangeError unless p lies in [0, 1].
 *
 * ```ts
 * import { dropout } from '@mg/nn';
 * import { ones } from '@mg/tensor';
 * dropout(ones([2]), { p: 1 }); // => tensor([0, 0])
 * dropout(ones([2]), { training: false }); // => tensor([1, 1])
 * ```
 */
export function dropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  checkTensor('dropout', 'the input', x);
  checkOptions('dropout', options, ['p', 'training', 'generator']);
  const { p = 0.5, training = true, generator } = options;
  checkProbability('dropout', 'p', p);
  return training && p > 0 ? runOwn(() => dropped('dropout', x, p, x.shape, generator)) : x;
}
