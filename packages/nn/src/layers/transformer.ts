import { type Tensor } from '@mg/tensor';
import { checkOptions, outside } from '@mg/tensor/internal';
import { uniform_ } from '../init/init.ts';
import { skipInit } from '../init/skip-init.ts';
import { runLayer, wrapOwnForward } from '../module/forward.ts';
import { Module } from '../module/module.ts';
import { type Module as OneToOne } from '../module/tensor-module.ts';
import { checkCounts, type LayerOptions, layerOptions, setFields, snakeCase } from './arguments.ts';
import { MultiheadAttention, type MultiheadAttentionCall } from './attention.ts';
import { Dropout } from './dropout.ts';
import { LayerNorm } from './layer-norm.ts';
import { Linear } from './linear.ts';

/** As LayerOptions, for a layer of a transformer. */
export interface TransformerLayerOptions extends LayerOptions {
  /** The features between the two Linear layers: 2048 by default. */
  readonly dimFeedforward?: number | undefined;
  /** The probability by which elements are dropped while training: 0.1 by default. */
  readonly dropout?: number | undefined;
  /** `'relu'` by default. */
  readonly activation?: 'relu' | 'gelu' | undefined;
  readonly layerNormEps?: number | undefined;
  /** Whether tensors are [batch, time, dModel], not [time, batch, dModel]. */
  readonly batchFirst?: boolean | undefined;
  /** Whether each part normalizes its input, not the sum of its input and its output. */
  readonly normFirst?: boolean | undefined;
}

const known: readonly (keyof TransformerLayerOptions)[] = [
  ...layerOptions,
  'dimFeedforward',
  'dropout',
  'activation',
  'layerNormEps',
  'batchFirst',
  'normFirst',
];

/** The masks of an encoder, as `attnMask` and `keyPaddingMask` of MultiheadAttention. */
export interface EncoderMasks {
  readonly srcMask?: Tensor | null | undefined;
  readonly srcKeyPaddingMask?: Tensor | null | undefined;
}

/** The masks of a decoder, for its own sequence and for what it reads. */
export interface DecoderMasks {
  readonly tgtMask?: Tensor | null | undefined;
  readonly memoryMask?: Tensor | null | undefined;
  readonly tgtKeyPaddingMask?: Tensor | null | undefined;
  readonly memoryKeyPaddingMask?: Tensor | null | undefined;
}

/** What the layers of encoders and decoders have in common. */
abstract class TransformerLayer extends Module {
  declare readonly selfAttn: MultiheadAttention;
  declare readonly linear1: Linear;
  declare readonly dropout: Dropout;
  declare readonly linear2: Linear;
  declare readonly activation: 'relu' | 'gelu';
  declare readonly normFirst: boolean;
  declare readonly dropout1: Dropout;
  declare readonly dropout2: Dropout;

  /** Makes a layer like this one, with weights to be filled. @internal */
  abstract twin(): AnyLayer;

  /** The part of two Linear layers. @internal */
  protected feedforward(): (x: Tensor) => Tensor {
    const { linear1, dropout, linear2, activation } = this;
    return (x) => {
      const hidden = runLayer(linear1, x);
      return runLayer(linear2, runLayer(dropout, activation === 'relu' ? hidden.relu() : hidden.gelu()));
    };
  }

  protected override stateName(field: string): string {
    return snakeCase(field);
  }
}

type AnyLayer = TransformerEncoderLayer | TransformerDecoderLayer;

/** Adds to x what a part makes of it, and normalizes the sum; or, with `normFirst`, only what the part reads. */
function residual(x: Tensor, norm: OneToOne, normFirst: boolean, part: (x: Tensor) => Tensor): Tensor {
  return normFirst ? x.add(part(runLayer(norm, x))) : runLayer(norm, x.add(part(x)));
}

function attending(attention: MultiheadAttention, dropout: Dropout) {
  return (x: Tensor, memory: Tensor, masks: MultiheadAttentionCall): Tensor =>
    runLayer(dropout, runLayer(attention, x, memory, memory, { ...masks, needWeights: false })[0]);
}

/** Checks the options, and makes the parts that encoder and decoder layers share. */
function partsOf(name: string, dModel: number, nhead: number, options: TransformerLayerOptions) {
  checkOptions(name, options, known);
  const { dimFeedforward = 2048, dropout = 0.1, activation = 'relu', layerNormEps: eps = 1e-5 } = options;
  const { batchFirst = false, normFirst = false, dtype, generator } = options;
  checkCounts(name, { dModel, nhead, dimFeedforward }, 1);
  if (!['relu', 'gelu'].includes(activation)) {
    throw new RangeError(`${name}: activation must be 'relu' or 'gelu', got ${activation}`);
  }
  const linear = (from: number, to: number): Linear => {
    const layer = new Linear(from, to, { dtype, generator });
    const bound = 1 / Math.sqrt(from);
    for (const each of layer.parameters()) uniform_(each, { a: -bound, b: bound, generator });
    return layer;
  };
  return {
    attention: () => new MultiheadAttention(dModel, nhead, { dropout, batchFirst, dtype, generator }),
    shared: {
      linear1: linear(dModel, dimFeedforward),
      dropout: new Dropout(dropout, { generator }),
      linear2: linear(dimFeedforward, dModel),
      activation,
      normFirst,
    },
    norm: () => new LayerNorm(dModel, { eps, dtype }),
    drop: () => new Dropout(dropout, { generator }),
  };
}

