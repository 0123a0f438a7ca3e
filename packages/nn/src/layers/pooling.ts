import {
  type AvgPoolOptions,
  type MaxPoolOptions,
  type PoolOptions,
  ShapeError,
  type Size,
  type Sorted,
  type Tensor,
} from '@mg/tensor';
import { checkNumber, checkOptions, indicesOfMaxPool2d, outside, showShape } from '@mg/tensor/internal';
import { runOwn } from '../module/lifetimes.ts';
import { type OtherArea, type OtherLength } from '../module/shape-types.ts';
import { checkCounts, checkSize, type LayerOptions, layerOptions, setFields } from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/**
 * The distance of the windows (by default the size of the kernel), and the padding on each side (0). With `ceilMode` what is left over
 * at the end gets a window too.
 */
export interface PoolLayerOptions extends PoolOptions, LayerOptions {}

/** As PoolLayerOptions, with the distance between the elements of a window (1). */
export interface MaxPoolLayerOptions extends MaxPoolOptions, LayerOptions {}

/**
 * As PoolLayerOptions. Without `countIncludePad` (true) the zeros of the padding do not count; `divisorOverride` divides the sums,
 * in place of the number of elements.
 */
export interface AvgPoolLayerOptions extends AvgPoolOptions, LayerOptions {}

/** As MaxPoolLayerOptions, for one axis. */
export interface MaxPool1dOptions extends LayerOptions {
  readonly stride?: number | undefined;
  readonly padding?: number | undefined;
  readonly dilation?: number | undefined;
  readonly ceilMode?: boolean | undefined;
}

/** As AvgPoolLayerOptions, for one axis. */
export interface AvgPool1dOptions extends LayerOptions {
  readonly stride?: number | undefined;
  readonly padding?: number | undefined;
  readonly ceilMode?: boolean | undefined;
  readonly countIncludePad?: boolean | undefined;
}

const common = [...layerOptions, 'stride', 'padding', 'ceilMode'];

/** What pooling layers have in common: the window, its stride and the padding. */
abstract class Pool extends Layer {
  declare readonly kernelSize: Size;
  declare readonly stride: Size;
  declare readonly padding: Size;
  declare readonly ceilMode: boolean;
  /** Says that height and width change; it does not exist at run time. @internal */
  declare readonly sizes: OtherArea;

  constructor(name: string, kernelSize: Size, options: PoolLayerOptions, own: readonly string[]) {
    super();
    checkOptions(name, options, [...common, ...own]);
    const { stride = kernelSize, padding = 0, ceilMode = false } = options;
    checkSize(name, 'the kernel', kernelSize, 1);
    checkSize(name, 'the stride', stride, 1);
    checkSize(name, 'the padding', padding, 0);
    setFields<Pool>(this, { kernelSize, stride, padding, ceilMode });
  }
}

/**
 * The largest element of each window of images [batch, channels, height, width]. Windows do not overlap, unless `stride` is smaller than
 * the kernel.
 */
export class MaxPool2d extends Pool {
  declare readonly dilation: Size;

  constructor(kernelSize: Size, options: MaxPoolLayerOptions = {}) {
    super('MaxPool2d', kernelSize, options, ['dilation']);
    const { dilation = 1 } = options;
    checkSize('MaxPool2d', 'the dilation', dilation, 1);
    setFields<MaxPool2d>(this, { dilation });
  }

  protected override computation(): Computation {
    const { kernelSize, ...options } = optionsOf(this);
    return (x) => x.maxPool2d(kernelSize, options);
  }

  /**
   * The output, and the place of each maximum in its image, `row · width + column`, in int32: PyTorch's `return_indices`.
   *
   * ```ts
   * import { MaxPool2d } from '@mg/nn';
   * import { tensor } from '@mg/tensor';
   * new MaxPool2d(2).withIndices(tensor([[[1, 5, 2, 0], [3, 4, 0, 7]]])).indices; // => tensor([[[1, 7]]], int32)
   * ```
   */
  withIndices(x: Tensor): Sorted {
    const { kernelSize, ...options } = outside(() => optionsOf(this));
    return runOwn(() => ({
      values: x.maxPool2d(kernelSize, options),
      indices: indicesOfMaxPool2d(x, kernelSize, options),
    }));
  }
}

function optionsOf({ kernelSize, stride, padding, ceilMode, dilation }: MaxPool2d) {
  return { kernelSize, stride, padding, ceilMode, dilation };
}

/** The mean of each window of images [batch, channels, height, width]; the zeros of the padding count, unless the options say otherwise. */
export class AvgPool2d extends Pool {
  declare readonly countIncludePad: boolean;
  declare readonly divisorOverride: number | undefined;

