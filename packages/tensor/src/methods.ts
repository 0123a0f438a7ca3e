import { checkOptions } from './array/arguments.ts';
import { checkDtype, type DType } from './array/dtype.ts';
import { ShapeError } from './array/errors.ts';
import { type Shape, showShape } from './array/shape.ts';
import { brand } from './array/shared.ts';
import { backward, type BackwardOptions, grad } from './autograd/backward.ts';
import { noteRead } from './graph/element-reads.ts';
import {
  type AxesVerdict,
  type Broadcast,
  type BroadcastToVerdict,
  type BroadcastVerdict,
  type Checked,
  type Keepdims,
  type Matmul,
  type MatmulVerdict,
  type MatrixTransposed,
  type Permuted,
  type PermuteVerdict,
  type Reduced,
  type Reshaped,
  type ShapeOf,
  type Transposed,
} from './graph/shape-types.ts';
import { Tensor } from './graph/tensor.ts';
import { inspect, type Listed, type NestedArray, type PrintOptions, toArray, toString } from './io/print.ts';
import * as activation from './ops/activation.ts';
import * as arithmetic from './ops/arithmetic.ts';
import * as conv from './ops/conv.ts';
import { type ConvOptions } from './ops/conv.ts';
import { clone, contiguous, to } from './ops/copy.ts';
import { type Operand } from './ops/define-elementwise.ts';
import * as functions from './ops/functions.ts';
import * as gathering from './ops/gather.ts';
import * as inPlace from './ops/in-place.ts';
import * as indexing from './ops/indexing.ts';
import { type Index } from './ops/indexing.ts';
import * as join from './ops/join.ts';
import { type PadOptions } from './ops/join.ts';
import * as logic from './ops/logic.ts';
import * as masks from './ops/masks.ts';
import * as matmul from './ops/matmul.ts';
import * as normalize from './ops/normalize.ts';
import { type BatchNormOptions, type LayerNormOptions } from './ops/normalize.ts';
import * as pooling from './ops/pooling.ts';
import { type PoolOptions } from './ops/pooling.ts';
import * as reduce from './ops/reduce.ts';
import { type Axes, type NormOptions, type ReduceOptions, type VarianceOptions } from './ops/reduce.ts';
import * as sorting from './ops/sort.ts';
import { type Sorted, type SortOptions, type TopkOptions } from './ops/sort.ts';
import * as views from './ops/views.ts';
import { type Size } from './ops/windows.ts';

declare module './graph/tensor.ts' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the end of this file puts the methods there
  interface Tensor<S extends Shape> extends Methods<S> {}
}

/** The other side of an elementwise operation on A: a number, or a tensor whose shape broadcasts with A's. */
type Other<Op extends string, A, B> = Checked<B, BroadcastVerdict<Op, ShapeOf<A>, ShapeOf<B>>>;

/** The shape of what an elementwise operation on A and B gives. */
type Broadcasted<A, B> = Broadcast<ShapeOf<A>, ShapeOf<B>>;

/** An axis of A, or a list of them. */
type Over<Op extends string, A, Axis> = Checked<Axis, AxesVerdict<Op, ShapeOf<A>, Axis>>;

/**
 * What one can do with a tensor: a method for each operation, which it calls by name.
 *
 * A method that checks shapes takes that of its tensor from `this`, as A. Were it S, then whether a `Tensor<[2, 3]>` fits a
 * `Tensor` would hang on every such check.
 */
abstract class Methods<S extends Shape> {
  /** `a + b`, broadcast; of bools, where either holds. */
  add<A extends Tensor, B extends Operand>(this: A, other: Other<'add', A, B>): Tensor<Broadcasted<A, B>> {
    return arithmetic.add(this, other);
  }

  /** `a - b`, broadcast. */
  sub<A extends Tensor, B extends Operand>(this: A, other: Other<'sub', A, B>): Tensor<Broadcasted<A, B>> {
    return arithmetic.sub(this, other);
  }

  /** `a · b`, element by element, broadcast; of bools, where both hold. */
  mul<A extends Tensor, B extends Operand>(this: A, other: Other<'mul', A, B>): Tensor<Broadcasted<A, B>> {
    return arithmetic.mul(this, other);
  }

  /** `a / b`, broadcast; integers give float32. */
  div<A extends Tensor, B extends Operand>(this: A, other: Other<'div', A, B>): Tensor<Broadcasted<A, B>> {
    return arithmetic.div(this, other);
  }

