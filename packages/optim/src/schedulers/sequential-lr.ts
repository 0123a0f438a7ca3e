import {
  type Check,
  checkSettings,
  complete,
  fromZero,
  listOf,
  must,
  type OptionRules,
  show,
  whole,
} from '../options.ts';
import { refuse } from '../state-dict.ts';
import { CosineAnnealingLR } from './cosine-annealing-lr.ts';
import { LinearLR } from './linear-lr.ts';
import { begin, EpochScheduler, progressTable, type Scheduled, Scheduler, type SchedulerState } from './scheduler.ts';

/** A scheduler that counts epochs, with any options. */
type AnyEpochScheduler = Pick<EpochScheduler, 'step' | 'restart' | 'getLastLr'> & {
  stateDict(): object;
  loadStateDict(state: never): void;
};

/** The options of SequentialLR. */
export interface SequentialLROptions {
  /** The schedulers, in their order; all were made for the same optimizer, and all but ReduceLROnPlateau can be among them. */
  readonly schedulers: readonly AnyEpochScheduler[];
  /** The epochs at which the next scheduler begins, in rising order: one less than there are schedulers. */
  readonly milestones: readonly number[];
}

type Milestones = Pick<SequentialLROptions, 'milestones'>;

/** The state of a SequentialLR: its own, and those of its schedulers. */
export type SequentialLRState = SchedulerState<Milestones> & { readonly schedulers: readonly object[] };

const rising: Check = (name, value) => {
  const wrong = listOf(whole(1))(name, value);
  if (wrong.length > 0) return wrong;
  const list = value as readonly number[];
  return must('in rising order', () => list.every((each, index) => index === 0 || each > (list[index - 1] ?? 0)))(
    name,
    value,
  );
};

/**
 * Runs schedulers one after the other: each begins at its milestone, with its epoch 0 and from the rates that the optimizer began with.
 *
 * Throws a TypeError for a scheduler of another optimizer, or one that does not count epochs, and a RangeError for milestones that are not rising, or not
 * one less than the schedulers.
 *
 * ```ts
 * import { ExponentialLR, LinearLR, SequentialLR, SGD } from '@mg/optim';
 * import { zeros } from '@mg/tensor';
 * const optimizer = new SGD([zeros([2], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new SequentialLR(optimizer, {
 *   schedulers: [new LinearLR(optimizer, { startFactor: 0.5, totalIters: 2 }), new ExponentialLR(optimizer, { gamma: 0.9 })],
 *   milestones: [2],
 * });
 * const rates = [];
 * for (let epoch = 0; epoch < 5; epoch++) {
 *   rates.push(optimizer.paramGroups[0].lr);
 *   scheduler.step();
 * }
 * rates; // => [0.50, 0.75, 1.00, 0.90, 0.81]
 * ```
 */
export class SequentialLR extends Scheduler<Milestones> {
  readonly #schedulers: readonly AnyEpochScheduler[];

  constructor(optimizer: Scheduled, { schedulers, ...options }: SequentialLROptions) {
    const list: unknown = schedulers;
    if (!Array.isArray(list) || list.length === 0) {
      throw new TypeError(`SequentialLR: takes a list of schedulers, got ${show(list)}`);
    }
    for (const [index, each] of list.entries()) {
      if (!(each instanceof EpochScheduler)) {
        throw new TypeError(`SequentialLR: scheduler ${index} does not count epochs, it is ${show(each)}`);
      }
      if (each['optimizer'] !== optimizer)
        throw new TypeError(`SequentialLR: scheduler ${index} is of another optimizer`);
    }
    super(rulesFor(list.length), progressTable, optimizer, options);
    this.#schedulers = [...schedulers];
    begin(optimizer, () => {
      // Takes back what making the schedulers changed.
      this.#schedulers[0]?.restart();
      this.finish(0);
    });
  }

