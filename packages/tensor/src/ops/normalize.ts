import { checkNumber, checkOptions, describe } from '../array/arguments.ts';
import { ShapeError } from '../array/errors.ts';
import { checkShape, sameShape, type Shape, showShape, sizeOf } from '../array/shape.ts';
import { withGradMode } from '../graph/apply.ts';
import { isTensor, type Tensor } from '../graph/tensor.ts';
import { add, mul, rsqrt, sub } from './arithmetic.ts';
import { copy_ } from './in-place.ts';
import { mean, variance } from './reduce.ts';
import { reshape } from './views.ts';

/** What is done after normalizing, `y · weight + bias`, and what keeps the divisor from 0 (1e-5). */
export interface LayerNormOptions {
  readonly weight?: Tensor | null | undefined;
  readonly bias?: Tensor | null | undefined;
  readonly eps?: number | undefined;
}

const layerNormOptions: readonly (keyof LayerNormOptions)[] = ['weight', 'bias', 'eps'];

/**
 * `(x - mean) / √(variance + eps) · weight + bias` over the last axes, whose sizes are `size`; weight and bias have that shape.
 * The variance is that of the elements themselves (correction 0).
 * @see J. L. Ba, J. R. Kiros, G. E. Hinton, Layer Normalization (2016), https://arxiv.org/abs/1607.06450
 */
export function layerNorm(x: Tensor, size: number | readonly number[], options: LayerNormOptions = {}): Tensor {
  checkOptions('layerNorm', options, layerNormOptions);
  const { weight = null, bias = null, eps = 1e-5 } = options;
  const sizes = typeof size === 'number' ? [size] : size;
  checkShape('layerNorm', sizes);
  checkNumber('layerNorm', 'eps', eps);
  if (sizes.length === 0 || !sameShape(x.shape.slice(-sizes.length), sizes)) {
    throw new ShapeError(`layerNorm: the last axes of ${showShape(x.shape)} are not ${showShape(sizes)}`);
  }
  checkParameters('layerNorm', { weight, bias }, sizes);
  const axes = sizes.map((_, index) => x.ndim - sizes.length + index);
  return scaled(normalized(x, statisticsOf(x, axes), eps), weight, bias);
}

/** Checks that the parameters that are given, by their names, are tensors of `shape`. */
export function checkParameters(op: string, given: Record<string, unknown>, shape: Shape): void {
  for (const [name, each] of Object.entries(given)) {
    if (each === null || (isTensor(each) && sameShape(each.shape, shape))) continue;
    const Kind = isTensor(each) ? ShapeError : TypeError;
    throw new Kind(`${op}: ${name} is a tensor of shape ${showShape(shape)}, got ${describe(each)}`);
  }
}

/** As LayerNormOptions, each [channels], with the running statistics and how they are used. */
export interface BatchNormOptions extends LayerNormOptions {
  /** The statistics used where not training; while training they follow those of the batch, in place. */
  readonly runningMean?: Tensor | null | undefined;
  readonly runningVar?: Tensor | null | undefined;
  /** Whether the statistics are those of the batch (true), or the running ones. */
  readonly training?: boolean | undefined;
  /** How far the running statistics go towards those of the batch (0.1). */
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
 * `(x - mean) / √(variance + eps) · weight + bias` for each channel, which is axis 1: over the batch and all other axes while
 * training, by the running statistics otherwise. The running variance takes the unbiased one of the batch, as in PyTorch.
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
  // As [channels, 1, …], which goes along with [batch, channels, …].
  const spread = (each: Tensor | null) => each && reshape(each, [channels, ...x.shape.slice(2).map(() => 1)]);
  if (!training) {
    if (runningMean === null || runningVar === null) {
      throw new ShapeError('batchNorm: without training it needs runningMean and runningVar, each [channels]');
    }
    const centred = sub(x, spread(runningMean) as Tensor);
    return scaled(mul(centred, rsqrt(add(spread(runningVar) as Tensor, eps))), spread(weight), spread(bias));
  }
  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const count = sizeOf(axes.map((axis) => x.shape[axis] ?? 1));
  if (count < 2) {
    throw new ShapeError(
      `batchNorm: training needs more than one value for each channel, got ${showShape(x.shape)}; use training: false, or a larger batch`,
    );
  }
  const statistics = statisticsOf(x, axes);
  withGradMode(false, () => {
    if (runningMean !== null) follow(runningMean, reshape(statistics.mean, [channels]), momentum);
    // What follows is the unbiased variance.
    const unbiased = mul(reshape(statistics.variance, [channels]), count / (count - 1));
    if (runningVar !== null) follow(runningVar, unbiased, momentum);
  });
  return scaled(normalized(x, statistics, eps), spread(weight), spread(bias));
}

/** The mean and the biased variance over the axes, which stay with size 1. */
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

/** Moves a running statistic part of the way. */
function follow(running: Tensor, now: Tensor, momentum: number): void {
  copy_(running, add(mul(running, 1 - momentum), mul(now, momentum)));
}