  /** `a` to the power of `b`, broadcast; integers have no negative powers. */
  pow<A extends Tensor, B extends Operand>(this: A, other: Other<'pow', A, B>): Tensor<Broadcasted<A, B>> {
    return functions.pow(this, other);
  }

  /**
   * `log(e^a + e^b)` without overflow, broadcast: adds probabilities that are given by their logarithms. Integers give float32.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([0, 1]).logaddexp(0); // => tensor([0.6931, 1.3133])
   * tensor([1000]).logaddexp(1000); // => tensor([1000.6932])
   * ```
   */
  logaddexp<A extends Tensor, B extends Operand>(this: A, other: Other<'logaddexp', A, B>): Tensor<Broadcasted<A, B>> {
    return functions.logaddexp(this, other);
  }

  /**
   * The angle of the point (x, y) with the x axis in radians, from -π to π, for `y.atan2(x)`; broadcast. Integers give float32.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const y = tensor([1, 1, -1]);
   * y.atan2(tensor([1, -1, 0])); // => tensor([0.7854, 2.3562, -1.5708])
   * ```
   */
  atan2<A extends Tensor, B extends Operand>(this: A, other: Other<'atan2', A, B>): Tensor<Broadcasted<A, B>> {
    return functions.atan2(this, other);
  }

  /** The larger of two, broadcast; NaN where either is. Equals share the gradient. */
  maximum<A extends Tensor, B extends Operand>(this: A, other: Other<'maximum', A, B>): Tensor<Broadcasted<A, B>> {
    return arithmetic.maximum(this, other);
  }

  /** The smaller of two, broadcast; NaN where either is. Equals share the gradient. */
  minimum<A extends Tensor, B extends Operand>(this: A, other: Other<'minimum', A, B>): Tensor<Broadcasted<A, B>> {
    return arithmetic.minimum(this, other);
  }

  /** `-x`. */
  neg(this: Tensor): Tensor<S> {
    return arithmetic.neg(this);
  }

  /** The absolute value; the gradient at 0 is 0. */
  abs(this: Tensor): Tensor<S> {
    return arithmetic.abs(this);
  }

  /** -1, 0 or 1. */
  sign(this: Tensor): Tensor<S> {
    return arithmetic.sign(this);
  }

  /** `x · x`. */
  square(this: Tensor): Tensor<S> {
    return arithmetic.square(this);
  }

  /** `1 / x`. */
  reciprocal(this: Tensor): Tensor<S> {
    return arithmetic.reciprocal(this);
  }

  /** The largest whole number that is not above. */
  floor(this: Tensor): Tensor<S> {
    return arithmetic.floor(this);
  }

  /** The smallest whole number that is not below. */
  ceil(this: Tensor): Tensor<S> {
    return arithmetic.ceil(this);
  }

  /**
   * Rounds toward 0: drops the fraction. The gradient is 0; integers stay as they are.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([1.7, -1.7, 3]).trunc(); // => tensor([1, -1, 3])
   * ```
   */
  trunc(this: Tensor): Tensor<S> {
    return arithmetic.trunc(this);
  }

  /** To the nearest whole number, to the even one of two. */
  round(this: Tensor): Tensor<S> {
    return arithmetic.round(this);
  }

  /** Elements below `min` become `min`, those above `max` become `max`; the gradient passes between, bounds included. */
  clip(this: Tensor, min?: number, max?: number): Tensor<S> {
    return arithmetic.clip(this, min, max);
  }

  /** `e^x`. */
  exp(this: Tensor): Tensor<S> {
    return functions.exp(this);
  }

  /** The natural logarithm. */
  log(this: Tensor): Tensor<S> {
    return functions.log(this);
  }

  /** `e^x - 1`, exact for small x too. */
  expm1(this: Tensor): Tensor<S> {
    return functions.expm1(this);
  }

  /** `log(1 + x)`, exact for small x too. */
  log1p(this: Tensor): Tensor<S> {
    return functions.log1p(this);
  }

  /** The sine; x in radians. */
  sin(this: Tensor): Tensor<S> {
    return functions.sin(this);
  }

  /** The cosine; x in radians. */
  cos(this: Tensor): Tensor<S> {
    return functions.cos(this);
  }

  /** The tangent; x in radians. */
  tan(this: Tensor): Tensor<S> {
    return functions.tan(this);
  }

