import { fromZero, listOf, type OptionRules, whole } from '../options.ts';
import { EpochScheduler, type Scheduled, type ScheduledGroup } from './scheduler.ts';

/** The options of MultiStepLR. */
export interface MultiStepLROptions {
  /** The epochs at which the rate changes; an epoch that is listed twice changes it twice. */
  readonly milestones: readonly number[];
  /** The factor of each change: 0.1 by default. */
  readonly gamma?: number | undefined;
}

const rules: OptionRules<MultiStepLROptions> = {
  owner: 'MultiStepLR',
  table: { milestones: [undefined, listOf(whole(0))], gamma: [0.1, fromZero] },
};

/**
 * Multiplies the learning rates by `gamma` at each of the `milestones`.
 *
 * Throws a RangeError for milestones that are no whole numbers from 0 up, and for a gamma below 0.
 *
 * ```ts
 * import { MultiStepLR, SGD } from '@mg/optim';
 * import { zeros } from '@mg/tensor';
 * const optimizer = new SGD([zeros([2], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new MultiStepLR(optimizer, { milestones: [1, 4], gamma: 0.5 });
 * const rates = [];
 * for (let epoch = 0; epoch < 5; epoch++) {
 *   rates.push(optimizer.paramGroups[0].lr);
 *   scheduler.step();
 * }
 * rates; // => [1, 0.5, 0.5, 0.5, 0.25]
 * ```
 */
export class MultiStepLR extends EpochScheduler<MultiStepLROptions> {
  constructor(optimizer: Scheduled, options: MultiStepLROptions) {
    super(rules, optimizer, options);
  }

  protected override adjust(group: ScheduledGroup, epoch: number): void {
    for (const milestone of this.state.milestones) if (milestone === epoch) group.lr *= this.state.gamma;
  }
}
