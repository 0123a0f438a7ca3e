import { checkOptions, checkTensor, describe } from '../arguments.ts';
import { emptyOf } from '../create.ts';
import { isFloat } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import * as kernels from '../kernels/reference/windows.ts';
import { type Pair, type Windows } from '../kernels/reference/windows.ts';
import { apply, asOne, gradient, type OpRule } from '../op.ts';
import { type Shape, showShape, sizeOf } from '../shape.ts';
import { type Tensor } from '../tensor.ts';
import { add } from './arithmetic.ts';
import { denseStorage } from './dense.ts';
import { gather } from './indexing.ts';
import { matmul } from './matmul.ts';
import { checkParameters } from './normalize.ts';
import { mean } from './reduce.ts';
import { reshape } from './structure.ts';

/** For rows and columns alike, or for each: [rows, columns]. */
export type Size = number | Pair;

/**
 * How a kernel goes over images: `stride` windows apart (1), its elements `dilation` apart (1), over images with `padding` zeros on
 * each side (0, or 'valid'; 'same' gives as many windows as there are elements, and goes with stride 1); channels in `groups` that
 * do not mix (1).
 */
export interface ConvOptions {
  readonly bias?: Tensor | null | undefined;
  readonly stride?: Size | undefined;
  readonly padding?: Size | 'same' | 'valid' | undefined;
  readonly dilation?: Size | undefined;
  readonly groups?: number | undefined;
}

/** How far apart the windows are (as large as the kernel, if not given), and how much padding there is on each side (none). */
export interface PoolOptions {
  readonly stride?: Size | undefined;
  readonly padding?: Size | undefined;
}

const convOptions: readonly (keyof ConvOptions)[] = ['bias', 'stride', 'padding', 'dilation', 'groups'];
const poolOptions: readonly (keyof PoolOptions)[] = ['stride', 'padding'];

interface Params {
  readonly shape: Shape;
  readonly windows: Windows;
}

const unfoldRule: OpRule<readonly [Tensor], Params> = {
  name: 'unfold',
  forward([x], { windows }) {
    const { images, kernel, count } = windows;
    const out = emptyOf(x.dtype, [images, kernel[0] * kernel[1], count[0] * count[1]]);
    kernels.unfold(denseStorage(x, x.shape, x.dtype), out.storage, windows);
    return out;
  },
  gradients: [gradient([], (g, _, params) => apply(foldRule, [g], params))],
};

const foldRule: OpRule<readonly [Tensor], Params> = {
  name: 'fold',
  forward([x], { shape, windows }) {
    const out = emptyOf(x.dtype, shape);
    kernels.fold(denseStorage(x, x.shape, x.dtype), out.storage, windows);
    return out;
  },
  gradients: [gradient([], (g, _, params) => apply(unfoldRule, [g], params))],
};

/**
 * The cross-correlation of images [batch, in, height, width] with kernels [out, in / groups, rows, columns], as PyTorch has it:
 * [batch, out, height', width'] with `height' = (height + 2 · padding - dilation · (rows - 1) - 1) / stride + 1`, rounded down.
 * One image may come without the batch. `bias` is [out].
 */
