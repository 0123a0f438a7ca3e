import { ShapeError, type Tensor } from '@mg/tensor';
import { showShape } from '@mg/tensor/internal';
import { checkFloatInput } from './arguments.ts';
import { type BatchNormLayerOptions, RunningNorm } from './batch-norm.ts';
import { type Computation } from './layer.ts';

/**
 * `eps` is added to the variance, for numerical stability (1e-5); `affine: true` gives weight and bias, `trackRunningStats: true` running
 * statistics, in which `momentum` is the share of the last batch (0.1; null for 0).
 */
export type InstanceNormOptions = BatchNormLayerOptions;

/** What instance norms have in common: they differ in the axes behind the channels. */
abstract class InstanceNorm extends RunningNorm {
  readonly #name: string;
  readonly #axes: readonly string[];

  constructor(name: string, axes: readonly string[], numFeatures: number, options: InstanceNormOptions) {
    super(name, numFeatures, options, { affine: false, trackRunningStats: false });
    this.#name = name;
    this.#axes = axes;
  }

  protected override computation(): Computation {
    const { training, numFeatures, weight, bias, eps, momentum, runningMean, runningVar } = this;
    const [name, axes] = [this.#name, this.#axes];
    return (x) => {
      const isBatch = x.ndim === axes.length + 2;
      if ((!isBatch && x.ndim !== axes.length + 1) || x.shape.at(-axes.length - 1) !== numFeatures) {
        throw new ShapeError(
          `${name}(${numFeatures}): takes [batch, ${[numFeatures, ...axes].join(', ')}], got ${showShape(x.shape)}`,
        );
      }
      checkFloatInput(name, x);
      const batch = isBatch ? (x.shape[0] ?? 0) : 1;
      const behind = x.shape.slice(-axes.length);
      const ofBatch = training || runningMean === null;
      if (ofBatch && behind.every((size) => size === 1)) {
        throw new ShapeError(
          `${name}: more than one value per channel is needed for statistics of the sample, got ${showShape(x.shape)}`,
        );
      }
      // A batch norm of one sample, with a channel for each channel of each sample.
      const spread = (each: Tensor | null): Tensor | null => each && each.tile(batch);
      const [mean, variance] = [spread(runningMean), spread(runningVar)];
      const y = x.reshape([1, batch * numFeatures, ...behind]).batchNorm({
        weight: spread(weight),
        bias: spread(bias),
        eps,
        runningMean: mean,
        runningVar: variance,
        training: ofBatch,
        momentum: momentum ?? 0,
      });
      if (ofBatch && batch > 0) {
        // Each sample has moved its own copy of the running statistics.
        if (mean !== null) runningMean?.copy_(mean.reshape([batch, numFeatures]).mean(0));
        if (variance !== null) runningVar?.copy_(variance.reshape([batch, numFeatures]).mean(0));
      }
      return y.reshape(x.shape);
    };
  }
}

/**
 * `(x - mean) / √(variance + eps) · weight + bias` by the statistics of each channel of each sample of [batch, channels, length] or
 * [channels, length], in training and in evaluation; with `trackRunningStats: true`, evaluation uses the running statistics. Weight and bias exist with `affine: true` only, as in PyTorch.
 * Throws a ShapeError for an input of other channels or of one value per channel, and a DTypeError for one that is not of floats.
 * @see D. Ulyanov et al., Instance Normalization (2016), https://arxiv.org/abs/1607.08022
 *
 * ```ts
 * import { InstanceNorm1d } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * new InstanceNorm1d(2).forward(tensor([[1, 3], [10, 30]])); // => tensor([[-1.0000, 1.0000], [-1, 1]])
 * ```
 */
export class InstanceNorm1d extends InstanceNorm {
  constructor(numFeatures: number, options: InstanceNormOptions = {}) {
    super('InstanceNorm1d', ['length'], numFeatures, options);
  }
}

/** As InstanceNorm1d, for each channel of images [batch, channels, height, width] or [channels, height, width]. */
export class InstanceNorm2d extends InstanceNorm {
  constructor(numFeatures: number, options: InstanceNormOptions = {}) {
    super('InstanceNorm2d', ['height', 'width'], numFeatures, options);
  }
}
