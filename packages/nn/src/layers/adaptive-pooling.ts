import { ShapeError, type Sorted, tensor, type Tensor } from '@mg/tensor';
import { checkOptions, outside, showShape } from '@mg/tensor/internal';
import { runOwn } from '../module/lifetimes.ts';
import { type OtherArea, type OtherLength } from '../module/shape-types.ts';
import { checkFloatInput, type LayerOptions, layerOptions, setFields } from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/** Rows and columns of the output: one number for both, or a pair. null keeps the size of the input. */
export type OutputSize = number | null | readonly [rows: number | null, columns: number | null];

/**
 * The windows along an axis of `size` elements, `count` of them, which overlap if they must:
 *
 *     elements   0 1 2 3 4       window i goes from ⌊i · size / count⌋
 *     windows    0 0 1           to ⌈(i + 1) · size / count⌉, which is excluded
 *                  1 2 2 …
 */
interface Stretch {
  readonly size: number;
  readonly count: number;
  /** How many elements each window has, and the longest one. */
  readonly lengths: readonly number[];
  readonly longest: number;
  /** The elements of the windows, `longest` of each: a shorter one repeats its last. */
  readonly places: Int32Array;
}

function stretchOf(size: number, count: number): Stretch {
  const starts = Array.from({ length: count }, (_, at) => Math.floor((at * size) / count));
  const ends = starts.map((_, at) => Math.ceil(((at + 1) * size) / count));
  const lengths = starts.map((start, at) => (ends[at] ?? 0) - start);
  const longest = Math.max(0, ...lengths);
  const places = Int32Array.from({ length: count * longest }, (_, at) => {
    const window = Math.floor(at / longest);
    return Math.min((starts[window] ?? 0) + (at % longest), (ends[window] ?? 0) - 1);
  });
  return { size, count, lengths, longest, places };
}

/** The windows of an axis side by side, in two axes: [..., size, ...] to [..., count, longest, ...]. */
function spread(x: Tensor, axis: number, { places, count, longest }: Stretch): Tensor {
  return x.take(tensor(places), axis).unflatten(axis, [count, longest]);
}

/** The mean of each of `count` windows along an axis. */
function meansAlong(x: Tensor, axis: number, count: number): Tensor {
  const size = x.shape[axis] ?? 0;
  if (size === count) return x;
  if (size % count === 0) return x.unflatten(axis, [count, size / count]).mean(axis + 1);
  const stretch = stretchOf(size, count);
  const behind = x.shape.slice(axis + 1).map(() => 1);
  const { lengths, longest } = stretch;
  const repeated = lengths.flatMap((length) => Array.from({ length: longest }, (_, at) => at >= length));
  const mask = tensor(repeated, { shape: [count, longest, ...behind] });
  const sums = spread(x, axis, stretch)
    .maskedFill(mask, 0)
    .sum(axis + 1);
  return sums.div(tensor(lengths, { shape: [count, ...behind], dtype: x.dtype }));
}

/** What adaptive pools of images have in common. */
abstract class AdaptivePool2d extends Layer {
  declare readonly outputSize: OutputSize;
  /** Says that height and width change; it does not exist at run time. @internal */
  declare readonly sizes: OtherArea;

  constructor(name: string, outputSize: OutputSize, options: LayerOptions) {
    super();
    checkOptions(name, options, layerOptions);
    const pair: readonly unknown[] = Array.isArray(outputSize) ? outputSize : [outputSize, outputSize];
    if (pair.length !== 2 || !pair.every((each) => each === null || (Number.isSafeInteger(each) && Number(each) > 0))) {
      throw new RangeError(
        `${name}: the output size must be an integer >= 1 or null, or a pair of them, got ${JSON.stringify(outputSize)}`,
      );
    }
    setFields<AdaptivePool2d>(this, { outputSize });
  }
}

/** The size of the output for images. Throws a ShapeError for a tensor of other axes or without elements, and a DTypeError for one that is not of floats. */
function outputOf(layer: string, x: Tensor, outputSize: OutputSize): readonly [rows: number, columns: number] {
  if (x.ndim !== 3 && x.ndim !== 4) {
    throw new ShapeError(
      `${layer}: takes [batch, channels, height, width] or [channels, height, width], got ${showShape(x.shape)}`,
    );
  }
  checkFloatInput(layer, x);
  const [height = 0, width = 0] = x.shape.slice(-2);
  checkHasElements(layer, x, [height, width]);
  const [rows, columns] = typeof outputSize === 'number' || outputSize === null ? [outputSize, outputSize] : outputSize;
  return [rows ?? height, columns ?? width];
}

function checkHasElements(layer: string, x: Tensor, sizes: readonly number[]): void {
  if (sizes.every((size) => size > 0)) return;
  throw new ShapeError(`${layer}: the axes to pool need at least one element, got ${showShape(x.shape)}`);
}

