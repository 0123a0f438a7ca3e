import { ShapeError, type Size, tensor, type Tensor } from '@mg/tensor';
import { checkOptions, showShape } from '@mg/tensor/internal';
import { type Resized } from '../module/shape-types.ts';
import { checkCounts, type LayerOptions, layerOptions, setFields } from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/**
 * What stands in the padding: `'zeros'`; `'reflect'`, the elements in reverse order, without the edge itself; `'replicate'`, the edge; or
 * `'circular'`, the elements of the other side.
 */
export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

/** How many elements are added in front of an axis, and behind it. */
export type Widths = readonly [before: number, after: number];

/** Throws a RangeError for another mode. */
export function checkPaddingMode(layer: string, mode: PaddingMode): void {
  if (!['zeros', 'reflect', 'replicate', 'circular'].includes(mode)) {
    throw new RangeError(
      `${layer}: paddingMode must be 'zeros', 'reflect', 'replicate' or 'circular', got ${JSON.stringify(mode)}`,
    );
  }
}

/** Pads the last axes, as many as there are widths. Throws a ShapeError for an axis that is too short for the mode. */
export function padEdges(layer: string, x: Tensor, mode: PaddingMode, widths: readonly Widths[]): Tensor {
  const first = x.ndim - widths.length;
  if (mode === 'zeros') return x.pad(x.shape.map((_, axis) => widths[axis - first] ?? [0, 0]));
  return widths.reduce((padded, [before, after], at) => {
    const axis = first + at;
    const size = x.shape[axis] ?? 0;
    if (before === 0 && after === 0) return padded;
    const longest = { reflect: size - 1, replicate: size === 0 ? 0 : Infinity, circular: size }[mode];
    if (Math.max(before, after) > longest) {
      throw new ShapeError(
        `${layer}: axis ${axis} of ${showShape(x.shape)} is too short for padding ${showShape([before, after])} by '${mode}', which takes at most ${longest}`,
      );
    }
    return padded.take(tensor(sources(mode, size, before, after)), axis);
  }, x);
}

/** For each place of the padded axis the place that its element comes from. */
function sources(mode: 'reflect' | 'replicate' | 'circular', size: number, before: number, after: number): Int32Array {
  const last = size - 1;
  return Int32Array.from({ length: before + size + after }, (_, place) => {
    const at = place - before;
    if (at >= 0 && at <= last) return at;
    if (mode === 'replicate') return at < 0 ? 0 : last;
    if (mode === 'circular') return at < 0 ? at + size : at - size;
    return at < 0 ? -at : 2 * last - at;
  });
}

/** The padding of images on all sides, or to the left, to the right, above and below. */
export type ImagePadding = number | readonly [left: number, right: number, above: number, below: number];

/** The padding of signals on both sides, or in front and behind. */
export type SignalPadding = Size;

/** What layers that pad have in common. */
abstract class Padding extends Layer {
  /** In front and behind along the last axis, then along the one before it, as in PyTorch. */
  declare readonly padding: readonly number[];
  /** The shape differs from that of the input; it does not exist at run time. @internal */
  declare readonly sizes: Resized;
  readonly #name: string;
  readonly #mode: PaddingMode;

  constructor(
    name: string,
    mode: PaddingMode,
    padding: number | readonly number[],
    axes: 1 | 2,
    options: LayerOptions,
  ) {
    super();
    checkOptions(name, options, layerOptions);
    const widths: readonly number[] = typeof padding === 'number' ? new Array<number>(2 * axes).fill(padding) : padding;
    const isList: boolean = Array.isArray(widths); // plain JavaScript may pass anything
    if (!isList || widths.length !== 2 * axes) {
      throw new RangeError(
        `${name}: the padding must be an integer, or a list of ${2 * axes}, got ${JSON.stringify(padding)}`,
      );
    }
    checkCounts(name, Object.fromEntries(widths.map((each, at) => [`padding ${at}`, each])));
    this.#name = name;
    this.#mode = mode;
    setFields<Padding>(this, { padding: widths.slice() });
  }

  protected override computation(): Computation {
    const { padding } = this;
    const [left = 0, right = 0, ...others] = padding;
    const [above = 0, below = 0] = others;
    const widths: Widths[] = others.length === 0 ? [[left, right]] : [[above, below], [left, right]]; // prettier-ignore
    return (x) => {
      if (x.ndim !== widths.length + 1 && x.ndim !== widths.length + 2) {
        const axes = widths.length === 1 ? 'length' : 'height, width';
        throw new ShapeError(
          `${this.#name}: takes [batch, channels, ${axes}] or [channels, ${axes}], got ${showShape(x.shape)}`,
        );
      }
      return padEdges(this.#name, x, this.#mode, widths);
    };
  }
}

/**
 * Zeros around images [batch, channels, height, width] or [channels, height, width].
 *
 * ```ts
 * import { ZeroPad2d } from '@mg/nn';
 * import { ones } from '@mg/tensor';
 * new ZeroPad2d([1, 0, 0, 1]).forward(ones([1, 2, 2])); // => tensor([[[0, 1, 1], [0, 1, 1], [0, 0, 0]]])
 * ```
 */
export class ZeroPad2d extends Padding {
  constructor(padding: ImagePadding, options: LayerOptions = {}) {
    super('ZeroPad2d', 'zeros', padding, 2, options);
  }
}

/**
 * The elements of signals [batch, channels, length] in reverse order around them, without the edges. Throws a ShapeError unless the padding is
 * shorter than the signals.
 *
 * ```ts
 * import { ReflectionPad1d } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new ReflectionPad1d(2).forward(tensor([[1, 2, 3]])); // => tensor([[3, 2, 1, 2, 3, 2, 1]])
 * ```
 */
export class ReflectionPad1d extends Padding {
  constructor(padding: SignalPadding, options: LayerOptions = {}) {
    super('ReflectionPad1d', 'reflect', padding, 1, options);
  }
}

/** As ReflectionPad1d, around images [batch, channels, height, width]. */
export class ReflectionPad2d extends Padding {
  constructor(padding: ImagePadding, options: LayerOptions = {}) {
    super('ReflectionPad2d', 'reflect', padding, 2, options);
  }
}

/**
 * The first and the last element of signals [batch, channels, length], repeated around them.
 *
 * ```ts
 * import { ReplicationPad1d } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new ReplicationPad1d([1, 2]).forward(tensor([[1, 2, 3]])); // => tensor([[1, 1, 2, 3, 3, 3]])
 * ```
 */
export class ReplicationPad1d extends Padding {
  constructor(padding: SignalPadding, options: LayerOptions = {}) {
    super('ReplicationPad1d', 'replicate', padding, 1, options);
  }
}

/** As ReplicationPad1d, around images [batch, channels, height, width]. */
export class ReplicationPad2d extends Padding {
  constructor(padding: ImagePadding, options: LayerOptions = {}) {
    super('ReplicationPad2d', 'replicate', padding, 2, options);
  }
}
