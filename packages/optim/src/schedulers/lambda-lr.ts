import { type Check, type OptionRules, show } from '../options.ts';
import { EpochScheduler, type Scheduled, type ScheduledGroup } from './scheduler.ts';

/** The options of LambdaLR. */
export interface LambdaLROptions {
  /** The factor for the number of an epoch, and for the index of a parameter group where that matters. */
  readonly lrLambda: (epoch: number, group: number) => number;
}

const isFunction: Check = (name, value) =>
  typeof value === 'function' ? [] : [`${name} must be a function of the epoch, got ${show(value)}`];

const rules: OptionRules<LambdaLROptions> = { owner: 'LambdaLR', table: { lrLambda: [undefined, isFunction] } };

/**
 * Sets the learning rates to the first ones times a factor of your own: `lr = lr₀ · lrLambda(epoch, group)`. Where PyTorch takes a list of
 * functions, one for each parameter group, this one is given the index of the group. It overwrites what other schedulers do.
 *
 * The state has no function: a resumed scheduler has the one that it was made with.
 *
 * Throws a RangeError for a factor that is not a finite number, and leaves the rate of that group as it is.
 *
 * ```ts
 * import { LambdaLR, SGD } from '@mg/optim';
 * import { zeros } from '@mg/tensor';
 * const optimizer = new SGD([zeros([2], { requiresGrad: true })], { lr: 4 });
 * const scheduler = new LambdaLR(optimizer, { lrLambda: (epoch) => 1 / (1 + epoch) });
 * const rates = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   rates.push(optimizer.paramGroups[0].lr);
 *   scheduler.step();
 * }
 * rates; // => [4, 2, 1.333, 1]
 * ```
 */
export class LambdaLR extends EpochScheduler<LambdaLROptions> {
  constructor(optimizer: Scheduled, options: LambdaLROptions) {
    super(rules, optimizer, options);
  }

  protected override adjust(group: ScheduledGroup, epoch: number, index: number): void {
    const factor: unknown = this.state.lrLambda(epoch, index);
    if (typeof factor !== 'number' || !Number.isFinite(factor)) {
      throw new RangeError(`LambdaLR: lrLambda(${epoch}, ${index}) must be a finite number, got ${show(factor)}`);
    }
    group.lr = (group.initialLr ?? group.lr) * factor;
  }
}
