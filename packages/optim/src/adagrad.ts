import { type TypedArray } from '@mg/tensor/internal';
import { signOf, slope } from './descent.ts';
import { take } from './kernels.ts';
import { OwnOptimizer, type OwnRules, type Params, remembered } from './optimizer.ts';
import { flag, fromZero } from './options.ts';

/** The options of Adagrad. */
export interface AdagradOptions {
  /** The learning rate, 1e-2 by default. */
  readonly lr?: number | undefined;
  /** The decay of the learning rate: 0 by default. */
  readonly lrDecay?: number | undefined;
  /** The strength of weight decay: 0 by default. */
  readonly weightDecay?: number | undefined;
  /** The initial value of the sums of squares: 0 by default. */
  readonly initialAccumulatorValue?: number | undefined;
  /** Added to the divisor, for numerical stability: 1e-10 by default. */
  readonly eps?: number | undefined;
  /** Whether to maximize the loss, and not minimize it: false by default. */
  readonly maximize?: boolean | undefined;
}

const rules: OwnRules<AdagradOptions> = {
  owner: 'Adagrad',
  table: {
    lr: [1e-2, fromZero],
    lrDecay: [0, fromZero],
    weightDecay: [0, fromZero],
    initialAccumulatorValue: [0, fromZero],
    eps: [1e-10, fromZero],
    maximize: [false, flag],
  },
  memory: { step: null, sum: null },
  update(p, g, group, memoryOf) {
    const memory = memoryOf();
    const rate = group.lr / (1 + memory.step++ * group.lrDecay);
    const sum = remembered(memory, 'sum', p, group.initialAccumulatorValue);
    take('adagrad', adagrad, p, g, [sum], [signOf(group), group.weightDecay, rate, group.eps]);
  },
};

/**
 * Steps each element by its own rate, which falls with the sum of its squared gradients:
 *
 *     g = g + λ p          s = s + g²          p = p − lr / (1 + (t − 1) · η) · g / (√s + ε)
 *
 * λ is `weightDecay`, η `lrDecay`, t how often the parameter was stepped; s starts from `initialAccumulatorValue`. With `maximize` −g
 * takes the place of g.
 *
 * Throws a RangeError for options below 0, and for parameters that cannot be stepped.
 *
 * ```ts
 * import { Adagrad } from '@mg/optim';
 * import { scalar } from '@mg/tensor';
 * const x = scalar(3, { requiresGrad: true });
 * const optimizer = new Adagrad([x], { lr: 0.1, initialAccumulatorValue: 28 });
 * x.mul(x).backward();
 * optimizer.step();
 * x.item(); // => 2.925
 * ```
 *
 * @see J. Duchi, E. Hazan, Y. Singer, Adaptive Subgradient Methods (2011), https://jmlr.org/papers/v12/duchi11a.html
 */
export class Adagrad extends OwnOptimizer<AdagradOptions> {
  constructor(params: Params<AdagradOptions>, options: AdagradOptions = {}) {
    super(rules, params, options);
  }
}

/** What a step does to all elements of a parameter. */
export function adagrad(
  p: TypedArray,
  g: TypedArray,
  [sum]: readonly [sum: TypedArray],
  [sign, decay, rate, eps]: readonly [sign: number, decay: number, rate: number, eps: number],
): void {
  for (let i = 0; i < p.length; i++) {
    const gradient = slope(g[i]!, p[i]!, sign, decay);
    const total = sum[i]! + gradient * gradient;
    sum[i] = total;
    p[i]! -= (rate * gradient) / (Math.sqrt(total) + eps);
  }
}
