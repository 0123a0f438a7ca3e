import { describe, expect, test } from 'vitest';
import {
  Adagrad,
  Adam,
  type AdamOptions,
  AdamW,
  clipGradNorm,
  clipGradValue,
  Optimizer,
  type ParamGroup,
  RMSprop,
  SGD,
  StepLR,
} from '@mg/optim';
import { full, isTensor, memoryUsage, noGrad, ones, type Tensor, tensor } from '@mg/tensor';

const weight = (...data: number[]) => tensor(data, { dtype: 'float64', requiresGrad: true });
const setGrad = (param: Tensor, ...data: number[]) => {
  param.grad = tensor(data, { dtype: 'float64' });
};

test.each([
  ['SGD', (params: Iterable<Tensor>) => new SGD(params, { lr: 0.1 })],
  ['Adam', (params: Iterable<Tensor>) => new Adam(params, { lr: 0.1 })],
] as const)('%s steps every parameter of an iterator, again and again', (_, make) => {
  const [a, b] = [weight(1), weight(2)];
  const optimizer = make([a, b].values());
  for (let step = 0; step < 2; step++) {
    setGrad(a, 1);
    setGrad(b, -1);
    optimizer.step();
  }
  expect(a.item()).toBeCloseTo(0.8, 6);
  expect(b.item()).toBeCloseTo(2.2, 6);
});

