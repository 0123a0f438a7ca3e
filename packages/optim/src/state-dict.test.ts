import { describe, expect, test } from 'vitest';
import { Adam, type Optimizer, SGD } from '@mg/optim';
import {
  isTensor,
  loadSafetensors,
  safetensorsMetadata,
  saveSafetensors,
  type Tensor,
  tensor,
  zeros,
} from '@mg/tensor';
import { optimizerOf, rates, runs, startOf, takeStep } from '../fixtures/trajectories.ts';

const weight = (...data: number[]) => tensor(data, { dtype: 'float64', requiresGrad: true });

function stepped<O extends Optimizer>(optimizer: O, times = 2): O {
  for (let step = 0; step < times; step++) {
    for (const { params } of optimizer.paramGroups) {
      for (const param of params)
        param.grad = tensor(
          param.data.map((_, i) => i + 1 + step),
          { shape: param.shape },
        );
    }
    optimizer.step();
  }
  return optimizer;
}

/** A file: the tensors as safetensors, and in its metadata the rest as JSON. */
function save(optimizer: Optimizer): Uint8Array {
  const tensors: Record<string, Tensor> = {};
  const { state, paramGroups } = optimizer.stateDict();
  const rest = Object.entries(state).map(([index, memory]) => {
    for (const [name, value] of Object.entries(memory)) if (isTensor(value)) tensors[`${index}.${name}`] = value;
    return [index, Object.fromEntries(Object.entries(memory).filter(([, value]) => !isTensor(value)))] as const;
  });
  const json = JSON.stringify({ state: Object.fromEntries(rest), paramGroups });
  return saveSafetensors(tensors, { metadata: { optimizer: json } });
}

function load(optimizer: Optimizer, file: Uint8Array): void {
  const saved = JSON.parse(safetensorsMetadata(file)['optimizer'] ?? '') as {
    state: Record<string, Record<string, number | Tensor>>;
    paramGroups: never;
  };
  for (const [key, value] of Object.entries(loadSafetensors(file))) {
    const [index = '', name = ''] = key.split('.');
    (saved.state[index] ??= {})[name] = value;
  }
  optimizer.loadStateDict(saved);
}

describe('a run that is continued from a file goes on with the same bits', () => {
  const networks = runs.filter(({ problem }) => problem === 'network');
  expect(networks.length).toBe(40);
  test.each(networks.map((run) => [`${run.optimizer} ${JSON.stringify(run.options)}`, run] as const))(
    '%s',
    (_, run) => {
      for (const dtype of ['float32', 'float64'] as const) {
        const params = startOf(run, dtype);
        const optimizer = optimizerOf(run, params, run.options);
        for (let step = 0; step < 23; step++) takeStep(run, params, optimizer, step);
        const copies = params.map((param) => tensor(param.data, { shape: param.shape, requiresGrad: true }));
        const continued = optimizerOf(run, copies, {});
        load(continued, save(optimizer));
        for (let step = 23; step < rates.length; step++) {
          expect(takeStep(run, copies, continued, step)).toEqual(takeStep(run, params, optimizer, step));
        }
      }
    },
  );
});