  /** The hyperbolic tangent. */
  tanh(this: Tensor): Tensor<S> {
    return functions.tanh(this);
  }

  /** `1 / (1 + e^-x)`. */
  sigmoid(this: Tensor): Tensor<S> {
    return functions.sigmoid(this);
  }

  /** The error function, `2/√π · ∫₀ˣ e^-t² dt`. */
  erf(this: Tensor): Tensor<S> {
    return functions.erf(this);
  }

  /** The square root. */
  sqrt(this: Tensor): Tensor<S> {
    return arithmetic.sqrt(this);
  }

  /** `1 / √x`. */
  rsqrt(this: Tensor): Tensor<S> {
    return arithmetic.rsqrt(this);
  }

  /** `x` where it is positive, else 0; the gradient at 0 is 0. */
  relu(this: Tensor): Tensor<S> {
    return activation.relu(this);
  }

  /** `x` where it is positive, else `slope · x`; the slope is 0.01 unless given. */
  leakyRelu(this: Tensor, slope?: number): Tensor<S> {
    return activation.leakyRelu(this, slope);
  }

  /** `x` where it is positive, else `alpha · (e^x - 1)`; alpha is 1 unless given. */
  elu(this: Tensor, alpha?: number): Tensor<S> {
    return activation.elu(this, alpha);
  }

  /** `x · Φ(x)`, with the distribution function of the normal distribution. */
  gelu(this: Tensor): Tensor<S> {
    return activation.gelu(this);
  }

  /** `x · sigmoid(x)`, also called swish. */
  silu(this: Tensor): Tensor<S> {
    return activation.silu(this);
  }

  /** `log(1 + e^x)`; `x` itself where that is above 20. */
  softplus(this: Tensor): Tensor<S> {
    return activation.softplus(this);
  }

  /** Where `a` equals `b`: bool, broadcast. */
  eq<A extends Tensor, B extends Operand>(this: A, other: Other<'eq', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.eq(this, other);
  }

  /** Where `a` differs from `b`: bool, broadcast. */
  ne<A extends Tensor, B extends Operand>(this: A, other: Other<'ne', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.ne(this, other);
  }

  /** Where `a` is less than `b`: bool, broadcast. */
  lt<A extends Tensor, B extends Operand>(this: A, other: Other<'lt', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.lt(this, other);
  }

  /** Where `a` is greater than `b`: bool, broadcast. */
  gt<A extends Tensor, B extends Operand>(this: A, other: Other<'gt', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.gt(this, other);
  }

  /** Where `a` is less than or equal to `b`: bool, broadcast. */
  le<A extends Tensor, B extends Operand>(this: A, other: Other<'le', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.le(this, other);
  }

  /** Where `a` is greater than or equal to `b`: bool, broadcast. */
  ge<A extends Tensor, B extends Operand>(this: A, other: Other<'ge', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.ge(this, other);
  }

  /** Where an element is NaN: bool. */
  isNaN(this: Tensor): Tensor<S> {
    return logic.isNaN(this);
  }

  /** Where an element is neither NaN nor infinite: bool. */
  isFinite(this: Tensor): Tensor<S> {
    return logic.isFinite(this);
  }

  /** Where both are not 0: bool, broadcast. */
  logicalAnd<A extends Tensor, B extends Operand>(
    this: A,
    other: Other<'logicalAnd', A, B>,
  ): Tensor<Broadcasted<A, B>> {
    return logic.logicalAnd(this, other);
  }

  /** Where either is not 0: bool, broadcast. */
  logicalOr<A extends Tensor, B extends Operand>(this: A, other: Other<'logicalOr', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.logicalOr(this, other);
  }

  /** Where an element is 0: bool. */
  logicalNot(this: Tensor): Tensor<S> {
    return logic.logicalNot(this);
  }

  /** The sum over all axes, or over those named; integers and bools give int32, and a total beyond it throws. */
  sum<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'sum', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>> {
    return reduce.sum(this, axis, options);
  }

  /** The mean over all axes, or over those named. */
  mean<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'mean', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>> {
    return reduce.mean(this, axis, options);
  }

  /** The product over all axes, or over those named; integers and bools give int32, and a product beyond it throws. */
  prod<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'prod', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>> {
    return reduce.prod(this, axis, options);
  }

  /** The largest over all axes, or over those named. Along one axis the first of equals has the gradient, else all evenly. */
  max<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'max', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>> {
    return reduce.max(this, axis, options);
  }

