import { ShapeError, type Tensor } from '@mg/tensor';
import { checkOptions, convThen, showShape } from '@mg/tensor/internal';
import { type Channels } from '../module/shape-types.ts';
import {
  checkCounts,
  checkFloat,
  checkFloatInput,
  checkGroups,
  drawnWeights,
  type LayerOptions,
  layerOptions,
  setFields,
} from './arguments.ts';
import { type Computation, WeightedLayer } from './layer.ts';
import { checkPaddingMode, padEdges, type PaddingMode } from './padding.ts';

/**
 * How the kernel moves over the signals: `stride` (1), `padding` (0, 'same' or 'valid') and what stands in it, `paddingMode` ('zeros'),
 * `dilation` (1), and `groups` of channels that do not mix (1); `bias: false` omits the bias.
 */
export interface Conv1dOptions extends LayerOptions {
  readonly stride?: number | undefined;
  readonly padding?: number | 'same' | 'valid' | undefined;
  readonly paddingMode?: PaddingMode | undefined;
  readonly dilation?: number | undefined;
  readonly groups?: number | undefined;
  readonly bias?: boolean | undefined;
}

/**
 * The cross-correlation of signals [batch, in, length] with `out` kernels, and a bias for each: [batch, out, length'], with
 * `length' = (length + 2 · padding - dilation · (kernel - 1) - 1) / stride + 1`, rounded down. One signal [in, length] works too.
 * The weight is [out, in / groups, kernel], as PyTorch stores it. Throws a ShapeError for an input with another number of channels or
 * one shorter than the kernel, and a DTypeError for one that is not of floats.
 *
 * The weights are drawn by He's rule for ReLU (normal, variance 2 / fan-in) and the bias is zero, as in Conv2d.
 *
 * ```ts
 * import { Conv1d } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * new Conv1d(2, 8, 5, { stride: 2, padding: 2 }).forward(zeros([32, 2, 100])).shape; // => [32, 8, 50]
 * ```
 */
export class Conv1d<In extends number = number, Out extends number = number> extends WeightedLayer {
  declare readonly inChannels: number;
  declare readonly outChannels: number;
  declare readonly kernelSize: number;
  declare readonly stride: number;
  declare readonly padding: number | 'same' | 'valid';
  declare readonly paddingMode: PaddingMode;
  declare readonly dilation: number;
  declare readonly groups: number;
  declare readonly weight: Tensor;
  declare readonly bias: Tensor | null;
  /** Carries the sizes for the compiler; it does not exist at run time. @internal */
  declare readonly sizes: Channels<In, Out, 'Conv1d'>;

  constructor(inChannels: In, outChannels: Out, kernelSize: number, options: Conv1dOptions = {}) {
    super();
    checkOptions('Conv1d', options, [
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
    checkCounts('Conv1d', { inChannels, outChannels });
    checkCounts('Conv1d', { kernelSize, stride, dilation, groups }, 1);
    if (padding !== 'same' && padding !== 'valid') checkCounts('Conv1d', { padding });
    if (padding === 'same' && stride !== 1) {
      throw new RangeError(`Conv1d: padding 'same' requires stride 1, got ${stride}`);
    }
    checkPaddingMode('Conv1d', paddingMode);
    checkFloat('Conv1d', dtype);
    checkGroups('Conv1d', inChannels, outChannels, groups);
    setFields<Conv1d<In, Out>>(this, {
      inChannels,
      outChannels,
      kernelSize,
      stride,
      padding,
      paddingMode,
      dilation,
      groups,
      ...drawnWeights('Conv1d', [outChannels, inChannels / groups, kernelSize], bias ? outChannels : null, options),
    });
  }

  protected override computation(): Computation {
    return computationThen(this, null);
  }

  protected override thenReLU(): Computation {
    return computationThen(this, 'relu');
  }
}

/** The output of the layer, or `relu` of it: the convolution of images with one row. */
function computationThen(layer: Conv1d, next: 'relu' | null): Computation {
  const { inChannels, outChannels, kernelSize, weight, bias, stride, padding, paddingMode, dilation, groups } = layer;
  const span = dilation * (kernelSize - 1) + 1;
  const [before, after] =
    padding === 'same' ? [Math.floor((span - 1) / 2), Math.ceil((span - 1) / 2)] : [Number(padding) || 0, Number(padding) || 0]; // prettier-ignore
  return (x) => {
    if ((x.ndim !== 3 && x.ndim !== 2) || x.shape.at(-2) !== inChannels) {
      throw new ShapeError(
        `Conv1d(${inChannels}, ${outChannels}): takes [batch, ${inChannels}, length], got ${showShape(x.shape)}`,
      );
    }
    checkFloatInput('Conv1d', x);
    const length = x.shape.at(-1) ?? 0;
    if (length + before + after < span) {
      throw new ShapeError(
        `Conv1d: the kernel spans ${span}, more than the length ${length} with padding ${showShape([before, after])}`,
      );
    }
    // The convolution pads alike on both sides.
    const isPadded = paddingMode !== 'zeros' || before !== after;
    const padded = isPadded ? padEdges('Conv1d', x, paddingMode, [[before, after]]) : x;
    return convThen(padded.unsqueeze(-2), weight.unsqueeze(-2), {
      bias,
      stride: [1, stride],
      padding: [0, isPadded ? 0 : before],
      dilation: [1, dilation],
      groups,
    }, next).squeeze(-2); // prettier-ignore
  };
}