describe('stateDict', () => {
  test("has PyTorch's structure and names, without what was never stepped", () => {
    const [a, b, c] = [weight(1, 2), weight(3), weight(4)];
    const optimizer = new Adam([{ params: [a] }, { params: [b, c], lr: 0.5 }], { amsgrad: true });
    a.grad = tensor([1, 2], { dtype: 'float64' });
    c.grad = tensor([3], { dtype: 'float64' });
    optimizer.step();
    const { state, paramGroups } = optimizer.stateDict();
    const rest = { betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, amsgrad: true, maximize: false };
    expect(paramGroups).toEqual([
      { lr: 1e-3, ...rest, params: [0] },
      { lr: 0.5, ...rest, params: [1, 2] },
    ]);
    expect(Object.keys(state)).toEqual(['0', '2']);
    expect(Object.keys(state['0'] ?? {})).toEqual(['step', 'exp_avg', 'exp_avg_sq', 'max_exp_avg_sq']);
    expect(state['2']?.['step']).toBe(1);
    const { exp_avg: mean } = state['0'] ?? {};
    expect(isTensor(mean) && [mean.dtype, ...mean.toArray<number[]>()]).toEqual([
      'float64',
      expect.closeTo(0.1),
      expect.closeTo(0.2),
    ]);
  });

  test('gives copies, and loadStateDict takes copies', () => {
    const optimizer = stepped(new Adam([weight(1, 2)]));
    const state = optimizer.stateDict();
    const kept = JSON.stringify(state);
    stepped(optimizer);
    expect(JSON.stringify(state)).toBe(kept);
    const other = new Adam([weight(1, 2)]);
    other.loadStateDict(state);
    for (const value of Object.values(state.state['0'] ?? {})) if (isTensor(value)) value.data.fill(7);
    (state.paramGroups[0]?.betas as unknown as number[])[0] = 0;
    expect(JSON.stringify(other.stateDict())).toBe(kept);
  });

  test('has what an option that was just switched on will begin with', () => {
    const optimizer = stepped(new Adam([weight(1)]));
    optimizer.paramGroups[0].amsgrad = true;
    const { max_exp_avg_sq: largest } = optimizer.stateDict().state['0'] ?? {};
    expect(isTensor(largest) && largest.toArray()).toEqual([0]);
    const other = new Adam([weight(1)]);
    other.loadStateDict(optimizer.stateDict());
    expect(other.paramGroups[0].amsgrad).toBe(true);
  });

  test('of SGD without momentum holds no tensors', () => {
    expect(stepped(new SGD([weight(1)])).stateDict().state).toEqual({});
    expect(Object.keys(stepped(new SGD([weight(1)], { momentum: 0.5 })).stateDict().state['0'] ?? {})).toEqual([
      'momentum_buffer',
    ]);
  });
});

