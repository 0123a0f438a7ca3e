import {
  type DType,
  DTypeError,
  type Generator,
  ones,
  scalar,
  ShapeError,
  type Tensor,
  where,
  zeros,
} from '@mg/tensor';
import { checkOptions, linear, outside, sameShape, showShape } from '@mg/tensor/internal';
import { uniform_, xavierUniform_ } from '../init/init.ts';
import { runLayer, wrapOwnForward } from '../module/forward.ts';
import { runOwn } from '../module/lifetimes.ts';
import { Module } from '../module/module.ts';
import { parameter } from '../module/parameter.ts';
import {
  checkCounts,
  checkFloat,
  checkFloatInput,
  checkProbability,
  type LayerOptions,
  layerOptions,
  setFields,
  snakeCase,
} from './arguments.ts';
import { dropped } from './dropout.ts';
import { Linear } from './linear.ts';

/** Options of `scaledDotProductAttention`. */
export interface AttentionOptions {
  /**
   * Broadcast to [..., queries, keys]. Of bools: `true` where a query may attend to a key (in MultiheadAttention `true` forbids, as in PyTorch).
   * Of floats: added to the scores.
   */
  readonly attnMask?: Tensor | null | undefined;
  /** The probability by which weights are dropped: 0 by default. There is no mode: pass 0 in evaluation. */
  readonly dropoutP?: number | undefined;
  /** Whether query i attends to the keys up to i only. Not together with `attnMask`. */
  readonly isCausal?: boolean | undefined;
  /** What the scores are multiplied by: 1/√dim by default. */
  readonly scale?: number | undefined;
  /** Draws what is dropped; the default one otherwise. */
  readonly generator?: Generator | undefined;
}

/**
 * `softmax(scale · Q Kᵀ + mask) V`: queries [..., L, dim], keys [..., S, dim] and values [..., S, dimV] give [..., L, dimV]. The axes in
 * front are broadcast. A query that may attend to no key gives NaN.
 *
 * Throws a ShapeError if the sizes do not fit, a DTypeError for a mask of integers, and a TypeError for a mask that is given with `isCausal`.
 * @see A. Vaswani et al., Attention Is All You Need (2017), https://arxiv.org/abs/1706.03762
 *
 * ```ts
 * import { scaledDotProductAttention } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * const [q, k, v] = [tensor([[0], [0]]), tensor([[1], [2]]), tensor([[4], [8]])];
 * scaledDotProductAttention(q, k, v).toArray(); // => [[6], [6]]
 * scaledDotProductAttention(q, k, v, { isCausal: true }).toArray(); // => [[4], [6]]
 * ```
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  const name = 'scaledDotProductAttention';
  checkOptions(name, options, ['attnMask', 'dropoutP', 'isCausal', 'scale', 'generator']);
  const { attnMask = null, dropoutP = 0, isCausal = false, scale, generator } = options;
  checkProbability(name, 'dropoutP', dropoutP);
  for (const each of [query, key, value]) checkFloatInput(name, each);
  if (isCausal && attnMask !== null) {
    throw new TypeError(`${name}: takes attnMask or isCausal, not both; combine them in one mask`);
  }
  const [queries = 0, dim = 0] = query.shape.slice(-2);
  const keys = key.shape.at(-2) ?? 0;
  if (query.ndim < 2 || key.ndim < 2 || value.ndim < 2 || key.shape.at(-1) !== dim || value.shape.at(-2) !== keys) {
    throw new ShapeError(
      `${name}: takes queries [..., L, dim], keys [..., S, dim] and values [..., S, dimV], got ${[query, key, value].map(({ shape }) => showShape(shape)).join(', ')}`,
    );
  }
  return runOwn(() => {
    const { dtype } = query;
    const allowed = isCausal ? ones([queries, keys], { dtype: 'bool' }).tril() : attnMask;
    const mask = allowed === null ? null : addedMask(name, 'attnMask', allowed, dtype, true);
    return attend(query, key, value, mask, { scale: scale ?? 1 / Math.sqrt(dim), dropoutP, generator })[0];
  });
}

interface Attending {
  readonly scale: number;
  readonly dropoutP: number;
  readonly generator: Generator | undefined;
}

/** The output, and the weights after what is dropped. The mask is added to the scores. */
function attend(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  mask: Tensor | null,
  { scale, dropoutP, generator }: Attending,
): [output: Tensor, weights: Tensor] {
  const scores = query.mul(scale).matmul(key.transpose(-2, -1));
  const all = (mask === null ? scores : scores.add(mask)).softmax(-1);
  const weights = dropoutP > 0 ? dropped('dropout', all, dropoutP, all.shape, generator) : all;
  return [weights.matmul(value), weights];
}

/** A mask as it is added to scores: of bools, -Infinity where it is not `allowed`. */
function addedMask(name: string, which: string, mask: Tensor, dtype: DType, allowed: boolean): Tensor {
  if (mask.dtype !== 'bool') {
    if (mask.dtype === 'float32' || mask.dtype === 'float64') return mask;
    throw new DTypeError(
      `${name}: ${which} must be of bools or floats, got ${mask.dtype}; compare first, as in x.gt(0)`,
    );
  }
  const [none, infinite] = [scalar(0, { dtype }), scalar(-Infinity, { dtype })];
  return allowed ? where(mask, none, infinite) : where(mask, infinite, none);
}

