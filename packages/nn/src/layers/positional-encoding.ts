import { arange, type DType, ShapeError, stack, type Tensor, zeros } from '@mg/tensor';
import { checkOptions, showShape } from '@mg/tensor/internal';
import { normal_ } from '../init/init.ts';
import { parameter } from '../module/parameter.ts';
import { checkCounts, checkFloat, checkFloatInput, type LayerOptions, layerOptions, setFields } from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/** As LayerOptions; `batchFirst` says that the input is [batch, time, dim], not [time, batch, dim]. */
export interface PositionalEncodingOptions extends LayerOptions {
  readonly batchFirst?: boolean | undefined;
}

const known: readonly (keyof PositionalEncodingOptions)[] = [...layerOptions, 'batchFirst'];

/** What the encodings have in common: a table, of which each step of the input gets its row. */
abstract class PositionalEncoding extends Layer {
  declare readonly dim: number;
  declare readonly batchFirst: boolean;

  /** Adds the rows of a table to an input [time, batch, dim], [batch, time, dim] or [time, dim]. */
  protected adding(name: string, rows: (time: number, dtype: DType) => Tensor): Computation {
    const { dim, batchFirst } = this;
    return (x) => {
      if ((x.ndim !== 2 && x.ndim !== 3) || x.shape.at(-1) !== dim) {
        const axes = batchFirst ? 'batch, time' : 'time, batch';
        throw new ShapeError(`${name}: takes [${axes}, ${dim}] or [time, ${dim}], got ${showShape(x.shape)}`);
      }
      checkFloatInput(name, x);
      const isTimeFirst = x.ndim === 2 || !batchFirst;
      const table = rows(x.shape[isTimeFirst ? 0 : 1] ?? 0, x.dtype);
      return x.add(x.ndim === 3 && isTimeFirst ? table.unsqueeze(1) : table);
    };
  }
}

/**
 * Adds to each step of [time, batch, dim] its place, as sines and cosines: `sin(t / 10000^(2i / dim))` in feature 2i, and the cosine in
 * feature 2i + 1. It has no parameters, and no limit of length. The axis of the batch may be missing.
 *
 * Throws a ShapeError for an input with other features, and a DTypeError for integers.
 * @see A. Vaswani et al., Attention Is All You Need (2017), section 3.5, https://arxiv.org/abs/1706.03762
 *
 * ```ts
 * import { SinusoidalPositionalEncoding } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * new SinusoidalPositionalEncoding(2).forward(zeros([2, 2])); // => tensor([[0.0000, 1.0000], [0.8415, 0.5403]])
 * ```
 */
export class SinusoidalPositionalEncoding extends PositionalEncoding {
  constructor(dim: number, options: PositionalEncodingOptions = {}) {
    super();
    checkOptions('SinusoidalPositionalEncoding', options, known);
    checkCounts('SinusoidalPositionalEncoding', { dim }, 1);
    setFields<PositionalEncoding>(this, { dim, batchFirst: options.batchFirst ?? false });
  }

  protected override computation(): Computation {
    const { dim } = this;
    return this.adding('SinusoidalPositionalEncoding', (time, dtype) => sinusoids(time, dim).to(dtype));
  }
}

/** The table of the first steps, [time, dim], in float64. */
function sinusoids(time: number, dim: number): Tensor {
  const evens = arange(0, dim, 2, { dtype: 'float64' });
  const angles = arange(0, time, 1, { dtype: 'float64' }).outer(evens.mul(-Math.LN10 * (4 / dim)).exp());
  // With an odd dim, the last cosine is left out.
  return stack([angles.sin(), angles.cos()], 2).flatten(1).slice(1, 0, dim);
}

/**
 * Adds to each step of [time, batch, dim] a vector for its place, which is learned: row t of the weight [maxLength, dim], drawn from the normal
 * distribution with standard deviation 0.02, as in GPT-2 and BERT. The axis of the batch may be missing.
 *
 * Throws a ShapeError for more steps than maxLength or other features, and a DTypeError for integers.
 */
export class LearnedPositionalEncoding extends PositionalEncoding {
  declare readonly maxLength: number;
  declare readonly weight: Tensor;

  constructor(maxLength: number, dim: number, options: PositionalEncodingOptions = {}) {
    super();
    checkOptions('LearnedPositionalEncoding', options, known);
    checkCounts('LearnedPositionalEncoding', { maxLength, dim }, 1);
    const { dtype, generator, batchFirst = false } = options;
    checkFloat('LearnedPositionalEncoding', dtype);
    const weight = parameter(normal_(zeros([maxLength, dim], { dtype }), { std: 0.02, generator }));
    setFields<LearnedPositionalEncoding>(this, { maxLength, dim, batchFirst, weight });
  }

  protected override computation(): Computation {
    const { maxLength, weight } = this;
    return this.adding('LearnedPositionalEncoding', (time) => {
      if (time <= maxLength) return weight.slice(0, 0, time);
      throw new ShapeError(`LearnedPositionalEncoding: has ${maxLength} places, got ${time} steps`);
    });
  }
}
