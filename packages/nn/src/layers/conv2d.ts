import { type ConvOptions, ShapeError, type Size, type Tensor } from '@mg/tensor';
import { checkOptions, convThen, showShape } from '@mg/tensor/internal';
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
import { checkPaddingMode, padEdges, type PaddingMode, type Widths } from './padding.ts';

/**
 * How the kernel moves over the images: `stride` (1), `padding` (0, a pair, 'same' or 'valid') and what stands in it, `paddingMode` ('zeros'),
 * `dilation` (1), and `groups` of channels that do not mix (1); `bias: false` omits the bias.
 */
export interface Conv2dOptions extends LayerOptions, Omit<ConvOptions, 'bias'> {
  readonly bias?: boolean | undefined;
  readonly paddingMode?: PaddingMode | undefined;
}

/**
 * The cross-correlation of images [batch, in, height, width] with `out` kernels, and a bias for each: [batch, out, rows, columns]. One image
 * [in, height, width] works too. The weight is [out, in / groups, rows, columns], as PyTorch stores it. Throws a ShapeError for an
 * input with another number of channels, and a DTypeError for one that is not of floats.
 *
 * The weights are drawn by He's rule for ReLU (normal, variance 2 / fan-in) and the bias is zero, as in Linear.
 *
 * ```ts
 * import { Conv2d } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * new Conv2d(1, 8, 3, { padding: 'same' }).forward(zeros([32, 1, 28, 28])).shape; // => [32, 8, 28, 28]
 * ```
 */
export class Conv2d<In extends number = number, Out extends number = number> extends WeightedLayer {
  declare readonly inChannels: number;
  declare readonly outChannels: number;
  declare readonly kernelSize: readonly [rows: number, columns: number];
  declare readonly stride: Size;
  declare readonly padding: NonNullable<ConvOptions['padding']>;
  declare readonly paddingMode: PaddingMode;
  declare readonly dilation: Size;
  declare readonly groups: number;
  declare readonly weight: Tensor;
  declare readonly bias: Tensor | null;
  /** Carries the sizes for the compiler; it does not exist at run time. @internal */
  declare readonly sizes: Channels<In, Out>;

  constructor(inChannels: In, outChannels: Out, kernelSize: Size, options: Conv2dOptions = {}) {
    super();
    checkOptions('Conv2d', options, [
      ...layerOptions,
      'bias',
      'stride',
      'padding',
      'paddingMode',
      'dilation',
      'groups',
    ]);
    const { bias = true, stride = 1, padding = 0, paddingMode = 'zeros', dilation = 1, groups = 1 } = options;
    const { dtype } = options;
    checkSize('Conv2d', 'the kernel', kernelSize, 1);
    const [rows, columns] = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize;
    checkCounts('Conv2d', { inChannels, outChannels });
    checkCounts('Conv2d', { groups }, 1);
    checkSize('Conv2d', 'the stride', stride, 1);
    checkSize('Conv2d', 'the dilation', dilation, 1);
    if (padding !== 'same' && padding !== 'valid') checkSize('Conv2d', 'the padding', padding, 0);
    checkPaddingMode('Conv2d', paddingMode);
    checkFloat('Conv2d', dtype);
    checkGroups('Conv2d', inChannels, outChannels, groups);
    const shape = [outChannels, inChannels / groups, rows, columns];
    setFields<Conv2d<In, Out>>(this, {
      inChannels,
      outChannels,
      kernelSize: [rows, columns],
      stride,
      padding,
      paddingMode,
      dilation,
      groups,
      ...drawnWeights('Conv2d', shape, bias ? outChannels : null, options),
    });
  }

  protected override computation(): Computation {
    return computationThen(this, null);
  }

  protected override thenReLU(): Computation {
    return computationThen(this, 'relu');
  }
}

/** The output of the layer, or `relu` of it. */
function computationThen(layer: Conv2d, next: 'relu' | null): Computation {
  const { inChannels, outChannels, weight, bias, stride, padding, dilation, groups } = layer;
  const { paddingMode } = layer;
  const widths = paddingMode === 'zeros' ? null : widthsOf(layer);
  return (x) => {
    if ((x.ndim !== 4 && x.ndim !== 3) || x.shape.at(-3) !== inChannels) {
      throw new ShapeError(
        `Conv2d(${inChannels}, ${outChannels}): takes [batch, ${inChannels}, height, width], got ${showShape(x.shape)}`,
      );
    }
    checkFloatInput('Conv2d', x);
    if (widths === null) return convThen(x, weight, { bias, stride, padding, dilation, groups }, next);
    const padded = padEdges('Conv2d', x, paddingMode, widths);
    return convThen(padded, weight, { bias, stride, dilation, groups }, next);
  };
}

/** The padding above and below, and to the left and the right; of an odd number for 'same', the smaller part comes first. */
function widthsOf({ kernelSize, padding, dilation }: Conv2d): Widths[] {
  return kernelSize.map((size, axis) => {
    if (padding === 'valid') return [0, 0];
    if (padding === 'same') {
      const all = (typeof dilation === 'number' ? dilation : (dilation[axis] ?? 1)) * (size - 1);
      return [Math.floor(all / 2), Math.ceil(all / 2)];
    }
    const each = typeof padding === 'number' ? padding : (padding[axis] ?? 0);
    return [each, each];
  });
}
