import { checkOptions, withoutSurplus } from './array/arguments.ts';
import { checkDtype, type DType } from './array/dtype.ts';
import { ShapeError } from './array/errors.ts';
import { type Shape, showShape } from './array/shape.ts';
import { brand } from './array/shared.ts';
import { backward, type BackwardOptions } from './autograd/backward.ts';
import { grad } from './autograd/grad.ts';
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
import { isTensor, Tensor } from './graph/tensor.ts';
import { contents } from './io/equality.ts';
import { inspect, type Listed, type PrintOptions, toArray, toString } from './io/print.ts';
import * as activation from './ops/activation.ts';
import { type GeluOptions } from './ops/activation.ts';
import * as arithmetic from './ops/arithmetic.ts';
import { type RoundOptions } from './ops/arithmetic.ts';
import * as conv from './ops/conv.ts';
import { type ConvOptions } from './ops/conv.ts';
import { cdist, type CdistOptions } from './ops/cdist.ts';
import { clone, contiguous, to } from './ops/copy.ts';
import { type Nested } from './ops/creation.ts';
import { type Operand } from './ops/define-elementwise.ts';
import { type ForeignMethods, foreignNames } from './ops/foreign-names.ts';
import * as functions from './ops/functions.ts';
import * as gathering from './ops/gather.ts';
import { type IndexAddOptions } from './ops/gather.ts';
import * as inPlace from './ops/in-place.ts';
import * as indexing from './ops/indexing.ts';
import { type Index, type SetOptions } from './ops/indexing.ts';
import * as join from './ops/join.ts';
import { type PadOptions } from './ops/join.ts';
import * as logic from './ops/logic.ts';
import * as masks from './ops/masks.ts';
import * as matmul from './ops/matmul.ts';
import { type Contraction } from './ops/matmul.ts';
import * as normalize from './ops/normalize.ts';
import * as operators from './ops/operators.ts';
import { type AlphaOptions, type DivOptions } from './ops/operators.ts';
import { type BatchNormOptions, type LayerNormOptions } from './ops/normalize.ts';
import * as pooling from './ops/pooling.ts';
import { type AvgPoolOptions, type MaxPoolOptions } from './ops/pooling.ts';
import * as order from './ops/quantile.ts';
import { type QuantileOptions } from './ops/quantile.ts';
import * as random from './ops/random.ts';
import { type MultinomialOptions } from './ops/random.ts';
import * as reduce from './ops/reduce.ts';
import { type Axes, type NormOptions, type ReduceOptions, type VarianceOptions } from './ops/reduce.ts';
import * as sorting from './ops/sort.ts';
import { type SearchsortedOptions, type Sorted, type SortOptions, type TopkOptions } from './ops/sort.ts';
import { bincount, type BincountOptions, unique, type Unique, type UniqueOptions } from './ops/unique.ts';
import * as views from './ops/views.ts';
import { type Size } from './ops/windows.ts';

declare module './graph/tensor.ts' {
  // The end of this file installs the methods.
  interface Tensor<S extends Shape> extends Methods<S>, ForeignMethods {
    /**
     * Goes through the slices along the first axis, which are views: `for (const row of x)`. A 0-d tensor is not iterable.
     *
     * ```ts
     * import { tensor } from '@mg/tensor';
     * const sums: number[] = [];
     * for (const row of tensor([[1, 2], [3, 4]])) sums.push(row.sum().item());
     * sums; // => [3, 7]
     * ```
     */
    [Symbol.iterator](): IterableIterator<Tensor>;
  }
}

/** The second operand of an elementwise operation on A: a number, or a tensor whose shape broadcasts with that of A. */
type Other<Op extends string, A, B> = Checked<B, BroadcastVerdict<Op, ShapeOf<A>, ShapeOf<B>>>;

/** The shape of the result of an elementwise operation on A and B. */
type Broadcasted<A, B> = Broadcast<ShapeOf<A>, ShapeOf<B>>;

/** An axis of A, or a list of them. */
type Over<Op extends string, A, Axis> = Checked<Axis, AxesVerdict<Op, ShapeOf<A>, Axis>>;

/** A tensor whose shape the compiler does not track: the `this` of a method's first signature, which is for no other. */
type Untracked<S extends Shape> = S extends readonly unknown[] ? (number extends S['length'] ? Tensor : never) : never;

/** The parts of a split: one tensor for each of the listed sizes, or as many as there are for a size of all. */
type Parts<N> = N extends readonly unknown[] ? { -readonly [Part in keyof N]: Tensor } : Tensor[];

/** So many tensors, up to 16; a list for more, and for a number that is known at run time only. */
type Chunks<N extends number, Counted extends Tensor[] = []> = number extends N
  ? Tensor[]
  : Counted['length'] extends N
    ? Counted
    : Counted['length'] extends 16
      ? Tensor[]
      : Chunks<N, [...Counted, Tensor]>;

/**
 * The methods of a tensor: one for each operation, which it calls.
 *
 * A method that checks shapes takes the shape of its tensor from `this`, as A, and not from S: otherwise every such check would
 * decide whether a `Tensor<[2, 3]>` is assignable to a `Tensor`.
 */
abstract class Methods<S extends Shape> {
  /**
   * `a + alpha · b`, broadcast; the default alpha is 1. For bools, logical or. Throws a RangeError for a result that does not fit an integer dtype, as all operations
   * on integers do.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const x = tensor([2147483647], { dtype: 'int32' });
   * x.add(1); // => throws RangeError: add: the result 2147483648 does not fit int32
   * x.to('float64').add(1).item(); // => 2147483648
   * ```
   */
  add<A extends Tensor, B extends Operand>(
    this: A,
    other: Other<'add', A, B>,
    options?: AlphaOptions,
  ): Tensor<Broadcasted<A, B>> {
    return operators.add(this, other, options);
  }

  /**
   * `a - alpha · b`, broadcast; the default alpha is 1. Throws a RangeError for a result that does not fit an integer dtype. The
   * function `sub` takes a number on the left.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([5, 1]).sub(tensor([1, 2]), { alpha: 2 }); // => tensor([ 3, -3])
   * ```
   */
  sub<A extends Tensor, B extends Operand>(
    this: A,
    other: Other<'sub', A, B>,
    options?: AlphaOptions,
  ): Tensor<Broadcasted<A, B>> {
    return operators.sub(this, other, options);
  }

  /** `a · b`, elementwise, broadcast; for bools, logical and. Throws a RangeError for a result that does not fit an integer dtype. */
  mul<A extends Tensor, B extends Operand>(this: A, other: Other<'mul', A, B>): Tensor<Broadcasted<A, B>> {
    return arithmetic.mul(this, other);
  }

  /**
   * `a / b`, broadcast; integers give float32. With `roundingMode`, the quotient is rounded down or toward 0, and integers give integers;
   * the gradient of a rounded quotient is 0. The function `div` takes a number on the left.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const x = tensor([7, -7]);
   * x.div(2); // => tensor([ 3.5, -3.5])
   * x.div(2, { roundingMode: 'floor' }); // => tensor([ 3, -4])
   * x.div(2, { roundingMode: 'trunc' }); // => tensor([ 3, -3])
   * ```
   */
  div<A extends Tensor, B extends Operand>(
    this: A,
    other: Other<'div', A, B>,
    options?: DivOptions,
  ): Tensor<Broadcasted<A, B>> {
    return operators.div(this, other, options);
  }