/**
 * The means of images [batch, channels, height, width] over as many windows as `outputSize` says, which cover the image: images of any size
 * give the same size. Window i begins at ⌊i · height / rows⌋ and ends before ⌈(i + 1) · height / rows⌉.
 *
 * ```ts
 * import { AdaptiveAvgPool2d } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new AdaptiveAvgPool2d([1, 2]).forward(tensor([[[1, 2, 3], [5, 6, 7]]])); // => tensor([[[3.5000, 4.5000]]])
 * ```
 */
export class AdaptiveAvgPool2d extends AdaptivePool2d {
  constructor(outputSize: OutputSize, options: LayerOptions = {}) {
    super('AdaptiveAvgPool2d', outputSize, options);
  }

  protected override computation(): Computation {
    const { outputSize } = this;
    return (x) => {
      const [rows, columns] = outputOf('AdaptiveAvgPool2d', x, outputSize);
      const [height = 0, width = 0] = x.shape.slice(-2);
      if (height % rows === 0 && width % columns === 0) return x.avgPool2d([height / rows, width / columns]);
      return meansAlong(meansAlong(x, x.ndim - 2, rows), x.ndim - 1, columns);
    };
  }
}

/** As AdaptiveAvgPool2d, for signals [batch, channels, length] or [channels, length]. */
export class AdaptiveAvgPool1d extends Layer {
  declare readonly outputSize: number;
  /** Says that the length changes; it does not exist at run time. @internal */
  declare readonly sizes: OtherLength;

  constructor(outputSize: number, options: LayerOptions = {}) {
    super();
    checkOptions('AdaptiveAvgPool1d', options, layerOptions);
    if (!Number.isSafeInteger(outputSize) || outputSize < 1) {
      throw new RangeError(`AdaptiveAvgPool1d: the output size must be an integer >= 1, got ${outputSize}`);
    }
    setFields<AdaptiveAvgPool1d>(this, { outputSize });
  }

  protected override computation(): Computation {
    const { outputSize } = this;
    return (x) => {
      if (x.ndim !== 2 && x.ndim !== 3) {
        throw new ShapeError(
          `AdaptiveAvgPool1d: takes [batch, channels, length] or [channels, length], got ${showShape(x.shape)}`,
        );
      }
      checkFloatInput('AdaptiveAvgPool1d', x);
      checkHasElements('AdaptiveAvgPool1d', x, x.shape.slice(-1));
      return meansAlong(x, x.ndim - 1, outputSize);
    };
  }
}

/**
 * As AdaptiveAvgPool2d, with the largest element of each window; the first of equal elements gets the gradient.
 *
 * ```ts
 * import { AdaptiveMaxPool2d } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new AdaptiveMaxPool2d([1, 2]).forward(tensor([[[1, 9, 3], [5, 6, 7]]])); // => tensor([[[9, 9]]])
 * ```
 */
export class AdaptiveMaxPool2d extends AdaptivePool2d {
  constructor(outputSize: OutputSize, options: LayerOptions = {}) {
    super('AdaptiveMaxPool2d', outputSize, options);
  }

  protected override computation(): Computation {
    const { outputSize } = this;
    return (x) => {
      const [rows, columns] = outputOf('AdaptiveMaxPool2d', x, outputSize);
      const [height = 0, width = 0] = x.shape.slice(-2);
      if (height % rows === 0 && width % columns === 0) return x.maxPool2d([height / rows, width / columns]);
      const windows = windowsOf(x, rows, columns);
      return windows.gather(-1, windows.argmax(-1, { keepdims: true })).squeeze(-1);
    };
  }

  /** The output, and the place of each maximum in its image, `row · width + column`, in int32: PyTorch's `return_indices`. */
  withIndices(x: Tensor): Sorted {
    const outputSize = outside(() => this.outputSize);
    return runOwn(() => {
      const [rows, columns] = outputOf('AdaptiveMaxPool2d', x, outputSize);
      const windows = windowsOf(x, rows, columns);
      const largest = windows.argmax(-1, { keepdims: true });
      const [height = 0, width = 0] = x.shape.slice(-2);
      const all = tensor(Int32Array.from({ length: height * width }, (_, at) => at), { shape: [1, height, width] }); // prettier-ignore
      const places = windowsOf(all, rows, columns).broadcastTo(windows.shape);
      return {
        values: windows.gather(-1, largest).squeeze(-1),
        indices: places.gather(-1, largest).squeeze(-1),
      };
    });
  }
}

/** The elements of each window row by row: [..., height, width] to [..., rows, columns, elements]. */
function windowsOf(x: Tensor, rows: number, columns: number): Tensor {
  const [height = 0, width = 0] = x.shape.slice(-2);
  const tall = spread(x, x.ndim - 2, stretchOf(height, rows));
  const all = spread(tall, tall.ndim - 1, stretchOf(width, columns));
  return all.transpose(-3, -2).flatten(-2, -1);
}
