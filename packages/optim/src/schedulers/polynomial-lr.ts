import { scalar } from '@mg/tensor';
import { fromZero, type OptionRules, whole } from '../options.ts';
import { EpochScheduler, type Scheduled, type ScheduledGroup } from './scheduler.ts';

/** The options of PolynomialLR. */
export interface PolynomialLROptions {
  /** The number of epochs until the rate is 0: 5 by default. */
  readonly totalIters?: number | undefined;
  /** The power of the polynomial: 1 by default, which is a line. */
  readonly power?: number | undefined;
}

const rules: OptionRules<PolynomialLROptions> = {
  owner: 'PolynomialLR',
  table: { totalIters: [5, whole(1)], power: [1, fromZero] },
};

/**
 * Lowers the learning rates to 0 in `totalIters` epochs: `lr = lr₀ · (1 − epoch / totalIters)^power`.
 *
 * Throws a RangeError for totalIters that are no whole number from 1 up, and for a power below 0.
 *
 * ```ts
 * import { PolynomialLR, SGD } from '@mg/optim';
 * import { zeros } from '@mg/tensor';
 * const optimizer = new SGD([zeros([2], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new PolynomialLR(optimizer, { totalIters: 4, power: 2 });
 * const rates = [];
 * for (let epoch = 0; epoch < 6; epoch++) {
 *   rates.push(optimizer.paramGroups[0].lr);
 *   scheduler.step();
 * }
 * rates; // => [1.0000, 0.5625, 0.2500, 0.0625, 0.0000, 0.0000]
 * ```
 */
export class PolynomialLR extends EpochScheduler<PolynomialLROptions> {
  constructor(optimizer: Scheduled, options: PolynomialLROptions = {}) {
    super(rules, optimizer, options);
  }

  protected override adjust(group: ScheduledGroup, epoch: number): void {
    const { totalIters, power } = this.state;
    if (epoch === 0 || epoch > totalIters) return;
    const share = (1 - epoch / totalIters) / (1 - (epoch - 1) / totalIters);
    // By a tensor: the bits of `Math.pow` differ between engines.
    group.lr *= scalar(share, { dtype: 'float64' }).pow(power).item();
  }
}