export function conv2d(x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor {
  checkTensor('conv2d', 'the weight', weight);
  checkOptions('conv2d', options, convOptions);
  const { bias = null, groups = 1, stride = 1, dilation = 1, padding = 0 } = options;
  const given = `${showShape(x.shape)} with a weight ${showShape(weight.shape)}`;
  const batch = x.shape.slice(0, -3);
  const [outChannels = 0, perGroup = 0, rows = 0, columns = 0] = weight.shape;
  if (!isImages(x) || weight.ndim !== 4) {
    throw new ShapeError(
      `conv2d: takes [batch, in, height, width], or one without batch, and a weight [out, in / groups, rows, columns], got ${given}`,
    );
  }
  if (
    !Number.isSafeInteger(groups) ||
    groups < 1 ||
    outChannels % groups !== 0 ||
    perGroup * groups !== x.shape.at(-3)
  ) {
    throw new ShapeError(
      `conv2d: ${groups} groups of ${perGroup} channels in, ${outChannels} out, do not fit ${given}`,
    );
  }
  checkParameters('conv2d', { bias }, [outChannels]);
  checkFloat('conv2d', x);
  const windows = windowsOver('conv2d', x, [rows, columns], { stride, dilation, padding });
  const [height, width] = windows.count;
  // Each window a column, each kernel a row: the rest is a matrix product for each sample and group.
  const unfolded = apply(unfoldRule, [x], { shape: x.shape, windows });
  const inputs = reshape(unfolded, [...batch, groups, perGroup * rows * columns, height * width]);
  const matrix = reshape(weight, [groups, outChannels / groups, perGroup * rows * columns]);
  const y = asOne([x, weight], reshape(matmul(matrix, inputs), [...batch, outChannels, height, width]));
  return bias === null ? y : add(y, reshape(bias, [outChannels, 1, 1]));
}

const largestRule: OpRule<readonly [Tensor], Params> = {
  name: 'the largest of windows',
  forward([x], { windows }) {
    const { images, count } = windows;
    const out = emptyOf('int32', [images, count[0] * count[1]]);
    kernels.largestOfWindows(denseStorage(x, x.shape, x.dtype), out.storage, windows);
    return out;
  },
  gradients: null,
};

/** The largest element of each window, of images [batch, channels, height, width], or one of them; the first of equals has the gradient. */
export function maxPool2d(x: Tensor, kernel: Size, options: PoolOptions = {}): Tensor {
  const windows = poolWindows('maxPool2d', x, kernel, options);
  const places = apply(largestRule, [x], { shape: x.shape, windows });
  const { images, height, width, count } = windows;
  const largest = gather(reshape(x, [images, height * width]), 1, places);
  return asOne([x], reshape(largest, [...x.shape.slice(0, -2), ...count]));
}

/** The mean of each window, of images [batch, channels, height, width], or one of them; zeros of the padding count, as in PyTorch. */
export function avgPool2d(x: Tensor, kernel: Size, options: PoolOptions = {}): Tensor {
  const windows = poolWindows('avgPool2d', x, kernel, options);
  const unfolded = apply(unfoldRule, [x], { shape: x.shape, windows });
  return asOne([x], reshape(mean(unfolded, 1), [...x.shape.slice(0, -2), ...windows.count]));
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
  return windowsOver(op, x, size, { stride, dilation: 1, padding });
}

/** Whether these could be images, [batch, channels, height, width], or one of them. */
function isImages({ ndim }: Tensor): boolean {
  return ndim === 4 || ndim === 3;
}

function checkFloat(op: string, { dtype }: Tensor): void {
  if (!isFloat(dtype)) throw new DTypeError(`${op}: takes floats, got ${dtype}; to('float32') converts`);
}

/** How windows of a kernel lie over the images of `x`. Throws a ShapeError where there is no room for one. */
function windowsOver(
  op: string,
  x: Tensor,
  kernel: Pair,
  given: { readonly stride: Size; readonly dilation: Size; readonly padding: Size | 'same' | 'valid' },
): Windows {
  const [height = 0, width = 0] = x.shape.slice(-2);
  const stride = pairOf(op, 'stride', given.stride, 1);
  const dilation = pairOf(op, 'dilation', given.dilation, 1);
  const span = [dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1] as const;
  if (given.padding === 'same' && (stride[0] !== 1 || stride[1] !== 1)) {
    throw new ShapeError(`${op}: padding 'same' goes with stride 1, got ${showShape(stride)}`);
  }
  // Where 'same' needs an odd number of zeros, the one more stands below and to the right.
  const padding =
    given.padding === 'same'
      ? ([Math.floor((span[0] - 1) / 2), Math.floor((span[1] - 1) / 2)] as const)
      : pairOf(op, 'padding', given.padding === 'valid' ? 0 : given.padding, 0);
  const along = (size: number, axis: 0 | 1) => Math.floor((size + 2 * padding[axis] - span[axis]) / stride[axis]) + 1;
  const count = given.padding === 'same' ? ([height, width] as const) : ([along(height, 0), along(width, 1)] as const);
  if (count[0] < 1 || count[1] < 1) {
    throw new ShapeError(
      `${op}: a kernel that spans ${showShape(span)} does not fit into ${showShape([height, width])} with a padding of ${showShape(padding)}`,
    );
  }
  return { images: sizeOf(x.shape.slice(0, -2)), height, width, kernel, stride, dilation, padding, count };
}

function pairOf(op: string, name: string, size: Size, least: number): Pair {
  const pair: readonly number[] = typeof size === 'number' ? [size, size] : size;
  const isList: boolean = Array.isArray(pair); // plain JavaScript may pass anything
  if (!isList || pair.length !== 2 || !pair.every((each) => Number.isSafeInteger(each) && each >= least)) {
    const given = Array.isArray(size) ? showShape(size) : describe(size);
    throw new ShapeError(`${op}: the ${name} is a whole number from ${least} up, or a pair of them, got ${given}`);
  }
  return pair as Pair;
}