  /**
   * `a / b` rounded down, broadcast. Integers give integers; a division of integers by 0 throws a RangeError. The gradient is 0.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([7, -7]).floorDivide(2); // => tensor([ 3, -4])
   * ```
   */
  floorDivide<A extends Tensor, B extends Operand>(
    this: A,
    other: Other<'floorDivide', A, B>,
  ): Tensor<Broadcasted<A, B>> {
    return arithmetic.floorDivide(this, other);
  }

  /**
   * The rest of `a / b` rounded down, broadcast: it has the sign of `b`, as `%` of Python. Of integers by 0, throws a RangeError.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([5, -5]).remainder(3); // => tensor([2, 1])
   * ```
   */
  remainder<A extends Tensor, B extends Operand>(this: A, other: Other<'remainder', A, B>): Tensor<Broadcasted<A, B>> {
    return arithmetic.remainder(this, other);
  }

  /**
   * The rest of `a / b` rounded toward 0, broadcast: it has the sign of `a`, as `%` of JavaScript. Of integers by 0, throws a RangeError.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([5, -5]).fmod(3); // => tensor([ 2, -2])
   * ```
   */
  fmod<A extends Tensor, B extends Operand>(this: A, other: Other<'fmod', A, B>): Tensor<Broadcasted<A, B>> {
    return arithmetic.fmod(this, other);
  }

  /**
   * `a + weight · (b - a)`, broadcast: `a` at weight 0, `b` at weight 1. Throws a DTypeError for integers and bools.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([0, 10]).lerp(tensor([4, 20]), 0.25); // => tensor([ 1.0, 12.5])
   * ```
   */
  lerp(this: Tensor, end: Operand, weight: Operand): Tensor {
    return arithmetic.lerp(this, end, weight);
  }

  /** `a` to the power of `b`, broadcast. Of integers, throws a RangeError for a negative power and for a result that does not fit. */
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

  /** The larger of each pair of elements, broadcast; NaN where either is NaN. Equal elements share the gradient. */
  maximum<A extends Tensor, B extends Operand>(this: A, other: Other<'maximum', A, B>): Tensor<Broadcasted<A, B>> {
    return arithmetic.maximum(this, other);
  }

  /** The smaller of each pair of elements, broadcast; NaN where either is NaN. Equal elements share the gradient. */
  minimum<A extends Tensor, B extends Operand>(this: A, other: Other<'minimum', A, B>): Tensor<Broadcasted<A, B>> {
    return arithmetic.minimum(this, other);
  }

  /** `-x`. Throws a RangeError for a result that does not fit an integer dtype, as of uint8. */
  neg(this: Tensor): Tensor<S> {
    return arithmetic.neg(this);
  }

  /** The absolute value; the gradient at 0 is 0. */
  abs(this: Tensor): Tensor<S> {
    return arithmetic.abs(this);
  }

  /** The sign: -1, 0 or 1; 0 for NaN. Bools are their own sign. */
  sign(this: Tensor): Tensor<S> {
    return arithmetic.sign(this);
  }

  /** `x · x`; bools give int32. Throws a RangeError for a result that does not fit an integer dtype. */
  square(this: Tensor): Tensor<S> {
    return arithmetic.square(this);
  }

  /** `1 / x`. */
  reciprocal(this: Tensor): Tensor<S> {
    return arithmetic.reciprocal(this);
  }

  /** Rounds down: the largest whole number not above x. */
  floor(this: Tensor): Tensor<S> {
    return arithmetic.floor(this);
  }

  /** Rounds up: the smallest whole number not below x. */
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

  /**
   * Rounds to the nearest whole number, halves to the even one; with `decimals`, to so many digits after the decimal point, or before it
   * if negative, which takes floats only. The gradient is 0.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([2.5, 1.25]).round(); // => tensor([2, 1])
   * tensor([2.718, -0.125]).round({ decimals: 1 }); // => tensor([ 2.7, -0.1])
   * ```
   */
  round(this: Tensor, options?: RoundOptions): Tensor<S> {
    return options === undefined ? arithmetic.round(this) : arithmetic.roundTo(this, options);
  }

