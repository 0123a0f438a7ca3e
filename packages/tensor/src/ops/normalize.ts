import { checkNumber, checkOptions, describe } from '../array/arguments.ts';
import { ShapeError } from '../array/errors.ts';
import { checkShape, sameShape, type Shape, showShape, sizeOf } from '../array/shape.ts';
import { unrecorded } from '../graph/apply.ts';
import { isTensor, Tensor } from '../graph/tensor.ts';
import { add, mul, rsqrt, sub } from './arithmetic.ts';
import { toFloat } from './copy.ts';
import { copy_ } from './in-place.ts';
import { mean, variance } from './reduce.ts';
import { reshape } from './views.ts';

/** The options of `layerNorm`. */
export interface LayerNormOptions {
  /** Multiplied with the normalized elements; none by default. */
  readonly weight?: Tensor | null | undefined;
  /** Added after `weight`; none by default. */
  readonly bias?: Tensor | null | undefined;
  /** Added to the variance, to avoid division by 0; 1e-5 by default. */
  readonly eps?: number | undefined;
}

const layerNormOptions: readonly (keyof LayerNormOptions)[] = ['weight', 'bias', 'eps'];

/**
 * Layer normalization, `(x - mean) / √(variance + eps) · weight + bias`, over the last axes. `size` is the shape of these axes, and of
 * weight and bias. The variance is the biased one (correction 0). Throws a ShapeError if `size` does not match the last axes.
 * @see J. L. Ba, J. R. Kiros, G. E. Hinton, Layer Normalization (2016), https://arxiv.org/abs/1607.06450
 */
export function layerNorm(x: Tensor, size: number | readonly number[], options: LayerNormOptions = {}): Tensor {
  checkOptions('layerNorm', options, layerNormOptions);
  const { weight = null, bias = null, eps = 1e-5 } = options;
  const sizes = typeof size === 'number' ? [size] : size;
  checkShape('layerNorm', sizes);
  checkNumber('layerNorm', 'eps', eps);
  if (sizes.length === 0 || !sameShape(x.shape.slice(-sizes.length), sizes)) {
    throw new ShapeError(
      `layerNorm: the size ${showShape(sizes)} does not match the last axes of ${showShape(x.shape)}`,
    );
  }
  checkParameters('layerNorm', { weight, bias }, sizes);
  const axes = sizes.map((_, index) => x.ndim - sizes.length + index);
  const floats = toFloat(x);
  return scaled(normalized(floats, statisticsOf(floats, axes), eps), weight, bias);
}

/** Checks that the given parameters are tensors of `shape` or null. Throws a ShapeError or TypeError that names the parameter. */
export function checkParameters(op: string, given: Record<string, unknown>, shape: Shape): void {
  for (const [name, each] of Object.entries(given)) {
    if (each === null || (isTensor(each) && sameShape(each.shape, shape))) continue;
    const Kind = isTensor(each) ? ShapeError : TypeError;
    throw new Kind(`${op}: ${name} must be a tensor of shape ${showShape(shape)}, got ${describe(each)}`);
  }
}

/** The options of `batchNorm`. All tensors have shape [channels]. */
export interface BatchNormOptions extends LayerNormOptions {
  /** The mean used if not training. While training, it is updated in place from the batch. */
  readonly runningMean?: Tensor | null | undefined;
  /** The variance used if not training. While training, it is updated in place from the batch. */
  readonly runningVar?: Tensor | null | undefined;
  /** Whether to normalize by the statistics of the batch (the default) or by the running statistics. */
  readonly training?: boolean | undefined;
  /** The weight of the batch in the update of the running statistics; 0.1 by default. */
  readonly momentum?: number | undefined;
}

const batchNormOptions: readonly (keyof BatchNormOptions)[] = [
  ...layerNormOptions,
  'runningMean',
  'runningVar',
  'training',
  'momentum',
];

/**
 * Batch normalization, `(x - mean) / √(variance + eps) · weight + bias`, per channel (axis 1). While training, the statistics are those
 * of the batch, over all other axes; otherwise the running statistics. The running variance follows the unbiased variance of the
 * batch, as in PyTorch. Throws a ShapeError if shapes do not match, or if training with a single value per channel.
 * @see S. Ioffe, C. Szegedy, Batch Normalization (2015), https://arxiv.org/abs/1502.03167
 */
export function batchNorm(x: Tensor, options: BatchNormOptions = {}): Tensor {
  checkOptions('batchNorm', options, batchNormOptions);
  const { weight = null, bias = null, eps = 1e-5, runningMean = null, runningVar = null } = options;
  const { training = true, momentum = 0.1 } = options;
  checkNumber('batchNorm', 'eps', eps);
  checkNumber('batchNorm', 'momentum', momentum);
  const channels = x.shape[1];
  if (channels === undefined) {
    throw new ShapeError(`batchNorm: takes [batch, channels, …], got ${showShape(x.shape)}`);
  }
  checkParameters('batchNorm', { weight, bias, runningMean, runningVar }, [channels]);
  // As [channels, 1, …], which broadcasts with [batch, channels, …].
  const spread = (each: Tensor | null) => each && reshape(each, [channels, ...x.shape.slice(2).map(() => 1)]);
  const floats = toFloat(x);
  if (!training) {
    if (runningMean === null || runningVar === null) {
      throw new ShapeError('batchNorm: training: false requires runningMean and runningVar, each of shape [channels]');
    }
    const centred = sub(floats, spread(runningMean) as Tensor);
    return scaled(mul(centred, rsqrt(add(spread(runningVar) as Tensor, eps))), spread(weight), spread(bias));
  }
  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const count = sizeOf(axes.map((axis) => x.shape[axis] ?? 1));
  if (count < 2) {
    throw new ShapeError(
      `batchNorm: training requires more than one value per channel, got ${showShape(x.shape)}; use training: false, or a larger batch`,
    );
  }
  const statistics = statisticsOf(floats, axes);
  if (runningMean !== null) follow(runningMean, reshape(unrecorded(statistics.mean), [channels]), momentum);
  // The running variance follows the unbiased variance.
  const unbiased = mul(reshape(unrecorded(statistics.variance), [channels]), count / (count - 1));
  if (runningVar !== null) follow(runningVar, unbiased, momentum);
  return scaled(normalized(floats, statistics, eps), spread(weight), spread(bias));
}

/** The mean and the biased variance over the axes, which are kept with size 1. */
function statisticsOf(x: Tensor, axes: readonly number[]): { mean: Tensor; variance: Tensor } {
  return {
    mean: mean(x, axes, { keepdims: true }),
    variance: variance(x, axes, { keepdims: true, correction: 0 }),
  };
}

function normalized(x: Tensor, statistics: { mean: Tensor; variance: Tensor }, eps: number): Tensor {
  return mul(sub(x, statistics.mean), rsqrt(add(statistics.variance, eps)));
}

function scaled(y: Tensor, weight: Tensor | null, bias: Tensor | null): Tensor {
  const product = weight === null ? y : mul(y, weight);
  return bias === null ? product : add(product, bias);
}

/** Updates a running statistic: `(1 - momentum) · running + momentum · now`. */
function follow(running: Tensor, now: Tensor, momentum: number): void {
  const own = new Tensor(running.storage, running);
  copy_(own, add(mul(own, 1 - momentum), mul(now, momentum)));
}
