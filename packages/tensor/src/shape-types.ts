import { type Shape } from './shape.ts';

/** A literal shape without `readonly`, so that the editor shows `Tensor<[32, 784]>`. */
export type Literal<S extends Shape> = { -readonly [Axis in keyof S]: S[Axis] };

/** Whether the number of axes is known at compile time. */
type Ranked<S extends Shape> = number extends S['length'] ? false : true;

/** `unknown` where the shapes fit, so that a parameter `T & Fits<...>` is just `T`; else the sentence that says why not. */
export type Fits<Problem> = [Problem] extends [never] ? unknown : Problem;

/** A shape as messages print it: `[32, 784]`. */
type Show<S extends Shape> = `[${Join<S>}]`;
type Join<S extends Shape> = S extends readonly [infer Only extends number]
  ? `${Only}`
  : S extends readonly [infer First extends number, ...infer Rest extends Shape]
    ? `${First}, ${Join<Rest>}`
    : '';

/** Two sizes that meet in broadcasting; never where they cannot. A size known only at run time goes along with anything. */
type BroadcastSize<A extends number, B extends number> = number extends A
  ? B extends 1
    ? number
    : B
  : A extends 1
    ? B
    : number extends B
      ? A
      : B extends 1
        ? A
        : A extends B
          ? A
          : never;

/** The shape in which two literal shapes meet, worked out from the last axis; never where they do not broadcast. */
type BroadcastRanked<A extends Shape, B extends Shape, Result extends Shape = []> = A extends readonly [
  ...infer RestA extends Shape,
  infer LastA extends number,
]
  ? B extends readonly [...infer RestB extends Shape, infer LastB extends number]
    ? [BroadcastSize<LastA, LastB>] extends [never]
      ? never
      : BroadcastRanked<RestA, RestB, [BroadcastSize<LastA, LastB>, ...Result]>
    : [...A, ...Result]
  : [...B, ...Result];

/** The shape of `a op b`; `Shape` where either is not known at compile time. */
export type Broadcast<A extends Shape, B extends Shape> =
  Ranked<A> extends true
    ? Ranked<B> extends true
      ? [BroadcastRanked<A, B>] extends [never]
        ? Shape
        : BroadcastRanked<A, B>
      : Shape
    : Shape;

/** The sentence for two shapes that do not broadcast; never where they do, or where that is not known. */
export type BroadcastProblem<Op extends string, A extends Shape, B extends Shape> =
  Ranked<A> extends true
    ? Ranked<B> extends true
      ? [BroadcastRanked<A, B>] extends [never]
        ? `${Op}: shapes ${Show<A>} and ${Show<B>} do not broadcast`
        : never
      : never
    : never;

/** The shape of a matrix product; `Shape` where an operand is not a matrix at compile time. */
export type Matmul<A extends Shape, B extends Shape> = A extends readonly [infer Rows extends number, number]
  ? B extends readonly [number, infer Columns extends number]
    ? [Rows, Columns]
    : Shape
  : Shape;

/** The sentence for matrices whose inner sizes differ; never where they agree, or where that is not known. */
export type MatmulProblem<A extends Shape, B extends Shape> = A extends readonly [number, infer InnerA extends number]
  ? B extends readonly [infer InnerB extends number, number]
    ? number extends InnerA | InnerB
      ? never
      : InnerA extends InnerB
        ? never
        : `matmul: inner sizes ${InnerA} and ${InnerB} differ`
    : never
  : never;

/** The shape with its two axes swapped; `Shape` where it is not a matrix at compile time. */
export type Transposed<S extends Shape> = S extends readonly [infer Rows extends number, infer Columns extends number]
  ? [Columns, Rows]
  : Shape;

/** The shape given to reshape, with a size to be worked out as `number`. */
export type Reshaped<S extends Shape> = { -readonly [Axis in keyof S]: S[Axis] extends -1 ? number : S[Axis] };