  /**
   * Limits elements to [`min`, `max`]; one of the bounds may be left out. The gradient passes within the bounds, inclusive, and is 0
   * outside. Integers with a fractional bound give float32. A bound may be a tensor, which is broadcast; outside, it has the gradient.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([-3, 0.5, 3]).clip(-1, 1); // => tensor([-1.0,  0.5,  1.0])
   * tensor([-3, 0.5, 3]).clip(tensor([-4, 1, 0]), 2); // => tensor([-3,  1,  2])
   * ```
   */
  clip(this: Tensor, min?: number, max?: number): Tensor<S>;
  clip(this: Tensor, min?: Operand, max?: Operand): Tensor;
  clip(this: Tensor, min?: Operand, max?: Operand): Tensor {
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

  /**
   * The logarithm to base 2, exact for powers of 2.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([8, 0.25, 10]).log2(); // => tensor([ 3.0000, -2.0000,  3.3219])
   * ```
   */
  log2(this: Tensor): Tensor<S> {
    return functions.log2(this);
  }

  /**
   * The logarithm to base 10, exact for powers of 10.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([1000, 2]).log10(); // => tensor([3.0000, 0.3010])
   * ```
   */
  log10(this: Tensor): Tensor<S> {
    return functions.log10(this);
  }

  /** `e^x - 1`, accurate for small x. */
  expm1(this: Tensor): Tensor<S> {
    return functions.expm1(this);
  }

  /** `log(1 + x)`, accurate for small x. */
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

  /**
   * The angle in radians, from -π/2 to π/2, whose sine is x; NaN outside [-1, 1].
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([1, -0.5, 2]).asin(); // => tensor([ 1.5708, -0.5236,     NaN])
   * ```
   */
  asin(this: Tensor): Tensor<S> {
    return functions.asin(this);
  }

  /**
   * The angle in radians, from 0 to π, whose cosine is x; NaN outside [-1, 1].
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([1, -0.5, 2]).acos(); // => tensor([0.0000, 2.0944,    NaN])
   * ```
   */
  acos(this: Tensor): Tensor<S> {
    return functions.acos(this);
  }

  /**
   * The angle in radians, from -π/2 to π/2, whose tangent is x; `atan2` takes both sides of the triangle.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([1, -Infinity]).atan(); // => tensor([ 0.7854, -1.5708])
   * ```
   */
  atan(this: Tensor): Tensor<S> {
    return functions.atan(this);
  }

  /**
   * The hyperbolic sine, `(e^x - e^-x) / 2`.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([0, 1]).sinh(); // => tensor([0.0000, 1.1752])
   * ```
   */
  sinh(this: Tensor): Tensor<S> {
    return functions.sinh(this);
  }

  /**
   * The hyperbolic cosine, `(e^x + e^-x) / 2`.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([0, 1]).cosh(); // => tensor([1.0000, 1.5431])
   * ```
   */
  cosh(this: Tensor): Tensor<S> {
    return functions.cosh(this);
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

  /** `max(x, 0)`; the gradient at 0 is 0. */
  relu(this: Tensor): Tensor<S> {
    return activation.relu(this);
  }

  /** `x` where it is positive, else `slope · x`; the default slope is 0.01. */
  leakyRelu(this: Tensor, slope?: number): Tensor<S> {
    return activation.leakyRelu(this, slope);
  }

  /** `x` where it is positive, else `alpha · (e^x - 1)`; the default alpha is 1. */
  elu(this: Tensor, alpha?: number): Tensor<S> {
    return activation.elu(this, alpha);
  }

  /**
   * `x · Φ(x)`, where Φ is the cumulative distribution function of the standard normal distribution. With `approximate: 'tanh'`, the
   * approximation `x · (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`, as in GPT-2. Integers give float32.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([-1, 0, 1]).gelu(); // => tensor([-0.1587, 0.0000, 0.8413])
   * tensor([-1, 0, 1]).gelu({ approximate: 'tanh' }); // => tensor([-0.1588, 0.0000, 0.8412])
   * ```
   */
  gelu(this: Tensor, options?: GeluOptions): Tensor<S> {
    return activation.gelu(this, options);
  }

  /** `x · sigmoid(x)`, also called swish. */
  silu(this: Tensor): Tensor<S> {
    return activation.silu(this);
  }

  /** `log(1 + e^x)`; `x` itself above 20. */
  softplus(this: Tensor): Tensor<S> {
    return activation.softplus(this);
  }

  /** Whether `a` equals `b`, elementwise: bool, broadcast. */
  eq<A extends Tensor, B extends Operand>(this: A, other: Other<'eq', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.eq(this, other);
  }

  /** Whether `a` differs from `b`, elementwise: bool, broadcast. */
  ne<A extends Tensor, B extends Operand>(this: A, other: Other<'ne', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.ne(this, other);
  }

  /** Whether `a` is less than `b`, elementwise: bool, broadcast. */
  lt<A extends Tensor, B extends Operand>(this: A, other: Other<'lt', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.lt(this, other);
  }

  /** Whether `a` is greater than `b`, elementwise: bool, broadcast. */
  gt<A extends Tensor, B extends Operand>(this: A, other: Other<'gt', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.gt(this, other);
  }

  /** Whether `a` is less than or equal to `b`, elementwise: bool, broadcast. */
  le<A extends Tensor, B extends Operand>(this: A, other: Other<'le', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.le(this, other);
  }

  /** Whether `a` is greater than or equal to `b`, elementwise: bool, broadcast. */
  ge<A extends Tensor, B extends Operand>(this: A, other: Other<'ge', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.ge(this, other);
  }

  /** Whether each element is NaN: bool. */
  isNaN(this: Tensor): Tensor<S> {
    return logic.isNaN(this);
  }

  /** Whether each element is finite, so neither NaN nor infinite: bool. */
  isFinite(this: Tensor): Tensor<S> {
    return logic.isFinite(this);
  }

  /**
   * Whether each element is ∞ or -∞: bool.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([1, -Infinity, NaN]).isInf(); // => tensor([false,  true, false])
   * ```
   */
  isInf(this: Tensor): Tensor<S> {
    return logic.isInf(this);
  }

  /** Whether both elements are nonzero: bool, broadcast. */
  logicalAnd<A extends Tensor, B extends Operand>(
    this: A,
    other: Other<'logicalAnd', A, B>,
  ): Tensor<Broadcasted<A, B>> {
    return logic.logicalAnd(this, other);
  }

  /** Whether either element is nonzero: bool, broadcast. */
  logicalOr<A extends Tensor, B extends Operand>(this: A, other: Other<'logicalOr', A, B>): Tensor<Broadcasted<A, B>> {
    return logic.logicalOr(this, other);
  }

  /**
   * Whether exactly one of the two elements is nonzero: bool, broadcast.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([true, true, false]).logicalXor(tensor([true, false, false])); // => tensor([false,  true, false])
   * ```
   */
  logicalXor<A extends Tensor, B extends Operand>(
    this: A,
    other: Other<'logicalXor', A, B>,
  ): Tensor<Broadcasted<A, B>> {
    return logic.logicalXor(this, other);
  }

  /** Whether each element is 0: bool. */
  logicalNot(this: Tensor): Tensor<S> {
    return logic.logicalNot(this);
  }

  /** The sum over the given axes (default: all). Integers and bools give int32; throws a RangeError if a total does not fit. */
  sum(this: Untracked<S>, axis?: Axes, options?: ReduceOptions): Tensor;
  sum<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'sum', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>>;
  sum(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
    return reduce.sum(this, axis, options);
  }

  /** The mean over the given axes (default: all); integers and bools give float32. */
  mean(this: Untracked<S>, axis?: Axes, options?: ReduceOptions): Tensor;
  mean<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'mean', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>>;
  mean(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
    return reduce.mean(this, axis, options);
  }

  /** The product over the given axes (default: all). Integers and bools give int32; throws a RangeError if a product does not fit. */
  prod(this: Untracked<S>, axis?: Axes, options?: ReduceOptions): Tensor;
  prod<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'prod', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>>;
  prod(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
    return reduce.prod(this, axis, options);
  }

  /**
   * The maximum over the given axes (default: all). Along one axis the first of equal elements gets the gradient; along several they
   * share it evenly. Throws a ShapeError for an empty axis.
   */
  max(this: Untracked<S>, axis?: Axes, options?: ReduceOptions): Tensor;
  max<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'max', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>>;
  max(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
    return reduce.max(this, axis, options);
  }

  /** The minimum over the given axes (default: all), with the gradients of `max`. Throws a ShapeError for an empty axis. */
  min(this: Untracked<S>, axis?: Axes, options?: ReduceOptions): Tensor;
  min<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'min', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>>;
  min(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
    return reduce.min(this, axis, options);
  }

  /**
   * The maximum over the given axes (default: all), as `max`; equal elements always share the gradient evenly. Throws a ShapeError for an
   * empty axis.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([[1, 4], [3, 2]]).amax(0); // => tensor([3, 4])
   * ```
   */
  amax(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
    return reduce.amax(this, axis, options);
  }

  /**
   * The minimum over the given axes (default: all), as `min`; equal elements always share the gradient evenly. Throws a ShapeError for an
   * empty axis.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([[1, 4], [3, 2]]).amin([0, 1]); // => tensor(1)
   * ```
   */
  amin(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
    return reduce.amin(this, axis, options);
  }

  /**
   * The median: the element in the middle, of two the lower one; NaN if there is one. Without an axis, that of all elements, where equal
   * elements share the gradient. With an axis, the medians along it and their indices, int32.
   *
   * Throws a ShapeError for an empty axis, and a DTypeError for bools.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const x = tensor([[3, 1, 2], [9, 7, 8]]);
   * x.median(); // => tensor(3)
   * x.median(1).values; // => tensor([2, 8])
   * x.median(1).indices; // => tensor([2, 2], int32)
   * ```
   */
  median(this: Tensor): Tensor;
  median(this: Tensor, axis: number, options?: ReduceOptions): Sorted;
  median(this: Tensor, axis?: number, options?: ReduceOptions): Tensor | Sorted {
    return order.median(this, axis, options);
  }

  /**
   * The `q`-quantiles along an axis (default: of all elements), by linear interpolation unless `interpolation` says otherwise; NaN where
   * an element is NaN. For a vector of several `q`, they come first in the shape of the result.
   *
   * Throws a DTypeError for integers, a RangeError unless q is from 0 to 1, and a ShapeError for an empty axis.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const x = tensor([4, 1, 2, 3]);
   * x.quantile(0.5); // => tensor(2.5)
   * x.quantile(0.5, 0, { interpolation: 'lower' }); // => tensor(2)
   * x.quantile(tensor([0, 0.25, 1])); // => tensor([1.00, 1.75, 4.00])
   * ```
   */
  quantile(this: Tensor, q: number | Tensor, axis?: number, options?: QuantileOptions): Tensor {
    return order.quantile(this, q, axis, options);
  }

  /** The variance over the given axes (default: all), `Σ (x - mean)² / (n - correction)`; the default correction is 1, as in PyTorch. */
  variance(this: Untracked<S>, axis?: Axes, options?: VarianceOptions): Tensor;
  variance<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'variance', A, X>,
    options?: VarianceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>>;
  variance(this: Tensor, axis?: Axes, options?: VarianceOptions): Tensor {
    return reduce.variance(this, axis, options);
  }

  /** The standard deviation over the given axes (default: all): the square root of `variance`. */
  std(this: Untracked<S>, axis?: Axes, options?: VarianceOptions): Tensor;
  std<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'std', A, X>,
    options?: VarianceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>>;
  std(this: Tensor, axis?: Axes, options?: VarianceOptions): Tensor {
    return reduce.std(this, axis, options);
  }

  /**
   * The p-norm over the given axes (default: all); the default p is 2, and 0 counts nonzero elements, Infinity takes the largest
   * |x|, -Infinity the smallest.
   */
  norm(this: Untracked<S>, axis?: Axes, options?: NormOptions): Tensor;
  norm<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'norm', A, X>,
    options?: NormOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>>;
  norm(this: Tensor, axis?: Axes, options?: NormOptions): Tensor {
    return reduce.norm(this, axis, options);
  }

  /**
   * The number of nonzero elements over the given axes (default: all): int32.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([[0, 1], [2, 3]]).countNonzero(1); // => tensor([1, 2], int32)
   * ```
   */
  countNonzero(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
    return reduce.countNonzero(this, axis, options);
  }

  /** Whether any element over the given axes (default: all) is nonzero: bool. */
  any(this: Untracked<S>, axis?: Axes, options?: ReduceOptions): Tensor;
  any<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'any', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>>;
  any(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
    return reduce.any(this, axis, options);
  }

  /** Whether all elements over the given axes (default: all) are nonzero: bool. */
  all(this: Untracked<S>, axis?: Axes, options?: ReduceOptions): Tensor;
  all<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'all', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>>;
  all(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
    return reduce.all(this, axis, options);
  }

  /** `log Σ e^x` over the given axes (default: all), stable for large numbers. */
  logsumexp(this: Untracked<S>, axis?: Axes, options?: ReduceOptions): Tensor;
  logsumexp<A extends Tensor, const X extends Axes = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'logsumexp', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>>;
  logsumexp(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
    return reduce.logsumexp(this, axis, options);
  }

  /** The cumulative sum along an axis; integers and bools give int32. */
  cumsum(this: Tensor, axis: number): Tensor<S> {
    return reduce.cumsum(this, axis);
  }

  /**
   * The cumulative product along an axis; integers and bools give int32. Throws a RangeError for a product that does not fit.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([1, 2, 3, 4]).cumprod(0); // => tensor([ 1,  2,  6, 24])
   * ```
   */
  cumprod(this: Tensor, axis: number): Tensor<S> {
    return reduce.cumprod(this, axis);
  }

  /**
   * The index of the maximum along an axis, or in the flattened tensor: int32. Of equal elements, the first. Throws a ShapeError for
   * an empty axis.
   */
  argmax(this: Untracked<S>, axis?: number, options?: ReduceOptions): Tensor;
  argmax<A extends Tensor, const X extends number | undefined = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'argmax', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>>;
  argmax(this: Tensor, axis?: number, options?: ReduceOptions): Tensor {
    return reduce.argmax(this, axis, options);
  }

  /**
   * The index of the minimum along an axis, or in the flattened tensor: int32. Of equal elements, the first. Throws a ShapeError for
   * an empty axis.
   */
  argmin(this: Untracked<S>, axis?: number, options?: ReduceOptions): Tensor;
  argmin<A extends Tensor, const X extends number | undefined = undefined, K extends boolean = false>(
    this: A,
    axis?: Over<'argmin', A, X>,
    options?: ReduceOptions & Keepdims<K>,
  ): Tensor<Reduced<ShapeOf<A>, X, K>>;
  argmin(this: Tensor, axis?: number, options?: ReduceOptions): Tensor {
    return reduce.argmin(this, axis, options);
  }

  /**
   * The matrix product: [m, k] by [k, n] gives [m, n]. Axes before the last two are broadcast. A vector on the left is treated as a
   * row, one on the right as a column, and its axis is removed from the result.
   *
   * Integers give exact integers. Throws a ShapeError if the inner sizes differ, a RangeError if a total does not fit the dtype, and a
   * DTypeError for two bools.
   */
  matmul<A extends Tensor, B extends Tensor>(
    this: A,
    other: Checked<B, MatmulVerdict<ShapeOf<A>, ShapeOf<B>>>,
  ): Tensor<Matmul<ShapeOf<A>, ShapeOf<B>>> {
    return matmul.matmul(this, other);
  }

  /** The dot product of two vectors of equal length. */
  dot(this: Tensor, other: Tensor): Tensor {
    return matmul.dot(this, other);
  }

  /** The outer product of two vectors: [m] and [n] give [m, n]. */
  outer(this: Tensor, other: Tensor): Tensor {
    return matmul.outer(this, other);
  }

  /**
   * The sums of products over `axes` pairs of axes (default: 2), the last ones of this tensor and the first ones of the other; or over the
   * given axes of both. The other axes of both remain, in their order. Throws a ShapeError for axes that differ in size.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const x = tensor([[1, 2], [3, 4]]);
   * x.tensordot(x); // => tensor(30)
   * x.tensordot(x, [[0], [1]]); // => tensor([[ 7, 15], [10, 22]])
   * ```
   */
  tensordot(this: Tensor, other: Tensor, axes?: Contraction): Tensor {
    return matmul.tensordot(this, other, axes);
  }

  /**
   * The distances of the points in the rows [..., m, k] of this tensor from those in the rows [..., n, k] of the other: [..., m, n]. `p` is
   * that of the norm, 2 by default. The gradient of a distance of 0 is 0. Throws a DTypeError for integers.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([[0, 0], [3, 4]]).cdist(tensor([[0, 0]])); // => tensor([[0], [5]])
   * ```
   */
  cdist(this: Tensor, other: Tensor, options?: CdistOptions): Tensor {
    return cdist(this, other, options);
  }

  /** The same elements in another shape: a view if the strides allow it, else a copy. One size may be -1, to be inferred. */
  reshape<T extends Shape>(this: Tensor, shape: T): Tensor<Reshaped<T>> {
    return views.reshape(this, shape);
  }

  /** Merges the axes from `start` to `end`, inclusive, into one (default: all axes). */
  flatten(this: Tensor, start?: number, end?: number): Tensor {
    return views.flatten(this, start, end);
  }

  /**
   * Divides an axis into several of the given sizes; one size may be -1, to be inferred.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([1, 2, 3, 4]).unflatten(0, [2, -1]); // => tensor([[1, 2], [3, 4]])
   * ```
   */
  unflatten(this: Tensor, axis: number, sizes: Shape): Tensor {
    return views.unflatten(this, axis, sizes);
  }

  /**
   * A view with axes moved to other places; the remaining axes keep their order.
   *
   * ```ts
   * import { zeros } from '@mg/tensor';
   * zeros([2, 3, 4]).movedim(0, -1).shape; // => [3, 4, 2]
   * zeros([2, 3, 4]).movedim([0, 1], [2, 0]).shape; // => [3, 4, 2]
   * ```
   */
  movedim(this: Tensor, from: number | readonly number[], to: number | readonly number[]): Tensor {
    return views.movedim(this, from, to);
  }

  /** A view with the axes in the given order. */
  permute(this: Untracked<S>, axes: readonly number[]): Tensor;
  permute<A extends Tensor, const X extends readonly number[]>(
    this: A,
    axes: Checked<X, PermuteVerdict<ShapeOf<A>, X>>,
  ): Tensor<Permuted<ShapeOf<A>, X>>;
  permute(this: Tensor, axes: readonly number[]): Tensor {
    return views.permute(this, axes);
  }

  /** A view with two axes swapped. */
  transpose(this: Untracked<S>, axis0: number, axis1: number): Tensor;
  transpose<A extends Tensor, X extends number, Y extends number>(
    this: A,
    axis0: Over<'transpose', A, X>,
    axis1: Over<'transpose', A, Y>,
  ): Tensor<Transposed<ShapeOf<A>, X, Y>>;
  transpose(this: Tensor, axis0: number, axis1: number): Tensor {
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

  /** A view broadcast to `shape`: axes of size 1 and missing axes are repeated. A size of -1 keeps the size of that axis. */
  broadcastTo<T extends Shape>(this: Untracked<S>, shape: T): Tensor<Reshaped<T>>;
  broadcastTo<A extends Tensor, const T extends Shape>(
    this: A,
    shape: Checked<T, BroadcastToVerdict<ShapeOf<A>, Reshaped<T>>>,
  ): Tensor<Reshaped<T>>;
  broadcastTo(this: Tensor, shape: Shape): Tensor {
    return views.broadcastTo(this, shape);
  }

  /**
   * A view of part of an axis: every `step`-th element from `start` to `stop`, exclusive. Negative bounds count from the end, bounds
   * outside the axis are clamped to it, and a negative step reverses the order, as in Python.
   */
  slice(this: Tensor, axis: number, start?: number, stop?: number, step?: number): Tensor {
    return views.slice(this, axis, start, stop, step);
  }

  /** A view without the axes of size 1, or without the given ones. A given axis of another size is kept, as in PyTorch. */
  squeeze(this: Tensor, axis?: number | readonly number[]): Tensor {
    return views.squeeze(this, axis);
  }

  /** A view with a new axis of size 1 at position `axis` of the result. */
  unsqueeze(this: Tensor, axis: number): Tensor {
    return views.unsqueeze(this, axis);
  }

  /** A view with the given axes reversed (default: all axes). */
  flip(this: Tensor, axis?: number | readonly number[]): Tensor<S> {
    return views.flip(this, axis);
  }

  /** A view of a diagonal of two axes, as the last axis of the result; a positive `offset` selects a diagonal above the main one. */
  diagonal(this: Tensor, offset?: number, axis0?: number, axis1?: number): Tensor {
    return views.diagonal(this, offset, axis0, axis1);
  }

  /**
   * A matrix with this vector on the diagonal and zeros elsewhere; of a matrix, a copy of its diagonal. A positive `offset` means a diagonal
   * above the main one.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([1, 2]).diag(); // => tensor([[1, 0], [0, 2]])
   * tensor([[1, 2], [3, 4]]).diag(1); // => tensor([2])
   * ```
   */
  diag(this: Tensor, offset?: number): Tensor {
    return views.diag(this, offset);
  }

  /**
   * Moves the elements along axes by `shifts` places; those beyond the end come in at the beginning. Without an axis, the flattened tensor is
   * rolled.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([1, 2, 3]).roll(1); // => tensor([3, 1, 2])
   * tensor([[1, 2], [3, 4]]).roll(-1, 0); // => tensor([[3, 4], [1, 2]])
   * ```
   */
  roll(this: Tensor, shifts: number | readonly number[], axis?: number | readonly number[]): Tensor<S> {
    return join.roll(this, shifts, axis);
  }

  /**
   * Repeats each slice along an axis `repeats` times, a number or a vector with one for each slice. Without an axis, repeats the elements of
   * the flattened tensor. `tile` repeats the whole.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const x = tensor([[1, 2], [3, 4]]);
   * x.repeatInterleave(2); // => tensor([1, 1, 2, 2, 3, 3, 4, 4])
   * x.repeatInterleave(tensor([2, 1], { dtype: 'int32' }), 0); // => tensor([[1, 2], [1, 2], [3, 4]])
   * ```
   */
  repeatInterleave(this: Tensor, repeats: number | Tensor, axis?: number): Tensor {
    return gathering.repeatInterleave(this, repeats, axis);
  }

  /**
   * The slices along an axis (default: the first), without it: views. `for (const row of x)` goes through those of the first axis.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const [a, b] = tensor([[1, 2], [3, 4]]).unbind();
   * a; // => tensor([1, 2])
   * b; // => tensor([3, 4])
   * ```
   */
  unbind(this: Tensor, axis?: number): Tensor[] {
    return views.unbind(this, axis);
  }

  /**
   * Splits an axis (default: 0) into consecutive views: of `sizes` elements each (the last may be smaller), or of the listed sizes.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const [inputs, label] = tensor([[1, 2, 3], [4, 5, 6]]).split([2, 1], 1);
   * inputs.toArray(); // => [[1, 2], [4, 5]]
   * label.toArray(); // => [[3], [6]]
   * ```
   */
  split<const N extends number | readonly number[]>(this: Tensor, sizes: N, axis?: number): Parts<N> {
    return join.split(this, sizes, axis) as Parts<N>;
  }

  /**
   * Splits an axis (default: 0) into `count` consecutive views of equal size; the last may be smaller. Throws a ShapeError for an axis
   * that does not give as many parts, of which PyTorch gives fewer.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const [q, k, v] = tensor([1, 2, 3, 4, 5]).chunk(3);
   * [q.toArray(), k.toArray(), v.toArray()]; // => [[1, 2], [3, 4], [5]]
   * q.add(k); // => tensor([4, 6])
   * tensor([1, 2, 3, 4]).chunk(3); // => throws ShapeError: chunk: axis 0 of [4] gives 2 parts of 2 elements, not 3
   * ```
   */
  chunk<N extends number>(this: Tensor, count: N, axis?: number): Chunks<N> {
    return join.chunk(this, count, axis) as Chunks<N>;
  }

  /** Pads each axis with `value` (default 0): `widths` has [before, after] for each axis. */
  pad(this: Tensor, widths: readonly (readonly [number, number])[], options?: PadOptions): Tensor {
    if (options !== undefined) checkOptions('pad', options, ['value']);
    return join.pad(this, widths, options?.value);
  }

  /**
   * Repeats the tensor `reps` times along each axis; a number repeats the last axis. The shorter of shape and `reps` is padded with
   * 1 in front.
   */
  tile(this: Tensor, reps: number | readonly number[]): Tensor {
    return join.tile(this, reps);
  }

  /**
   * Indexing, as in NumPy and PyTorch: by numbers (negative ones count from the end), `null` for a new axis, `slice(start, stop, step)`,
   * `'...'` for the remaining axes, tensors of integers, and bool masks. Returns a view; with tensors among the indices, a copy.
   *
   * Throws a RangeError for an index out of range, and a ShapeError for too many indices.
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
   * Writes a value, broadcast and converted, to the elements that the preceding indices select, as in `at`; returns this tensor. Of several
   * values for one element the last one counts, and only that one receives a gradient; with `accumulate: true`, all of them are
   * added to the element. Throws a RangeError for a number that does not fit the dtype.
   *
   * ```ts
   * import { tensor, zeros } from '@mg/tensor';
   * const places = tensor([0, 2, 2], { dtype: 'int32' });
   * zeros([3]).set(places, 5); // => tensor([5, 0, 5])
   * zeros([3]).set(places, 5, { accumulate: true }); // => tensor([ 5,  0, 10])
   * ```
   */
  set(
    this: Tensor,
    ...indicesAndValue: readonly [...Index[], Operand | boolean] | readonly [...Index[], Operand | boolean, SetOptions]
  ): Tensor<S> {
    const last = indicesAndValue.at(-1);
    const isOptions =
      typeof last === 'object' && last !== null && !isTensor(last) && !Array.isArray(last) && !('step' in last);
    const given = isOptions ? indicesAndValue.slice(0, -1) : indicesAndValue;
    const options = isOptions ? last : undefined;
    return indexing.set(this, given.slice(0, -1) as Index[], given.at(-1) as Operand | boolean, options);
  }

  /**
   * Selects slices along an axis: the shape of `index` replaces that axis. Negative indices count from the end, and the gradients of
   * repeated indices add up. Throws a RangeError for an index out of range.
   */
  take(this: Tensor, index: Tensor, axis: number): Tensor {
    return gathering.take(this, index, axis);
  }

  /**
   * Selects slices along an axis by a vector of indices, which count from 0; `take` takes indices of any shape, also from the end.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([[1, 2], [3, 4]]).indexSelect(1, tensor([1, 0], { dtype: 'int32' })); // => tensor([[2, 1], [4, 3]])
   * ```
   */
  indexSelect(this: Tensor, axis: number, index: Tensor): Tensor {
    return gathering.indexSelect(this, axis, index);
  }

  /**
   * A copy with the slices of `alpha · source` along an axis added at a vector of indices; the default alpha is 1. dtypes are promoted.
   * Throws a RangeError for an index out of range, and for a sum that does not fit an integer dtype.
   *
   * ```ts
   * import { tensor, zeros } from '@mg/tensor';
   * const index = tensor([0, 2, 2], { dtype: 'int32' });
   * zeros([3]).indexAdd(0, index, tensor([1, 2, 3])); // => tensor([1, 0, 5])
   * ```
   */
  indexAdd(this: Tensor, axis: number, index: Tensor, source: Tensor, options?: IndexAddOptions): Tensor<S> {
    return gathering.indexAdd(this, axis, index, source, options);
  }

  /**
   * `gather` with this tensor and the index broadcast in the other axes, as for the indices that `sort` and `argmax` return. Without an axis,
   * selects from the flattened tensor.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const x = tensor([[3, 1, 2], [4, 6, 5]]);
   * x.takeAlongDim(x.argmax(1, { keepdims: true }), 1); // => tensor([[3], [6]])
   * ```
   */
  takeAlongDim(this: Tensor, index: Tensor, axis?: number): Tensor {
    return gathering.takeAlongDim(this, index, axis);
  }

  /** A row-major tensor with the same elements: this tensor if it is row-major already, else a copy. */
  contiguous(this: Tensor): Tensor<S> {
    return contiguous(this);
  }

  /** A row-major copy; gradients flow through it. */
  clone(this: Tensor): Tensor<S> {
    return clone(this);
  }

  /** A tensor that shares the elements but is detached from the graph: a leaf that does not require a gradient. */
  detach(this: Tensor): Tensor<S> {
    return new Tensor(this.storage, this);
  }

  /**
   * Converts to another dtype; returns this tensor if it has that dtype already. Integer dtypes truncate fractions, bool asks whether a
   * number is not 0. Throws a RangeError for a number that does not fit an integer dtype; a typed array wraps on purpose.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const x = tensor([2.5, 300]);
   * x.to('int32'); // => tensor([  2, 300], int32)
   * x.to('uint8'); // => throws RangeError: to: 300 does not fit uint8
   * tensor(new Uint8Array(x.data)); // => tensor([ 2, 44], uint8)
   * ```
   */
  to(this: Tensor, dtype: DType): Tensor<S> {
    checkDtype('to', dtype);
    return to(this, dtype);
  }

  /** Selects elements along an axis: `out[i, j] = x[i, index[i, j]]` for axis 1. `index` is int32 or uint8; the result has its shape. */
  gather<T extends Shape>(this: Tensor, axis: number, index: Tensor<T>): Tensor<T> {
    return gathering.gather(this, axis, index);
  }

  /**
   * A copy with the elements of `source` added at the given indices: `out[i, index[i, j]] += source[i, j]` for axis 1. dtypes are
   * promoted. Throws a RangeError for an index out of range, and for a sum that does not fit an integer dtype.
   */
  scatterAdd(this: Tensor, axis: number, index: Tensor, source: Tensor): Tensor<S> {
    return gathering.scatterAdd(this, axis, index, source);
  }

  /**
   * A copy with the elements of `source`, or a number, at the given indices: `out[i, index[i, j]] = source[i, j]` for axis 1. Of several
   * elements for one index the last one counts, and only that one receives a gradient. Throws a RangeError for an index out of range.
   *
   * ```ts
   * import { tensor, zeros } from '@mg/tensor';
   * zeros([4]).scatter(0, tensor([3, 0], { dtype: 'int32' }), tensor([7, 8])); // => tensor([8, 0, 0, 7])
   * ```
   */
  scatter(this: Tensor, axis: number, index: Tensor, source: Operand | boolean): Tensor<S> {
    return indexing.scatter(this, axis, index, source);
  }

  /**
   * The indices of the nonzero elements, one in each row: int32 [count, ndim]. `x.at(x.ne(0))` selects the elements themselves.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([[0, 1], [2, 0]]).nonzero(); // => tensor([[0, 1], [1, 0]], int32)
   * ```
   */
  nonzero(this: Tensor): Tensor {
    return indexing.nonzero(this);
  }

  /**
   * The indices of the elements that are true, one in each row: int32 [count, ndim]. The same as `nonzero`, as in PyTorch.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([5, 1, 7]).gt(3).argwhere(); // => tensor([[0], [2]], int32)
   * ```
   */
  argwhere(this: Tensor): Tensor {
    return indexing.argwhere(this);
  }

  /**
   * The places at which `values` go into this sorted vector, so that it stays sorted: int32; before equal elements, or after them with
   * `right: true`. If this tensor has several sorted rows, `values` has as many.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * tensor([1, 3, 5]).searchsorted(tensor([3, 6])); // => tensor([1, 3], int32)
   * tensor([1, 3, 5]).searchsorted(3, { right: true }); // => tensor(2, int32)
   * ```
   */
  searchsorted(this: Tensor, values: Operand, options?: SearchsortedOptions): Tensor {
    return sorting.searchsorted(this, values, options);
  }

  /**
   * The values that occur, ascending, as a vector. `returnInverse` and `returnCounts` ask for more: then the result has `values`, `inverse`,
   * the place of the value of each element among them, and `counts`, how often each occurs. They have no gradient.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const x = tensor([3, 1, 3]);
   * x.unique(); // => tensor([1, 3])
   * x.unique({ returnCounts: true }).counts; // => tensor([1, 2], int32)
   * ```
   */
  unique(this: Tensor): Tensor;
  unique<I extends boolean = false, C extends boolean = false>(
    this: Tensor,
    options: UniqueOptions<I, C>,
  ): Unique<I, C>;
  unique(this: Tensor, options?: UniqueOptions): Tensor | Unique<boolean, boolean> {
    return unique(this, options);
  }

  /**
   * How often each integer from 0 up to the largest occurs in this vector: int32; with `weights`, the sums of those. `minlength` asks for at
   * least so many bins. Throws a RangeError for a negative integer.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const labels = tensor([0, 2, 2], { dtype: 'int32' });
   * labels.bincount(); // => tensor([1, 0, 2], int32)
   * labels.bincount({ weights: tensor([0.5, 1, 1]), minlength: 4 }); // => tensor([0.5, 0.0, 2.0, 0.0])
   * ```
   */
  bincount(this: Tensor, options?: BincountOptions): Tensor {
    return bincount(this, options);
  }

  /**
   * Draws indices with probabilities in proportion to these weights: `numSamples` from a vector [n], or from each row of a matrix [m, n];
   * int32 [numSamples] or [m, numSamples]. Without `replacement` no index is drawn twice from a row.
   *
   * Throws a RangeError for weights that are negative, infinite, NaN or all 0, and for more samples than weights above 0 without
   * replacement.
   *
   * ```ts
   * import { manualSeed, tensor } from '@mg/tensor';
   * manualSeed(42);
   * tensor([0, 10, 3, 0]).multinomial(4, { replacement: true }); // => tensor([1, 1, 2, 1], int32)
   * ```
   */
  multinomial(this: Tensor, numSamples: number, options?: MultinomialOptions): Tensor {
    return random.multinomial(this, numSamples, options);
  }

  /**
   * A copy with `value` where the bool mask, which is broadcast, is true. It keeps the dtype of this tensor; throws a RangeError if the
   * value does not fit.
   *
   * ```ts
   * import { ones, tensor, zeros } from '@mg/tensor';
   * const future = ones([2, 2], { dtype: 'bool' }).triu(1);
   * zeros([2, 2]).maskedFill(future, -Infinity).toArray(); // => [[0, -Infinity], [0, 0]]
   * tensor([1, 2], { dtype: 'int32' }).maskedFill(tensor([true, false]), NaN); // => throws RangeError: maskedFill: NaN does not fit int32
   * ```
   */
  maskedFill(this: Tensor, mask: Tensor, value: Operand | boolean): Tensor {
    return masks.maskedFill(this, mask, value);
  }

  /**
   * One-hot encoding of class indices: adds a last axis of size `classes` with 1 at the index, else 0; int32. Without `classes`, the largest
   * index is that of the last class.
   */
  oneHot(this: Tensor, classes?: number): Tensor {
    return gathering.oneHot(this, classes);
  }

  /** Sorts along an axis (default: the last), ascending; returns values and indices. The sort is stable, and NaN counts as the largest. */
  sort(this: Tensor, axis?: number, options?: SortOptions): Sorted {
    return sorting.sort(this, axis, options);
  }

  /** The `k` largest elements along an axis (default: the last), largest first, with their indices; `largest: false` gives the smallest. */
  topk(this: Tensor, k: number, axis?: number, options?: TopkOptions): Sorted {
    return sorting.topk(this, k, axis, options);
  }

  /** The lower triangle of each matrix in the last two axes, 0 above the diagonal; a positive `offset` moves the diagonal to the right. */
  tril(this: Tensor, offset?: number): Tensor<S> {
    return masks.tril(this, offset);
  }

  /** The upper triangle of each matrix in the last two axes, 0 below the diagonal; a positive `offset` moves the diagonal to the right. */
  triu(this: Tensor, offset?: number): Tensor<S> {
    return masks.triu(this, offset);
  }

  /**
   * Looks up rows of `weight` [count, size] by these indices [...]; returns [..., size]. Throws a RangeError for an index that is
   * negative or beyond the last row.
   */
  embedding(this: Tensor, weight: Tensor): Tensor {
    return gathering.embedding(this, weight);
  }

  /** `e^x / Σ e^x` along an axis, stable for large inputs. */
  softmax(this: Tensor, axis: number): Tensor<S> {
    return activation.softmax(this, axis);
  }

  /**
   * The cross-correlation of images [batch, in, height, width] or [in, height, width] with a weight [out, in / groups, rows, columns],
   * as in PyTorch. `ConvOptions` has bias, stride, padding, dilation and groups.
   */
  conv2d(this: Tensor, weight: Tensor, options?: ConvOptions): Tensor {
    return conv.conv2d(this, weight, options);
  }

  /** The maximum of each window, for images [batch, channels, height, width] or [channels, height, width]. */
  maxPool2d(this: Tensor, kernel: Size, options?: MaxPoolOptions): Tensor {
    return pooling.maxPool2d(this, kernel, options);
  }

  /** The mean of each window, for images [batch, channels, height, width] or [channels, height, width]. */
  avgPool2d(this: Tensor, kernel: Size, options?: AvgPoolOptions): Tensor {
    return pooling.avgPool2d(this, kernel, options);
  }

  /** Layer normalization, `(x - mean) / √(variance + eps) · weight + bias`, over the last axes; `size` is their shape. */
  layerNorm(this: Tensor, size: number | readonly number[], options?: LayerNormOptions): Tensor<S> {
    return normalize.layerNorm(this, size, options);
  }

  /** Batch normalization, `(x - mean) / √(variance + eps) · weight + bias`, per channel (axis 1). */
  batchNorm(this: Tensor, options?: BatchNormOptions): Tensor<S> {
    return normalize.batchNorm(this, options);
  }

  /** The logarithm of softmax along an axis, stable for large inputs. */
  logSoftmax(this: Tensor, axis: number): Tensor<S> {
    return activation.logSoftmax(this, axis);
  }

  /**
   * `x += y` in place, with `y` broadcast; returns this tensor. A change of a view changes the tensor that it shows, and gradients flow
   * through the change to that tensor and to `y`.
   *
   * Throws a GraphError while operations are recorded, if this tensor is a leaf that requires a gradient or a view of one, or a view
   * that was taken under noGrad; and a RangeError, with nothing written, for a result that does not fit an integer dtype.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const x = tensor([1, 2, 3, 4], { requiresGrad: true });
   * const y = x.mul(1);
   * y.slice(0, 0, 2).mul_(10);
   * y.square().sum().backward();
   * y.toArray(); // => [10, 20, 3, 4]
   * x.grad?.toArray(); // => [200, 400, 6, 8]
   * ```
   */
  add_(this: Tensor, other: Operand): Tensor<S> {
    return inPlace.add_(this, other);
  }

  /** `x -= y` in place, like `add_`. */
  sub_(this: Tensor, other: Operand): Tensor<S> {
    return inPlace.sub_(this, other);
  }

  /** `x *= y` in place, like `add_`. */
  mul_(this: Tensor, other: Operand): Tensor<S> {
    return inPlace.mul_(this, other);
  }

  /** `x /= y` in place, like `add_`. Throws a DTypeError for integers, because the quotient is a float. */
  div_(this: Tensor, other: Operand): Tensor<S> {
    return inPlace.div_(this, other);
  }

  /** `clip` in place; returns this tensor. */
  clip_(this: Tensor, min?: number, max?: number): Tensor<S> {
    return inPlace.clip_(this, min, max);
  }

  /** Sets every element to a number, true or false; returns this tensor. Throws a RangeError for a number that does not fit the dtype. */
  fill_(this: Tensor, value: number | boolean): Tensor<S> {
    return inPlace.fill_(this, value);
  }

  /** Sets every element to 0; returns this tensor. */
  zero_(this: Tensor): Tensor<S> {
    return inPlace.zero_(this);
  }

  /**
   * Copies the elements of `source`, broadcast and converted as by `to`, into this tensor; returns this tensor. Throws a RangeError for a
   * number that does not fit the dtype.
   */
  copy_(this: Tensor, source: Tensor): Tensor<S> {
    return inPlace.copy_(this, source);
  }

  /** The number in a tensor with one element; 0 or 1 for a bool. Throws a ShapeError for any other size. */
  item(this: Tensor): number {
    if (this.size !== 1) {
      throw new ShapeError(
        `item: takes a tensor with one element, this one has shape ${showShape(this.shape)}; toArray() returns all elements`,
      );
    }
    noteRead(this);
    return this.storage.read()[this.offset] ?? NaN;
  }

  /**
   * A copy of the elements as nested lists; a single value for a 0-d tensor. Elements are numbers, or booleans for a bool tensor. The
   * type is the one that is wanted where the lists are used; it is not checked against the tensor.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * const rows: number[][] = tensor([[1, 2], [3, 4]]).toArray(); // => [[1, 2], [3, 4]]
   * rows.flat(); // => [1, 2, 3, 4]
   * const large: boolean[] = tensor([1, 3]).gt(2).toArray(); // => [false, true]
   * tensor([[1, 2]]).toArray<number[][]>(); // => [[1, 2]]
   * ```
   */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller's type is inferred, instead of a cast
  toArray<T = Listed<S>>(this: Tensor): T {
    return toArray(this) as T;
  }

  /**
   * The elements as in `toArray`, for `JSON.stringify`. JSON has no NaN or infinity: they become null.
   *
   * ```ts
   * import { tensor } from '@mg/tensor';
   * JSON.stringify({ weight: tensor([[1, 2], [3, 4]]) }); // => {"weight":[[1,2],[3,4]]}
   * ```
   */
  toJSON(this: Tensor): Nested {
    return toArray(this);
  }

  /**
   * The elements in nested lists, laid out as in NumPy. Above 1,000 elements, each axis shows the first and last three only.
   * `options` override the settings of `setPrintOptions`. Throws a RangeError for an invalid option.
   * `console.log` prints the same in Node, Deno and Bun; in a browser's console, log `String(x)`.
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
   * Computes the gradient of this tensor with respect to every leaf that it depends on, and adds it to the `grad` of the leaf.
   *
   * Without `gradient`, this tensor must have one element. With it, `gradient` has the shape of this tensor and is the vector of the
   * vector-Jacobian product. Throws a GraphError if nothing requires a gradient, if an earlier call without `retainGraph` freed
   * the graph, or if a tensor saved for the gradient was changed in place.
   */
  backward(this: Tensor, gradient?: Tensor | null, options?: BackwardOptions): void {
    backward(this, gradient, options);
  }

  /** Resets `grad` to null. */
  zeroGrad(this: Tensor): void {
    this.grad = null;
  }
}

for (const [name, ours] of Object.entries(foreignNames)) {
  Object.defineProperty(Tensor.prototype, name, {
    value() {
      throw new TypeError(`${name}: use ${ours}`);
    },
  });
}

/** What takes any number of arguments, and what JSON.stringify calls with the name of a property. */
const takesMore = ['at', 'set', 'toJSON'];

const { retainGrad, registerHook } = Object.getOwnPropertyDescriptors(Tensor.prototype);
const methods = { retainGrad, registerHook, ...Object.getOwnPropertyDescriptors(Methods.prototype) };

for (const [name, property] of Object.entries(methods)) {
  if (name === 'constructor') continue;
  const { value } = property as { value?: (...given: unknown[]) => unknown };
  const isStrict = value !== undefined && !takesMore.includes(name);
  Object.defineProperty(
    Tensor.prototype,
    name,
    isStrict ? { ...property, value: withoutSurplus(name, value) } : property,
  );
}

Object.defineProperty(Tensor.prototype, brand, { value: { grad } });

// A getter: a 0-d tensor has no rows, and is not iterable. Test frameworks compare what is iterable row by row, 0-d tensors by their
// text, and own fields.
Object.defineProperty(Tensor.prototype, Symbol.iterator, {
  get(this: Tensor) {
    if (!Tensor.made(this) || this.ndim === 0) return undefined;
    markIfEmpty(this);
    return rows;
  },
});

/** Gives a tensor without rows an own field to be compared: frameworks that compare rows see nothing else of its shape and dtype. */
function markIfEmpty(x: Tensor): void {
  if (x.shape[0] === 0) Object.defineProperty(x, 'contents', { value: contents(x), enumerable: true });
}

function rows(this: Tensor): IterableIterator<Tensor> {
  return views.unbind(this).values();
}

// Test frameworks compare this text and own properties, of which a tensor has none: only equal tensors are equal.
Object.defineProperty(Tensor.prototype, Symbol.toStringTag, {
  get(this: Tensor) {
    if (!Tensor.made(this)) return 'Tensor';
    // Node compares own fields too, but no rows: both tensors have to have the field.
    markIfEmpty(this);
    return contents(this);
  },
  enumerable: true,
});

// After a failed comparison, Jest copies these properties and prints the enumerable ones. Without the list it would call all getters.
Object.defineProperty(Tensor.prototype, Symbol.for('@jest/serializableProperties'), { value: [Symbol.toStringTag] });

// In a template string a tensor prints itself. Everywhere else, converting it to a primitive is a mistake, and throws.
Object.defineProperty(Tensor.prototype, Symbol.toPrimitive, {
  value(this: Tensor, hint: string) {
    if (hint === 'string') return this.toString();
    throw new TypeError(
      'operators do not support tensors: write t.add(1) for t + 1, t.lt(1) for t < 1; item() returns a single number, String(t) the text',
    );
  },
});

// console.log calls this in Node, Deno and Bun.
Object.defineProperty(Tensor.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Tensor, depth?: number | null, options?: { depth?: number | null }) {
    return inspect(this, depth, options);
  },
});
