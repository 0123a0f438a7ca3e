import { describe } from '../array/arguments.ts';
import { isFloat } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { showShape, sizeOf } from '../array/shape.ts';
import { type Tensor } from '../graph/tensor.ts';
import { type Pair, type Windows } from '../kernels/windows.ts';

/** A size for both rows and columns, or [rows, columns]. */
export type Size = number | Pair;

/** Whether a tensor has the axes of images: [batch, channels, height, width] or [channels, height, width]. */
export function isImages({ ndim }: Tensor): boolean {
  return ndim === 4 || ndim === 3;
}

/** Checks that a tensor has a float dtype. Throws a DTypeError otherwise. */
export function checkFloat(op: string, { dtype }: Tensor): void {
  if (!isFloat(dtype)) throw new DTypeError(`${op}: takes floats, got ${dtype}; to('float32') converts`);
}

/** The windows of a kernel over the images of `x`. Throws a ShapeError if the kernel is larger than the padded images. */
export function windowsOver(
  op: string,
  x: Tensor,
  kernel: Pair,
  given: {
    readonly stride: Size;
    readonly dilation: Size;
    readonly padding: Size | 'same' | 'valid';
    readonly ceilMode?: boolean;
  },
): Windows {
  const [height = 0, width = 0] = x.shape.slice(-2);
  const stride = pairOf(op, 'stride', given.stride, 1);
  const dilation = pairOf(op, 'dilation', given.dilation, 1);
  const span = [dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1] as const;
  if (given.padding === 'same' && (stride[0] !== 1 || stride[1] !== 1)) {
    throw new ShapeError(`${op}: padding 'same' requires stride 1, got ${showShape(stride)}`);
  }
  // If 'same' needs an odd number of zeros, the extra zero is below and to the right.
  const padding =
    given.padding === 'same'
      ? ([Math.floor((span[0] - 1) / 2), Math.floor((span[1] - 1) / 2)] as const)
      : pairOf(op, 'padding', given.padding === 'valid' ? 0 : given.padding, 0);
  const along = (size: number, axis: 0 | 1) => {
    const steps = (size + 2 * padding[axis] - span[axis]) / stride[axis];
    const whole = Math.floor(steps) + 1;
    // One more window for what is left over, if it begins in front of the padding behind.
    return given.ceilMode === true && Math.ceil(steps) * stride[axis] < size + padding[axis]
      ? Math.ceil(steps) + 1
      : whole;
  };
  const count = given.padding === 'same' ? ([height, width] as const) : ([along(height, 0), along(width, 1)] as const);
  if (count[0] < 1 || count[1] < 1) {
    throw new ShapeError(
      `${op}: the kernel spans ${showShape(span)}, more than the image ${showShape([height, width])} with padding ${showShape(padding)}`,
    );
  }
  return { images: sizeOf(x.shape.slice(0, -2)), height, width, kernel, stride, dilation, padding, count };
}

/** Checks a size and returns it as [rows, columns]: whole numbers from `least` up. Throws a ShapeError otherwise. */
export function pairOf(op: string, name: string, size: Size, least: number): Pair {
  const pair: readonly number[] = typeof size === 'number' ? [size, size] : size;
  const isList: boolean = Array.isArray(pair); // plain JavaScript may pass anything
  if (!isList || pair.length !== 2 || !pair.every((each) => Number.isSafeInteger(each) && each >= least)) {
    const given = Array.isArray(size) ? showShape(size) : describe(size);
    throw new ShapeError(`${op}: the ${name} must be an integer >= ${least}, or a pair of them, got ${given}`);
  }
  return pair as Pair;
}
