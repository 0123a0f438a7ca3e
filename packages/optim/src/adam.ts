import { type Tensor } from '@mg/tensor';
import { type TypedArray } from '@mg/tensor/internal';
import { blend, signOf, slope, tinyFor } from './descent.ts';
import { take } from './kernels.ts';
import { OwnOptimizer, type OwnRules, type Params, remembered } from './optimizer.ts';
import { belowOne, flag, fromZero, listOf } from './options.ts';
import { type Memory, type OptimizerRules, type ParamGroup } from './state-dict.ts';

/** The options of Adam and of AdamW. */
export interface AdamOptions {
  /** The learning rate, 1e-3 by default. */
  readonly lr?: number | undefined;
  /** The decay rates of the means of the gradient and of its square: 0.9 and 0.999 by default. */
  readonly betas?: readonly [number, number] | undefined;
  /** Added to the divisor, for numerical stability: 1e-8 by default. */
  readonly eps?: number | undefined;
  /** The strength of weight decay: 0 by default for Adam, 0.01 for AdamW. */
  readonly weightDecay?: number | undefined;
  /** Whether to divide by the largest mean square so far, as AMSGrad does: false by default. */
  readonly amsgrad?: boolean | undefined;
  /** Whether to maximize the loss, and not minimize it: false by default. */
  readonly maximize?: boolean | undefined;
}

/** The options and the memory of Adam and of AdamW. */
function adamRules(owner: string, weightDecay: number): OptimizerRules<AdamOptions> {
  return {
    owner,
    table: {
      lr: [1e-3, fromZero],
      betas: [[0.9, 0.999], listOf(belowOne, 2)],
      eps: [1e-8, fromZero],
      weightDecay: [weightDecay, fromZero],
      amsgrad: [false, flag],
      maximize: [false, flag],
    },
    memory: { step: null, exp_avg: null, exp_avg_sq: null, max_exp_avg_sq: 'amsgrad' },
  };
}

const rules: OwnRules<AdamOptions> = {
  ...adamRules('Adam', 0),
  update(p, g, group, memory) {
    stepByAdam(p, g, memory(), group, group.weightDecay, 1);
  },
};

/**
 * Steps each element by its own rate, from moving means of the gradient and of its square:
 *
 *     g = g + λ p
 *     m = β₁ m + (1 − β₁) g          v = β₂ v + (1 − β₂) g²
 *     p = p − lr · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
 *
 * λ is `weightDecay`, t how often the parameter was stepped. With `amsgrad` the largest v so far takes the place of v, and with
 * `maximize` −g that of g.
 *
 * Throws a RangeError for betas outside [0, 1) and other options below 0, and for parameters that cannot be stepped.
 *
 * ```ts
 * import { Adam } from '@mg/optim';
 * import { scalar } from '@mg/tensor';
 * const x = scalar(3, { requiresGrad: true });
 * const optimizer = new Adam([x], { lr: 0.1 });
 * for (let step = 0; step < 200; step++) {
 *   optimizer.zeroGrad();
 *   x.mul(x).backward();
 *   optimizer.step();
 * }
 * x.item(); // => 0.000
 * ```
 *
 * @see D. Kingma, J. Ba, Adam: A Method for Stochastic Optimization (2015), https://arxiv.org/abs/1412.6980
 * @see S. Reddi, S. Kale, S. Kumar, On the Convergence of Adam and Beyond (2018), https://openreview.net/forum?id=ryQu7f-RZ
 */
export class Adam extends OwnOptimizer<AdamOptions> {
  constructor(params: Params<AdamOptions>, options: AdamOptions = {}) {
    super(rules, params, options);
  }
}

const decoupledRules: OwnRules<AdamOptions> = {
  ...adamRules('AdamW', 0.01),
  update(p, g, group, memory) {
    stepByAdam(p, g, memory(), group, 0, 1 - group.lr * group.weightDecay);
  },
};

/**
 * Adam with a decay of the parameters that is no part of the gradient, so that it acts on all alike:
 *
 *     p = (1 − lr · λ) p
 *     m = β₁ m + (1 − β₁) g          v = β₂ v + (1 − β₂) g²
 *     p = p − lr · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
 *
 * λ is `weightDecay`, 0.01 by default; the other options are Adam's.
 *
 * Throws a RangeError for betas outside [0, 1) and other options below 0, and for parameters that cannot be stepped.
 *
 * ```ts
 * import { AdamW } from '@mg/optim';
 * import { scalar } from '@mg/tensor';
 * const x = scalar(3, { requiresGrad: true });
 * const optimizer = new AdamW([x], { lr: 0.1, weightDecay: 0.5 });
 * x.mul(0).backward();
 * optimizer.step();
 * x.item(); // => 2.85
 * ```
 *
 * @see I. Loshchilov, F. Hutter, Decoupled Weight Decay Regularization (2019), https://arxiv.org/abs/1711.05101
 */
export class AdamW extends OwnOptimizer<AdamOptions> {
  constructor(params: Params<AdamOptions>, options: AdamOptions = {}) {
    super(decoupledRules, params, options);
  }
}

/** One step of Adam or AdamW: `decay · p` is added to the gradient, and p is multiplied by `keep` first. */
function stepByAdam(
  p: Tensor,
  g: Tensor,
  memory: Memory,
  group: ParamGroup<AdamOptions>,
  decay: number,
  keep: number,
): void {
  const {
    lr,
    betas: [beta1, beta2],
    eps,
    amsgrad,
  } = group;
  const { step } = memory;
  memory.step = step + 1;
  // √(v / c) + ε is (√v + √c · ε) / √c: so one division is left for each element.
  const correction = Math.sqrt(1 - power(beta2, step + 1));
  const rate = (lr / (1 - power(beta1, step + 1))) * correction;
  const mean = remembered(memory, 'exp_avg', p);
  const square = remembered(memory, 'exp_avg_sq', p);
  const most = amsgrad ? remembered(memory, 'max_exp_avg_sq', p) : null;
  const sign = signOf(group);
  const tiny = tinyFor(p, eps);
  const numbers = [sign, decay, keep, beta1, 1 - beta1, beta2, 1 - beta2, rate, correction * eps, tiny] as const;
  take('adam', adam, p, g, [mean, square, most], numbers);
}

type Remembered = readonly [mean: TypedArray, square: TypedArray, most: TypedArray | null];
type Numbers = readonly [
  ...[sign: number, decay: number, keep: number, beta1: number, share1: number, beta2: number, share2: number],
  ...[rate: number, eps: number, tiny: number],
];

/** What a step does to all elements of a parameter. */
export function adam(
  p: TypedArray,
  g: TypedArray,
  [m, v, most]: Remembered,
  [sign, decay, keep, beta1, share1, beta2, share2, rate, eps, tiny]: Numbers,
): void {
  for (let i = 0; i < p.length; i++) {
    const x = keep * p[i]!;
    const gradient = slope(g[i]!, x, sign, decay);
    const mean = blend(m[i]!, beta1, share1 * gradient, tiny);
    m[i] = mean;
    let square = blend(v[i]!, beta2, share2 * gradient * gradient, tiny);
    v[i] = square;
    if (most !== null) {
      // NaN is not at most anything, and gets in.
      if (square <= most[i]!) square = most[i]!;
      most[i] = square;
    }
    p[i] = x - (rate * mean) / (Math.sqrt(square) + eps);
  }
}

/** base^exponent for a whole exponent, by squaring: the same bits on every engine, which `**` does not promise. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let square = base, rest = exponent; rest > 0; square *= square, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
  }
  return result;
}
