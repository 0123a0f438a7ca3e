import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  Adagrad,
  Adam,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  OneCycleLR,
  type Optimizer,
  PolynomialLR,
  ReduceLROnPlateau,
  RMSprop,
  type Scheduled,
  SequentialLR,
  SGD,
  StepLR,
  warmupCosine,
} from '@mg/optim';
import { scalar, zeros } from '@mg/tensor';

const optimizers = { SGD, Adam, RMSprop, Adagrad };
const schedulers = {
  StepLR,
  MultiStepLR,
  ExponentialLR,
  LinearLR,
  CosineAnnealingLR,
  OneCycleLR,
  ReduceLROnPlateau,
  ConstantLR,
  PolynomialLR,
  LambdaLR,
  CosineAnnealingWarmRestarts,
  SequentialLR,
};
type AnyScheduler = InstanceType<(typeof schedulers)[keyof typeof schedulers]>;

interface Schedule {
  readonly optimizer: keyof typeof optimizers;
  readonly options: object;
  readonly schedulers: readonly (readonly [keyof typeof schedulers, object])[];
  /** Of each group, in each epoch. */
  readonly rates: readonly (readonly number[])[];
  readonly momenta: readonly (readonly number[])[] | null;
}

const recorded = JSON.parse(readFileSync(new URL('../../fixtures/schedules.json', import.meta.url), 'utf8')) as {
  metrics: readonly (number | string)[];
  schedules: readonly Schedule[];
};
const metrics = recorded.metrics.map(Number);

/** The functions of record.py, by their text. */
const lambdas: Readonly<Record<string, (epoch: number) => number>> = {
  '0.95 ** epoch': (epoch) => 0.95 ** epoch,
  '1 / (1 + epoch)': (epoch) => 1 / (1 + epoch),
};

function makeScheduler(optimizer: Scheduled, kind: keyof typeof schedulers, given: object): AnyScheduler {
  const { lrLambda, schedulers: inside } = given as { lrLambda?: string; schedulers?: Schedule['schedulers'] };
  const options = {
    ...given,
    ...(lrLambda === undefined ? {} : { lrLambda: lambdas[lrLambda] }),
    ...(inside === undefined ? {} : { schedulers: inside.map((each) => makeScheduler(optimizer, ...each)) }),
  };
  return new schedulers[kind](optimizer, options as never);
}

function start({ optimizer: name, options, schedulers: chain }: Schedule) {
  const [first, second] = [0, 1].map(() => zeros([1], { requiresGrad: true }));
  if (first === undefined || second === undefined) throw new Error('two parameters');
  const optimizer: Optimizer = new optimizers[name](
    [{ params: [first] }, { params: [second], lr: 0.02 }] as { params: (typeof first)[] }[],
    { lr: 0.5, ...options },
  );
  const groups = optimizer as unknown as Scheduled;
  return { optimizer, chain: chain.map(([kind, given]) => makeScheduler(groups, kind, given)), groups };
}

function advance(chain: readonly AnyScheduler[], epoch: number): void {
  for (const each of chain) {
    if (each instanceof ReduceLROnPlateau) each.step(metrics[epoch] ?? NaN);
    else each.step();
  }
}

const momentum = ({ betas, momentum = 0 }: Scheduled['paramGroups'][number]) => betas?.[0] ?? momentum;

const named = recorded.schedules.map((schedule) => {
  const names = schedule.schedulers.map(([name, options]) => `${name} ${JSON.stringify(options)}`);
  return [`${schedule.optimizer}: ${names.join(', ')}`, schedule] as const;
});

