import { type TypedArray } from '@mg/tensor/internal';
import { blend, signOf, slope, tinyFor } from './descent.ts';
import { take } from './kernels.ts';
import { OwnOptimizer, type OwnRules, type Params, remembered } from './optimizer.ts';
import { finite, flag, fromZero } from './options.ts';

/** The options of SGD. */
export interface SGDOptions {
  /** The learning rate, 1e-3 by default. */
  readonly lr?: number | undefined;
  /** The momentum factor: 0 by default, which means no velocity. */
  readonly momentum?: number | undefined;
  /** The share of the gradient that does not enter the velocity: 0 by default. */
  readonly dampening?: number | undefined;
  /** Whether to use Nesterov momentum, which needs a momentum above 0 and no dampening: false by default. */
  readonly nesterov?: boolean | undefined;
  /** The strength of weight decay: 0 by default. */
  readonly weightDecay?: number | undefined;
  /** Whether to maximize the loss, and not minimize it: false by default. */
  readonly maximize?: boolean | undefined;
}

const rules: OwnRules<SGDOptions> = {
  owner: 'SGD',
  table: {
    lr: [1e-3, fromZero],
    momentum: [0, fromZero],
    dampening: [0, finite],
    nesterov: [false, flag],
    weightDecay: [0, fromZero],
    maximize: [false, flag],
  },
  together: ({ momentum, dampening, nesterov }) =>
    nesterov && (momentum === 0 || dampening !== 0)
      ? [`nesterov needs a momentum above 0 and a dampening of 0, got ${momentum} and ${dampening}`]
      : [],
  memory: { momentum_buffer: 'momentum' },
  update(p, g, group, memory) {
    const { lr, momentum, dampening, nesterov, weightDecay } = group;
    let share = 1;
    let velocity = null;
    if (momentum > 0) {
      // The first gradient becomes the velocity as it is, without dampening.
      if (memory().tensors.size > 0) share -= dampening;
      velocity = remembered(memory(), 'momentum_buffer', p);
    }
    const numbers = [signOf(group), weightDecay, momentum, share, nesterov ? momentum : 0, lr, tinyFor(p, 1)] as const;
    take('sgd', sgd, p, g, [velocity], numbers);
  },
};

/**
 * Stochastic gradient descent, with PyTorch's momentum: the rate multiplies the velocity, so that a changed rate acts at once.
 *
 *     g = g + λ p          v = μ v + (1 − τ) g, at first v = g          p = p − lr · v
 *
 * λ is `weightDecay`, μ `momentum`, τ `dampening`. With `nesterov` the last is p = p − lr · (g + μ v), and with `maximize` −g takes
 * the place of g.
 *
 * Throws a RangeError for an lr, momentum or weightDecay below 0, for nesterov without momentum or with dampening, and for
 * parameters that cannot be stepped.
 *
 * ```ts
 * import { SGD } from '@mg/optim';
 * import { scalar } from '@mg/tensor';
 * const x = scalar(3, { requiresGrad: true });
 * const optimizer = new SGD([x], { lr: 0.1 });
 * x.mul(x).backward();
 * optimizer.step();
 * x.item(); // => 2.4
 * ```
 *
 * @see https://pytorch.org/docs/stable/generated/torch.optim.SGD.html
 */
export class SGD extends OwnOptimizer<SGDOptions> {
  constructor(params: Params<SGDOptions>, options: SGDOptions = {}) {
    super(rules, params, options);
  }
}

type Numbers = readonly [
  ...[sign: number, decay: number, momentum: number, share: number],
  ...[ahead: number, rate: number, tiny: number],
];

/** What a step does to all elements of a parameter. */
export function sgd(
  p: TypedArray,
  g: TypedArray,
  [velocity]: readonly [velocity: TypedArray | null],
  [sign, decay, momentum, share, ahead, rate, tiny]: Numbers,
): void {
  for (let i = 0; i < p.length; i++) {
    let along = slope(g[i]!, p[i]!, sign, decay);
    if (velocity !== null) {
      const next = blend(velocity[i]!, momentum, share * along, tiny);
      velocity[i] = next;
      along = ahead === 0 ? next : along + ahead * next;
    }
    p[i]! -= rate * along;
  }
}
