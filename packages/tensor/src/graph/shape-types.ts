import { type Shape } from '../array/shape.ts';
import { type Tensor } from './tensor.ts';

/**
 * The shape that a function was given, without `readonly`, so that the editor shows `Tensor<[32, 784]>`; `Shape` where that is a list
 * of any length, as a literal is without `as const` or an annotation that asks for its sizes.
 */
export type Literal<S extends Shape> = number extends S['length'] ? Shape : { -readonly [Axis in keyof S]: S[Axis] };

/** The shape of an operand; a number counts as 0-d. */
export type ShapeOf<Operand> = Operand extends Tensor<infer S> ? S : [];

/**
 * The type of a parameter: `Given`, or what the editor shows in its place, the sentence that says why it does not fit.
 *
 * A verdict is 'fits' or that sentence. Inside a generic function sizes are not known yet, and nothing may be said: there the
 * compiler takes the key of the second line for what it were if each type parameter were what it extends. So a verdict
 * begins by asking its bare type parameters whether they are known, and says 'fits' of any `number[]` and any `number`.
 */
export type Checked<Given, Verdict> = [Verdict] extends ['fits']
  ? Given
  : { fits: Given; misfits: Verdict }[Verdict extends 'fits' ? 'fits' : 'misfits'];

/** The verdict on what has to fit twice: the first sentence, if there is one. */
type Both<First, Second> = First extends 'fits' ? Second : First;

/** A verdict, in other words where it is not 'fits'. */
export type Says<Verdict, Sentence extends string> = Verdict extends 'fits' ? 'fits' : Sentence;

/** The verdict on shapes: 'fits' unless the number of axes of both is known. */
type WhereKnown<A extends Shape, B extends Shape, Verdict> = A extends readonly unknown[]
  ? number extends A['length']
    ? 'fits'
    : B extends readonly unknown[]
      ? number extends B['length']
        ? 'fits'
        : Verdict
      : never
  : never;

/** The verdict on sizes that have to be equal. A size known only at run time goes along with anything. */
export type SameSize<A, B> = A extends number
  ? number extends A
    ? 'fits'
    : B extends number
      ? number extends B
        ? 'fits'
        : A extends B
          ? 'fits'
          : 'differ'
      : never
  : never;

/** A shape as messages print it: `[32, 784]`, with `number` for a size known only at run time. */
export type Show<S extends Shape> = `[${Join<S>}]`;

type Join<S extends Shape> = S extends readonly [infer Only extends number]
  ? ShowSize<Only>
  : S extends readonly [infer First extends number, ...infer Rest extends Shape]
    ? `${ShowSize<First>}, ${Join<Rest>}`
    : '';

type ShowSize<Size extends number> = number extends Size ? 'number' : `${Size}`;

/** The size at an axis named by its key, as in `'0'`. */
type SizeAt<S extends Shape, Key> = Key extends `${infer Axis extends number}` ? S[Axis] : never;

/** One of two types, by whether A and B are the same: decided at once, even for the type parameters of a generic function. */
type IfSame<A, B, Then, Else> = { is: A; as: B } extends { is: B; as: A } ? Then : Else;

/** The shape of `a op b`; `Shape` where either is not known at compile time. */
export type Broadcast<A extends Shape, B extends Shape> = IfSame<
  A,
  B,
  A,
  B['length'] extends 0 ? A : A['length'] extends 0 ? B : BroadcastOthers<A, B>
>;

type BroadcastOthers<A extends Shape, B extends Shape> = A extends readonly unknown[]
  ? number extends A['length']
    ? Shape
    : B extends readonly unknown[]
      ? number extends B['length']
        ? Shape
        : [Missing<A, B>] extends [never]
          ? BroadcastAxes<B, A, Missing<B, A>>
          : BroadcastAxes<A, B, Missing<A, B>>
      : never
  : never;

/** As many ones as `Long` has more axes than `Short`; never where it has fewer. */
type Missing<Long extends Shape, Short extends Shape> = Long extends readonly [
  ...infer More,
  ...{ [Axis in keyof Short]: unknown },
]
  ? { [Axis in keyof More]: 1 }
  : never;

/** Broadcasts `Long` and, with `Ones` in front of it, `Short`: axis by axis. */
type BroadcastAxes<Long extends Shape, Short extends Shape, Ones extends Shape> = {
  -readonly [Axis in keyof Long]: Axis extends keyof Ones
    ? Long[Axis]
    : Stretch<Long[Axis], SizeAt<[...Ones, ...Short], Axis>>;
};

