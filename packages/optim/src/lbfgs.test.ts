import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LBFGS, type LBFGSOptions, type OptimizerState, StepLR } from '@mg/optim';
import {
  isTensor,
  loadSafetensors,
  safetensorsMetadata,
  saveSafetensors,
  type Tensor,
  tensor,
  zeros,
} from '@mg/tensor';
import { objectiveOf, type Run, startOf } from '../fixtures/trajectories.ts';

interface LBFGSRun {
  readonly problem: Run['problem'];
  readonly options: LBFGSOptions;
  /** The loss before each step, and the number of evaluations so far and the parameters after it. */
  readonly steps: readonly {
    readonly loss: number;
    readonly evaluations: number;
    readonly params: readonly number[];
  }[];
}

const { runs } = JSON.parse(readFileSync(new URL('../fixtures/lbfgs.json', import.meta.url), 'utf8')) as {
  readonly runs: readonly LBFGSRun[];
};
const named = runs.map((run) => [`${run.problem} ${JSON.stringify(run.options)}`, run] as const);

/** A step; gives the loss before it, and the parameters after it. */
function step(run: LBFGSRun, optimizer: LBFGS, params: readonly Tensor[]): { loss: number; params: number[] } {
  const first = optimizer.step(() => {
    optimizer.zeroGrad();
    const loss = objectiveOf(run, params);
    loss.backward();
    return loss;
  });
  return { loss: first.item(), params: params.flatMap(({ data }) => Array.from(data)) };
}

const evaluationsOf = (optimizer: LBFGS) => optimizer.stateDict().state['0']?.['func_evals'];
const farthest = (found: readonly number[], expected: readonly number[]) =>
  Math.max(...expected.map((each, i) => Math.abs((found[i] ?? NaN) / each - 1)));

describe('steps as PyTorch takes them, with as many evaluations', () => {
  test.each(named)('%s', (_, run) => {
    expect(run.steps.length).toBe(4);
    const params = startOf(run, 'float64');
    const optimizer = new LBFGS(params, run.options);
    for (const expected of run.steps) {
      const found = step(run, optimizer, params);
      expect(evaluationsOf(optimizer)).toBe(expected.evaluations);
      expect(farthest([found.loss], [expected.loss])).toBeLessThan(1e-10);
      expect(farthest(found.params, expected.params)).toBeLessThan(1e-10);
    }
    // What float32 rounds is amplified from step to step.
    const single = startOf(run, 'float32');
    const { params: first } = step(run, new LBFGS(single, run.options), single);
    expect(farthest(first, run.steps[0]?.params ?? [NaN])).toBeLessThan(1e-5);
  });

  test('every option is in a run', () => {
    const [{ params: _, ...options }] = new LBFGS(zeros([1])).paramGroups;
    expect(new Set(runs.flatMap((run) => Object.keys(run.options)))).toEqual(new Set(Object.keys(options)));
  });
});

/** A file: the tensors as safetensors, and in its metadata the rest as JSON. */
function throughFile({ state, paramGroups }: OptimizerState<LBFGSOptions>): OptimizerState<LBFGSOptions> {
  const entries = Object.entries(state['0'] ?? {});
  const rest = Object.fromEntries(entries.filter(([, value]) => !isTensor(value)));
  const tensors = Object.fromEntries(entries.filter(([, value]) => isTensor(value))) as Record<string, Tensor>;
  const file = saveSafetensors(tensors, { metadata: { rest: JSON.stringify({ rest, paramGroups }) } });
  const saved = JSON.parse(safetensorsMetadata(file)['rest'] ?? '') as { rest: object; paramGroups: never };
  return { state: { 0: { ...saved.rest, ...loadSafetensors(file) } }, paramGroups: saved.paramGroups };
}

test.each(named.filter(([, { problem }]) => problem === 'network'))(
  'a run that is continued from a file goes on with the same bits: %s',
  (_, run) => {
    for (const [dtype, steps] of [
      ['float64', 0],
      ['float32', 2],
    ] as const) {
      const [params, others] = [startOf(run, dtype), startOf(run, dtype)];
      const optimizer = new LBFGS(params, run.options);
      for (let at = 0; at < steps; at++) step(run, optimizer, params);
      const resumed = new LBFGS(others);
      for (const [index, each] of others.entries()) each.detach().copy_(params[index]?.detach() as Tensor);
      const state = optimizer.stateDict();
      resumed.loadStateDict(steps === 0 ? state : throughFile(state));
      expect(step(run, resumed, others).params).toEqual(step(run, optimizer, params).params);
      expect(evaluationsOf(resumed)).toBe(evaluationsOf(optimizer));
    }
  },
);

describe('LBFGS', () => {
  const make = (options: LBFGSOptions = {}) => new LBFGS([tensor([3], { requiresGrad: true })], options);

  test('is scheduled, and evaluates 1.25 times as often as it iterates', () => {
    const optimizer = make({ maxIter: 10, lr: 0.5 });
    const scheduler = new StepLR(optimizer, { stepSize: 1, gamma: 0.5 });
    scheduler.step();
    expect(optimizer.paramGroups[0]).toMatchObject({ lr: 0.25, maxEval: 12 });
    optimizer.paramGroups[0].lr = -1;
    expect(() => optimizer.step(() => 1)).toThrow(new RangeError('LBFGS: lr must be a number > 0, got -1'));
  });

  test('gives the loss before the step, as the closure returned it, and stops where the gradient is 0', () => {
    const optimizer = make();
    let calls = 0;
    expect(optimizer.step(() => ++calls)).toBe(1);
    expect(calls).toBe(1);
    expect(optimizer.paramGroups[0].params[0]?.item()).toBe(3);
  });

  test('says what a closure must return, and which options there are', () => {
    const returns = (returned: unknown) => () => make().step(() => returned as number);
    const message =
      'LBFGS: the closure must call backward() and return the loss, a tensor of one element or a number, got';
    expect(returns(undefined)).toThrow(new TypeError(`${message} undefined`));
    expect(returns(zeros([2]))).toThrow(new TypeError(`${message} a tensor float32 [2]`));
    expect(returns(Promise.resolve(1))).toThrow(TypeError);
    expect(() => make({ lineSearchFn: 'wolfe' as never })).toThrow(
      "lineSearchFn must be one of 'strongWolfe', null, got 'wolfe'",
    );
    expect(() => make({ maxIter: 0 })).toThrow(new RangeError('LBFGS: maxIter must be an integer >= 1, got 0'));
    expect(() => new LBFGS([{ params: [] }] as never)).toThrow('LBFGS: parameter 0 is not a tensor, but an object');
  });

  test('refuses a state that does not fit, says what is amiss, and changes nothing', () => {
    const optimizer = make();
    optimizer.step(() => 1);
    const before = optimizer.stateDict();
    const load = (state: object) => () => {
      optimizer.loadStateDict({ ...before, ...state });
    };
    expect(load({ paramGroups: [] })).toThrow('paramGroups must be a list of 1, got []');
    expect(load({ paramGroups: [{ ...before.paramGroups[0], maxIter: 0, params: [] }] })).toThrow(
      'params must be a list of 1, got []\n  maxIter must be an integer >= 1, got 0',
    );
    expect(load({ state: { 0: { ...before.state['0'], d: zeros([2]), al: 1 } } })).toThrow(
      'there is no al\n  d must be a tensor of 1 elements, got a tensor float32 [2]',
    );
    expect(optimizer.stateDict()).toEqual(before);
  });
});
