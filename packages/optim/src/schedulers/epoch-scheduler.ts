import { type OptionRules } from '../options.ts';
import { progressTable, type Scheduled, type ScheduledGroup, Scheduler } from './scheduler.ts';

/**
 * Sets learning rates by the number of the epoch, and those of epoch 0 as soon as it is made.
 *
 * Those that go by the rate they find, which are all but OneCycleLR, can be combined: call `step` of each.
 */
export abstract class EpochScheduler<Options extends object = object> extends Scheduler<Options> {
  constructor(rules: OptionRules<Options>, optimizer: Scheduled, options: Options) {
    super(rules, progressTable, optimizer, options);
    this.#set(0);
  }

  /** Sets the rates of the next epoch: to be called after each, or after each batch if it is batches that are counted. */
  step(): void {
    this.check();
    this.#set(this.lastEpoch + 1);
  }

  #set(epoch: number): void {
    for (const [index, group] of this.optimizer.paramGroups.entries()) {
      group.initialLr ??= group.lr;
      this.adjust(group, epoch, index);
    }
    this.finish(epoch);
  }

  /** Sets the rate of a group, from what it was in the epoch before. The constructor calls it, before a subclass has fields. */
  protected abstract adjust(group: ScheduledGroup, epoch: number, index: number): void;
}
