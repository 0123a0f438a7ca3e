import { type Shape, type Tensor } from '@mg/tensor';
import { type Checked, type Plain, type SameSize, type Says, type ShapeOf, type Show } from '@mg/tensor/internal';
import { type AnyModule } from './module.ts';

/**
 * A size that a layer carries for the compiler. A layer of another size can take its place, since the keys that it lacks are optional.
 * Neither is a subtype of the other: so a list of both is a list of their union.
 */
type Mark<Size extends number> = { readonly [Each in Size | 'size']?: unknown };

/** The features of a Linear. */
export interface Features<In extends number, Out extends number> {
  readonly featuresIn: Mark<In>;
  readonly featuresOut: Mark<Out>;
}

/** The channels of a convolution, and the name of its layer, which says how many axes follow. */
export interface Channels<In extends number, Out extends number, Name extends Convolution = 'Conv2d'> {
  readonly channelsIn: Mark<In>;
  readonly channelsOut: Mark<Out>;
  readonly convolution?: Name;
}

type Convolution = 'Conv1d' | 'Conv2d' | 'ConvTranspose1d' | 'ConvTranspose2d';

/** The mark of a layer that keeps batch and channels of signals, and changes their length. */
export interface OtherLength {
  readonly otherLength: unknown;
}

/** The mark of a layer that keeps batch and channels of images, and changes their height and width. */
export interface OtherArea {
  readonly otherArea: unknown;
}

/** The mark of a layer whose output has a shape that types do not say. */
export interface Resized {
  readonly resized: unknown;
}

/** The size of the rows of an Embedding. */
export interface Rows<Size extends number> {
  readonly row: Mark<Size>;
}

/** The `forward` of our layers. */
interface OwnForward {
  (x: Plain): Tensor;
  <L extends AnyModule, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<OutputShape<L, X>>;
}

/**
 * The input of a layer: X, or the sentence that says why the layer does not take it.
 *
 * A forward takes its layer from `this`, as L, and all have the same type parameters: then one of several layers can be called
 * without knowing which, and nothing is said of it that is not true of each.
 */
export type LayerInput<Layer, X> = Checked<X, LayerVerdict<Layer, ShapeOf<X>>>;

/**
 * The shape that a layer gives for X. Where the compiler compares the forward of a subclass with this one, the layer is any
 * Module, and any shape will do.
 */
export type OutputShape<Layer, X> = { known: ShapeAfter<Layer, ShapeOf<X>>; unknown: Shape }[Layer extends AnyModule
  ? AnyModule extends Layer
    ? 'unknown'
    : 'known'
  : 'known'];

/** The shape that a layer gives for S; `Shape` for one of several layers, and for one whose forward does not say. */
type ShapeAfter<Layer, S extends Shape> =
  true extends IsUnion<Layer>
    ? Shape
    : Ours<Layer> extends { readonly sizes: Features<number, infer Out> }
      ? WithLast<S, Out>
      : Ours<Layer> extends { readonly sizes: Channels<number, infer Out, infer Name> }
        ? Name extends `${string}1d`
          ? SignalsOf<S, Out>
          : ImagesOf<S, Out>
        : Ours<Layer> extends { readonly sizes: OtherArea | OtherLength | Resized }
          ? ResizedTo<Ours<Layer>, S>
          : Ours<Layer> extends { readonly sizes: Rows<infer Dim> }
            ? [...S, Dim]
            : Ours<Layer> extends { readonly startAxis: number } | { readonly unflattenedSize: unknown }
              ? Shape
              : Ours<Layer> extends { readonly layers: infer Layers extends readonly unknown[] }
                ? ShapeAfterAll<Layers, S>
                : Ours<Layer> extends AnyModule
                  ? S
                  : KeepsShape<Layer> extends true
                    ? S
                    : Layer extends { forward(x: never): Tensor<infer Given> }
                      ? Given
                      : Shape;