/**
 * Attention of a sequence to itself, then two Linear layers, each with a residual connection and a LayerNorm. [time, batch, dModel] gives the same
 * shape. All weights start as in PyTorch: those of the Linear layers and their biases uniformly in ±1/√in.
 *
 * Throws the errors of MultiheadAttention, and a RangeError for an unknown activation.
 * @see A. Vaswani et al., Attention Is All You Need (2017), https://arxiv.org/abs/1706.03762
 *
 * ```ts
 * import { TransformerEncoderLayer } from '@mg/nn';
 * import { ones, randn } from '@mg/tensor';
 * const layer = new TransformerEncoderLayer(8, 2, { dimFeedforward: 16, batchFirst: true });
 * const srcMask = ones([5, 5], { dtype: 'bool' }).triu(1); // no step sees a later one
 * layer.forward(randn([3, 5, 8]), { srcMask }).shape; // => [3, 5, 8]
 * ```
 */
export class TransformerEncoderLayer extends TransformerLayer {
  declare readonly norm1: LayerNorm;
  declare readonly norm2: LayerNorm;
  readonly #made: readonly [number, number, TransformerLayerOptions];

  static {
    wrapOwnForward(this.prototype);
  }

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    const { attention, shared, norm, drop } = partsOf('TransformerEncoderLayer', dModel, nhead, options);
    this.#made = [dModel, nhead, options];
    setFields<TransformerEncoderLayer>(this, {
      selfAttn: attention(),
      ...shared,
      norm1: norm(),
      norm2: norm(),
      dropout1: drop(),
      dropout2: drop(),
    });
  }

  /** The output for a sequence. */
  override forward(src: Tensor, masks: EncoderMasks = {}): Tensor {
    return outside(() => this.computation())(src, masks);
  }

  /** Reads the fields, and returns the function from input to output. @internal */
  protected computation(): (src: Tensor, masks: EncoderMasks) => Tensor {
    const { selfAttn, norm1, norm2, dropout1, dropout2, normFirst } = this;
    const attend = attending(selfAttn, dropout1);
    const feedforward = this.feedforward();
    return (src, masks) => {
      checkOptions('TransformerEncoderLayer', masks, ['srcMask', 'srcKeyPaddingMask']);
      const { srcMask: attnMask, srcKeyPaddingMask: keyPaddingMask } = masks;
      const x = residual(src, norm1, normFirst, (x) => attend(x, x, { attnMask, keyPaddingMask }));
      return residual(x, norm2, normFirst, (x) => runLayer(dropout2, feedforward(x)));
    };
  }

  override twin(): TransformerEncoderLayer {
    return new TransformerEncoderLayer(...this.#made);
  }
}

/**
 * As TransformerEncoderLayer, with attention to a memory, the output of an encoder, between the two parts: [time, batch, dModel] and a memory
 * [steps, batch, dModel] give [time, batch, dModel].
 *
 * ```ts
 * import { TransformerDecoderLayer } from '@mg/nn';
 * import { randn } from '@mg/tensor';
 * const layer = new TransformerDecoderLayer(8, 2, { dimFeedforward: 16 });
 * layer.forward(randn([5, 3, 8]), randn([7, 3, 8])).shape; // => [5, 3, 8]
 * ```
 */
export class TransformerDecoderLayer extends TransformerLayer {
  declare readonly multiheadAttn: MultiheadAttention;
  declare readonly norm1: LayerNorm;
  declare readonly norm2: LayerNorm;
  declare readonly norm3: LayerNorm;
  declare readonly dropout3: Dropout;
  readonly #made: readonly [number, number, TransformerLayerOptions];