  /** Sets the rates of the next epoch. */
  step(): void {
    this.check();
    const epoch = this.lastEpoch + 1;
    const { milestones } = this.state;
    const current = this.#schedulers[milestones.filter((each) => each <= epoch).length];
    if (milestones.includes(epoch)) current?.restart();
    else current?.step();
    this.finish(epoch);
  }

  /** A copy of the options and the progress, with the states of the schedulers. */
  override stateDict(): SequentialLRState {
    return { ...super.stateDict(), schedulers: this.#schedulers.map((each) => each.stateDict()) };
  }

  /** Resumes from the state of another one, whose schedulers are of the same kinds. Throws a RangeError, and then nothing is changed. */
  override loadStateDict(state: SequentialLRState): void {
    const { schedulers, ...own } = Object(state) as SequentialLRState;
    refuse(
      'SequentialLR',
      listOf(
        must('an object', (each) => typeof each === 'object' && each !== null),
        this.#schedulers.length,
      )('schedulers', schedulers),
    );
    const [before, rates] = [this.stateDict(), this.optimizer.paramGroups.map((group) => ({ ...group }))];
    try {
      this.#load(schedulers);
      super.loadStateDict(own);
    } catch (error) {
      this.#load(before.schedulers);
      for (const [index, group] of this.optimizer.paramGroups.entries()) Object.assign(group, rates[index]);
      throw error;
    }
  }

  #load(states: readonly object[]): void {
    for (const [index, each] of this.#schedulers.entries()) each.loadStateDict(states[index] as never);
  }
}

function rulesFor(count: number): OptionRules<Milestones> {
  return {
    owner: 'SequentialLR',
    table: { milestones: [undefined, rising] },
    together: ({ milestones }) =>
      milestones.length === count - 1
        ? []
        : [`milestones must have one less than the ${count} schedulers, got ${milestones.length}`],
  };
}

/** The options of `warmupCosine`. */
export interface WarmupCosineOptions {
  /** The number of epochs, or of batches, in which the rate rises. */
  readonly warmup: number;
  /** The number of epochs until the rate reaches its minimum, those of the warm-up included. */
  readonly total: number;
  /** The minimum rate: 0 by default. */
  readonly etaMin?: number | undefined;
}

const warmupRules: OptionRules<WarmupCosineOptions> = {
  owner: 'warmupCosine',
  table: { warmup: [undefined, whole(1)], total: [undefined, whole(1)], etaMin: [0, fromZero] },
  together: ({ warmup, total }) => (total > warmup ? [] : [`total must be above warmup, got ${total} and ${warmup}`]),
};

/**
 * The usual schedule of a transformer: the rates rise linearly to those of the optimizer, then fall along a cosine to `etaMin`. The rise begins at
 * lr / (warmup + 1).
 *
 * Throws a RangeError for a warmup and a total that are no whole numbers from 1 up, and for a total that is not above the warmup.
 *
 * ```ts
 * import { SGD, warmupCosine } from '@mg/optim';
 * import { zeros } from '@mg/tensor';
 * const optimizer = new SGD([zeros([2], { requiresGrad: true })], { lr: 1 });
 * const scheduler = warmupCosine(optimizer, { warmup: 3, total: 7 });
 * const rates = [];
 * for (let step = 0; step < 8; step++) {
 *   rates.push(optimizer.paramGroups[0].lr);
 *   scheduler.step();
 * }
 * rates; // => [0.250, 0.500, 0.750, 1.000, 0.854, 0.500, 0.146, 0.000]
 * ```
 */
export function warmupCosine(optimizer: Scheduled, options: WarmupCosineOptions): SequentialLR {
  const settings = complete(warmupRules, options);
  checkSettings(warmupRules, settings);
  const { warmup, total, etaMin } = settings;
  return new SequentialLR(optimizer, {
    schedulers: [
      new LinearLR(optimizer, { startFactor: 1 / (warmup + 1), totalIters: warmup }),
      new CosineAnnealingLR(optimizer, { tMax: total - warmup, etaMin }),
    ],
    milestones: [warmup],
  });
}
