import { describe } from '../array/arguments.ts';
import { isFloat } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { showShape, sizeOf } from '../array/shape.ts';
import { type Tensor } from '../graph/tensor.ts';
import { type Pair, type Windows } from '../kernels/windows.ts';

/** For rows and columns alike, or for each: [rows, columns]. */
export type Size = number | Pair;

/** Whether a tensor could be images, [batch, channels, height, width], or one of them. */
export function isImages({ ndim }: Tensor): boolean {
  return ndim === 4 || ndim === 3;
}

/** Throws a DTypeError for anything but floats. */
export function checkFloat(op: string, { dtype }: Tensor): void {
  if (!isFloat(dtype)) throw new DTypeError(`${op}: takes floats, got ${dtype}; to('float32') converts`);
}

/** How windows of a kernel lie over the images of `x`. Throws a ShapeError where there is no room for one. */
export function windowsOver(
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

/** A size for rows and columns: whole numbers from `least` up. Throws a ShapeError for anything else. */
export function pairOf(op: string, name: string, size: Size, least: number): Pair {
  const pair: readonly number[] = typeof size === 'number' ? [size, size] : size;
  const isList: boolean = Array.isArray(pair); // plain JavaScript may pass anything
  if (!isList || pair.length !== 2 || !pair.every((each) => Number.isSafeInteger(each) && each >= least)) {
    const given = Array.isArray(size) ? showShape(size) : describe(size);
    throw new ShapeError(`${op}: the ${name} is a whole number from ${least} up, or a pair of them, got ${given}`);
  }
  return pair as Pair;
}