describe('100 epochs as PyTorch schedules them', () => {
  test.each(named)('%s', (_, schedule) => {
    const { chain, groups } = start(schedule);
    expect(schedule.rates.length).toBe(100);
    for (const [epoch, rates] of schedule.rates.entries()) {
      for (const [index, rate] of rates.entries()) {
        const group = groups.paramGroups[index];
        expect(Math.abs((group?.lr ?? NaN) - rate), `epoch ${epoch}`).toBeLessThanOrEqual(1e-12 * rate);
        const expected = schedule.momenta?.[epoch]?.[index];
        if (expected !== undefined && group !== undefined) expect(momentum(group)).toBeCloseTo(expected, 14);
      }
      if (epoch < 99) advance(chain, epoch);
    }
    expect(chain.map(({ lastEpoch }) => lastEpoch)).toEqual(chain.map(() => 99));
    expect(chain.at(-1)?.getLastLr()).toEqual(groups.paramGroups.map(({ lr }) => lr));
  });

  test('all schedulers are among them, and change rates', () => {
    const kinds = recorded.schedules.flatMap((schedule) => schedule.schedulers.map(([kind]) => kind));
    expect(new Set(kinds)).toEqual(new Set(Object.keys(schedulers)));
    for (const [name, { rates }] of named) expect(new Set(rates.map(String)).size, name).toBeGreaterThan(1);
  });
});

/** The orders in which an optimizer is loaded, and its schedulers are made and loaded. */
const orders: Readonly<Record<string, (load: () => void, makes: (() => AnyScheduler)[], loads: ((each: AnyScheduler) => void)[]) => AnyScheduler[]>> = {
  'make, load the optimizer, load': (load, makes, loads) => {
    const chain = makes.map((make) => make());
    load();
    for (const [index, each] of chain.entries()) loads[index]?.(each);
    return chain;
  },
  'make, load, load the optimizer': (load, makes, loads) => {
    const chain = makes.map((make) => make());
    for (const [index, each] of chain.entries()) loads[index]?.(each);
    load();
    return chain;
  },
  'load the optimizer, make, load': (load, makes, loads) => {
    load();
    const chain = makes.map((make) => make());
    for (const [index, each] of chain.entries()) loads[index]?.(each);
    return chain;
  },
  'load the optimizer, make, load backwards': (load, makes, loads) => {
    load();
    const chain = makes.map((make) => make());
    for (const [index, each] of [...chain.entries()].reverse()) loads[index]?.(each);
    return chain;
  },
  'load the optimizer, then make and load one by one': (load, makes, loads) => {
    load();
    return makes.map((make, index) => {
      const each = make();
      loads[index]?.(each);
      return each;
    });
  },
  'load the optimizer twice, and make in between': (load, makes, loads) => {
    load();
    const chain = makes.map((make) => make());
    load();
    for (const [index, each] of chain.entries()) loads[index]?.(each);
    return chain;
  },
}; // prettier-ignore

const resumed = [
  ...named,
  ...(
    [
      ['MultiStepLR', { milestones: [0, 40] }],
      ['LinearLR', { startFactor: 0.25, totalIters: 60 }],
    ] as const
  ).map((each) => {
    const schedule = { optimizer: 'SGD', options: {}, schedulers: [each], rates: [], momenta: null } as Schedule;
    return [`one that changes the rate when it is made: ${each[0]}`, schedule] as const;
  }),
];

describe.each(Object.entries(orders))('a schedule is continued from a file with the same bits: %s', (_, resume) => {
  test.each(resumed)('%s', (_, schedule) => {
    for (const at of [0, 1, 37]) continued(schedule, resume, at);
  });

  function continued(schedule: Schedule, resume: (typeof orders)[string], at: number): void {
    const one = start(schedule);
    for (let epoch = 0; epoch < at; epoch++) advance(one.chain, epoch);
    const file = JSON.stringify([one.optimizer.stateDict(), ...one.chain.map((each) => each.stateDict())]);
    const [saved, ...states] = JSON.parse(file) as [never, ...never[]];
    const other = { ...start({ ...schedule, schedulers: [] }), chain: [] as AnyScheduler[] };
    other.chain = resume(
      () => {
        other.optimizer.loadStateDict(saved);
      },
      schedule.schedulers.map(
        ([kind, given]) =>
          () =>
            makeScheduler(other.groups, kind, given),
      ),
      states.map((state) => (each) => {
        each.loadStateDict(state);
      }),
    );
    for (let epoch = at; epoch < 99; epoch++) {
      expect(other.groups.paramGroups.map(({ lr }) => lr)).toEqual(one.groups.paramGroups.map(({ lr }) => lr));
      expect(other.groups.paramGroups.map(momentum)).toEqual(one.groups.paramGroups.map(momentum));
      advance(one.chain, epoch);
      advance(other.chain, epoch);
    }
    expect(other.chain.map((each) => each.stateDict())).toEqual(one.chain.map((each) => each.stateDict()));
  }
});