describe('loadStateDict', () => {
  test('keeps the groups that others hold, with the loaded options', () => {
    const optimizer = new SGD([weight(1)], { lr: 0.1 });
    const [group] = optimizer.paramGroups;
    group.initialLr = 0.5;
    optimizer.loadStateDict(new SGD([weight(1)], { lr: 0.7, momentum: 0.5 }).stateDict());
    expect(optimizer.paramGroups[0]).toBe(group);
    expect([group.lr, group.momentum, group.initialLr]).toEqual([0.7, 0.5, undefined]);
    expect(group.params.length).toBe(1);
  });

  test('forgets what the state does not have', () => {
    const optimizer = stepped(new SGD([weight(1)], { momentum: 0.5 }));
    optimizer.loadStateDict(new SGD([weight(1)], { momentum: 0.5 }).stateDict());
    expect(optimizer.stateDict().state).toEqual({});
  });

  test('matches parameters by their place, whatever the state numbers them', () => {
    const state = stepped(new Adam([weight(1), weight(2, 3)])).stateDict();
    const [group] = state.paramGroups;
    if (group === undefined) throw new Error('no group');
    const renumbered = { 7: state.state['0'], 3: state.state['1'] } as typeof state.state;
    const other = new Adam([weight(1), weight(2, 3)]);
    other.loadStateDict({ state: renumbered, paramGroups: [{ ...group, params: [7, 3] }] });
    expect(JSON.stringify(other.stateDict())).toBe(JSON.stringify(state));
  });

  const made = () =>
    stepped(new Adam([{ params: [weight(1, 2), weight(3)] }, { params: [weight(4)] }], { amsgrad: true }));
  const without = (name: string, memory: unknown) =>
    Object.fromEntries(Object.entries(memory as object).filter(([each]) => each !== name));
  type Loose = { state: Record<string, unknown>; paramGroups: Record<string, unknown>[] };
  const spoiled: readonly (readonly [string, (state: Loose) => unknown, readonly string[]])[] = [
    [
      'nothing',
      () => undefined,
      ['state must be an object, got undefined', 'paramGroups must be a list of 2, got undefined'],
    ],
    ['a list', () => [], ['state must be an object, got undefined', 'paramGroups must be a list of 2, got undefined']],
    [
      'groups that are none',
      ({ state }) => ({ state, paramGroups: [1, {}] }),
      ['paramGroups[0] must be an object, got 1'],
    ],
    [
      'other groups',
      ({ state, paramGroups }) => ({ state, paramGroups: paramGroups.slice(1) }),
      ['paramGroups must be a list of 2, got [an object]'],
    ],
    [
      'other parameters',
      ({ state, paramGroups: [a, b] }) => ({
        state,
        paramGroups: [
          { ...a, params: [0] },
          { ...b, params: 'all' },
        ],
      }),
      [
        'group 0: params must be a list of 2, got [0]',
        "group 1: params must be a list of 1, got 'all'",
        'not every parameter has a number of its own',
      ],
    ],
    [
      'other options',
      ({ state, paramGroups: [a, b] }) => ({
        state,
        paramGroups: [
          { ...a, lr: -1, initialLr: 'x' },
          { params: b?.['params'], lrs: 1 },
        ],
      }),
      [
        'group 0: lr must be a number >= 0, got -1',
        "group 0: initialLr must be a number >= 0, got 'x'",
        'group 1: there is no lrs',
        'group 1: lr must be a number >= 0, got undefined',
        'group 1: betas must be a list of 2, got undefined',
        'group 1: eps must be',
        'group 1: weightDecay must be',
        'group 1: amsgrad must be true or false',
        'group 1: maximize must be',
      ],
    ],
    [
      'a parameter twice',
      ({ state, paramGroups: [a, b] }) => ({ state, paramGroups: [a, { ...b, params: [1] }] }),
      ['not every parameter has a number of its own'],
    ],
    [
      'wrong tensors',
      ({ state, paramGroups }) => {
        const others = without('exp_avg', state['2']);
        const damaged = {
          0: {
            ...(state['0'] as object),
            exp_avg: zeros([2]),
            exp_avg_sq: zeros([3], { dtype: 'float64' }),
            velocity: 1,
          },
          1: { ...(state['1'] as object), exp_avg: [0.5], step: 1.5 },
          2: others,
          9: {},
        };
        return { state: damaged, paramGroups };
      },
      [
        'parameter 0: there is no velocity',
        'parameter 0: exp_avg must be a tensor float64 [2], got a tensor float32 [2]',
        'parameter 0: exp_avg_sq must be a tensor float64 [2], got a tensor float64 [3]',
        'parameter 1: step must be an integer >= 0, got 1.5',
        'parameter 1: exp_avg must be a tensor float64 [1], got [0.5]',
        'parameter 2: exp_avg must be a tensor float64 [1], got undefined',
        'parameter 9 is in none of the groups',
      ],
    ],
    [
      'a lost maximum',
      ({ state, paramGroups }) => {
        return { state: { ...state, 2: without('max_exp_avg_sq', state['2']), 1: 5 }, paramGroups };
      },
      [
        'parameter 1: its memory must be an object, got 5',
        'parameter 2: max_exp_avg_sq must be a tensor float64 [1], got undefined',
      ],
    ],
  ];
  test.each(spoiled)('refuses %s, says all that is amiss, and changes nothing', (_, spoil, amiss) => {
    const optimizer = made();
    const before = JSON.stringify(optimizer.stateDict());
    let error: unknown;
    try {
      optimizer.loadStateDict(spoil(optimizer.stateDict() as unknown as Loose) as never);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(RangeError);
    const [first, ...lines] = String(error).split('\n  ');
    expect(first).toBe('RangeError: Adam: the state does not fit, and nothing was loaded');
    expect(lines.length).toBe(amiss.length);
    for (const [i, line] of amiss.entries()) expect(lines[i]).toContain(line);
    expect(JSON.stringify(optimizer.stateDict())).toBe(before);
  });

  test('refuses the state of another optimizer', () => {
    const optimizer = new Adam([weight(1)]);
    expect(() => {
      optimizer.loadStateDict(stepped(new SGD([weight(1)], { momentum: 0.9 })).stateDict() as never);
    }).toThrow(/group 0: there is no momentum\n[^]*parameter 0: there is no momentum_buffer/);
  });
});
