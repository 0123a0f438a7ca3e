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
  /** The rate at the top, one for all groups or a list of one for each. */
  readonly maxLr: number | readonly number[];
  /** How many steps there are in all; in its place can be given `epochs` and `stepsPerEpoch`. */
  readonly totalSteps?: number | undefined;
  readonly epochs?: number | undefined;
  readonly stepsPerEpoch?: number | undefined;
  /** The share of the steps in which the rate rises: 0.3 unless given. */
  readonly pctStart?: number | undefined;
  /** Along what it changes: 'cos' unless given. */
  readonly annealStrategy?: 'cos' | 'linear' | undefined;
  /** Whether momentum, which is beta 1 with Adam, falls where the rate rises: true unless given. */
  readonly cycleMomentum?: boolean | undefined;
  /** The momentum where the rate is at its top: 0.85 unless given. */
  readonly baseMomentum?: number | readonly number[] | undefined;
  /** The momentum at first and in the end: 0.95 unless given. */
  readonly maxMomentum?: number | readonly number[] | undefined;
  /** The rate at the top over that at first: 25 unless given. */
  readonly divFactor?: number | undefined;
  /** The rate at first over that in the end: 1e4 unless given. */
  readonly finalDivFactor?: number | undefined;
  /** Whether the rate falls first as it rose, and then once more: false unless given. */
  readonly threePhase?: boolean | undefined;
}

/** Part of the cycle: up to which epoch, from which rate to which, and from which momentum to which. */
type Phase = readonly [end: number, lr: number, nextLr: number, momentum: number, nextMomentum: number];

/**
 * Lets the learning rates rise to `maxLr` and fall far below where they began, once, and the momentum the other way round. To be
 * stepped after each batch, at most `totalSteps` times.
 *
 * It begins with maxLr / divFactor and ends with that / finalDivFactor. It sets the rates whatever they are, so that it cannot be
 * combined with others.
 *
 * Throws a RangeError for numbers out of range, for lists that do not have one for each group, for an optimizer without momentum
 * unless `cycleMomentum` is false, and when it is stepped once too often.
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