describe.each(Object.entries({ SGD, Adam, AdamW, RMSprop, Adagrad }))('%s', (name, Kind) => {
  const make = (params: Iterable<Tensor>) => new Kind(params, { lr: 0.1 });

  test('leaves a parameter without a gradient as it is', () => {
    const [a, b] = [weight(1), weight(2)];
    const optimizer = make([a, b]);
    setGrad(a, 1);
    optimizer.step();
    expect(b.item()).toBe(2);
  });

  test('takes a frozen parameter, and trains it once it is no longer frozen', () => {
    const [a, b] = [weight(1), weight(2)];
    b.requiresGrad = false;
    const optimizer = make([a, b]);
    const step = () => {
      optimizer.zeroGrad();
      a.mul(b).sum().backward();
      clipGradNorm([a, b], 1);
      clipGradValue([a, b], 1);
      optimizer.step();
    };
    step();
    expect(a.item()).toBeLessThan(1);
    expect(b.item()).toBe(2);
    expect(Object.keys(optimizer.stateDict().state)).not.toContain('1');
    b.requiresGrad = true;
    step();
    expect(b.item()).toBeLessThan(2);
    optimizer.addParamGroup({ params: tensor([1]) });
    // All of them, too.
    const frozen = make([tensor([1])]);
    frozen.step();
    expect(frozen.stateDict().state).toEqual({});
  });

  test('zeroGrad sets gradients to null', () => {
    const a = weight(1);
    const optimizer = make([a]);
    setGrad(a, 1);
    optimizer.zeroGrad();
    expect(a.grad).toBeNull();
  });

  test('takes a gradient that is a view', () => {
    const a = tensor(
      [
        [0, 0],
        [0, 0],
      ],
      { dtype: 'float64', requiresGrad: true },
    );
    a.T.backward(
      tensor(
        [
          [1, 2],
          [3, 4],
        ],
        { dtype: 'float64' },
      ),
    );
    a.grad = tensor(
      [
        [1, -1],
        [-1, 1],
      ],
      { dtype: 'float64' },
    ).T;
    make([a]).step();
    expect(Array.from(a.data).map(Math.sign)).toEqual([-1, 1, 1, -1]);
  });

  test('a step is noticed by a graph that saved the parameter', () => {
    const a = weight(3);
    const loss = a.mul(a);
    setGrad(a, 1);
    make([a]).step();
    expect(() => {
      loss.backward();
    }).toThrow('changed in place since');
  });

  test('refuses what it cannot step', () => {
    const a = weight(1);
    expect(() => make([])).toThrow(`${name}: there are no parameters; pass model.parameters()`);
    expect(() => make([a, a])).toThrow(`${name}: parameter 1 is in the list twice`);
    expect(() => make([a.mul(2)])).toThrow(`${name}: parameter 0 was made by an operation`);
    expect(() => make([tensor([1], { dtype: 'int32' })])).toThrow(
      `${name}: parameter 0 is int32, and only floats have gradients`,
    );
    const view = tensor([
      [1, 2],
      [3, 4],
    ]).T.detach();
    view.requiresGrad = true;
    expect(() => make([view])).toThrow(`${name}: parameter 0 is a view that is not row-major`);
    expect(() => make([1 as never])).toThrow(`${name}: parameter 0 is not a tensor`);
  });

  test('refuses what is no list of parameters', () => {
    expect(() => make({} as never)).toThrow(
      new TypeError(`${name}: takes parameters, as from model.parameters(), got an object`),
    );
    expect(() => make(undefined as never)).toThrow('got undefined');
  });

  test('steps groups with options of their own, and takes the others from all', () => {
    const [a, b, c, d] = [weight(1), weight(1), weight(1), weight(1)];
    const group = { params: [b, c].values(), lr: 0.2, maximize: true };
    const optimizer = new Kind([{ params: a }, group], { lr: 0.1 });
    optimizer.addParamGroup({ params: [d], lr: 0 });
    expect(optimizer.paramGroups.map(({ lr, maximize }) => [lr, maximize])).toEqual([
      [0.1, false],
      [0.2, true],
      [0, false],
    ]);
    expect(optimizer.paramGroups.map(({ params }) => params)).toEqual([[a], [b, c], [d]]);
    const others = [a, b, c].map(
      (param) => new Kind([weight(1)], { lr: param === a ? 0.1 : 0.2, maximize: param !== a }),
    );
    for (let step = 0; step < 3; step++) {
      for (const param of [a, b, c, d, ...others.flatMap(({ paramGroups }) => paramGroups[0].params)])
        setGrad(param, 1);
      for (const each of [optimizer, ...others]) each.step();
    }
    expect([a, b, c].map((param) => param.item())).toEqual(
      others.map(({ paramGroups }) => paramGroups[0].params[0]?.item()),
    );
    expect(b.item()).toBeGreaterThan(1);
    expect(d.item()).toBe(1);
    optimizer.zeroGrad();
    expect([a, b, c, d].map(({ grad }) => grad)).toEqual([null, null, null, null]);
  });

  test('refuses groups that cannot be, and stays as it was', () => {
    const [a, b] = [weight(1), weight(2)];
    expect(() => new Kind([{ params: a }, { params: [b, a] }])).toThrow(
      new TypeError(`${name}: parameter 1 is in another group`),
    );
    expect(() => new Kind([{ params: a }, b] as never)).toThrow(`${name}: a group is { params: [a, b] }, got a tensor`);
    expect(() => new Kind([a, { params: b }] as never)).toThrow(`${name}: a group is { params: [a, b] }, got a tensor`);
    expect(() => new Kind([{ param: a }] as never)).toThrow(`${name}: parameter 0 is not a tensor, but an object`);
    const optimizer = new Kind([a]);
    const before = optimizer.stateDict();
    const wrong = [
      { params: [a] },
      { params: [] },
      { params: b.mul(2) },
      { params: [b], lr: -1 },
      { params: [b], lrate: 1 },
      { params: 5 },
      [b],
      null,
    ];
    for (const group of wrong) {
      expect(() => {
        optimizer.addParamGroup(group as never);
      }).toThrow(`${name}: `);
    }
    expect(optimizer.stateDict()).toEqual(before);
  });

  test('refuses options that there are not, and tells which there are', () => {
    const misspelt = { weight_decay: 0.1 } as object;
    expect(() => new Kind([weight(1)], misspelt)).toThrow(TypeError);
    expect(() => new Kind([weight(1)], misspelt)).toThrow(`${name}: there is no option weight_decay; it takes lr, `);
    expect(() => new Kind([{ params: [weight(1)], ...misspelt }])).toThrow('there is no option weight_decay');
    expect(() => new Kind([weight(1)], 0.1 as never)).toThrow(`${name}: the options must be an object`);
  });

  test('takes undefined for an option that is left out', () => {
    const options = { lr: undefined, weightDecay: undefined };
    expect(new Kind([{ params: weight(1), ...options }], options).stateDict()).toEqual(
      new Kind([weight(1)]).stateDict(),
    );
  });

  test('refuses to step with what an option was set to, and changes nothing', () => {
    const [a, b] = [weight(1), weight(2)];
    const optimizer = new Kind([{ params: a }, { params: b }]);
    setGrad(a, 1);
    setGrad(b, 1);
    Object.assign(optimizer.paramGroups[1] ?? {}, { lr: NaN });
    expect(() => {
      optimizer.step();
    }).toThrow(new RangeError(`${name}: lr must be a number >= 0, got NaN`));
    expect([a.item(), b.item()]).toEqual([1, 2]);
  });
});