/** The size to which two that fit stretch: the other one for 1, the known one for one known only at run time. */
type Stretch<A, B> = IfSame<A, B, A, B extends 1 ? A : A extends 1 ? B : number extends A ? B : A>;

/** The verdict on two shapes that have to broadcast. */
export type BroadcastVerdict<Op extends string, A extends Shape, B extends Shape> = WhereKnown<
  A,
  B,
  Says<Meet<A, B>, `${Op}: shapes ${Show<A>} and ${Show<B>} do not broadcast`>
>;

/** The verdict on sizes compared from the last axis: equal, or one of them 1. */
type Meet<A extends readonly unknown[], B extends readonly unknown[]> = A extends readonly [...infer RestA, infer LastA]
  ? B extends readonly [...infer RestB, infer LastB]
    ? Both<LastA extends 1 ? 'fits' : LastB extends 1 ? 'fits' : SameSize<LastA, LastB>, Meet<RestA, RestB>>
    : 'fits'
  : 'fits';

/** The verdict on a shape that has to stretch to a target. */
export type BroadcastToVerdict<S extends Shape, Target extends Shape> = Both<
  BroadcastVerdict<'broadcastTo', S, Target>,
  WhereKnown<S, Target, Says<Reach<S, Target>, `broadcastTo: ${Show<S>} does not stretch to ${Show<Target>}`>>
>;

/** The verdict on sizes compared from the last axis: the target's, or 1; and no more axes than the target has. */
type Reach<S extends readonly unknown[], Target extends readonly unknown[]> = S extends readonly [
  ...infer Rest,
  infer Last,
]
  ? Target extends readonly [...infer TargetRest, infer TargetLast]
    ? Both<Last extends 1 ? 'fits' : SameSize<Last, TargetLast>, Reach<Rest, TargetRest>>
    : 'too many axes'
  : 'fits';

/** The shape of a matrix product, whose batch axes are broadcast; `Shape` where that is not known at compile time. */
export type Matmul<A extends Shape, B extends Shape> = A extends readonly unknown[]
  ? number extends A['length']
    ? Shape
    : B extends readonly unknown[]
      ? number extends B['length']
        ? Shape
        : [...Broadcast<Batch<A>, Batch<B>>, ...Rows<A>, ...Columns<B>]
      : never
  : never;

/** The axes before the last two. */
type Batch<S extends Shape> = S extends readonly [...infer Before, unknown, unknown]
  ? { [Axis in keyof Before]: SizeAt<S, Axis> }
  : [];

/** The axis before the last one: the rows of a product, from its left operand. None where that is a vector. */
type Rows<S extends Shape> = S extends readonly [...infer Before, unknown, unknown] ? [S[Before['length']]] : [];

/** The last axis: the columns of a product, from its right operand. None where that is a vector. */
type Columns<S extends Shape> = S extends readonly [...unknown[], unknown, unknown] ? [Last<S>] : [];

type Last<S extends Shape> = S extends readonly [...unknown[], infer Size] ? Size : number;

/** The size of the right operand that meets the last one of the left operand. */
type Inner<S extends Shape> = S extends readonly [unknown]
  ? S[0]
  : S extends readonly [...infer Before, unknown, unknown]
    ? S[Before['length']]
    : number;

/** The verdict on the operands of a matrix product. */
export type MatmulVerdict<A extends Shape, B extends Shape> = WhereKnown<
  A,
  B,
  Both<InnerVerdict<Last<A>, Inner<B>>, BroadcastVerdict<'matmul', Batch<A>, Batch<B>>>
>;

type InnerVerdict<A, B> = Says<SameSize<A, B>, `matmul: inner sizes ${A & number} and ${B & number} differ`>;

/** An axis as a key of the shape, as in `'0'`, counted from the front or the end; never where there is no such axis. */
type AxisKey<S extends Shape, Axis> = Axis extends number
  ? `${Axis}` extends keyof S
    ? `${Axis}`
    : KeyFromEnd<S, Axis>
  : never;

/** The axis −1, −2 … as a key of the shape. */
type KeyFromEnd<
  S extends Shape,
  Axis extends number,
  Counted extends readonly unknown[] = [unknown],
> = S extends readonly [...infer Before, ...Counted]
  ? `${Axis}` extends `-${Counted['length']}`
    ? `${Before['length']}`
    : KeyFromEnd<S, Axis, [...Counted, unknown]>
  : never;

/** The verdict on an axis, or on a list of them; undefined, which stands for all, always fits. */
export type AxesVerdict<Op extends string, S extends Shape, Axis> = Axis extends number
  ? AxisVerdict<Op, S, Axis>
  : Axis extends readonly [infer First, ...infer Rest]
    ? Both<AxisVerdict<Op, S, First>, AxesVerdict<Op, S, Rest>>
    : 'fits';

