import { fromZero, type OptionRules } from '../options.ts';
import { EpochScheduler, type Scheduled, type ScheduledGroup } from './scheduler.ts';

/** The options of ExponentialLR. */
export interface ExponentialLROptions {
  /** The factor by which the rate changes after each epoch. */
  readonly gamma: number;
}

const rules: OptionRules<ExponentialLROptions> = { owner: 'ExponentialLR', table: { gamma: [undefined, fromZero] } };

/**
 * Multiplies the learning rates by `gamma` after each epoch. Throws a RangeError for a gamma below 0.
 *
 * ```ts
 * import { ExponentialLR, SGD } from '@mg/optim';
 * import { zeros } from '@mg/tensor';
 * const optimizer = new SGD([zeros([2], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new ExponentialLR(optimizer, { gamma: 0.9 });
 * scheduler.step();
 * scheduler.step();
 * scheduler.getLastLr(); // => [0.81]
 * ```
 */
export class ExponentialLR extends EpochScheduler<ExponentialLROptions> {
  constructor(optimizer: Scheduled, options: ExponentialLROptions) {
    super(rules, optimizer, options);
  }

  protected override adjust(group: ScheduledGroup, epoch: number): void {
    if (epoch > 0) group.lr *= this.state.gamma;
  }
}