describe('options that cannot be', () => {
  const a = weight(1);
  const wrong: readonly (readonly [string, () => unknown])[] = [
    ['Adam: lr must be a number >= 0, got -1', () => new Adam([a], { lr: -1 })],
    ['Adam: lr must be a number >= 0, got NaN', () => new Adam([a], { lr: NaN })],
    ['Adam: lr must be a number >= 0, got Infinity', () => new Adam([a], { lr: Infinity })],
    ["Adam: lr must be a number >= 0, got '0.1'", () => new Adam([a], { lr: '0.1' as never })],
    ['Adam: betas[0] must be in [0, 1), got 1', () => new Adam([a], { betas: [1, 0.999] })],
    ['Adam: betas[1] must be in [0, 1), got -0.5', () => new Adam([a], { betas: [0.9, -0.5] })],
    ['Adam: betas must be a list of 2, got 0.9', () => new Adam([a], { betas: 0.9 as never })],
    ['Adam: betas must be a list of 2, got [0.9]', () => new Adam([a], { betas: [0.9] as never })],
    ['Adam: amsgrad must be true or false, got 1', () => new Adam([a], { amsgrad: 1 as never })],
    ['AdamW: eps must be a number >= 0, got -1', () => new AdamW([a], { eps: -1 })],
    ['AdamW: weightDecay must be a number >= 0, got -1', () => new AdamW([a], { weightDecay: -1 })],
    ['SGD: momentum must be a number >= 0, got -0.5', () => new SGD([a], { momentum: -0.5 })],
    ['SGD: dampening must be a finite number, got NaN', () => new SGD([a], { dampening: NaN })],
    [
      'SGD: nesterov needs a momentum above 0 and a dampening of 0, got 0.9 and 0.5',
      () => new SGD([a], { nesterov: true, momentum: 0.9, dampening: 0.5 }),
    ],
    ['SGD: nesterov needs a momentum above 0', () => new SGD([a], { nesterov: true })],
    ['RMSprop: alpha must be in [0, 1], got 2', () => new RMSprop([a], { alpha: 2 })],
    ['RMSprop: momentum must be a number >= 0', () => new RMSprop([a], { momentum: -1 })],
    ['RMSprop: centered must be true or false', () => new RMSprop([a], { centered: 'yes' as never })],
    ['Adagrad: lrDecay must be a number >= 0', () => new Adagrad([a], { lrDecay: -1 })],
    ['initialAccumulatorValue must be a number >= 0', () => new Adagrad([a], { initialAccumulatorValue: -1 })],
    [
      'lr must be a number >= 0, got -1; eps must be a number >= 0, got -2',
      () => new Adagrad([a], { lr: -1, eps: -2 }),
    ],
    ['Adam: eps must be a number >= 0, got -1', () => new Adam([{ params: a, eps: -1 }])],
  ];
  test.each(wrong)('%s', (message, make) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(message);
  });

  test('what only some groups lack is theirs to give', () => {
    const optimizer = new SGD([{ params: a, momentum: 0.9 }], { nesterov: true });
    expect(optimizer.paramGroups[0].momentum).toBe(0.9);
  });
});