  /** The smallest over all axes, or over those named. Gradients as those of `max`. */
  min<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'min', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>> {
    return reduce.min(this, axis, options);
  }

  /** The mean squared distance from the mean, with n - `correction` (1) as the divisor, as in PyTorch. */
  variance<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'variance', A, X>,
    options?: VarianceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>> {
    return reduce.variance(this, axis, options);
  }

  /** The square root of the variance. */
  std<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'std', A, X>,
    options?: VarianceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>> {
    return reduce.std(this, axis, options);
  }

  /** The p-norm over all axes, or over those named, p being 2 unless given: the root of the sum of squares; 0 counts, ±Infinity picks. */
  norm<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'norm', A, X>,
    options?: NormOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>> {
    return reduce.norm(this, axis, options);
  }

  /** Whether any element over the axes is not 0: bool. */
  any<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'any', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>> {
    return reduce.any(this, axis, options);
  }

  /** Whether all elements over the axes are not 0: bool. */
  all<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'all', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>> {
    return reduce.all(this, axis, options);
  }

  /** The logarithm of the sum of the exponentials over the axes, stable for large numbers. */
  logsumexp<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'logsumexp', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>> {
    return reduce.logsumexp(this, axis, options);
  }

  /** The sums of the first one, two, three … elements along an axis; integers and bools give int32. */
  cumsum(this: Tensor, axis: number): Tensor<S> {
    return reduce.cumsum(this, axis);
  }

  /** The index of the largest along an axis, or in the flattened tensor: int32; the first of equals. */
  argmax<A extends Tensor, const X extends number | undefined = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'argmax', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>> {
    return reduce.argmax(this, axis, options);
  }

  /** The index of the smallest along an axis, or in the flattened tensor: int32; the first of equals. */
  argmin<A extends Tensor, const X extends number | undefined = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'argmin', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>> {
    return reduce.argmin(this, axis, options);
  }

  /**
   * The matrix product: [m, k] by [k, n] gives [m, n]. Axes before the last two are broadcast; a vector on the left is a row, one
   * on the right a column, and its axis is left out of the result. Of integers it is exact, and a total beyond their dtype throws.
   */
  matmul<A extends Tensor, B extends Tensor>(
    this: A,
    other: Checked<B, MatmulVerdict<ShapeOf<A>, ShapeOf<B>>>,
  ): Tensor<Matmul<ShapeOf<A>, ShapeOf<B>>> {
    return matmul.matmul(this, other);
  }

  /** The sum of the products of two vectors of equal length. */
  dot(this: Tensor, other: Tensor): Tensor<[]> {
    return matmul.dot(this, other);
  }

  /** All products of the elements of two vectors: [m] and [n] give [m, n]. */
  outer(this: Tensor, other: Tensor): Tensor {
    return matmul.outer(this, other);
  }

  /** The same elements in another shape, of which one size may be -1; a view where the strides allow it, else a copy. */
  reshape<const T extends Shape>(this: Tensor, shape: T): Tensor<Reshaped<T>> {
    return views.reshape(this, shape);
  }

  /** The axes from `start` to `end`, both included, as one; all of them, unless given. */
  flatten(this: Tensor, start?: number, end?: number): Tensor {
    return views.flatten(this, start, end);
  }

  /** A view with the axes in the given order. */
  permute<A extends Tensor, const X extends readonly number[]>(
    this: A,
    axes: Checked<X, PermuteVerdict<ShapeOf<A>, X>>,
  ): Tensor<Permuted<ShapeOf<A>, X>> {
    return views.permute(this, axes);
  }

  /** A view with two axes swapped. */
  transpose<A extends Tensor, X extends number, Y extends number>(
    this: A,
    axis0: Over<'transpose', A, X>,
    axis1: Over<'transpose', A, Y>,
  ): Tensor<Transposed<ShapeOf<A>, X, Y>> {
    return views.transpose(this, axis0, axis1);
  }

  /** The transpose of a matrix: a view. Throws a ShapeError for any other number of axes. */
  get T(): Tensor<MatrixTransposed<S>> {
    const matrix = this as unknown as Tensor;
    if (matrix.ndim !== 2) {
      throw new ShapeError(
        `T: transposes a matrix, this tensor has shape ${showShape(matrix.shape)}; transpose() swaps any two axes`,
      );
    }
    return views.transpose(matrix, 0, 1);
  }

