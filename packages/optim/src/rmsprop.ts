import { type TypedArray } from '@mg/tensor/internal';
import { blend, signOf, slope, tinyFor } from './descent.ts';
import { take } from './kernels.ts';
import { OwnOptimizer, type OwnRules, type Params, remembered } from './optimizer.ts';
import { flag, fromZero, zeroToOne } from './options.ts';

/** The options of RMSprop. */
export interface RMSpropOptions {
  /** The learning rate, 1e-2 by default. */
  readonly lr?: number | undefined;
  /** The decay rate of the mean of the squared gradient: 0.99 by default. */
  readonly alpha?: number | undefined;
  /** Added to the divisor, for numerical stability: 1e-8 by default. */
  readonly eps?: number | undefined;
  /** The strength of weight decay: 0 by default. */
  readonly weightDecay?: number | undefined;
  /** The momentum factor: 0 by default, which means no velocity. */
  readonly momentum?: number | undefined;
  /** Whether to divide by the standard deviation of the gradient, and not by its root mean square: false by default. */
  readonly centered?: boolean | undefined;
  /** Whether to maximize the loss, and not minimize it: false by default. */
  readonly maximize?: boolean | undefined;
}

const rules: OwnRules<RMSpropOptions> = {
  owner: 'RMSprop',
  table: {
    lr: [1e-2, fromZero],
    alpha: [0.99, zeroToOne],
    eps: [1e-8, fromZero],
    weightDecay: [0, fromZero],
    momentum: [0, fromZero],
    centered: [false, flag],
    maximize: [false, flag],
  },
  memory: { step: null, square_avg: null, momentum_buffer: 'momentum', grad_avg: 'centered' },
  update(p, g, group, memoryOf) {
    const { lr, alpha, eps, momentum, centered, weightDecay } = group;
    const memory = memoryOf();
    memory.step++;
    const square = remembered(memory, 'square_avg', p);
    const mean = centered ? remembered(memory, 'grad_avg', p) : null;
    const velocity = momentum > 0 ? remembered(memory, 'momentum_buffer', p) : null;
    const numbers = [signOf(group), weightDecay, alpha, 1 - alpha, momentum, lr, eps, tinyFor(p, eps)] as const;
    take('rmsprop', rmsprop, p, g, [square, mean, velocity], numbers);
  },
};

/**
 * Steps each element by its own rate, from a moving mean of the squared gradient:
 *
 *     g = g + λ p          v = α v + (1 − α) g²          p = p − lr · g / (√v + ε)
 *
 * λ is `weightDecay`. With `centered` v − m² takes the place of v in the last, where m = α m + (1 − α) g; with a `momentum` μ it is
 * b = μ b + g / (√v + ε) and p = p − lr · b; with `maximize` −g takes the place of g.
 *
 * Throws a RangeError for an alpha outside [0, 1] and other options below 0, and for parameters that cannot be stepped.
 *
 * ```ts
 * import { RMSprop } from '@mg/optim';
 * import { scalar } from '@mg/tensor';
 * const x = scalar(3, { requiresGrad: true });
 * const optimizer = new RMSprop([x], { lr: 0.1, alpha: 0.75 });
 * x.mul(x).backward();
 * optimizer.step();
 * x.item(); // => 2.80
 * ```
 *
 * @see G. Hinton, Neural Networks for Machine Learning (2012), lecture 6, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf
 * @see A. Graves, Generating Sequences With Recurrent Neural Networks (2013), for `centered`, https://arxiv.org/abs/1308.0850
 */
export class RMSprop extends OwnOptimizer<RMSpropOptions> {
  constructor(params: Params<RMSpropOptions>, options: RMSpropOptions = {}) {
    super(rules, params, options);
  }
}

type Remembered = readonly [square: TypedArray, mean: TypedArray | null, velocity: TypedArray | null];
type Numbers = readonly [
  ...[sign: number, decay: number, alpha: number, share: number, momentum: number],
  ...[rate: number, eps: number, tiny: number],
];

/** What a step does to all elements of a parameter. */
export function rmsprop(
  p: TypedArray,
  g: TypedArray,
  [v, m, b]: Remembered,
  [sign, decay, alpha, share, momentum, rate, eps, tiny]: Numbers,
): void {
  for (let i = 0; i < p.length; i++) {
    const gradient = slope(g[i]!, p[i]!, sign, decay);
    let square = blend(v[i]!, alpha, share * gradient * gradient, tiny);
    v[i] = square;
    if (m !== null) {
      const mean = blend(m[i]!, alpha, share * gradient, tiny);
      m[i] = mean;
      square -= mean * mean;
    }
    let change = gradient / (Math.sqrt(square) + eps);
    if (b !== null) b[i] = change = blend(b[i]!, momentum, change, tiny);
    p[i]! -= rate * change;
  }
}