test("defaults are PyTorch's, but for the rate of SGD, which has none there", () => {
  const settings = [SGD, Adam, AdamW, RMSprop, Adagrad].map((Kind) => {
    const entries = Object.entries(new Kind([weight(1)]).paramGroups[0]);
    return Object.fromEntries(entries.filter(([name]) => name !== 'params'));
  });
  const adam = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, amsgrad: false, maximize: false };
  expect(settings).toEqual([
    { lr: 1e-3, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0, maximize: false },
    adam,
    { ...adam, weightDecay: 0.01 },
    { lr: 0.01, alpha: 0.99, eps: 1e-8, weightDecay: 0, momentum: 0, centered: false, maximize: false },
    { lr: 0.01, lrDecay: 0, weightDecay: 0, initialAccumulatorValue: 0, eps: 1e-10, maximize: false },
  ]);
});

test('a gradient of NaN stays in what amsgrad remembers', () => {
  const x = weight(1);
  const optimizer = new Adam([x], { amsgrad: true });
  for (const g of [1, NaN]) {
    setGrad(x, g);
    optimizer.step();
  }
  const { max_exp_avg_sq: largest } = optimizer.stateDict().state['0'] ?? {};
  expect(isTensor(largest) && largest.item()).toBe(NaN);
});

test('penalties do not touch what is infinite where there are none', () => {
  const x = weight(Infinity);
  const optimizer = new SGD([x], { maximize: true });
  setGrad(x, 1);
  optimizer.step();
  expect(x.item()).toBe(Infinity);
});

test('SGD with momentum follows a changed rate at once: 4 steps as PyTorch takes them', () => {
  // x = 1, gradient 1; lr 0.1, 0.1, 0.01, 0.01; momentum 0.9: velocities 1, 1.9, 2.71, 3.439.
  const x = weight(1);
  const optimizer = new SGD([x], { lr: 0.1, momentum: 0.9 });
  for (const lr of [0.1, 0.1, 0.01, 0.01]) {
    optimizer.paramGroups[0].lr = lr;
    setGrad(x, 1);
    optimizer.step();
  }
  expect(x.item()).toBeCloseTo(1 - 0.1 - 0.19 - 0.0271 - 0.03439, 12);
});

test('Adam counts steps per parameter', () => {
  const [early, late] = [weight(0), weight(0)];
  const optimizer = new Adam([early, late], { lr: 0.1 });
  setGrad(early, 1);
  optimizer.step();
  optimizer.zeroGrad();
  setGrad(late, 1);
  optimizer.step();
  // The first step of a parameter has the size of the rate, whenever it is taken.
  expect(late.item()).toBe(early.item());
  expect(early.item()).toBeCloseTo(-0.1, 8);
});

describe('Adam and denormals', () => {
  /** The change of a second step, without a gradient, in float32; the first one had the gradient g. */
  const secondStep = (g: number, options: { eps?: number; lr: number }) => {
    const x = tensor([0], { requiresGrad: true });
    const optimizer = new Adam([x], options);
    x.grad = tensor([g]);
    optimizer.step();
    const before = x.item();
    x.grad = tensor([0]);
    optimizer.step();
    return x.item() - before;
  };

  test('means that would be denormal in float32 are set to 0', () => {
    // A tenth of this, the first mean, is below the smallest normal float32; times the rate it could be seen.
    expect(secondStep(1e-37, { lr: 1e30 })).toBe(0);
    expect(secondStep(1e-36, { lr: 1e30 })).toBeLessThan(0);
  });

  test('but not where eps is 0, and they are all there is', () => {
    expect(secondStep(1e-19, { lr: 0.1, eps: 0 })).toBeLessThan(-0.05);
  });

  test('and not in float64', () => {
    const x = weight(0);
    const optimizer = new Adam([x]);
    setGrad(x, 1e-40);
    optimizer.step();
    const before = x.item();
    setGrad(x, 0);
    optimizer.step();
    expect(x.item()).toBeLessThan(before);
  });
});