  /** A view of a larger shape, in which axes of size 1 and missing ones repeat; a size of -1 stays as it is. */
  broadcastTo<A extends Tensor, const T extends Shape>(
    this: A,
    shape: Checked<T, BroadcastToVerdict<ShapeOf<A>, Reshaped<T>>>,
  ): Tensor<Reshaped<T>> {
    return views.broadcastTo(this, shape);
  }

  /**
   * A view of part of an axis: from `start` up to, and without, `stop`, every `step`-th. Bounds count from the end where they
   * are negative, and are cut to the axis; a negative step goes backwards.
   */
  slice(this: Tensor, axis: number, start?: number, stop?: number, step?: number): Tensor {
    return views.slice(this, axis, start, stop, step);
  }

  /** A view without the axes of size 1: without all of them, or those that are named. One of another size stays, as in PyTorch. */
  squeeze(this: Tensor, axis?: number | readonly number[]): Tensor {
    return views.squeeze(this, axis);
  }

  /** A view with a new axis of size 1, which stands at `axis` in the result. */
  unsqueeze(this: Tensor, axis: number): Tensor {
    return views.unsqueeze(this, axis);
  }

  /** A view in which an axis, or several, run backwards; all of them, unless named. */
  flip(this: Tensor, axis?: number | readonly number[]): Tensor<S> {
    return views.flip(this, axis);
  }

  /** A view of a diagonal of two axes, which becomes the last axis; `offset` counts to the right of the main one. */
  diagonal(this: Tensor, offset?: number, axis0?: number, axis1?: number): Tensor {
    return views.diagonal(this, offset, axis0, axis1);
  }

  /** Views of consecutive parts along an axis: of so many elements each, the last one maybe fewer, or of the sizes listed. */
  split(this: Tensor, sizes: number | readonly number[], axis?: number): Tensor[] {
    return join.split(this, sizes, axis);
  }

  /** At most `count` views of consecutive parts along an axis, of equal size but for the last one. */
  chunk(this: Tensor, count: number, axis?: number): Tensor[] {
    return join.chunk(this, count, axis);
  }

  /** `value` (0) around the elements: so many before and after along each axis. */
  pad(this: Tensor, widths: readonly (readonly [number, number])[], options: PadOptions = {}): Tensor {
    checkOptions('pad', options, ['value']);
    return join.pad(this, widths, options.value);
  }

  /** The tensor repeated so often along each axis, or the last one; missing axes are added in front, on either side. */
  tile(this: Tensor, reps: number | readonly number[]): Tensor {
    return join.tile(this, reps);
  }

  /**
   * Indexing, as in NumPy and PyTorch: numbers, also from the end; `null` for a new axis; `slice(start, stop, step)`; `'...'` for the
   * axes between; tensors of integers; bool masks. A view, unless a tensor is among the indices.
   *
   * ```ts
   * import { slice, tensor } from '@mg/tensor';
   * const x = tensor([[1, 2, 3], [4, 5, 6]]);
   * x.at(-1).toArray(); // => [4, 5, 6]
   * x.at(slice(), slice(0, 3, 2)).toArray(); // => [[1, 3], [4, 6]]
   * x.at(x.gt(2)).toArray(); // => [3, 4, 5, 6]
   * ```
   */
  at(this: Tensor, ...indices: readonly Index[]): Tensor {
    return indexing.at(this, indices);
  }

  /**
   * Writes the last argument, broadcast and converted, in place where the indices of `at` before it point; returns this tensor. Throws
   * a RangeError for a number that its dtype does not hold.
   */
  set(this: Tensor, ...indicesAndValue: readonly [...Index[], Operand | boolean]): Tensor<S> {
    return indexing.set(this, indicesAndValue.slice(0, -1) as Index[], indicesAndValue.at(-1) as Operand | boolean);
  }

  /**
   * Picks whole slices along an axis, by indices of any shape, which stands in the result where the axis was. Repeated indices add
   * up in the gradient.
   */
  take(this: Tensor, index: Tensor, axis: number): Tensor {
    return gathering.take(this, index, axis);
  }

  /** A row-major tensor of the same elements: this one, where it is that already. */
  contiguous(this: Tensor): Tensor<S> {
    return contiguous(this);
  }

  /** A copy, through which gradients flow. */
  clone(this: Tensor): Tensor<S> {
    return clone(this);
  }