/** As LayerOptions, for attention with several heads. */
export interface MultiheadAttentionOptions extends LayerOptions {
  /** The probability by which weights are dropped while training: 0 by default. */
  readonly dropout?: number | undefined;
  /** Whether the projections have biases: `true` by default. */
  readonly bias?: boolean | undefined;
  /** The features of keys and of values: those of the queries by default. */
  readonly kdim?: number | undefined;
  readonly vdim?: number | undefined;
  /** Whether tensors are [batch, time, features], not [time, batch, features]. */
  readonly batchFirst?: boolean | undefined;
}

/** What a call of MultiheadAttention may have besides queries, keys and values. */
export interface MultiheadAttentionCall {
  /** [batch, S], without a batch [S]: of bools, `true` for a key that is ignored; of floats, added to its scores. */
  readonly keyPaddingMask?: Tensor | null | undefined;
  /** [L, S] or [batch · heads, L, S]: of bools, `true` where a query must not attend to a key; of floats, added to the scores. */
  readonly attnMask?: Tensor | null | undefined;
  /** Whether the weights are returned as well: `true` by default. */
  readonly needWeights?: boolean | undefined;
  /** Whether the weights are the mean over the heads, [batch, L, S], as by default, or those of each, [batch, heads, L, S]. */
  readonly averageAttnWeights?: boolean | undefined;
}

/**
 * Attention with several heads: queries, keys and values are projected, each head attends with its share of the features, and the results
 * are projected once more.
 *
 * Queries [L, batch, embedDim], keys [S, batch, kdim] and values [S, batch, vdim] give [L, batch, embedDim] and the weights
 * [batch, L, S], or null for these without `needWeights`. The axis of the batch may be missing. `inProjWeight` has the projections of queries,
 * keys and values below each other, [3 · embedDim, embedDim], as PyTorch stores it; with `kdim` or `vdim` of their own, there are
 * `qProjWeight`, `kProjWeight` and `vProjWeight` instead.
 *
 * As in PyTorch, the projections of the inputs start with Xavier's uniform weights, the one of the output uniformly in ±1/√embedDim, and the biases at 0.
 * Throws a RangeError unless the heads divide embedDim, a ShapeError for sizes that do not fit, and a DTypeError for integers.
 * @see A. Vaswani et al., Attention Is All You Need (2017), https://arxiv.org/abs/1706.03762
 *
 * ```ts
 * import { MultiheadAttention } from '@mg/nn';
 * import { ones, randn } from '@mg/tensor';
 * const attention = new MultiheadAttention(8, 2, { batchFirst: true });
 * const x = randn([3, 5, 8]);
 * const attnMask = ones([5, 5], { dtype: 'bool' }).triu(1); // no query sees a later key
 * const [output, weights] = attention.forward(x, x, x, { attnMask });
 * [output.shape, weights?.shape]; // => [[3, 5, 8], [3, 5, 5]]
 * ```
 */
export class MultiheadAttention extends Module {
  declare readonly embedDim: number;
  declare readonly numHeads: number;
  declare readonly kdim: number;
  declare readonly vdim: number;
  declare readonly dropout: number;
  declare readonly batchFirst: boolean;
  declare readonly generator: Generator | undefined;
  declare readonly inProjWeight: Tensor | null;
  declare readonly qProjWeight: Tensor | null;
  declare readonly kProjWeight: Tensor | null;
  declare readonly vProjWeight: Tensor | null;
  declare readonly inProjBias: Tensor | null;
  declare readonly outProj: Linear;

