import { checkOptions } from '../array/arguments.ts';
import { promote } from '../array/dtype.ts';
import { ShapeError } from '../array/errors.ts';
import { type Shape, showShape } from '../array/shape.ts';
import { apply, applyBoth, asOne, emptyOf, gradient, type OpRule } from '../graph/apply.ts';
import { checkTensor, type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/conv.ts';
import { type Convolution } from '../kernels/conv.ts';
import { type Pair, type Windows } from '../kernels/windows.ts';
import { relu } from './activation.ts';
import { add } from './arithmetic.ts';
import { denseStorage, to } from './copy.ts';
import { checkParameters } from './normalize.ts';
import { sum } from './reduce.ts';
import { reshape, squeeze, unsqueeze } from './views.ts';
import { checkFloat, isImages, type Size, windowsOver } from './windows.ts';

/** The options of `conv2d`. */
export interface ConvOptions {
  /** Added to each output channel: [out]; none by default. */
  readonly bias?: Tensor | null | undefined;
  /** The distance between windows, in elements; 1 by default. */
  readonly stride?: Size | undefined;
  /** Zeros on each side; 0 by default, also called 'valid'. 'same' keeps height and width, and requires stride 1. */
  readonly padding?: Size | 'same' | 'valid' | undefined;
  /** The distance between the elements of a kernel; 1 by default. */
  readonly dilation?: Size | undefined;
  /** The number of groups of channels that are convolved separately; 1 by default. */
  readonly groups?: number | undefined;
}

const convOptions: readonly (keyof ConvOptions)[] = ['bias', 'stride', 'padding', 'dilation', 'groups'];

/**
 * The cross-correlation of images [batch, in, height, width] with a weight [out, in / groups, rows, columns], as in PyTorch. Returns
 * [batch, out, height', width'] with `height' = (height + 2 · padding - dilation · (rows - 1) - 1) / stride + 1`, rounded down.
 * A single image may omit the batch axis. Throws a ShapeError if the shapes do not match, and a DTypeError for non-floats.
 */
export function conv2d(x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor {
  return convThen(x, weight, options, null);
}

/** `conv2d`, followed by `relu` if `next` asks for it: the bits and the recorded operations are the same as for separate calls. */
export function convThen(x: Tensor, weight: Tensor, options: ConvOptions, next: 'relu' | null): Tensor {
  checkTensor('conv2d', 'the weight', weight);
  checkOptions('conv2d', options, convOptions);
  const { bias = null, groups = 1, stride = 1, dilation = 1, padding = 0 } = options;
  const given = `${showShape(x.shape)} with a weight ${showShape(weight.shape)}`;
  const [outChannels = 0, perGroup = 0, rows = 0, columns = 0] = weight.shape;
  if (!isImages(x) || weight.ndim !== 4) {
    throw new ShapeError(
      `conv2d: takes images [batch, in, height, width] or [in, height, width] and a weight [out, in / groups, rows, columns], got ${given}`,
    );
  }
  if (
    !Number.isSafeInteger(groups) ||
    groups < 1 ||
    outChannels % groups !== 0 ||
    perGroup * groups !== x.shape.at(-3)
  ) {
    throw new ShapeError(
      `conv2d: groups ${groups} must divide the ${outChannels} output channels and give ${perGroup} input channels to each group, got ${given}`,
    );
  }
  checkParameters('conv2d', { bias }, [outChannels]);
  checkFloat('conv2d', x);
  const windows = windowsOver('conv2d', x, [rows, columns], { stride, dilation, padding });
  const dtype = bias?.dtype === 'float64' ? 'float64' : promote(x, weight);
  // One image is a batch of one.
  const images = x.ndim === 4 ? x : unsqueeze(x, 0);
  const inputs = [images, weight, ...(bias === null ? [] : [bias])].map((each) => to(each, dtype));
  const params: Params = {
    sizes: {
      batch: images.shape[0] ?? 0,
      groups,
      channels: perGroup,
      outChannels: outChannels / groups,
      windows,
    },
    images: images.shape,
    weight: weight.shape,
    relu: next === 'relu',
  };
  const y = next === null ? apply(rule, inputs, params) : applyBoth(rule, relu.rule, inputs, params);
  return x.ndim === 4 ? y : asOne([x], squeeze(y, 0));
}

/** The arguments of `convTranspose2d`, which the layers have checked. */
interface TransposedConvolution {
  readonly bias: Tensor | null;
  readonly stride: Pair;
  readonly padding: Pair;
  /** Rows below and columns to the right that are added to the result. */
  readonly outputPadding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
}

/**
 * The transposed convolution: the gradient of the images of `conv2d`, as an operation. Images [batch, in, height, width] and a weight
 * [in, out / groups, rows, columns] give [batch, out, height', width'], with
 * `height' = (height - 1) · stride - 2 · padding + dilation · (rows - 1) + outputPadding + 1`.
 * Throws a ShapeError if the padding leaves no rows or columns.
 */
export function convTranspose2d(op: string, x: Tensor, weight: Tensor, given: TransposedConvolution): Tensor {
  const { bias, stride, padding, outputPadding, dilation, groups } = given;
  const [batch = 0, inChannels = 0, height = 0, width = 0] = x.shape;
  const [, channels = 0, rows = 0, columns = 0] = weight.shape;
  const along = (size: number, kernel: number, axis: 0 | 1): number =>
    (size - 1) * stride[axis] - 2 * padding[axis] + dilation[axis] * (kernel - 1) + outputPadding[axis] + 1;
  const out = [along(height, rows, 0), along(width, columns, 1)] as const;
  if (out[0] < 1 || out[1] < 1) {
    throw new ShapeError(
      `${op}: padding ${showShape(padding)} leaves nothing of images ${showShape([height, width])}, whose output would be ${showShape(out)}`,
    );
  }
  const dtype = promote(x, weight);
  const windows: Windows = {
    images: batch * groups * channels,
    height: out[0],
    width: out[1],
    kernel: [rows, columns],
    stride,
    dilation,
    padding,
    count: [height, width],
  };
  const params: Params = {
    sizes: { batch, groups, channels, outChannels: inChannels / groups, windows },
    images: [batch, groups * channels, ...out],
    weight: weight.shape,
    relu: false,
  };
  const y = apply(transposedRule, [to(x, dtype), to(weight, dtype)], params);
  return bias === null ? y : add(y, reshape(bias, [bias.size, 1, 1]));
}

interface Params {
  readonly sizes: Convolution;
  /** The shape of the images, and that of the weight. */
  readonly images: Shape;
  readonly weight: Shape;
  /** Whether the kernel applies `relu` as well. */
  readonly relu: boolean;
}

// The convolution is linear in the images and in the weight. Its two gradients are bilinear too, and each of the three functions has
// the other two as its gradients:
//
//     Σ g · conv(x, w) = Σ x · convInput(g, w) = Σ w · convWeight(x, g)

/** The bias is optional. */
const rule: OpRule<readonly Tensor[], Params> = {
  name: 'conv2d',
  forward([x, weight, bias = null], { sizes, relu }) {
    const [images, matrix] = [x as Tensor, weight as Tensor];
    const { groups, outChannels, batch, windows } = sizes;
    const out = emptyOf(images.dtype, [batch, groups * outChannels, ...windows.count]);
    kernels.conv(denseStorage(images), denseStorage(matrix), out.storage, sizes, {
      bias: bias && denseStorage(bias),
      relu,
    });
    return out;
  },
  gradients: [
    gradient([1], (g, [weight], params) => apply(inputRule, [g, weight], params)),
    gradient([0], (g, [x], params) => apply(weightRule, [x, g], params)),
    gradient([], (g) => sum(g, [0, 2, 3])),
  ],
};

const inputRule: OpRule<readonly [Tensor, Tensor], Params> = {
  name: 'the gradient of the images of conv2d',
  forward([g, weight], { sizes, images }) {
    const out = emptyOf(g.dtype, images);
    kernels.convInput(denseStorage(g), denseStorage(weight), out.storage, sizes);
    return out;
  },
  gradients: [
    gradient([1], (gg, [weight], params) => apply(rule, [gg, weight], { ...params, relu: false })),
    gradient([0], (gg, [g], params) => apply(weightRule, [gg, g], params)),
  ],
};

const transposedRule: typeof inputRule = { ...inputRule, name: 'convTranspose2d' };

const weightRule: OpRule<readonly [Tensor, Tensor], Params> = {
  name: 'the gradient of the weight of conv2d',
  forward([x, g], { sizes, weight }) {
    const out = emptyOf(g.dtype, weight);
    kernels.convWeight(denseStorage(x), denseStorage(g), out.storage, sizes);
    return out;
  },
  gradients: [
    gradient([1], (gg, [g], params) => apply(inputRule, [g, gg], params)),
    gradient([0], (gg, [x], params) => apply(rule, [x, gg], { ...params, relu: false })),
  ],
};
