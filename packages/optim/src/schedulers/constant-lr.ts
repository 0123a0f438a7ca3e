import { aboveZeroToOne, type OptionRules, whole } from '../options.ts';
import { EpochScheduler, type Scheduled, type ScheduledGroup } from './scheduler.ts';

/** The options of ConstantLR. */
export interface ConstantLROptions {
  /** The factor: 1/3 by default. */
  readonly factor?: number | undefined;
  /** The number of epochs until the factor is taken back: 5 by default. */
  readonly totalIters?: number | undefined;
}

const rules: OptionRules<ConstantLROptions> = {
  owner: 'ConstantLR',
  table: { factor: [1 / 3, aboveZeroToOne], totalIters: [5, whole(1)] },
};

/**
 * Multiplies the learning rates by `factor` for the first `totalIters` epochs.
 *
 * Throws a RangeError for a factor outside (0, 1], and for totalIters that are no whole number from 1 up.
 *
 * ```ts
 * import { ConstantLR, SGD } from '@mg/optim';
 * import { zeros } from '@mg/tensor';
 * const optimizer = new SGD([zeros([2], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new ConstantLR(optimizer, { factor: 0.5, totalIters: 2 });
 * const rates = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   rates.push(optimizer.paramGroups[0].lr);
 *   scheduler.step();
 * }
 * rates; // => [0.5, 0.5, 1, 1]
 * ```
 */
export class ConstantLR extends EpochScheduler<ConstantLROptions> {
  constructor(optimizer: Scheduled, options: ConstantLROptions = {}) {
    super(rules, optimizer, options);
  }

  protected override adjust(group: ScheduledGroup, epoch: number): void {
    const { factor, totalIters } = this.state;
    if (epoch === 0) group.lr *= factor;
    else if (epoch === totalIters) group.lr *= 1 / factor;
  }
}