  static {
    wrapOwnForward(this.prototype);
  }

  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    const name = 'MultiheadAttention';
    checkOptions(name, options, [...layerOptions, 'dropout', 'bias', 'kdim', 'vdim', 'batchFirst']);
    const {
      dropout = 0,
      bias = true,
      kdim = embedDim,
      vdim = embedDim,
      batchFirst = false,
      dtype,
      generator,
    } = options;
    checkCounts(name, { embedDim, numHeads, kdim, vdim }, 1);
    checkFloat(name, dtype);
    checkProbability(name, 'dropout', dropout);
    if (embedDim % numHeads !== 0) {
      throw new RangeError(`${name}: ${numHeads} heads do not divide the ${embedDim} features of embedDim`);
    }
    const draw = (rows: number, columns: number): Tensor =>
      parameter(xavierUniform_(zeros([rows, columns], { dtype }), { generator }));
    const isOne = kdim === embedDim && vdim === embedDim;
    const bound = 1 / Math.sqrt(embedDim);
    const outProj = new Linear(embedDim, embedDim, { bias, dtype, generator });
    uniform_(outProj.weight, { a: -bound, b: bound, generator });
    setFields<MultiheadAttention>(this, {
      ...{ embedDim, numHeads, kdim, vdim, dropout, batchFirst, generator },
      inProjWeight: isOne ? draw(3 * embedDim, embedDim) : null,
      qProjWeight: isOne ? null : draw(embedDim, embedDim),
      kProjWeight: isOne ? null : draw(embedDim, kdim),
      vProjWeight: isOne ? null : draw(embedDim, vdim),
      inProjBias: bias ? parameter(zeros([3 * embedDim], { dtype })) : null,
      outProj,
    });
  }

  /** The output and the weights, for queries, keys and values. The class documents the shapes. */
  override forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    call: MultiheadAttentionCall = {},
  ): [output: Tensor, weights: Tensor | null] {
    return outside(() => this.computation())(query, key, value, call);
  }

  /** Reads the fields, and returns the function that attends with their values. @internal */
  protected computation(): (q: Tensor, k: Tensor, v: Tensor, call: MultiheadAttentionCall) => [Tensor, Tensor | null] {
    const { embedDim, numHeads, kdim, vdim, dropout, batchFirst, generator, training } = this;
    const { inProjWeight, qProjWeight, kProjWeight, vProjWeight, inProjBias, outProj } = this;
    const name = `MultiheadAttention(${embedDim}, ${numHeads})`;
    const perHead = embedDim / numHeads;
    const own = [qProjWeight, kProjWeight, vProjWeight];

    /** The projection of queries (0), keys (1) or values (2), [batch, heads, time, features of a head]. */
    const projected = (x: Tensor, which: 0 | 1 | 2): Tensor => {
      const [from, to] = [which * embedDim, (which + 1) * embedDim];
      const weight = own[which] ?? (inProjWeight as Tensor).slice(0, from, to);
      const y = linear(x, weight, inProjBias?.slice(0, from, to) ?? null, null);
      const [first = 0, second = 0] = y.shape;
      return y.reshape([first, second, numHeads, perHead]).permute(batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3]);
    };

    return (query, key, value, call) => {
      checkOptions('MultiheadAttention', call, ['keyPaddingMask', 'attnMask', 'needWeights', 'averageAttnWeights']);
      const { keyPaddingMask = null, attnMask = null, needWeights = true, averageAttnWeights = true } = call;
      const isBatched = query.ndim === 3;
      const sizes = [embedDim, kdim, vdim];
      for (const [at, each] of [query, key, value].entries()) {
        checkFloatInput('MultiheadAttention', each);
        if ((each.ndim !== 3 && each.ndim !== 2) || each.ndim !== query.ndim || each.shape.at(-1) !== sizes[at]) {
          const axes = batchFirst ? 'batch, time' : 'time, batch';
          throw new ShapeError(
            `${name}: takes ${['queries', 'keys', 'values'][at]} [${axes}, ${sizes[at]}], got ${showShape(each.shape)}`,
          );
        }
      }
      const batched = (x: Tensor): Tensor => (isBatched ? x : x.unsqueeze(batchFirst ? 0 : 1));
      const q = projected(batched(query), 0);
      const k = projected(batched(key), 1);
      const v = projected(batched(value), 2);
      const [batch = 0, , queries = 0] = q.shape;
      const keys = k.shape[2] ?? 0;
      if (k.shape[0] !== batch || !sameShape(k.shape.slice(0, 3), v.shape.slice(0, 3))) {
        throw new ShapeError(
          `${name}: queries, keys and values differ in the batch, or keys and values in time: ${[query, key, value].map(({ shape }) => showShape(shape)).join(', ')}`,
        );
      }
      let mask: Tensor | null = null;
      if (attnMask !== null) {
        const isPerHead = attnMask.ndim === 3;
        checkMask(name, 'attnMask', attnMask, isPerHead ? [batch * numHeads, queries, keys] : [queries, keys]);
        const added = addedMask(name, 'attnMask', attnMask, q.dtype, false);
        mask = isPerHead ? added.reshape([batch, numHeads, queries, keys]) : added;
      }
      if (keyPaddingMask !== null) {
        checkMask(name, 'keyPaddingMask', keyPaddingMask, isBatched ? [batch, keys] : [keys]);
        const added = addedMask(name, 'keyPaddingMask', keyPaddingMask, q.dtype, false).reshape([batch, 1, 1, keys]);
        mask = mask === null ? added : mask.add(added);
      }
      const dropoutP = training ? dropout : 0;
      const [heads, weights] = attend(q, k, v, mask, { scale: 1 / Math.sqrt(perHead), dropoutP, generator });
      const joined = heads.permute(batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3]).flatten(2);
      const output = runLayer(outProj, joined);
      const shown = needWeights ? (averageAttnWeights ? weights.mean(1) : weights) : null;
      return isBatched
        ? [output, shown]
        : [output.squeeze(batchFirst ? 0 : 1), shown === null ? null : shown.squeeze(0)];
    };
  }

  protected override stateName(field: string): string {
    return snakeCase(field);
  }
}

function checkMask(name: string, which: string, mask: Tensor, shape: readonly number[]): void {
  if (sameShape(mask.shape, shape)) return;
  throw new ShapeError(`${name}: ${which} must be ${showShape(shape)}, got ${showShape(mask.shape)}`);
}
