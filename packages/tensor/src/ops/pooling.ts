import { checkOptions } from '../array/arguments.ts';
import { ShapeError } from '../array/errors.ts';
import { type Shape, showShape, sizeOf } from '../array/shape.ts';
import { apply, emptyOf, gradient, type OpRule } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/windows.ts';
import { type Windows } from '../kernels/windows.ts';
import { div, mul } from './arithmetic.ts';
import { denseStorage } from './copy.ts';
import { checkFloat, isImages, pairOf, type Size, windowsOver } from './windows.ts';

/** How far apart the windows are (as large as the kernel, if not given), and how much padding there is on each side (none). */
export interface PoolOptions {
  readonly stride?: Size | undefined;
  readonly padding?: Size | undefined;
}

const poolOptions: readonly (keyof PoolOptions)[] = ['stride', 'padding'];

/**
 * From each window of `values` the element at the place where that of `x` is the largest. Of `x` alone, then, the largest element
 * of each; which one that is does not change with it, so that only the values have a gradient.
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

/** The adjoint: zeros of the shape of `x`, to which each element of `g` is added where the largest of its window stands. */
const giveToLargestRule: OpRule<readonly [Tensor, Tensor], Windows> = {
  name: 'the gradient of maxPool2d',
  forward([x, g], windows) {
    const out = emptyOf(g.dtype, x.shape);
    const images = denseStorage(x);
    kernels.giveToLargestOfWindows(images, denseStorage(g), out.storage, windows);
    return out;
  },
  gradients: [null, gradient([0], (g, [x], windows) => apply(atLargestRule, [x, g], windows))],
};

/** The largest element of each window, of images [batch, channels, height, width], or one of them; the first of equals has the gradient. */
export function maxPool2d(x: Tensor, kernel: Size, options: PoolOptions = {}): Tensor {
  return apply(atLargestRule, [x, x], poolWindows('maxPool2d', x, kernel, options));
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
  gradients: [gradient([], (g, _, params) => apply(addRule, [div(g, sizeOf(params.windows.kernel))], params))],
};

/** Each element as the sum over all windows that have it: the adjoint of their sums. */
const addRule: OpRule<readonly [Tensor], AverageParams> = {
  name: 'the gradient of avgPool2d',
  forward([x], { shape, windows }) {
    const out = emptyOf(x.dtype, shape);
    kernels.addToWindows(denseStorage(x), out.storage, windows);
    return out;
  },
  gradients: [gradient([], (g, _, params) => mul(apply(averageRule, [g], params), sizeOf(params.windows.kernel)))],
};

/** The mean of each window, of images [batch, channels, height, width], or one of them; zeros of the padding count, as in PyTorch. */
export function avgPool2d(x: Tensor, kernel: Size, options: PoolOptions = {}): Tensor {
  return apply(averageRule, [x], { shape: x.shape, windows: poolWindows('avgPool2d', x, kernel, options) });
}

function poolWindows(op: string, x: Tensor, kernel: Size, options: PoolOptions): Windows {
  checkOptions(op, options, poolOptions);
  const { stride = kernel, padding = 0 } = options;
  if (!isImages(x)) {
    throw new ShapeError(
      `${op}: takes [batch, channels, height, width], or one without batch, got ${showShape(x.shape)}`,
    );
  }
  checkFloat(op, x);
  const [size, pads] = [pairOf(op, 'kernel', kernel, 1), pairOf(op, 'padding', padding, 0)];
  if (pads[0] > size[0] / 2 || pads[1] > size[1] / 2) {
    throw new ShapeError(
      `${op}: the padding is at most half the kernel, got ${showShape(pads)} for ${showShape(size)}`,
    );
  }
  const windows = windowsOver(op, x, size, { stride, dilation: 1, padding });
  if (windows.height === 0 || windows.width === 0) {
    throw new ShapeError(`${op}: images have a row and a column at least, got ${showShape(x.shape)}`);
  }
  return windows;
}
