import { type Generator, type Tensor, where, zeros } from '@mg/tensor';
import { checkOptions } from '@mg/tensor/internal';
import { normal_ } from '../init/init.ts';
import { parameter } from '../module/parameter.ts';
import { type Rows } from '../module/shape-types.ts';
import { checkCounts, checkFloat, type LayerOptions, layerOptions, setFields } from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/** As LayerOptions; the row of `paddingIndex` starts as zeros, and is not trained. */
export interface EmbeddingOptions extends LayerOptions {
  readonly paddingIndex?: number | undefined;
}

/**
 * A table of vectors: indices in int32 or uint8, of any shape, give their vectors, in that shape with [dim] behind. The weight is [count, dim], drawn
 * from the normal distribution of variance 1, as in PyTorch. Throws a RangeError for an index outside the table.
 */
export class Embedding<Dim extends number = number> extends Layer {
  declare readonly numEmbeddings: number;
  declare readonly embeddingDim: number;
  declare readonly paddingIndex: number | null;
  declare readonly weight: Tensor;
  /** Carries the size for the compiler; it does not exist at run time. @internal */
  declare readonly sizes: Rows<Dim>;

  constructor(numEmbeddings: number, embeddingDim: Dim, options: EmbeddingOptions = {}) {
    super();
    checkOptions('Embedding', options, [...layerOptions, 'paddingIndex']);
    const { paddingIndex, dtype, generator } = options;
    checkCounts('Embedding', { numEmbeddings, embeddingDim });
    checkFloat('Embedding', dtype);
    if (
      paddingIndex !== undefined &&
      !(Number.isInteger(paddingIndex) && paddingIndex >= -numEmbeddings && paddingIndex < numEmbeddings)
    ) {
      throw new RangeError(`Embedding: paddingIndex must be one of ${numEmbeddings} indices, got ${paddingIndex}`);
    }
    const padding = paddingIndex === undefined ? null : (paddingIndex + numEmbeddings) % numEmbeddings;
    const weight = normal_(zeros([numEmbeddings, embeddingDim], { dtype }), { generator });
    if (padding !== null) weight.set(padding, 0);
    setFields<Embedding<Dim>>(this, { numEmbeddings, embeddingDim, paddingIndex: padding, weight: parameter(weight) });
  }

  override drawAsPyTorch(generator: Generator | undefined): void {
    normal_(this.weight, { generator });
    if (this.paddingIndex !== null) this.weight.detach().set(this.paddingIndex, 0);
  }

  protected override computation(): Computation {
    const { weight, paddingIndex } = this;
    return (x) => {
      const rows = x.embedding(weight);
      if (paddingIndex === null) return rows;
      // The padding row has no gradient, and so it is taken from detach().
      return where(x.eq(paddingIndex).unsqueeze(-1), weight.detach().at(paddingIndex), rows);
    };
  }
}