  /** The same storage outside the graph: a leaf that requires no gradient. */
  detach(this: Tensor): Tensor<S> {
    return new Tensor(this.storage, this);
  }

  /** The same numbers as another dtype: this tensor, where it has that dtype already. */
  to(this: Tensor, dtype: DType): Tensor<S> {
    checkDtype('to', dtype);
    return to(this, dtype);
  }

  /** Picks along an axis: `out[i, j] = x[i, index[i, j]]` for axis 1. `index` is int32 or uint8, and sets the shape. */
  gather<T extends Shape>(this: Tensor, axis: number, index: Tensor<T>): Tensor<T> {
    return gathering.gather(this, axis, index);
  }

  /** This tensor, to which each element of `source` was added where its index says: `out[i, index[i, j]] += source[i, j]` for axis 1. */
  scatterAdd(this: Tensor, axis: number, index: Tensor, source: Tensor): Tensor<S> {
    return gathering.scatterAdd(this, axis, index, source);
  }

  /** This tensor with `value` where the mask, which is bool and broadcast, holds. */
  maskedFill(this: Tensor, mask: Tensor, value: Operand | boolean): Tensor {
    return masks.maskedFill(this, mask, value);
  }

  /** Each class index as a row of `classes` numbers: 1 at the index, else 0; int32. */
  oneHot(this: Tensor, classes: number): Tensor {
    return gathering.oneHot(this, classes);
  }

  /** The elements in ascending order along an axis (the last), and where each stood; equals stay in order, NaN is the largest. */
  sort(this: Tensor, axis?: number, options?: SortOptions): Sorted {
    return sorting.sort(this, axis, options);
  }

  /** The `k` largest along an axis (the last), the largest first, and where each stood; or the smallest. */
  topk(this: Tensor, k: number, axis?: number, options?: TopkOptions): Sorted {
    return sorting.topk(this, k, axis, options);
  }

  /** Each matrix in the last two axes with 0 above the diagonal; `offset` moves that to the right. */
  tril(this: Tensor, offset?: number): Tensor<S> {
    return masks.tril(this, offset);
  }

  /** Each matrix in the last two axes with 0 below the diagonal; `offset` moves that to the right. */
  triu(this: Tensor, offset?: number): Tensor<S> {
    return masks.triu(this, offset);
  }

  /** The rows of `weight`, [count, size], that these indices name: of the shape of the indices, and [size] behind. */
  embedding(this: Tensor, weight: Tensor): Tensor {
    return gathering.embedding(this, weight);
  }

  /** `e^x / Σ e^x` along an axis, stable for large inputs. */
  softmax(this: Tensor, axis: number): Tensor<S> {
    return activation.softmax(this, axis);
  }

  /**
   * The cross-correlation of images [batch, in, height, width], or one of them, with kernels [out, in / groups, rows, columns], as in
   * PyTorch: stride, padding, dilation, groups, bias.
   */
  conv2d(this: Tensor, weight: Tensor, options?: ConvOptions): Tensor {
    return conv.conv2d(this, weight, options);
  }

  /** The largest element of each window of images [batch, channels, height, width], or one of them. */
  maxPool2d(this: Tensor, kernel: Size, options?: PoolOptions): Tensor {
    return pooling.maxPool2d(this, kernel, options);
  }

  /** The mean of each window of images [batch, channels, height, width], or one of them. */
  avgPool2d(this: Tensor, kernel: Size, options?: PoolOptions): Tensor {
    return pooling.avgPool2d(this, kernel, options);
  }

  /** `(x - mean) / √(variance + eps) · weight + bias` over the last axes, whose sizes are `size`. */
  layerNorm(this: Tensor, size: number | readonly number[], options?: LayerNormOptions): Tensor<S> {
    return normalize.layerNorm(this, size, options);
  }

  /** `(x - mean) / √(variance + eps) · weight + bias` for each channel, which is axis 1. */
  batchNorm(this: Tensor, options?: BatchNormOptions): Tensor<S> {
    return normalize.batchNorm(this, options);
  }

  /** The logarithm of softmax along an axis, stable for large inputs. */
  logSoftmax(this: Tensor, axis: number): Tensor<S> {
    return activation.logSoftmax(this, axis);
  }

  /** `x += y` in place, `y` broadcast; returns this tensor. Throws a GraphError where the change cannot be recorded. */
  add_(this: Tensor, other: Operand): Tensor<S> {
    return inPlace.add_(this, other);
  }

