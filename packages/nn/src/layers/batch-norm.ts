import { ones, scalar, ShapeError, type Tensor, zeros } from '@mg/tensor';
import { checkOptions, showShape, storeAsI64 } from '@mg/tensor/internal';
import { optionsText } from '../module/print.ts';
import {
  affine,
  checkCounts,
  checkFloat,
  checkFloatInput,
  type LayerOptions,
  layerOptions,
  resetAffine,
  setFields,
} from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/**
 * `eps` is added to the variance, for numerical stability (1e-5); `momentum` is the share of the last batch in the running statistics (0.1), null for the
 * mean of all batches so far; `affine: false` leaves weight and bias out, `trackRunningStats: false` the running statistics.
 */
export interface BatchNormLayerOptions extends LayerOptions {
  readonly eps?: number | undefined;
  readonly momentum?: number | null | undefined;
  readonly affine?: boolean | undefined;
  readonly trackRunningStats?: boolean | undefined;
}

const known: readonly (keyof BatchNormLayerOptions)[] = [
  ...layerOptions,
  'eps',
  'momentum',
  'affine',
  'trackRunningStats',
];

/** PyTorch's names of the buffers. */
const stateNames: Readonly<Record<string, string>> = {
  runningMean: 'running_mean',
  runningVar: 'running_var',
  numBatchesTracked: 'num_batches_tracked',
};

/** What norms with running statistics have in common. They differ in their defaults, and in what they take the statistics of. */
export abstract class RunningNorm extends Layer {
  declare readonly numFeatures: number;
  declare readonly eps: number;
  declare readonly momentum: number | null;
  declare readonly weight: Tensor | null;
  declare readonly bias: Tensor | null;
  declare readonly runningMean: Tensor | null;
  declare readonly runningVar: Tensor | null;
  /** The number of batches in the running statistics: int32, and I64 in a file, as in PyTorch. */
  declare readonly numBatchesTracked: Tensor | null;

  constructor(
    name: string,
    numFeatures: number,
    options: BatchNormLayerOptions,
    defaults: { readonly affine: boolean; readonly trackRunningStats: boolean },
  ) {
    super();
    checkOptions(name, options, known);
    const { eps = 1e-5, momentum = 0.1, trackRunningStats = defaults.trackRunningStats, dtype } = options;
    checkCounts(name, { numFeatures }, 1);
    checkFloat(name, dtype);
    if (!(eps >= 0)) throw new RangeError(`${name}: eps must be a number >= 0, got ${eps}`);
    if (momentum !== null && !(momentum >= 0 && momentum <= 1)) {
      throw new RangeError(
        `${name}: momentum must be a number in [0, 1], or null to average over all batches, got ${momentum}`,
      );
    }
    setFields<RunningNorm>(this, {
      numFeatures,
      eps,
      momentum,
      ...((options.affine ?? defaults.affine) ? affine([numFeatures], dtype) : { weight: null, bias: null }),
      runningMean: trackRunningStats ? zeros([numFeatures], { dtype }) : null,
      runningVar: trackRunningStats ? ones([numFeatures], { dtype }) : null,
      numBatchesTracked: trackRunningStats ? storeAsI64(scalar(0, { dtype: 'int32' })) : null,
    });
  }

  override extraRepr(): string {
    const { numFeatures, eps, momentum, weight, runningMean } = this;
    const [affine, trackRunningStats] = [weight !== null, runningMean !== null];
    return optionsText({ numFeatures, eps, momentum, affine, trackRunningStats });
  }

  override drawAsPyTorch(): void {
    resetAffine(this);
    this.runningMean?.fill_(0);
    this.runningVar?.fill_(1);
    this.numBatchesTracked?.fill_(0);
  }

  protected override stateName(field: string): string {
    return stateNames[field] ?? field;
  }
}

/** What batch norms have in common; they differ in the shape of their input. */
abstract class BatchNorm extends RunningNorm {
  constructor(name: string, numFeatures: number, options: BatchNormLayerOptions) {
    super(name, numFeatures, options, { affine: true, trackRunningStats: true });
  }

  /** Normalizes by the statistics of the channels, in axis 1. @internal */
  protected override computation(): Computation {
    const { training, weight, bias, eps, momentum, runningMean, runningVar, numBatchesTracked } = this;
    return (x) => {
      const y = x.batchNorm({
        weight,
        bias,
        eps,
        runningMean,
        runningVar,
        // Without running statistics, only those of the batch are known.
        training: training || runningMean === null,
        // A momentum of null gives the mean of all batches: each has the same share.
        momentum: momentum ?? 1 / ((numBatchesTracked?.item() ?? 0) + 1),
      });
      if (training) numBatchesTracked?.add_(1);
      return y;
    };
  }
}

/**
 * `(x - mean) / √(variance + eps) · weight + bias` for each feature of [batch, features], or channel of [batch, channels, length]: by the batch's own
 * mean and biased variance while training, by the running ones in evaluation. The running variance follows the unbiased one, as in PyTorch.
 * @see S. Ioffe, C. Szegedy, Batch Normalization (2015), https://arxiv.org/abs/1502.03167
 */
export class BatchNorm1d extends BatchNorm {
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    super('BatchNorm1d', numFeatures, options);
  }

  protected override computation(): Computation {
    const { numFeatures } = this;
    const normalize = super.computation();
    return (x) => {
      if ((x.ndim !== 2 && x.ndim !== 3) || x.shape[1] !== numFeatures) {
        throw new ShapeError(
          `BatchNorm1d(${numFeatures}): takes [batch, ${numFeatures}] or [batch, ${numFeatures}, length], got ${showShape(x.shape)}`,
        );
      }
      checkFloatInput('BatchNorm1d', x);
      return normalize(x);
    };
  }
}

/** As BatchNorm1d, for each channel of images [batch, channels, height, width]. */
export class BatchNorm2d extends BatchNorm {
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    super('BatchNorm2d', numFeatures, options);
  }

  protected override computation(): Computation {
    const { numFeatures } = this;
    const normalize = super.computation();
    return (x) => {
      if (x.ndim !== 4 || x.shape[1] !== numFeatures) {
        throw new ShapeError(
          `BatchNorm2d(${numFeatures}): takes [batch, ${numFeatures}, height, width], got ${showShape(x.shape)}`,
        );
      }
      checkFloatInput('BatchNorm2d', x);
      return normalize(x);
    };
  }
}
