import { fromZero, type OptionRules, whole } from '../options.ts';
import { EpochScheduler, type Scheduled, type ScheduledGroup } from './scheduler.ts';

/** The options of StepLR. */
export interface StepLROptions {
  /** The number of epochs between two changes. */
  readonly stepSize: number;
  /** The factor of each change: 0.1 by default. */
  readonly gamma?: number | undefined;
}

const rules: OptionRules<StepLROptions> = {
  owner: 'StepLR',
  table: { stepSize: [undefined, whole(1)], gamma: [0.1, fromZero] },
};

/**
 * Multiplies the learning rates by `gamma` every `stepSize` epochs.
 *
 * Throws a RangeError for a stepSize that is no whole number from 1 up, and for a gamma below 0.
 *
 * ```ts
 * import { SGD, StepLR } from '@mg/optim';
 * import { zeros } from '@mg/tensor';
 * const optimizer = new SGD([zeros([2], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new StepLR(optimizer, { stepSize: 2, gamma: 0.5 });
 * const rates = [];
 * for (let epoch = 0; epoch < 5; epoch++) {
 *   rates.push(optimizer.paramGroups[0].lr);
 *   scheduler.step();
 * }
 * rates; // => [1, 1, 0.5, 0.5, 0.25]
 * ```
 */
export class StepLR extends EpochScheduler<StepLROptions> {
  constructor(optimizer: Scheduled, options: StepLROptions) {
    super(rules, optimizer, options);
  }

  protected override adjust(group: ScheduledGroup, epoch: number): void {
    if (epoch > 0 && epoch % this.state.stepSize === 0) group.lr *= this.state.gamma;
  }
}
