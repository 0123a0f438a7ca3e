import { scalar } from '@mg/tensor';
import { fromZero, type OptionRules, whole } from '../options.ts';
import { EpochScheduler, type Scheduled, type ScheduledGroup } from './scheduler.ts';

/** The options of CosineAnnealingLR. */
export interface CosineAnnealingLROptions {
  /** The number of epochs until the rate reaches its minimum. */
  readonly tMax: number;
  /** The minimum rate: 0 by default. */
  readonly etaMin?: number | undefined;
}

const rules: OptionRules<CosineAnnealingLROptions> = {
  owner: 'CosineAnnealingLR',
  table: { tMax: [undefined, whole(1)], etaMin: [0, fromZero] },
};

/**
 * Lowers the learning rates along a cosine to `etaMin` in `tMax` epochs, then raises them again along the same curve:
 *
 *     lr = ηmin + (lr₀ − ηmin) · (1 + cos(π · epoch / tMax)) / 2
 *
 * Each rate is computed from the one before, so that the scheduler combines with others.
 *
 * Throws a RangeError for a tMax that is no whole number from 1 up, and for an etaMin below 0.
 *
 * ```ts
 * import { CosineAnnealingLR, SGD } from '@mg/optim';
 * import { zeros } from '@mg/tensor';
 * const optimizer = new SGD([zeros([2], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new CosineAnnealingLR(optimizer, { tMax: 4 });
 * const rates = [];
 * for (let epoch = 0; epoch < 5; epoch++) {
 *   rates.push(optimizer.paramGroups[0].lr);
 *   scheduler.step();
 * }
 * rates; // => [1.000, 0.854, 0.500, 0.146, 0.000]
 * ```
 *
 * @see I. Loshchilov, F. Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts (2017), https://arxiv.org/abs/1608.03983
 */
export class CosineAnnealingLR extends EpochScheduler<CosineAnnealingLROptions> {
  constructor(optimizer: Scheduled, options: CosineAnnealingLROptions) {
    super(rules, optimizer, options);
  }

  protected override adjust(group: ScheduledGroup, epoch: number): void {
    const { tMax, etaMin } = this.state;
    if (epoch === 0) return;
    // From the least rate no factor leads up again.
    if ((epoch - 1 - tMax) % (2 * tMax) === 0)
      group.lr += (((group.initialLr ?? group.lr) - etaMin) * (1 - cosine(1 / tMax))) / 2;
    else {
      const factor = (1 + cosine(epoch / tMax)) / (1 + cosine((epoch - 1) / tMax));
      group.lr = factor * (group.lr - etaMin) + etaMin;
    }
  }
}

const PI = 3.141592653589793;

/** The cosine of half turns, computed by a tensor: the bits of `Math.cos` differ between engines. */
export function cosine(halfTurns: number): number {
  return scalar(PI * halfTurns, { dtype: 'float64' })
    .cos()
    .item();
}