type AxisVerdict<Op extends string, S extends Shape, Axis> = S extends readonly unknown[]
  ? number extends S['length'] | Axis
    ? 'fits'
    : [AxisKey<S['length'] extends 0 ? [1] : S, Axis>] extends [never]
      ? `${Op}: there is no axis ${Axis & number}, ${AxesOf<S>}`
      : 'fits'
  : never;

type AxesOf<S extends Shape> = S extends readonly [unknown, ...infer Rest]
  ? `a ${S['length']}-d tensor has axes -${S['length']} to ${Rest['length']}`
  : 'a 0-d tensor has axes -1 to 0';

/** The keepdims of a reduction's options, as far as known at compile time. */
export interface Keepdims<Kept extends boolean> {
  readonly keepdims?: Kept | undefined;
}

/** The shape of a reduction over an axis, over a list of them, or over all for undefined; `Shape` where that is not known. */
export type Reduced<S extends Shape, Axis, Kept extends boolean> = S extends readonly unknown[]
  ? [Axis] extends [undefined | readonly []]
    ? Kept extends true
      ? { -readonly [Each in keyof S]: 1 }
      : []
    : undefined extends Axis
      ? Shape
      : number extends S['length']
        ? Shape
        : Axis extends readonly unknown[]
          ? ReducedOver<S, Axis[number], Kept>
          : ReducedOver<S, Axis, Kept>
  : never;

type ReducedOver<S extends Shape, Axis, Kept extends boolean> = number extends Axis
  ? Shape
  : Kept extends true
    ? { -readonly [Each in keyof S]: Each extends AxisKey<S, Axis> ? 1 : S[Each] }
    : Without<S, AxisKey<S, Axis>>;

/** The shape without the axes of those keys. `Passed` counts the axes already looked at. */
type Without<
  S extends Shape,
  Keys,
  Passed extends readonly unknown[] = [],
  Left extends Shape = [],
> = Passed['length'] extends S['length']
  ? Left
  : Without<S, Keys, [...Passed, unknown], `${Passed['length']}` extends Keys ? Left : [...Left, S[Passed['length']]]>;

/** The shape of a matrix with its axes swapped; `Shape` where it is not a matrix at compile time. */
export type MatrixTransposed<S extends Shape> = S extends readonly [unknown, unknown] ? [S[1], S[0]] : Shape;

/** The shape with two axes swapped; `Shape` where it, or an axis, is not known at compile time. */
export type Transposed<S extends Shape, Axis0, Axis1> = S extends readonly unknown[]
  ? Axis0 extends number
    ? Axis1 extends number
      ? number extends S['length'] | Axis0 | Axis1
        ? Shape
        : Swapped<S, AxisKey<S, Axis0>, AxisKey<S, Axis1>>
      : never
    : never
  : never;

type Swapped<S extends Shape, Key0, Key1> = {
  -readonly [Each in keyof S]: Each extends Key0 ? SizeAt<S, Key1> : Each extends Key1 ? SizeAt<S, Key0> : S[Each];
};

/** The shape with its axes in the given order; `Shape` where it, or an axis, is not known at compile time. */
export type Permuted<S extends Shape, Axes extends Shape> = S extends readonly unknown[]
  ? number extends S['length'] | Axes['length'] | Axes[number]
    ? Shape
    : { -readonly [Each in keyof Axes]: SizeAt<S, AxisKey<S, Axes[Each]>> }
  : never;

/** The verdict on axes that have to be an order of all those of a shape. */
export type PermuteVerdict<S extends Shape, Axes extends Shape> = WhereKnown<
  S,
  Axes,
  number extends Axes[number] ? 'fits' : Both<AxesVerdict<'permute', S, Axes>, OrderVerdict<S, Axes>>
>;

type OrderVerdict<S extends Shape, Axes extends Shape> = S extends readonly unknown[]
  ? IfSame<
      [S['length'], Exclude<keyof S, keyof unknown[]>],
      [Axes['length'], AxisKey<S, Axes[number]>],
      'fits',
      `permute: axes ${Show<Axes>} do not name each axis of ${Show<S>} once`
    >
  : never;

/** `Literal` of the shape given to reshape, with a size to be worked out as `number`. */
export type Reshaped<S extends Shape> = number extends S['length']
  ? Shape
  : { -readonly [Axis in keyof S]: S[Axis] extends -1 ? number : S[Axis] };
