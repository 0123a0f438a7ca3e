import { fromZero, type OptionRules, show, whole } from '../options.ts';
import { cosine } from './cosine-annealing-lr.ts';
import { EpochScheduler, type Scheduled, type ScheduledGroup } from './scheduler.ts';

/** The options of CosineAnnealingWarmRestarts. */
export interface CosineAnnealingWarmRestartsOptions {
  /** The number of epochs until the first restart. */
  readonly t0: number;
  /** The factor by which each cycle is longer than the one before: 1 by default. */
  readonly tMult?: number | undefined;
  /** The minimum rate: 0 by default. */
  readonly etaMin?: number | undefined;
}

const rules: OptionRules<CosineAnnealingWarmRestartsOptions> = {
  owner: 'CosineAnnealingWarmRestarts',
  table: { t0: [undefined, whole(1)], tMult: [1, whole(1)], etaMin: [0, fromZero] },
};

/**
 * Lowers the learning rates along a cosine to `etaMin`, in cycles that start at the first rate again:
 *
 *     lr = ηmin + (lr₀ − ηmin) · (1 + cos(π · t / T)) / 2
 *
 * t is the number of epochs since the last restart, and T the length of the cycle: `t0`, then `t0 · tMult`, and so on. It overwrites what other
 * schedulers do.
 *
 * Throws a RangeError for t0 and tMult that are no whole numbers from 1 up, and for an etaMin below 0.
 *
 * ```ts
 * import { CosineAnnealingWarmRestarts, SGD } from '@mg/optim';
 * import { zeros } from '@mg/tensor';
 * const optimizer = new SGD([zeros([2], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new CosineAnnealingWarmRestarts(optimizer, { t0: 2, tMult: 2 });
 * const rates = [];
 * for (let epoch = 0; epoch < 7; epoch++) {
 *   rates.push(optimizer.paramGroups[0].lr);
 *   scheduler.step();
 * }
 * rates; // => [1.000, 0.500, 1.000, 0.854, 0.500, 0.146, 1.000]
 * ```
 *
 * @see I. Loshchilov, F. Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts (2017), https://arxiv.org/abs/1608.03983
 */
export class CosineAnnealingWarmRestarts extends EpochScheduler<CosineAnnealingWarmRestartsOptions> {
  constructor(optimizer: Scheduled, options: CosineAnnealingWarmRestartsOptions) {
    super(rules, optimizer, options);
  }

  /**
   * Sets the rates of the next epoch; or of any other one, which may be a fraction, to follow the curve between epochs:
   * `step(epoch + batch / batches)`. Throws a RangeError for an epoch below 0.
   */
  override step(epoch: number = this.lastEpoch + 1): void {
    if (typeof epoch !== 'number' || !(epoch >= 0 && epoch < Infinity)) {
      throw new RangeError(`CosineAnnealingWarmRestarts: the epoch must be a number >= 0, got ${show(epoch)}`);
    }
    this.check();
    this.setEpoch(epoch);
  }

  protected override finish(epoch: number): void {
    super.finish(Math.floor(epoch));
  }

  protected override adjust(group: ScheduledGroup, epoch: number): void {
    const { t0, tMult, etaMin } = this.state;
    let [since, length] = [epoch, t0];
    if (tMult === 1) since %= t0;
    for (; since >= length; length *= tMult) since -= length;
    group.lr = etaMin + (((group.initialLr ?? group.lr) - etaMin) * (1 + cosine(since / length))) / 2;
  }
}
