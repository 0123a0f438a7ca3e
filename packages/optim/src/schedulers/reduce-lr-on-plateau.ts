import { isTensor, type Tensor } from '@mg/tensor';
import {
  belowOne,
  type Check,
  finite,
  fromZero,
  ofGroup,
  oneOf,
  type OptionRules,
  type OptionTable,
  perGroup,
  show,
  whole,
} from '../options.ts';
import { type Progress, progressTable, type Scheduled, Scheduler } from './scheduler.ts';

/** The options of ReduceLROnPlateau. */
export interface ReduceLROnPlateauOptions {
  /** Whether a better metric is lower ('min', as a loss) or higher ('max', as an accuracy): 'min' by default. */
  readonly mode?: 'min' | 'max' | undefined;
  /** The factor of each change: 0.1 by default. */
  readonly factor?: number | undefined;
  /** The number of epochs without improvement that are tolerated: 10 by default. */
  readonly patience?: number | undefined;
  /** The smallest change that counts as an improvement: 1e-4 by default. */
  readonly threshold?: number | undefined;
  /**
   * Whether `threshold` is a share of the best metric so far, of its absolute value ('rel'), or a difference from it ('abs'): 'rel' by
   * default.
   */
  readonly thresholdMode?: 'rel' | 'abs' | undefined;
  /** The number of epochs to wait after a change before counting again: 0 by default. */
  readonly cooldown?: number | undefined;
  /** The minimum rate: one for all groups, or a list with one for each: 0 by default. */
  readonly minLr?: number | readonly number[] | undefined;
  /** The smallest change of a rate that is made: 1e-8 by default. */
  readonly eps?: number | undefined;
}

/** The progress of the scheduler. */
export interface PlateauProgress extends Progress {
  /** The best metric; null before the first. */
  best: number | null;
  numBadEpochs: number;
  cooldownCounter: number;
}

const numberOrNull: Check = (name, value) => (value === null ? [] : finite(name, value));

const table: OptionTable<PlateauProgress> = {
  ...progressTable,
  best: [null, numberOrNull],
  numBadEpochs: [0, whole(0)],
  cooldownCounter: [0, whole(0)],
};

/**
 * Multiplies the learning rates by `factor` when a metric has not improved for more than `patience` epochs. NaN is no improvement.
 *
 * Throws a RangeError for a factor outside [0, 1) and other numbers out of range, and for a list that does not have one for each group.
 *
 * ```ts
 * import { ReduceLROnPlateau, SGD } from '@mg/optim';
 * import { zeros } from '@mg/tensor';
 * const optimizer = new SGD([zeros([2], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new ReduceLROnPlateau(optimizer, { patience: 1 });
 * for (const loss of [5, 4, 4, 4]) scheduler.step(loss);
 * scheduler.getLastLr(); // => [0.1]
 * ```
 */
export class ReduceLROnPlateau extends Scheduler<ReduceLROnPlateauOptions, PlateauProgress> {
  constructor(optimizer: Scheduled, options: ReduceLROnPlateauOptions = {}) {
    super(rulesFor(optimizer), table, optimizer, options);
  }

  /** Call it after each epoch with the metric: a number, or a tensor of one element. */
  step(metric: number | Tensor): void {
    const { state } = this;
    const value: unknown = isTensor(metric) ? metric.item() : metric;
    if (typeof value !== 'number') {
      throw new TypeError(`ReduceLROnPlateau: the metric must be a number, got ${show(value)}`);
    }
    this.check();
    const isBetter = this.#isBetter(value);
    if (isBetter) state.best = value;
    const isCooling = state.cooldownCounter > 0;
    if (isCooling) state.cooldownCounter--;
    state.numBadEpochs = isBetter || isCooling ? 0 : state.numBadEpochs + 1;
    if (state.numBadEpochs > state.patience) {
      for (const [index, group] of this.optimizer.paramGroups.entries()) {
        const reduced = Math.max(group.lr * state.factor, ofGroup(state.minLr, index));
        if (group.lr - reduced > state.eps) group.lr = reduced;
      }
      state.cooldownCounter = state.cooldown;
      state.numBadEpochs = 0;
    }
    this.finish(this.lastEpoch + 1);
  }

  #isBetter(value: number): boolean {
    const { mode, threshold, thresholdMode, best } = this.state;
    const sign = mode === 'min' ? -1 : 1;
    // NaN is not better than anything, nor than nothing.
    if (best === null) return sign * value > -Infinity;
    const bound = thresholdMode === 'rel' ? best * (1 + sign * Math.sign(best) * threshold) : best + sign * threshold;
    return sign * value > sign * bound;
  }
}

function rulesFor(optimizer: Scheduled): OptionRules<ReduceLROnPlateauOptions> {
  return {
    owner: 'ReduceLROnPlateau',
    table: {
      mode: ['min', oneOf('min', 'max')],
      factor: [0.1, belowOne],
      patience: [10, whole(0)],
      threshold: [1e-4, fromZero],
      thresholdMode: ['rel', oneOf('rel', 'abs')],
      cooldown: [0, whole(0)],
      minLr: [0, perGroup(fromZero, optimizer)],
      eps: [1e-8, fromZero],
    },
  };
}