/** The shape with another last size; any number of axes in front of it where that is not known. */
type WithLast<S extends Shape, Size extends number> = S['length'] extends 1
  ? [Size]
  : S['length'] extends 2
    ? [S[0], Size]
    : S['length'] extends 3
      ? [S[0], S[1], Size]
      : S['length'] extends 4
        ? [S[0], S[1], S[2], Size]
        : [...number[], Size];

/** The last size, `number` where that is not known. */
type LastOf<S extends Shape> = S['length'] extends 1
  ? S[0]
  : S['length'] extends 2
    ? S[1]
    : S['length'] extends 3
      ? S[2]
      : S['length'] extends 4
        ? S[3]
        : S extends readonly [...unknown[], infer Last extends number]
          ? Last
          : number;

/** Images of so many channels, whose height and width depend on more than types say; one, or a batch of them. */
type ImagesOf<S extends Shape, Channels extends number> = S extends readonly [number, number, number]
  ? [Channels, number, number]
  : S extends readonly [infer Batch extends number, number, number, number]
    ? [Batch, Channels, number, number]
    : [number, Channels, number, number];

/** The shape after a layer that changes the sizes behind the channels. */
type ResizedTo<Layer, S extends Shape> = Layer extends { readonly sizes: OtherArea }
  ? ImagesOf<S, ChannelsOf<S>>
  : Layer extends { readonly sizes: OtherLength }
    ? SignalsOf<S, SignalChannelsOf<S>>
    : Shape;

/** Signals of so many channels, whose length depends on more than types say; one, or a batch of them. */
type SignalsOf<S extends Shape, Channels extends number> = S extends readonly [number, number]
  ? [Channels, number]
  : S extends readonly [infer Batch extends number, number, number]
    ? [Batch, Channels, number]
    : [number, Channels, number];

/** The channels of signals, one or a batch of them. */
type SignalChannelsOf<S extends Shape> = S extends readonly [...number[], infer Channels extends number, number]
  ? Channels
  : number;

/** The channels of images, one or a batch of them. */
type ChannelsOf<S extends Shape> = S extends readonly [...number[], infer Channels extends number, number, number]
  ? Channels
  : number;

type IsUnion<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never;

/** A layer with the forward of our layers; false for one with a user's, also in a subclass of ours. */
type Ours<Layer> = Layer extends { forward: infer Forward }
  ? IsExactly<Forward, OwnForward> extends true
    ? Layer
    : false
  : false;

/** Whether two types are one and the same: what fits each other may still be a user's simpler forward. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the compiler compares such functions by identity
type IsExactly<A, B> = (<T>() => T extends A ? 1 : 0) extends <T>() => T extends B ? 1 : 0 ? true : false;

/** Whether a layer gives the shape that it gets: asked with sizes that no tensor has. */
type KeepsShape<Layer> = Layer extends { forward(x: Tensor<[-1]>): Tensor<[-1]> }
  ? Layer extends { forward(x: Tensor<[-1]>): Tensor<[-2]> }
    ? false
    : true
  : false;

/** The shape that layers one after the other give for S. */
type ShapeAfterAll<Layers extends readonly unknown[], S extends Shape> = number extends Layers['length']
  ? Shape
  : Layers extends readonly [infer First, ...infer Rest]
    ? ShapeAfterAll<Rest, ShapeAfter<First, S>>
    : S;

/** The verdict on a tensor of shape S as the input of a layer. `Before` lists those on the layers before it in a Sequential. */
type LayerVerdict<
  Layer,
  S extends Shape,
  Before extends readonly unknown[] | false = false,
> = S extends readonly unknown[]
  ? number extends S['length']
    ? S extends readonly [...number[], infer Last extends number]
      ? number extends Last
        ? 'fits'
        : KnownVerdict<Layer, [number, Last], Before>
      : 'fits'
    : KnownVerdict<Layer, S, Before>
  : never;

