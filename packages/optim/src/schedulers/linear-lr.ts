import { aboveZeroToOne, type OptionRules, whole, zeroToOne } from '../options.ts';
import { EpochScheduler, type Scheduled, type ScheduledGroup } from './scheduler.ts';

/** The options of LinearLR. */
export interface LinearLROptions {
  /** The first factor: 1/3 by default. */
  readonly startFactor?: number | undefined;
  /** The last factor: 1 by default. */
  readonly endFactor?: number | undefined;
  /** The number of epochs until the last factor: 5 by default. */
  readonly totalIters?: number | undefined;
}

const rules: OptionRules<LinearLROptions> = {
  owner: 'LinearLR',
  table: { startFactor: [1 / 3, aboveZeroToOne], endFactor: [1, zeroToOne], totalIters: [5, whole(1)] },
};

/**
 * Multiplies the learning rates by a factor that changes linearly from `startFactor` to `endFactor` over `totalIters` epochs.
 *
 * Throws a RangeError for factors outside (0, 1] and [0, 1], and for totalIters that are no whole number from 1 up.
 *
 * ```ts
 * import { LinearLR, SGD } from '@mg/optim';
 * import { zeros } from '@mg/tensor';
 * const optimizer = new SGD([zeros([2], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new LinearLR(optimizer, { startFactor: 0.5, totalIters: 2 });
 * const rates = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   rates.push(optimizer.paramGroups[0].lr);
 *   scheduler.step();
 * }
 * rates; // => [0.5, 0.75, 1, 1]
 * ```
 */
export class LinearLR extends EpochScheduler<LinearLROptions> {
  constructor(optimizer: Scheduled, options: LinearLROptions = {}) {
    super(rules, optimizer, options);
  }

  protected override adjust(group: ScheduledGroup, epoch: number): void {
    const { startFactor, endFactor, totalIters } = this.state;
    if (epoch === 0) group.lr *= startFactor;
    else if (epoch <= totalIters) {
      const change = endFactor - startFactor;
      group.lr *= 1 + change / (totalIters * startFactor + (epoch - 1) * change);
    }
  }
}