const steps = (optimizer: Scheduled) => new StepLR(optimizer, { stepSize: 1, gamma: 1 });
const sgd = (lr = 1) => new SGD([zeros([1], { requiresGrad: true })], { lr });

describe('a scheduler', () => {
  test('acts on a group that was added since, and leaves a rate that was set by hand at that', () => {
    const optimizer = sgd();
    const scheduler = new CosineAnnealingLR(optimizer, { tMax: 2 });
    optimizer.addParamGroup({ params: zeros([1], { requiresGrad: true }), lr: 4 });
    for (let epoch = 0; epoch < 4; epoch++) scheduler.step();
    expect(scheduler.getLastLr()).toEqual([1, expect.closeTo(4, 12)]);
    const steps = new StepLR(optimizer, { stepSize: 1, gamma: 0.5 });
    optimizer.paramGroups[0].lr = 10;
    steps.step();
    expect(optimizer.paramGroups[0].lr).toBe(5);
  });

  test('starts from the rate before any other changed it, as PyTorch has it', () => {
    const optimizer = sgd();
    new LinearLR(optimizer, { startFactor: 0.5 });
    const cosine = new CosineAnnealingLR(optimizer, { tMax: 1 });
    for (let epoch = 0; epoch < 2; epoch++) cosine.step();
    expect(optimizer.paramGroups[0].lr).toBeCloseTo(1, 12);
    expect(optimizer.stateDict().paramGroups[0]?.initialLr).toBe(1);
  });

  test('begins anew at a loaded rate, unless its state is loaded too', () => {
    const optimizer = sgd(0.5);
    optimizer.loadStateDict(sgd(1).stateDict());
    const scheduler = new LinearLR(optimizer, { startFactor: 0.5, totalIters: 2 });
    expect(optimizer.paramGroups[0].lr).toBe(0.5);
    scheduler.step();
    expect(optimizer.paramGroups[0].lr).toBe(0.75);
    scheduler.loadStateDict(scheduler.stateDict());
    expect(optimizer.paramGroups[0].lr).toBe(0.75);
  });

  test('leaves a rate that was set by hand before its state is loaded', () => {
    const optimizer = sgd(1);
    const scheduler = new LinearLR(optimizer);
    optimizer.paramGroups[0].lr = 0.25;
    scheduler.loadStateDict(scheduler.stateDict());
    expect(optimizer.paramGroups[0].lr).toBe(0.25);
  });

  test('gives copies of its state, and takes copies', () => {
    const scheduler = new MultiStepLR(sgd(), { milestones: [1, 2] });
    const state = scheduler.stateDict();
    scheduler.loadStateDict(state);
    (state.milestones as number[]).push(3);
    scheduler.getLastLr().push(3);
    expect(scheduler.stateDict().milestones).toEqual([1, 2]);
    expect(scheduler.getLastLr()).toEqual([1]);
  });

  test('refuses a state that does not fit, says all that is amiss, and changes nothing', () => {
    const scheduler = new StepLR(sgd(), { stepSize: 2 });
    const before = scheduler.stateDict();
    const load = (state: unknown) => () => {
      scheduler.loadStateDict(state as never);
    };
    const lines = [
      'StepLR: the state does not fit, and nothing was loaded',
      'stepSize must be an integer >= 1, got 0',
      'lastEpoch must be an integer >= 0, got -1',
      "lastLr must be a list, got 'all'",
    ];
    expect(load({ ...before, stepSize: 0, lastEpoch: -1, lastLr: 'all' })).toThrow(new RangeError(lines.join('\n  ')));
    const misspelt = Object.entries(before).map(([name, value]) => [name === 'gamma' ? 'gama' : name, value] as const);
    expect(load(Object.fromEntries(misspelt))).toThrow(
      /there is no gama\n {2}gamma must be a number >= 0, got undefined/,
    );
    expect(load(null)).toThrow('StepLR: the state does not fit');
    expect(scheduler.stateDict()).toEqual(before);
  });
});