  constructor(kernelSize: Size, options: AvgPoolLayerOptions = {}) {
    super('AvgPool2d', kernelSize, options, ['countIncludePad', 'divisorOverride']);
    const { countIncludePad = true, divisorOverride } = options;
    if (divisorOverride !== undefined) checkNumber('AvgPool2d', 'divisorOverride', divisorOverride);
    if (divisorOverride === 0) throw new RangeError('AvgPool2d: divisorOverride must not be 0');
    setFields<AvgPool2d>(this, { countIncludePad, divisorOverride });
  }

  protected override computation(): Computation {
    const { kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride } = this;
    return (x) => x.avgPool2d(kernelSize, { stride, padding, ceilMode, countIncludePad, divisorOverride });
  }
}

/** What pooling layers of signals have in common. */
abstract class SignalPool extends Layer {
  declare readonly kernelSize: number;
  declare readonly stride: number;
  declare readonly padding: number;
  declare readonly ceilMode: boolean;
  /** Says that the length changes; it does not exist at run time. @internal */
  declare readonly sizes: OtherLength;

  constructor(name: string, kernelSize: number, options: MaxPool1dOptions, own: readonly string[]) {
    super();
    checkOptions(name, options, [...common, ...own]);
    const { stride = kernelSize, padding = 0, ceilMode = false } = options;
    checkCounts(name, { kernelSize, stride }, 1);
    checkCounts(name, { padding });
    setFields<SignalPool>(this, { kernelSize, stride, padding, ceilMode });
  }
}

/** Signals as images with one row. Throws a ShapeError for a tensor of other axes. */
function asImages(layer: string, x: Tensor): Tensor {
  if (x.ndim === 2 || x.ndim === 3) return x.unsqueeze(-2);
  throw new ShapeError(`${layer}: takes [batch, channels, length] or [channels, length], got ${showShape(x.shape)}`);
}

/**
 * The largest element of each window of signals [batch, channels, length].
 *
 * ```ts
 * import { MaxPool1d } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new MaxPool1d(2).forward(tensor([[1, 5, 2, 0, 9]])); // => tensor([[5, 2]])
 * ```
 */
export class MaxPool1d extends SignalPool {
  declare readonly dilation: number;

  constructor(kernelSize: number, options: MaxPool1dOptions = {}) {
    super('MaxPool1d', kernelSize, options, ['dilation']);
    const { dilation = 1 } = options;
    checkCounts('MaxPool1d', { dilation }, 1);
    setFields<MaxPool1d>(this, { dilation });
  }

  protected override computation(): Computation {
    const { size, options } = asImageOptions(this);
    return (x) => asImages('MaxPool1d', x).maxPool2d(size, options).squeeze(-2);
  }

  /** The output, and the place of each maximum in its signal, in int32: PyTorch's `return_indices`. */
  withIndices(x: Tensor): Sorted {
    const { size, options } = outside(() => asImageOptions(this));
    return runOwn(() => {
      const images = asImages('MaxPool1d', x);
      return {
        values: images.maxPool2d(size, options).squeeze(-2),
        indices: indicesOfMaxPool2d(images, size, options).squeeze(-2),
      };
    });
  }
}

/** The window of a pool of signals, as of images with one row. */
function asImageOptions({ kernelSize, stride, padding, dilation, ceilMode }: MaxPool1d) {
  const size = [1, kernelSize] as const;
  return { size, options: { stride: [1, stride], padding: [0, padding], dilation: [1, dilation], ceilMode } as const };
}

/**
 * The mean of each window of signals [batch, channels, length]; the zeros of the padding count, unless the options say otherwise.
 *
 * ```ts
 * import { AvgPool1d } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new AvgPool1d(2).forward(tensor([[1, 5, 2, 0, 9]])); // => tensor([[3, 1]])
 * ```
 */
export class AvgPool1d extends SignalPool {
  declare readonly countIncludePad: boolean;

  constructor(kernelSize: number, options: AvgPool1dOptions = {}) {
    super('AvgPool1d', kernelSize, options, ['countIncludePad']);
    setFields<AvgPool1d>(this, { countIncludePad: options.countIncludePad ?? true });
  }

  protected override computation(): Computation {
    const { kernelSize, stride, padding, ceilMode, countIncludePad } = this;
    const options = { stride: [1, stride], padding: [0, padding], ceilMode, countIncludePad } as const;
    return (x) => asImages('AvgPool1d', x).avgPool2d([1, kernelSize], options).squeeze(-2);
  }
}