  static {
    wrapOwnForward(this.prototype);
  }

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    const { attention, shared, norm, drop } = partsOf('TransformerDecoderLayer', dModel, nhead, options);
    this.#made = [dModel, nhead, options];
    setFields<TransformerDecoderLayer>(this, {
      selfAttn: attention(),
      multiheadAttn: attention(),
      ...shared,
      norm1: norm(),
      norm2: norm(),
      norm3: norm(),
      dropout1: drop(),
      dropout2: drop(),
      dropout3: drop(),
    });
  }

  /** The output for a sequence and the memory that it attends to. */
  override forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    return outside(() => this.computation())(tgt, memory, masks);
  }

  /** Reads the fields, and returns the function from inputs to output. @internal */
  protected computation(): (tgt: Tensor, memory: Tensor, masks: DecoderMasks) => Tensor {
    const { selfAttn, multiheadAttn, norm1, norm2, norm3, dropout1, dropout2, dropout3, normFirst } = this;
    const attend = attending(selfAttn, dropout1);
    const attendToMemory = attending(multiheadAttn, dropout2);
    const feedforward = this.feedforward();
    return (tgt, memory, masks) => {
      checkOptions('TransformerDecoderLayer', masks, decoderMasks);
      const own = { attnMask: masks.tgtMask, keyPaddingMask: masks.tgtKeyPaddingMask };
      const other = { attnMask: masks.memoryMask, keyPaddingMask: masks.memoryKeyPaddingMask };
      const x = residual(tgt, norm1, normFirst, (x) => attend(x, x, own));
      const y = residual(x, norm2, normFirst, (x) => attendToMemory(x, memory, other));
      return residual(y, norm3, normFirst, (x) => runLayer(dropout3, feedforward(x)));
    };
  }

  override twin(): TransformerDecoderLayer {
    return new TransformerDecoderLayer(...this.#made);
  }
}

const decoderMasks: readonly (keyof DecoderMasks)[] = [
  'tgtMask',
  'memoryMask',
  'tgtKeyPaddingMask',
  'memoryKeyPaddingMask',
];

/** `norm` is applied to the output of the last layer, such as a LayerNorm: needed with `normFirst`. */
export interface TransformerOptions {
  readonly norm?: OneToOne | null | undefined;
}

/** Copies of a layer, all with its weights. Throws a TypeError for a layer of another class. */
function copiesOf<Copied extends AnyLayer>(
  name: string,
  Kind: new (...args: never[]) => Copied,
  layer: Copied,
  numLayers: number,
): Copied[] {
  if (!(layer instanceof Kind) || Object.getPrototypeOf(layer) !== Kind.prototype) {
    throw new TypeError(
      `${name}: copies a ${Kind.name}; put layers of another class in a ModuleList, and call them in turn`,
    );
  }
  checkCounts(name, { numLayers });
  const state = layer.stateDict();
  return Array.from({ length: numLayers }, () => {
    const copy = skipInit(() => layer.twin()) as Copied;
    const { dtype } = layer.linear1.weight;
    if (copy.linear1.weight.dtype !== dtype) copy.to(dtype as 'float32' | 'float64');
    copy.train(layer.training).loadStateDict(state);
    return copy;
  });
}

/**
 * `numLayers` copies of an encoder layer, one after the other: all start with its weights, as in PyTorch, and it is not one of them.
 *
 * ```ts
 * import { LayerNorm, TransformerEncoder, TransformerEncoderLayer } from '@mg/nn';
 * import { randn } from '@mg/tensor';
 * const layer = new TransformerEncoderLayer(8, 2, { dimFeedforward: 16, normFirst: true });
 * const encoder = new TransformerEncoder(layer, 2, { norm: new LayerNorm(8) });
 * encoder.forward(randn([5, 3, 8])).shape; // => [5, 3, 8]
 * ```
 */
export class TransformerEncoder extends Module {
  declare readonly layers: readonly TransformerEncoderLayer[];
  declare readonly norm: OneToOne | null;

  static {
    wrapOwnForward(this.prototype);
  }

  constructor(encoderLayer: TransformerEncoderLayer, numLayers: number, options: TransformerOptions = {}) {
    super();
    checkOptions('TransformerEncoder', options, ['norm']);
    const layers = copiesOf('TransformerEncoder', TransformerEncoderLayer, encoderLayer, numLayers);
    setFields<TransformerEncoder>(this, { layers, norm: options.norm ?? null });
  }

  /** The output for a sequence; every layer has the same masks. */
  override forward(src: Tensor, masks: EncoderMasks = {}): Tensor {
    const { layers, norm } = outside(() => ({ layers: this.layers, norm: this.norm }));
    const x = layers.reduce((x, layer) => runLayer(layer, x, masks), src);
    return norm === null ? x : runLayer(norm, x);
  }
}

/** As TransformerEncoder, with decoder layers, which all attend to the same memory. */
export class TransformerDecoder extends Module {
  declare readonly layers: readonly TransformerDecoderLayer[];
  declare readonly norm: OneToOne | null;

  static {
    wrapOwnForward(this.prototype);
  }

  constructor(decoderLayer: TransformerDecoderLayer, numLayers: number, options: TransformerOptions = {}) {
    super();
    checkOptions('TransformerDecoder', options, ['norm']);
    const layers = copiesOf('TransformerDecoder', TransformerDecoderLayer, decoderLayer, numLayers);
    setFields<TransformerDecoder>(this, { layers, norm: options.norm ?? null });
  }

  /** The output for a sequence and the memory that it attends to; every layer has the same masks. */
  override forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    const { layers, norm } = outside(() => ({ layers: this.layers, norm: this.norm }));
    const x = layers.reduce((x, layer) => runLayer(layer, x, memory, masks), tgt);
    return norm === null ? x : runLayer(norm, x);
  }
}