describe('options that cannot be', () => {
  const wrong: readonly (readonly [string, (optimizer: SGD) => unknown])[] = [
    ['StepLR: stepSize must be an integer >= 1, got 0', (o) => new StepLR(o, { stepSize: 0 })],
    ['StepLR: stepSize must be an integer >= 1, got undefined', (o) => new StepLR(o, {} as never)],
    ['StepLR: there is no option step', (o) => new StepLR(o, { stepSize: 1, step: 1 } as never)],
    ['StepLR: gamma must be a number >= 0, got -1', (o) => new StepLR(o, { stepSize: 1, gamma: -1 })],
    ['MultiStepLR: milestones[1] must be an integer', (o) => new MultiStepLR(o, { milestones: [1, 1.5] })],
    ['MultiStepLR: milestones must be a list, got 3', (o) => new MultiStepLR(o, { milestones: 3 as never })],
    ['ExponentialLR: gamma must be a number >= 0, got NaN', (o) => new ExponentialLR(o, { gamma: NaN })],
    ['LinearLR: startFactor must be a number > 0, got 0', (o) => new LinearLR(o, { startFactor: 0 })],
    ['LinearLR: startFactor must be in [0, 1], got 2', (o) => new LinearLR(o, { startFactor: 2 })],
    ['LinearLR: endFactor must be in [0, 1]', (o) => new LinearLR(o, { endFactor: -0.5 })],
    ['CosineAnnealingLR: tMax must be an integer', (o) => new CosineAnnealingLR(o, { tMax: 2.5 })],
    [
      'OneCycleLR: totalSteps is missing, or epochs and stepsPerEpoch',
      (o) => new OneCycleLR(o, { maxLr: 1, epochs: 3 }),
    ],
    [
      "annealStrategy must be one of 'cos', 'linear', got 'sin'",
      (o) => new OneCycleLR(o, { maxLr: 1, totalSteps: 9, annealStrategy: 'sin' as never }),
    ],
    ['maxLr must be a list of 1, got [1, 2]', (o) => new OneCycleLR(o, { maxLr: [1, 2], totalSteps: 9 })],
    ['pctStart must be in [0, 1]', (o) => new OneCycleLR(o, { maxLr: 1, totalSteps: 9, pctStart: 30 })],
    ['ReduceLROnPlateau: factor must be in [0, 1)', (o) => new ReduceLROnPlateau(o, { factor: 1 })],
    ['minLr must be a list of 1, got [1, 2, 3]', (o) => new ReduceLROnPlateau(o, { minLr: [1, 2, 3] })],
    ["mode must be one of 'min', 'max', got 'least'", (o) => new ReduceLROnPlateau(o, { mode: 'least' as never })],
    ['ConstantLR: factor must be a number > 0, got 0', (o) => new ConstantLR(o, { factor: 0 })],
    ['PolynomialLR: power must be a number >= 0, got -1', (o) => new PolynomialLR(o, { power: -1 })],
    ['LambdaLR: lrLambda must be a function of the epoch, got 2', (o) => new LambdaLR(o, { lrLambda: 2 as never })],
    ['tMult must be an integer >= 1, got 0', (o) => new CosineAnnealingWarmRestarts(o, { t0: 2, tMult: 0 })],
    [
      'SequentialLR: scheduler 0 does not count epochs',
      (o) => new SequentialLR(o, { schedulers: [new ReduceLROnPlateau(o) as never], milestones: [] }),
    ],
    [
      'SequentialLR: takes a list of schedulers, got []',
      (o) => new SequentialLR(o, { schedulers: [], milestones: [] }),
    ],
    ['warmupCosine: total must be above warmup, got 3 and 3', (o) => warmupCosine(o, { warmup: 3, total: 3 })],
    ['StepLR: takes an optimizer first, got an object', () => new StepLR({} as never, { stepSize: 1 })],
    ['StepLR: takes an optimizer first, got undefined', () => new StepLR(undefined as never, { stepSize: 1 })],
  ];
  test.each(wrong)('%s', (message, make) => {
    const optimizer = sgd();
    expect(() => make(optimizer)).toThrow(message);
    expect(optimizer.stateDict().paramGroups).toEqual(sgd().stateDict().paramGroups);
  });

  test('OneCycleLR needs a momentum to cycle', () => {
    const optimizer = new Adagrad([zeros([1], { requiresGrad: true })]);
    const make = () => new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 9 });
    expect(make).toThrow(new RangeError('OneCycleLR: there is no momentum to cycle; give cycleMomentum: false'));
    expect(optimizer.paramGroups[0].lr).toBe(0.01);
  });
});

