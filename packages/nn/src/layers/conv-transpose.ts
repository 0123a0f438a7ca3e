import { ShapeError, type Size, type Tensor } from '@mg/tensor';
import { checkOptions, convTranspose2d, showShape } from '@mg/tensor/internal';
import { type Channels } from '../module/shape-types.ts';
import {
  checkCounts,
  checkFloat,
  checkFloatInput,
  checkGroups,
  checkSize,
  drawnWeights,
  type LayerOptions,
  layerOptions,
  setFields,
} from './arguments.ts';
import { type Computation, WeightedLayer } from './layer.ts';

/**
 * `stride` (1) is the distance of the windows in the output, `padding` (0) what is cut off on each side, `outputPadding` (0) what is added
 * below and to the right, less than the stride or the dilation; `dilation` (1) and `groups` (1) are as in Conv2d; `bias: false` omits the bias.
 */
export interface ConvTranspose2dOptions extends LayerOptions {
  readonly stride?: Size | undefined;
  readonly padding?: Size | undefined;
  readonly outputPadding?: Size | undefined;
  readonly dilation?: Size | undefined;
  readonly groups?: number | undefined;
  readonly bias?: boolean | undefined;
}

/** As ConvTranspose2dOptions, for one axis. */
export interface ConvTranspose1dOptions extends LayerOptions {
  readonly stride?: number | undefined;
  readonly padding?: number | undefined;
  readonly outputPadding?: number | undefined;
  readonly dilation?: number | undefined;
  readonly groups?: number | undefined;
  readonly bias?: boolean | undefined;
}

const known: readonly (keyof ConvTranspose2dOptions)[] = [
  ...layerOptions,
  'bias',
  'stride',
  'padding',
  'outputPadding',
  'dilation',
  'groups',
];

const pairOf = (size: Size): readonly [number, number] => (typeof size === 'number' ? [size, size] : size);

/**
 * The transposed convolution, the gradient of Conv2d's input: each element of images [batch, in, height, width] adds a multiple of a
 * kernel to the output, [batch, out, height', width'], with
 * `height' = (height - 1) · stride - 2 · padding + dilation · (rows - 1) + outputPadding + 1`.
 * One image [in, height, width] works too. The weight is [in, out / groups, rows, columns], as PyTorch stores it. Throws a ShapeError for
 * an input with another number of channels or a padding that leaves nothing, and a DTypeError for an input that is not of floats.
 *
 * The weights are drawn by He's rule for ReLU (normal, variance 2 / fan-in) and the bias is zero, as in Conv2d; fan-in is
 * out / groups · rows · columns, as in PyTorch.
 * @see V. Dumoulin, F. Visin, A guide to convolution arithmetic for deep learning (2016), https://arxiv.org/abs/1603.07285
 *
 * ```ts
 * import { ConvTranspose2d } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * new ConvTranspose2d(8, 3, 4, { stride: 2, padding: 1 }).forward(zeros([32, 8, 14, 14])).shape; // => [32, 3, 28, 28]
 * ```
 */
export class ConvTranspose2d<In extends number = number, Out extends number = number> extends WeightedLayer {
  declare readonly inChannels: number;
  declare readonly outChannels: number;
  declare readonly kernelSize: readonly [rows: number, columns: number];
  declare readonly stride: Size;
  declare readonly padding: Size;
  declare readonly outputPadding: Size;
  declare readonly dilation: Size;
  declare readonly groups: number;
  declare readonly weight: Tensor;
  declare readonly bias: Tensor | null;
  /** Carries the sizes for the compiler; it does not exist at run time. @internal */
  declare readonly sizes: Channels<In, Out, 'ConvTranspose2d'>;