describe('temporaries', () => {
  test.each(Object.entries({ SGD, Adam, AdamW, RMSprop, Adagrad }))('of %s are freed after the step', (_, Kind) => {
    const x = ones([30, 40], { requiresGrad: true });
    const g = ones([40, 30]).mul(2);
    x.grad = g.T; // which the kernels cannot read: a step makes a copy
    const optimizer = new Kind([x], { lr: 0.1 });
    optimizer.step();
    const before = memoryUsage().used;
    optimizer.step();
    expect(memoryUsage().used).toBe(before);
    expect(optimizer.paramGroups[0].params[0]?.at(0, 0).item()).toBeLessThan(1);
  });

  test('of an update of users are left to them: in a subclass of Optimizer', () => {
    class Averaging extends Optimizer<{ readonly lr?: number | undefined }> {
      readonly seen: Tensor[] = [];
      velocity: Tensor | null = null;

      protected override update(_: Tensor, p: Tensor, g: Tensor): void {
        this.seen.push(g);
        this.velocity = this.velocity === null ? g.clone() : this.velocity.mul(0.5).add(g);
        noGrad(() => p.sub_((this.velocity as Tensor).mul(0.1)));
      }
    }
    const x = ones([100], { requiresGrad: true });
    const optimizer = new Averaging({ owner: 'Averaging', table: {}, memory: {} } as never, [x], {});
    for (let step = 0; step < 3; step++) {
      optimizer.zeroGrad();
      x.mul(2).sum().backward();
      optimizer.step();
      full([100], NaN); // takes memory that was given back
    }
    expect(optimizer.seen.map((g) => g.sum().item())).toEqual([200, 200, 200]);
    expect(optimizer.velocity?.at(0).item()).toBe(3.5);
  });

  test('and in a subclass of ours, and where its method is replaced', () => {
    const seen: Tensor[] = [];
    class Recording extends Adam {
      protected override update(param: Tensor, p: Tensor, g: Tensor, group: ParamGroup<AdamOptions>): void {
        seen.push(g);
        super.update(param, p, g, group);
      }
    }
    const x = ones([30, 40], { requiresGrad: true });
    const replaced = Object.assign(new Adam([x]), {
      update: (_param: Tensor, _p: Tensor, g: Tensor) => {
        seen.push(g);
      },
    });
    for (const optimizer of [new Recording([x]), replaced]) {
      x.grad = ones([40, 30]).mul(2).T; // of which the step makes a copy
      optimizer.step();
      for (let i = 0; i < 8; i++) full([30, 40], NaN); // takes memory that was freed
    }
    expect(seen.map((g) => g.sum().item())).toEqual([2400, 2400]);
    expect(x.at(0, 0).item()).toBeLessThan(1);
  });
});

test.each([300_000, 20_000])(
  'a gradient that is a part of something large: every step counts, %i numbers in float64',
  (n) => {
    const x = ones([n], { dtype: 'float64', requiresGrad: true });
    const optimizer = new SGD([x], { lr: 1 });
    const flat = ones([2 * n], { dtype: 'float64' });
    for (let step = 0; step < 4; step++) {
      x.grad = flat.slice(0, n);
      optimizer.step();
      expect(x.at(0).item() + step).toBe(0);
    }
  },
);

test('structuredClone and postMessage of an optimizer say what to send', () => {
  const optimizer = new SGD([weight(1)], { lr: 1 });
  expect(() => structuredClone(optimizer)).toThrow(
    'an optimizer cannot be sent to a worker, cloned or stored: send the options, and of each tensor in stateDict() its data and shape',
  );
  expect(() => structuredClone({ schedule: new StepLR(optimizer, { stepSize: 1 }) })).toThrow('an optimizer cannot be');
});
