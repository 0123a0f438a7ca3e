import { checkNumber, checkOptions } from '../array/arguments.ts';
import { ShapeError } from '../array/errors.ts';
import { type Shape, showShape, sizeOf } from '../array/shape.ts';
import { apply, emptyOf, gradient, type OpRule, zerosOf } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/windows.ts';
import { type Windows } from '../kernels/windows.ts';
import { div, mul } from './arithmetic.ts';
import { denseStorage } from './copy.ts';
import { arange, tensor } from './creation.ts';
import { broadcastTo, reshape } from './views.ts';
import { checkFloat, isImages, pairOf, type Size, windowsOver } from './windows.ts';

/** The options of `maxPool2d` and `avgPool2d`. */
export interface PoolOptions {
  /** The distance between windows, in elements; the size of the kernel by default. */
  readonly stride?: Size | undefined;
  /** Padding on each side, at most half the kernel; 0 by default. */
  readonly padding?: Size | undefined;
  /** Whether what is left over at the end gets a window too, which is not whole; false by default. */
  readonly ceilMode?: boolean | undefined;
}

/** The options of `maxPool2d`. */
export interface MaxPoolOptions extends PoolOptions {
  /** The distance between the elements of a window; 1 by default. */
  readonly dilation?: Size | undefined;
}

/** The options of `avgPool2d`. */
export interface AvgPoolOptions extends PoolOptions {
  /** Whether zeros of the padding count; true by default. */
  readonly countIncludePad?: boolean | undefined;
  /** Divides the sums, in place of the number of elements of a window. */
  readonly divisorOverride?: number | undefined;
}

const poolOptions: readonly (keyof PoolOptions)[] = ['stride', 'padding', 'ceilMode'];

/**
 * For each window, the element of `values` at the position of the maximum of `x`. With `values = x`, this is the maximum of each
 * window. The position is piecewise constant in x, so only `values` has a gradient.
 */
const atLargestRule: OpRule<readonly [Tensor, Tensor], Windows> = {
  name: 'maxPool2d',
  forward([x, values], windows) {
    const out = emptyOf(values.dtype, [...values.shape.slice(0, -2), ...windows.count]);
    const images = denseStorage(x);
    if (values === x) kernels.largestOfWindows(images, out.storage, windows);
    else kernels.atLargestOfWindows(images, denseStorage(values), out.storage, windows);
    return out;
  },
  gradients: [null, gradient([0], (g, [x], windows) => apply(giveToLargestRule, [x, g], windows))],
};

/** The adjoint: adds each element of `g` to zeros of the shape of `x`, at the position of the maximum of its window. */
const giveToLargestRule: OpRule<readonly [Tensor, Tensor], Windows> = {
  name: 'the gradient of maxPool2d',
  forward([x, g], windows) {
    const out = emptyOf(g.dtype, x.shape);
    const images = denseStorage(x);
    kernels.giveToLargestOfWindows(images, denseStorage(g), out.storage, windows);
    return out;
  },
  gradients: [
    gradient([0], (g, [x]) => zerosOf(g.dtype, x.shape)),
    gradient([0], (g, [x], windows) => apply(atLargestRule, [x, g], windows)),
  ],
};

/**
 * The maximum of each window, for images [batch, channels, height, width] or [channels, height, width]. The first of equal elements gets
 * the gradient. Throws a ShapeError if the kernel is larger than the padded images.
 */
export function maxPool2d(x: Tensor, kernel: Size, options: MaxPoolOptions = {}): Tensor {
  return apply(atLargestRule, [x, x], maxWindows(x, kernel, options));
}

/** For each window of `maxPool2d` the place of its maximum in its image, `row · width + column`, in int32. */
export function indicesOfMaxPool2d(x: Tensor, kernel: Size, options: MaxPoolOptions = {}): Tensor {
  const windows = maxWindows(x, kernel, options);
  const places = reshape(arange(windows.height * windows.width, { dtype: 'int32' }), x.shape.slice(-2));
  return apply(atLargestRule, [x, broadcastTo(places, x.shape)], windows);
}

function maxWindows(x: Tensor, kernel: Size, options: MaxPoolOptions): Windows {
  checkOptions('maxPool2d', options, [...poolOptions, 'dilation']);
  return poolWindows('maxPool2d', x, kernel, options, options.dilation);
}