  constructor(inChannels: In, outChannels: Out, kernelSize: Size, options: ConvTranspose2dOptions = {}) {
    super();
    const name = 'ConvTranspose2d';
    checkOptions(name, options, known);
    const { bias = true, stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options;
    const { dtype } = options;
    checkSize(name, 'the kernel', kernelSize, 1);
    checkCounts(name, { inChannels, outChannels });
    checkCounts(name, { groups }, 1);
    checkSize(name, 'the stride', stride, 1);
    checkSize(name, 'the padding', padding, 0);
    checkSize(name, 'the output padding', outputPadding, 0);
    checkSize(name, 'the dilation', dilation, 1);
    checkOutputPadding(name, outputPadding, stride, dilation);
    checkFloat(name, dtype);
    checkGroups(name, inChannels, outChannels, groups);
    const [rows, columns] = pairOf(kernelSize);
    const shape = [inChannels, outChannels / groups, rows, columns];
    setFields<ConvTranspose2d<In, Out>>(this, {
      inChannels,
      outChannels,
      kernelSize: [rows, columns],
      stride,
      padding,
      outputPadding,
      dilation,
      groups,
      ...drawnWeights(name, shape, bias ? outChannels : null, options),
    });
  }

  protected override computation(): Computation {
    const { inChannels, outChannels, weight, bias, groups } = this;
    const [stride, padding, outputPadding, dilation] = [
      pairOf(this.stride),
      pairOf(this.padding),
      pairOf(this.outputPadding),
      pairOf(this.dilation),
    ];
    return (x) => {
      if ((x.ndim !== 4 && x.ndim !== 3) || x.shape.at(-3) !== inChannels) {
        throw new ShapeError(
          `ConvTranspose2d(${inChannels}, ${outChannels}): takes [batch, ${inChannels}, height, width], got ${showShape(x.shape)}`,
        );
      }
      checkFloatInput('ConvTranspose2d', x);
      const images = x.ndim === 4 ? x : x.unsqueeze(0);
      const given = { bias, stride, padding, outputPadding, dilation, groups };
      const y = convTranspose2d('ConvTranspose2d', images, weight, given);
      return x.ndim === 4 ? y : y.squeeze(0);
    };
  }
}

/**
 * As ConvTranspose2d, for signals [batch, in, length] or [in, length]; the weight is [in, out / groups, kernel].
 *
 * ```ts
 * import { ConvTranspose1d } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * new ConvTranspose1d(8, 3, 4, { stride: 2, padding: 1 }).forward(zeros([32, 8, 50])).shape; // => [32, 3, 100]
 * ```
 */
export class ConvTranspose1d<In extends number = number, Out extends number = number> extends WeightedLayer {
  declare readonly inChannels: number;
  declare readonly outChannels: number;
  declare readonly kernelSize: number;
  declare readonly stride: number;
  declare readonly padding: number;
  declare readonly outputPadding: number;
  declare readonly dilation: number;
  declare readonly groups: number;
  declare readonly weight: Tensor;
  declare readonly bias: Tensor | null;
  /** Carries the sizes for the compiler; it does not exist at run time. @internal */
  declare readonly sizes: Channels<In, Out, 'ConvTranspose1d'>;

  constructor(inChannels: In, outChannels: Out, kernelSize: number, options: ConvTranspose1dOptions = {}) {
    super();
    const name = 'ConvTranspose1d';
    checkOptions(name, options, known);
    const { bias = true, stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options;
    const { dtype } = options;
    checkCounts(name, { inChannels, outChannels, padding, outputPadding });
    checkCounts(name, { kernelSize, stride, dilation, groups }, 1);
    checkOutputPadding(name, outputPadding, stride, dilation);
    checkFloat(name, dtype);
    checkGroups(name, inChannels, outChannels, groups);
    const shape = [inChannels, outChannels / groups, kernelSize];
    setFields<ConvTranspose1d<In, Out>>(this, {
      inChannels,
      outChannels,
      kernelSize,
      stride,
      padding,
      outputPadding,
      dilation,
      groups,
      ...drawnWeights(name, shape, bias ? outChannels : null, options),
    });
  }

  protected override computation(): Computation {
    const { inChannels, outChannels, weight, bias, stride, padding, outputPadding, dilation, groups } = this;
    return (x) => {
      if ((x.ndim !== 3 && x.ndim !== 2) || x.shape.at(-2) !== inChannels) {
        throw new ShapeError(
          `ConvTranspose1d(${inChannels}, ${outChannels}): takes [batch, ${inChannels}, length], got ${showShape(x.shape)}`,
        );
      }
      checkFloatInput('ConvTranspose1d', x);
      // Signals are images with one row.
      const images = (x.ndim === 3 ? x : x.unsqueeze(0)).unsqueeze(-2);
      const y = convTranspose2d('ConvTranspose1d', images, weight.unsqueeze(-2), {
        bias,
        stride: [1, stride],
        padding: [0, padding],
        outputPadding: [0, outputPadding],
        dilation: [1, dilation],
        groups,
      });
      return y.squeeze(x.ndim === 3 ? -2 : [0, -2]);
    };
  }
}

/** Throws a RangeError for an output padding that is neither less than the stride nor than the dilation. */
function checkOutputPadding(layer: string, outputPadding: Size, stride: Size, dilation: Size): void {
  const [steps, gaps] = [pairOf(stride), pairOf(dilation)];
  if (pairOf(outputPadding).some((each, axis) => each >= Math.max(steps[axis] ?? 1, gaps[axis] ?? 1))) {
    throw new RangeError(
      `${layer}: outputPadding must be less than the stride or the dilation, got ${JSON.stringify(outputPadding)} with stride ${JSON.stringify(stride)} and dilation ${JSON.stringify(dilation)}`,
    );
  }
}
