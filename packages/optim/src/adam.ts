import { type Tensor } from '@mg/tensor';
import { type TypedArray } from '@mg/tensor/engine';
import { slope } from './descent.ts';
import { Optimizer, type Params, remembered } from './optimizer.ts';
import { belowOne, flag, fromZero, listOf, type Settings } from './options.ts';
import { type Memory, type OptimizerRules, type ParamGroup } from './state-dict.ts';

/** The options of Adam and of AdamW. */
export interface AdamOptions {
  /** The learning rate, 1e-3 unless given. */
  readonly lr?: number | undefined;
  /** How much of the means of the gradient and of its square is kept in a step: 0.9 and 0.999 unless given. */
  readonly betas?: readonly [number, number] | undefined;
  /** What keeps the divisor from 0: 1e-8 unless given. */
  readonly eps?: number | undefined;
  /** How strongly parameters are drawn to 0: by default not at all by Adam, and with 0.01 by AdamW. */
  readonly weightDecay?: number | undefined;
  /** Whether to divide by the largest mean square so far: false unless given. */
  readonly amsgrad?: boolean | undefined;
  /** Whether to go up along the gradient: false unless given. */
  readonly maximize?: boolean | undefined;
}

/** The options of Adam and of AdamW, and what both remember. */
export function adamRules(owner: string, weightDecay: number): OptimizerRules<AdamOptions> {
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
export class Adam extends Optimizer<AdamOptions> {
  constructor(params: Params<AdamOptions>, options: AdamOptions = {}) {
    super(adamRules('Adam', 0), params, options);
  }

  protected override update(param: Tensor, p: TypedArray, g: TypedArray, group: ParamGroup<AdamOptions>): void {
    adam(p, slope(p, g, group.maximize, group.weightDecay), this.memory(param), group);
  }
}

/**
 * The smallest float32 that is not denormal. A processor takes about 100 cycles for each denormal, so means that decay
 * below are set to 0; beside eps they are nothing.
 */
const SMALLEST_NORMAL = 1.1754943508222875e-38;

/** One step over all elements of a parameter. Means that would be denormal are set to 0. */
export function adam(
  p: TypedArray,
  g: TypedArray,
  memory: Memory,
  { lr, betas: [beta1, beta2], eps, amsgrad }: Settings<AdamOptions>,
): void {
  memory.step++;
  const rate = lr / (1 - power(beta1, memory.step));
  const correction = 1 - power(beta2, memory.step);
  const m = remembered(memory, 'exp_avg', p);
  const v = remembered(memory, 'exp_avg_sq', p);
  const tiny = p.BYTES_PER_ELEMENT === 4 && eps > 0 ? SMALLEST_NORMAL : 0;
  // Two loops that differ in a line: a test for amsgrad in one would cost a third of its time.
  if (!amsgrad) {
    for (let i = 0; i < p.length; i++) {
      const gradient = g[i]!;
      const mean = beta1 * m[i]! + (1 - beta1) * gradient;
      const square = beta2 * v[i]! + (1 - beta2) * gradient * gradient;
      m[i] = Math.abs(mean) < tiny ? 0 : mean;
      v[i] = square < tiny ? 0 : square;
      p[i]! -= (rate * mean) / (Math.sqrt(square / correction) + eps);
    }
    return;
  }
  const most = remembered(memory, 'max_exp_avg_sq', p);
  for (let i = 0; i < p.length; i++) {
    const gradient = g[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * gradient;
    const square = beta2 * v[i]! + (1 - beta2) * gradient * gradient;
    m[i] = Math.abs(mean) < tiny ? 0 : mean;
    v[i] = square < tiny ? 0 : square;
    // NaN is not at most anything, and gets in.
    const largest = v[i]! <= most[i]! ? most[i]! : v[i]!;
    most[i] = largest;
    p[i]! -= (rate * mean) / (Math.sqrt(largest / correction) + eps);
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
