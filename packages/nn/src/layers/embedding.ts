import { type Tensor, where, zeros } from '@mg/tensor';
import { checkOptions } from '@mg/tensor/internal';
import { normal_ } from '../init.ts';
import { Layer, type Module, parameter } from '../module.ts';
import { type LayerInput, type OutputShape } from '../shape-types.ts';
import { checkCounts, checkFloat, type LayerOptions, layerOptions } from './layer.ts';

/** As LayerOptions; the row of `paddingIndex` starts as zeros, and is not trained. */
export interface EmbeddingOptions extends LayerOptions {
  readonly paddingIndex?: number | undefined;
}

/**
 * A table of vectors: indices in int32 or uint8, of any shape, give their vectors, in that shape with [dim] behind. The weight is [count, dim], drawn
 * from the normal distribution of variance 1, as in PyTorch. Throws a RangeError for an index outside the table.
 */
export class Embedding<Dim extends number = number> extends Layer {
  readonly numEmbeddings: number;
  readonly embeddingDim: Dim;
  readonly paddingIndex: number | null;
  readonly weight: Tensor<[number, Dim]>;

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
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIndex = paddingIndex === undefined ? null : (paddingIndex + numEmbeddings) % numEmbeddings;
    const weight = normal_(zeros([numEmbeddings, embeddingDim], { dtype }), { generator });
    if (this.paddingIndex !== null) weight.set(this.paddingIndex, 0);
    this.weight = parameter(weight);
  }

  override forward<L extends Module, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<OutputShape<L, X>>;
  override forward(x: Tensor): Tensor {
    const rows = x.embedding(this.weight);
    if (this.paddingIndex === null) return rows;
    // The padding row has no gradient, and so it is taken from detach().
    return where(x.eq(this.paddingIndex).unsqueeze(-1), this.weight.detach().at(this.paddingIndex), rows);
  }
}