describe('CosineAnnealingWarmRestarts', () => {
  test('follows the curve between epochs', () => {
    const optimizer = sgd();
    const scheduler = new CosineAnnealingWarmRestarts(optimizer, { t0: 2, tMult: 2 });
    const rates = [0.5, 1.5, 2, 3, 13, 14].map((epoch) => {
      scheduler.step(epoch);
      return optimizer.paramGroups[0].lr;
    });
    // Of PyTorch 1.13, at the same epochs.
    for (const [index, rate] of [
      0.8535533905932737, 0.14644660940672627, 1, 0.8535533905932737, 0.03806023374435663, 1,
    ].entries()) {
      expect(rates[index]).toBeCloseTo(rate, 14);
    }
    expect(scheduler.lastEpoch).toBe(14);
    expect(() => {
      scheduler.step(-1);
    }).toThrow(new RangeError('CosineAnnealingWarmRestarts: the epoch must be a number >= 0, got -1'));
  });
});

describe('SequentialLR', () => {
  const make = (optimizer: Scheduled) =>
    new SequentialLR(optimizer, {
      schedulers: [new LinearLR(optimizer, { startFactor: 0.5 }), new ExponentialLR(optimizer, { gamma: 0.5 })],
      milestones: [2],
    });

  test.each<[string, (optimizer: SGD) => unknown]>([
    [
      'SequentialLR: milestones must be in rising order, got [4, 2]',
      (o) => new SequentialLR(o, { schedulers: [steps(o), steps(o), steps(o)], milestones: [4, 2] }),
    ],
    [
      'SequentialLR: milestones must have one less than the 2 schedulers, got 2',
      (o) => new SequentialLR(o, { schedulers: [steps(o), steps(o)], milestones: [2, 4] }),
    ],
    [
      'SequentialLR: scheduler 1 is of another optimizer',
      (o) => new SequentialLR(o, { schedulers: [steps(o), steps(sgd())], milestones: [2] }),
    ],
    ['LambdaLR: lrLambda(0, 0) must be a finite number, got NaN', (o) => new LambdaLR(o, { lrLambda: () => NaN })],
  ])('%s', (message, make) => {
    const optimizer = sgd();
    expect(() => make(optimizer)).toThrow(message);
    expect(optimizer.paramGroups[0].lr).toBe(1);
  });

  test('refuses a state of other schedulers, and changes nothing', () => {
    const optimizer = sgd();
    const scheduler = make(optimizer);
    for (let epoch = 0; epoch < 4; epoch++) scheduler.step();
    const before = [scheduler.stateDict(), optimizer.paramGroups[0].lr];
    const state = scheduler.stateDict();
    const load = (other: object) => () => {
      scheduler.loadStateDict({ ...state, ...other });
    };
    expect(load({ schedulers: [] })).toThrow('schedulers must be a list of 2, got []');
    expect(load({ schedulers: [...state.schedulers].reverse() })).toThrow('LinearLR: the state does not fit');
    expect(load({ milestones: [0] })).toThrow('milestones[0] must be an integer >= 1, got 0');
    expect([scheduler.stateDict(), optimizer.paramGroups[0].lr]).toEqual(before);
  });
});