interface AverageParams {
  readonly shape: Shape;
  readonly windows: Windows;
}

const averageRule: OpRule<readonly [Tensor], AverageParams> = {
  name: 'avgPool2d',
  forward([x], { shape, windows }) {
    const out = emptyOf(x.dtype, [...shape.slice(0, -2), ...windows.count]);
    kernels.averageOfWindows(denseStorage(x, shape, x.dtype), out.storage, windows);
    return out;
  },
  gradients: [gradient([0], (g, [x], params) => apply(addRule, [div(g, sizeOf(params.windows.kernel)), x], params))],
};

/**
 * Adds each window's value to all elements of the window: the adjoint of the sums of windows. It is the same wherever the images are,
 * which get zeros as their gradient, as in PyTorch.
 */
const addRule: OpRule<readonly [Tensor, Tensor], AverageParams> = {
  name: 'the gradient of avgPool2d',
  forward([x], { shape, windows }) {
    const out = emptyOf(x.dtype, shape);
    kernels.addToWindows(denseStorage(x), out.storage, windows);
    return out;
  },
  gradients: [
    gradient([], (g, _, params) => mul(apply(averageRule, [g], params), sizeOf(params.windows.kernel))),
    gradient([], (g, _, { shape }) => zerosOf(g.dtype, shape)),
  ],
};

/**
 * The mean of each window, for images [batch, channels, height, width] or [channels, height, width]. Padded zeros count, as in PyTorch,
 * unless `countIncludePad` is false. Throws a ShapeError if the kernel is larger than the padded images, and a RangeError for a divisor of 0.
 */
export function avgPool2d(x: Tensor, kernel: Size, options: AvgPoolOptions = {}): Tensor {
  checkOptions('avgPool2d', options, [...poolOptions, 'countIncludePad', 'divisorOverride']);
  const { ceilMode = false, countIncludePad = true, divisorOverride } = options;
  const windows = poolWindows('avgPool2d', x, kernel, options);
  const means = apply(averageRule, [x], { shape: x.shape, windows });
  const size = sizeOf(windows.kernel);
  if (divisorOverride !== undefined) {
    checkNumber('avgPool2d', 'divisorOverride', divisorOverride);
    if (divisorOverride === 0) throw new RangeError('avgPool2d: divisorOverride must not be 0');
    return mul(means, size / divisorOverride);
  }
  if (countIncludePad && !ceilMode) return means;
  const [rows, columns] = ([0, 1] as const).map((axis) => elementsOf(windows, axis, countIncludePad));
  const factors = rows?.flatMap((each) => columns?.map((other) => size / (each * other)) ?? []) ?? [];
  return mul(means, tensor(factors, { shape: windows.count, dtype: x.dtype }));
}

/** How many rows, or columns, of each window count: those in the image, and with `withPadding` those of the padding. */
function elementsOf({ height, width, kernel, stride, padding, count }: Windows, axis: 0 | 1, withPadding: boolean) {
  const outside = withPadding ? padding[axis] : 0;
  const end = (axis === 0 ? height : width) + outside;
  return Array.from({ length: count[axis] }, (_, at) => {
    const start = at * stride[axis] - padding[axis];
    return Math.min(start + kernel[axis], end) - Math.max(start, -outside);
  });
}

function poolWindows(op: string, x: Tensor, kernel: Size, options: PoolOptions, dilation: Size = 1): Windows {
  const { stride = kernel, padding = 0, ceilMode = false } = options;
  if (!isImages(x)) {
    throw new ShapeError(
      `${op}: takes [batch, channels, height, width] or [channels, height, width], got ${showShape(x.shape)}`,
    );
  }
  checkFloat(op, x);
  const [size, pads] = [pairOf(op, 'kernel', kernel, 1), pairOf(op, 'padding', padding, 0)];
  if (pads[0] > size[0] / 2 || pads[1] > size[1] / 2) {
    throw new ShapeError(
      `${op}: the padding must be at most half the kernel, got ${showShape(pads)} for ${showShape(size)}`,
    );
  }
  const windows = windowsOver(op, x, size, { stride, dilation, padding, ceilMode });
  if (windows.height === 0 || windows.width === 0) {
    throw new ShapeError(`${op}: images need at least one row and one column, got ${showShape(x.shape)}`);
  }
  return windows;
}