  /** `x -= y` in place, as `add_`. */
  sub_(this: Tensor, other: Operand): Tensor<S> {
    return inPlace.sub_(this, other);
  }

  /** `x *= y` in place, as `add_`. */
  mul_(this: Tensor, other: Operand): Tensor<S> {
    return inPlace.mul_(this, other);
  }

  /** `x /= y` in place, as `add_`. Throws a DTypeError for integers, whose quotients are floats. */
  div_(this: Tensor, other: Operand): Tensor<S> {
    return inPlace.div_(this, other);
  }

  /** As `clip`, in place; returns this tensor. */
  clip_(this: Tensor, min?: number, max?: number): Tensor<S> {
    return inPlace.clip_(this, min, max);
  }

  /** Writes a number, or true or false, to every element; returns this tensor. */
  fill_(this: Tensor, value: number | boolean): Tensor<S> {
    return inPlace.fill_(this, value);
  }

  /** Writes 0 to every element; returns this tensor. */
  zero_(this: Tensor): Tensor<S> {
    return inPlace.fill_(this, 0);
  }

  /** Writes the numbers of `source` over those of this tensor, broadcast and converted; returns this tensor. */
  copy_(this: Tensor, source: Tensor): Tensor<S> {
    return inPlace.copy_(this, source);
  }

  /** The number in a tensor of one element; a bool counts as 0 or 1. Throws a ShapeError where there are more. */
  item(this: Tensor): number {
    if (this.size !== 1) {
      throw new ShapeError(
        `item: takes a tensor of one element, this one has shape ${showShape(this.shape)}; toArray() gives all`,
      );
    }
    noteRead(this);
    return this.storage.read()[this.offset] ?? NaN;
  }

  /** The elements as nested lists; a bare number for a 0-d tensor; booleans for bool. Copies. */
  toArray<A extends Tensor>(this: A): Listed<ShapeOf<A>> {
    return toArray(this) as Listed<ShapeOf<A>>;
  }

  /**
   * What `JSON.stringify` writes: the elements as `toArray` gives them. JSON has no NaN and no infinity: they become null.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * JSON.stringify({ weight: tensor([[1, 2], [3, 4]]) }); // => {"weight":[[1,2],[3,4]]}
   * ```
   */
  toJSON(this: Tensor): NestedArray {
    return toArray(this);
  }

  /**
   * The elements in nested lists, laid out as NumPy does; of more than 1,000 only the first and last three along each axis.
   * What `options` leave out is as `setPrintOptions` has set it. Throws a RangeError for a number that an option does not take.
   * `console.log` shows the same in Node, Deno and Bun; in a browser's console, log `String(x)`.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   *
   * tensor([[1, 2], [3, 1 / 3]]).toString({ precision: 2 });
   * // => tensor([[1.00, 2.00],
   * //            [3.00, 0.33]])
   * ```
   */
  toString(this: Tensor, options?: PrintOptions): string {
    return toString(this, options);
  }

  /**
   * Adds to the `grad` of every leaf that this tensor depends on the gradient of this tensor.
   *
   * Without `gradient` this is a single number. With one, of this tensor's shape, it is the vector of the
   * vector-Jacobian product. Throws a GraphError where nothing requires a gradient, where the graph was freed by an earlier
   * call without `retainGraph`, and where a tensor that the gradient needs was changed in place since.
   */
  backward(this: Tensor, gradient?: Tensor | null, options?: BackwardOptions): void {
    backward(this, gradient, options);
  }

  /** Sets `grad` to null. */
  zeroGrad(this: Tensor): void {
    this.grad = null;
  }
}

for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(Methods.prototype))) {
  if (name !== 'constructor') Object.defineProperty(Tensor.prototype, name, method);
}

Object.defineProperty(Tensor.prototype, brand, { value: { grad } });

// In a template a tensor is what it prints as; where JavaScript wants a number, it is a mistake to tell.
Object.defineProperty(Tensor.prototype, Symbol.toPrimitive, {
  value(this: Tensor, hint: string) {
    if (hint === 'string') return this.toString();
    throw new TypeError(
      'operators take no tensors: t + 1 is t.add(1), t < 1 is t.lt(1); item() gives a single number, String(t) the text',
    );
  },
});

// What console.log shows in Node, Deno and Bun.
Object.defineProperty(Tensor.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Tensor, depth?: number | null, options?: { depth?: number | null }) {
    return inspect(this, depth, options);
  },
});
