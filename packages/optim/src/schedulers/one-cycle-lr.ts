import {
  aboveZero,
  belowOne,
  flag,
  fromZero,
  ofGroup,
  oneOf,
  type OptionRules,
  perGroup,
  type Settings,
  whole,
  zeroToOne,
} from '../options.ts';
import { cosine } from './cosine-annealing-lr.ts';
import { EpochScheduler, type Scheduled, type ScheduledGroup } from './scheduler.ts';

/** The options of OneCycleLR. */
export interface OneCycleLROptions {
  /** The maximum rate: one for all groups, or a list with one for each. */
  readonly maxLr: number | readonly number[];
  /** The number of steps of the cycle; or give `epochs` and `stepsPerEpoch`. */
  readonly totalSteps?: number | undefined;
  readonly epochs?: number | undefined;
  readonly stepsPerEpoch?: number | undefined;
  /** The share of the steps in which the rate rises: 0.3 by default. */
  readonly pctStart?: number | undefined;
  /** The curve along which the rate changes: 'cos' by default. */
  readonly annealStrategy?: 'cos' | 'linear' | undefined;
  /** Whether the momentum (beta 1 of Adam) falls while the rate rises: true by default. */
  readonly cycleMomentum?: boolean | undefined;
  /** The momentum at the maximum rate: 0.85 by default. */
  readonly baseMomentum?: number | readonly number[] | undefined;
  /** The momentum at the beginning and at the end: 0.95 by default. */
  readonly maxMomentum?: number | readonly number[] | undefined;
  /** The ratio of the maximum rate to the first one: 25 by default. */
  readonly divFactor?: number | undefined;
  /** The ratio of the first rate to the last one: 1e4 by default. */
  readonly finalDivFactor?: number | undefined;
  /** Whether the rate falls in two phases, first to where it began: false by default. */
  readonly threePhase?: boolean | undefined;
}

/** Part of the cycle: up to which epoch, from which rate to which, and from which momentum to which. */
type Phase = readonly [end: number, lr: number, nextLr: number, momentum: number, nextMomentum: number];

/**
 * Raises the learning rates to `maxLr`, then lowers them far below where they began; the momentum changes the other way round. Call
 * `step` after each batch, at most `totalSteps` times.
 *
 * The first rate is maxLr / divFactor, and the last one is that / finalDivFactor. The scheduler overwrites the rates, so that it does not
 * combine with others.
 *
 * Throws a RangeError for numbers out of range, for lists that do not have one for each group, for an optimizer without momentum
 * unless `cycleMomentum` is false, and for a step after the last one.
 *
 * ```ts
 * import { OneCycleLR, SGD } from '@mg/optim';
 * import { zeros } from '@mg/tensor';
 * const optimizer = new SGD([zeros([2], { requiresGrad: true })], { momentum: 0.9 });
 * const scheduler = new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 10, annealStrategy: 'linear' });
 * const rates = [];
 * for (let step = 0; step < 10; step++) {
 *   rates.push(optimizer.paramGroups[0].lr);
 *   scheduler.step();
 * }
 * rates; // => [0.04, 0.52, 1.00, 0.86, 0.71, 0.57, 0.43, 0.29, 0.14, 0.00]
 * ```
 *
 * @see L. Smith, N. Topin, Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates (2018), https://arxiv.org/abs/1708.07120
 */
export class OneCycleLR extends EpochScheduler<OneCycleLROptions> {
  constructor(optimizer: Scheduled, options: OneCycleLROptions) {
    super(rulesFor(optimizer), optimizer, options);
  }

  protected override check(): void {
    super.check();
    const total = totalSteps(this.state);
    if (this.lastEpoch >= total) {
      throw new RangeError(`OneCycleLR: all ${total} steps of the cycle are over`);
    }
  }

  protected override adjust(group: ScheduledGroup, epoch: number, index: number): void {
    const { annealStrategy, cycleMomentum } = this.state;
    const [first, ...others] = phasesOf(this.state, index);
    group.initialLr = first[1];
    let current = first;
    let start = 0;
    for (const next of others) {
      if (epoch <= current[0]) break;
      start = current[0];
      current = next;
    }
    const [end, lr, nextLr, momentum, nextMomentum] = current;
    // The rates of the last step stay, and a phase of no length is over at once.
    const share = epoch < end ? (epoch - start) / (end - start) : 1;
    const between = (from: number, to: number): number =>
      annealStrategy === 'linear' ? (to - from) * share + from : to + ((from - to) / 2) * (1 + cosine(share));
    group.lr = between(lr, nextLr);
    if (!cycleMomentum) return;
    const cycled = between(momentum, nextMomentum);
    if (group.betas !== undefined) group.betas = [cycled, group.betas[1]];
    else group.momentum = cycled;
  }
}

function totalSteps({ totalSteps, epochs, stepsPerEpoch }: Settings<OneCycleLROptions>): number {
  return totalSteps > 0 ? totalSteps : epochs * stepsPerEpoch;
}

function phasesOf(settings: Settings<OneCycleLROptions>, index: number): readonly [Phase, ...Phase[]] {
  const { pctStart, threePhase, divFactor, finalDivFactor } = settings;
  const total = totalSteps(settings);
  const top = ofGroup(settings.maxLr, index);
  const first = top / divFactor;
  const final = first / finalDivFactor;
  const least = ofGroup(settings.baseMomentum, index);
  const most = ofGroup(settings.maxMomentum, index);
  const up: Phase = [pctStart * total - 1, first, top, most, least];
  return threePhase
    ? [up, [2 * pctStart * total - 2, top, first, least, most], [total - 1, first, final, most, most]]
    : [up, [total - 1, top, final, least, most]];
}

function rulesFor(optimizer: Scheduled): OptionRules<OneCycleLROptions> {
  return {
    owner: 'OneCycleLR',
    table: {
      maxLr: [undefined, perGroup(fromZero, optimizer)],
      totalSteps: [0, whole(0)],
      epochs: [0, whole(0)],
      stepsPerEpoch: [0, whole(0)],
      pctStart: [0.3, zeroToOne],
      annealStrategy: ['cos', oneOf('cos', 'linear')],
      cycleMomentum: [true, flag],
      baseMomentum: [0.85, perGroup(belowOne, optimizer)],
      maxMomentum: [0.95, perGroup(belowOne, optimizer)],
      divFactor: [25, aboveZero],
      finalDivFactor: [1e4, aboveZero],
      threePhase: [false, flag],
    },
    together: (settings) => {
      const groups = optimizer.paramGroups;
      if (totalSteps(settings) === 0) return ['totalSteps is missing, or epochs and stepsPerEpoch'];
      if (settings.cycleMomentum && !groups.every((group) => 'momentum' in group || 'betas' in group)) {
        return ['there is no momentum to cycle; give cycleMomentum: false'];
      }
      return [];
    },
  };
}
