import {
  checkSettings,
  complete,
  finite,
  listOf,
  type OptionRules,
  type OptionTable,
  type Settings,
  show,
  whole,
  wrongSettings,
} from '../options.ts';
import { beginnings, copySettings, refuse, unknownNames } from '../state-dict.ts';

/** The part of an optimizer that a scheduler uses: groups with a rate and, for OneCycleLR, a momentum or betas. */
export interface Scheduled {
  readonly paramGroups: readonly {
    lr: number;
    initialLr?: number;
    momentum?: number;
    betas?: readonly [number, number];
  }[];
}

/** One of the groups. */
export type ScheduledGroup = Scheduled['paramGroups'][number];

/** The progress of a scheduler. */
export interface Progress {
  lastEpoch: number;
  lastLr: readonly number[];
}

/** The progress in a state. */
export const progressTable: OptionTable<Progress> = { lastEpoch: [0, whole(0)], lastLr: [[], listOf(finite)] };

/** The names of the options that are no functions. */
type PlainNames<Options> = {
  [Name in keyof Options]-?: Extract<Options[Name], (...args: never) => unknown> extends never ? Name : never;
}[keyof Options];

/** The state of a scheduler: its options and its progress, as plain data for JSON. It has no options that are functions. */
export type SchedulerState<Options, P extends Progress = Progress> = Readonly<
  Pick<Settings<Options>, PlainNames<Options>> & P
>;

/** Sets the learning rates of an optimizer, epoch by epoch. */
export abstract class Scheduler<Options extends object = object, P extends Progress = Progress> {
  protected readonly optimizer: Scheduled;
  /** The options and the progress. */
  protected readonly state: Settings<Options> & P;
  readonly #rules: OptionRules<Options>;
  readonly #progress: OptionTable<P>;

  constructor(rules: OptionRules<Options>, progress: OptionTable<P>, optimizer: Scheduled, options: Options) {
    if (!Array.isArray((optimizer as Partial<Scheduled> | null | undefined)?.paramGroups)) {
      throw new TypeError(`${rules.owner}: takes an optimizer first, got ${show(optimizer)}`);
    }
    this.#rules = rules;
    this.#progress = progress;
    this.optimizer = optimizer;
    this.state = { ...complete(rules, options), ...(complete({ owner: rules.owner, table: progress }, {} as P) as P) };
    this.check();
    Object.assign(this.state, copySettings(this.state));
    this.finish(0);
  }

  /** The number of epochs that are over: of calls of `step`. */
  get lastEpoch(): number {
    return this.state.lastEpoch;
  }

  /** The rates that this scheduler set last, one for each group. */
  getLastLr(): number[] {
    return [...this.state.lastLr];
  }

  /** A copy of the options and the progress. The rates themselves are in the optimizer's state. */
  stateDict(): SchedulerState<Options, P> {
    return copySettings(this.state) as SchedulerState<Options, P>;
  }

  /**
   * Resumes from the state of another scheduler. Load the optimizer's state too, before or after.
   *
   * Throws a RangeError that lists every problem; then nothing is changed.
   */
  loadStateDict(state: SchedulerState<Options, P>): void {
    const { owner } = this.#rules;
    // Functions are not part of a state, and stay.
    const functions = Object.entries(this.state).filter(([, value]) => typeof value === 'function');
    // Whatever its type says, it may come from a file.
    const found: object = { ...Object.fromEntries(functions), ...(Object(state) as object) };
    const amiss = [
      ...unknownNames(found, this.state),
      ...wrongSettings(this.#rules, found as Settings<Options>),
      ...wrongSettings({ owner, table: this.#progress }, found as Settings<P>),
    ];
    refuse(owner, amiss);
    Object.assign(this.state, copySettings(state));
    for (const group of this.optimizer.paramGroups) {
      const made = beginnings.get(group);
      if (made?.lr === group.lr) Object.assign(group, made.before);
    }
  }

  /** Throws a RangeError, before anything is changed, if the options do not fit the optimizer. */
  protected check(): void {
    checkSettings(this.#rules, this.state);
  }

  /** Records the epoch and the current rates. */
  protected finish(epoch: number): void {
    this.state.lastEpoch = epoch;
    this.state.lastLr = this.optimizer.paramGroups.map((group) => {
      if (epoch > 0) beginnings.delete(group);
      return group.lr;
    });
  }
}

/** What a scheduler may change of a group, as far as the group has it. */
function ratesOf({ lr, initialLr, momentum, betas }: ScheduledGroup): object {
  return copySettings({ lr, initialLr, momentum, betas });
}

/** Makes the changes that a scheduler makes at once, and remembers what they changed. */
export function begin({ paramGroups }: Scheduled, change: () => void): void {
  const before = paramGroups.map((group) => {
    const made = beginnings.get(group);
    return made?.lr === group.lr ? made.before : ratesOf(group);
  });
  change();
  for (const [index, group] of paramGroups.entries()) {
    beginnings.set(group, { before: before[index] ?? {}, lr: group.lr });
  }
}

/**
 * Sets learning rates by the number of the epoch; the constructor sets those of epoch 0.
 *
 * All but OneCycleLR, LambdaLR and CosineAnnealingWarmRestarts change the current rate, and so they combine: call `step` of each.
 */
export abstract class EpochScheduler<Options extends object = object> extends Scheduler<Options> {
  constructor(rules: OptionRules<Options>, optimizer: Scheduled, options: Options) {
    super(rules, progressTable, optimizer, options);
    begin(optimizer, () => {
      this.setEpoch(0);
    });
  }

  /** Sets the rates of the next epoch. Call it after each epoch, or after each batch to count batches. */
  step(): void {
    this.check();
    this.setEpoch(this.lastEpoch + 1);
  }

  /** Sets the rates of epoch 0 again, from those that the optimizer had before any scheduler. */
  restart(): void {
    for (const group of this.optimizer.paramGroups) group.lr = group.initialLr ?? group.lr;
    this.setEpoch(0);
  }

  /** Sets the rates of an epoch, which counts as the last one from then on. */
  protected setEpoch(epoch: number): void {
    for (const [index, group] of this.optimizer.paramGroups.entries()) {
      group.initialLr ??= group.lr;
      this.adjust(group, epoch, index);
    }
    this.finish(epoch);
  }

  /** Sets the rate of a group, from what it was in the epoch before. The constructor calls it, before a subclass has fields. */
  protected abstract adjust(group: ScheduledGroup, epoch: number, index: number): void;
}