describe('OneCycleLR', () => {
  test('stays at its end, and cannot be stepped further', () => {
    const optimizer = sgd();
    const scheduler = new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 4, annealStrategy: 'linear' });
    for (let step = 0; step < 3; step++) scheduler.step();
    const [end] = scheduler.getLastLr();
    expect(end).toBeCloseTo(0.04 / 1e4, 15);
    scheduler.step();
    expect(scheduler.getLastLr()).toEqual([end]);
    expect(() => {
      scheduler.step();
    }).toThrow(new RangeError('OneCycleLR: all 4 steps of the cycle are over'));
    expect(scheduler.lastEpoch).toBe(4);
  });

  test('with a rise of one step begins at the top, where PyTorch divides by 0', () => {
    const optimizer = sgd();
    new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 4, pctStart: 0.25 });
    expect(optimizer.paramGroups[0].lr).toBe(1);
  });

  test('refuses a group that was added, if it has no number for it', () => {
    const optimizer = sgd();
    const scheduler = new OneCycleLR(optimizer, { maxLr: [1], totalSteps: 4 });
    optimizer.addParamGroup({ params: zeros([1], { requiresGrad: true }) });
    const before = optimizer.paramGroups.map(({ lr }) => lr);
    expect(() => {
      scheduler.step();
    }).toThrow('maxLr must be a list of 2, got [1]');
    expect(optimizer.paramGroups.map(({ lr }) => lr)).toEqual(before);
  });
});

describe('ReduceLROnPlateau', () => {
  test('takes a tensor of one element, and nothing else but numbers', () => {
    const scheduler = new ReduceLROnPlateau(sgd(), { patience: 0 });
    scheduler.step(scalar(3));
    scheduler.step(scalar(3));
    expect(scheduler.getLastLr()).toEqual([0.1]);
    expect(() => {
      scheduler.step('3' as never);
    }).toThrow(new TypeError("ReduceLROnPlateau: the metric must be a number, got '3'"));
    expect(scheduler.lastEpoch).toBe(2);
  });

  test.each([
    ['min', -1],
    ['max', 1],
  ] as const)('measures a relative threshold by the size of the metric, below 0 too: %s', (mode, sign) => {
    const rates = (metrics: readonly number[]) => {
      const optimizer = sgd(0.1);
      const scheduler = new ReduceLROnPlateau(optimizer, { mode, threshold: 0.1, patience: 0, factor: 0.5 });
      return metrics.map((metric) => {
        scheduler.step(metric);
        return optimizer.paramGroups[0].lr;
      });
    };
    // No change of less than 10 %, in either direction, is an improvement.
    expect(rates([-1, -0.95, -0.92])).toEqual([0.1, 0.05, 0.025]);
    expect(rates([-1, -1.05, -1.08])).toEqual([0.1, 0.05, 0.025]);
    expect(rates([1, 0.95, 1.05])).toEqual([0.1, 0.05, 0.025]);
    // One of more is.
    expect(rates([-1, -1 + sign * 0.2, -1 + sign * 0.4])).toEqual([0.1, 0.1, 0.1]);
    expect(rates([0, sign * 1e-9, sign * 2e-9])).toEqual([0.1, 0.1, 0.1]);
  });

  test('knows the rates before its first step, and saves that there is no best yet as JSON has it', () => {
    const scheduler = new ReduceLROnPlateau(sgd());
    expect(scheduler.getLastLr()).toEqual([1]);
    const state = JSON.parse(JSON.stringify(scheduler.stateDict())) as never;
    scheduler.loadStateDict(state);
    expect(scheduler.stateDict().best).toBe(null);
  });
});