/** The same for a shape of which at least the last size is known. */
type KnownVerdict<Layer, S extends Shape, Before extends readonly unknown[] | false> =
  Ours<Layer> extends { readonly sizes: Features<infer In, infer Out> }
    ? LinearVerdict<In, Out, S, Before>
    : Ours<Layer> extends { readonly sizes: Channels<infer In, infer Out, infer Name> }
      ? ConvVerdict<Name, In, Out, S, Before>
      : Ours<Layer> extends { readonly layers: infer Layers extends readonly unknown[] }
        ? ChainVerdict<Layers, S>
        : 'fits';

/** What was amiss when the layers were chained is not said again. */
type ChainVerdict<Layers extends readonly unknown[], S extends Shape> =
  FirstMisfit<ChainVerdicts<Layers, Shape>> extends 'fits' ? FirstMisfit<ChainVerdicts<Layers, S>> : 'fits';

type LinearVerdict<In extends number, Out extends number, S extends Shape, Before> = S['length'] extends 0
  ? `Linear(${In}, ${Out}): takes [..., ${In}], got []`
  : Says<
      SameSize<LastOf<S>, In>,
      Before extends readonly unknown[]
        ? `Sequential: layer ${Before['length']} takes ${In} features, ${Giver<Before>} ${LastOf<S>}`
        : `Linear(${In}, ${Out}): takes [..., ${In}], got ${Show<S>}`
    >;

type ConvVerdict<
  Name extends Convolution,
  In extends number,
  Out extends number,
  S extends Shape,
  Before,
> = number extends S['length']
  ? 'fits'
  : S['length'] extends (Name extends `${string}1d` ? 2 | 3 : 3 | 4)
    ? Says<
        SameSize<ConvChannels<Name, S>, In>,
        Before extends readonly unknown[]
          ? `Sequential: layer ${Before['length']} takes ${In} channels, ${Giver<Before>} ${ConvChannels<Name, S>}`
          : ConvTakes<Name, In, Out, S>
      >
    : ConvTakes<Name, In, Out, S>;

/** The channels of an input of a convolution, with as many axes as it takes. */
type ConvChannels<Name extends Convolution, S extends Shape> = S['length'] extends (Name extends `${string}1d` ? 2 : 3)
  ? S[0]
  : S[1];

type ConvTakes<
  Name extends Convolution,
  In extends number,
  Out extends number,
  S extends Shape,
> = `${Name}(${In}, ${Out}): takes [batch, ${In}, ${Name extends `${string}1d` ? 'length' : 'height, width'}], got ${Show<S>}`;

type Giver<Before extends readonly unknown[]> = Before extends readonly [unknown, ...infer Others]
  ? `layer ${Others['length']} gives`
  : 'the input has';

/** For each of some layers the verdict on what the one before gives. The first one gets S. */
type ChainVerdicts<
  Layers extends readonly unknown[],
  S extends Shape,
  Before extends readonly unknown[] = [],
> = number extends Layers['length']
  ? Before
  : Layers extends readonly [infer First, ...infer Rest]
    ? ChainVerdicts<Rest, ShapeAfter<First, S>, [...Before, LayerVerdict<First, S, Before>]>
    : Before;

/** The first sentence among verdicts. */
type FirstMisfit<Verdicts extends readonly unknown[]> = Verdicts extends readonly [infer First, ...infer Rest]
  ? First extends 'fits'
    ? FirstMisfit<Rest>
    : First
  : 'fits';

/** Layers one after the other; in place of one that does not take what the one before gives, the sentence that says so. */
export type Chained<Layers extends readonly unknown[]> = ChainedBy<Layers, ChainVerdicts<Layers, Shape>>;

type ChainedBy<Layers extends readonly unknown[], Verdicts extends readonly unknown[]> = {
  [Index in keyof Layers]: Checked<Layers[Index], Index extends keyof Verdicts ? Verdicts[Index] : 'fits'>;
};
