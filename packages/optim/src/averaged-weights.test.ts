import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AveragedWeights } from '@mg/optim';
import { loadSafetensors, saveSafetensors, tensor, zeros } from '@mg/tensor';

const recorded = JSON.parse(readFileSync(new URL('../fixtures/averages.json', import.meta.url), 'utf8')) as {
  readonly equal: readonly (readonly number[])[];
  readonly decay: readonly (readonly number[])[];
};

const options = { equal: {}, decay: { decay: 0.875 } };
const start = () => tensor([[4, -8]], { dtype: 'float64', requiresGrad: true });

/** Moves the weight as record.py does. */
function move(weight: ReturnType<typeof start>, step: number): void {
  weight
    .detach()
    .mul_(0.75)
    .add_(step / 16);
}

test.each(['equal', 'decay'] as const)('20 updates as in PyTorch: %s', (kind) => {
  const weight = start();
  const average = new AveragedWeights(weight, options[kind]);
  expect(recorded[kind].length).toBe(20);
  for (const [step, expected] of recorded[kind].entries()) {
    move(weight, step);
    average.update();
    for (const [index, each] of expected.entries()) expect(average.averages[0]?.data[index]).toBeCloseTo(each, 13);
  }
  expect(average.count).toBe(20);
  expect(recorded.equal.at(-1)).not.toEqual(recorded.decay.at(-1));
});

test.each(['equal', 'decay'] as const)('averages are continued from a file with the same bits: %s', (kind) => {
  const [weight, other] = [start(), start()];
  const average = new AveragedWeights([weight], options[kind]);
  for (let step = 0; step < 5; step++) {
    move(weight, step);
    average.update();
  }
  const { averages, ...rest } = average.stateDict();
  const file = saveSafetensors(Object.fromEntries(averages.entries()));
  const resumed = new AveragedWeights([other], options[kind]);
  other.detach().copy_(weight.detach());
  resumed.loadStateDict({
    ...(JSON.parse(JSON.stringify(rest)) as typeof rest),
    averages: Object.values(loadSafetensors(file)),
  });
  for (let step = 5; step < 9; step++) {
    for (const each of [weight, other]) move(each, step);
    average.update();
    resumed.update();
  }
  expect(resumed.averages[0]?.toArray()).toEqual(average.averages[0]?.toArray());
  expect(resumed.count).toBe(9);
});

test('a function runs with the averages, and the parameters come back, after an error too', () => {
  const weight = start();
  const average = new AveragedWeights([weight]);
  average.update();
  weight.detach().fill_(0);
  average.update();
  expect(average.run(() => weight.toArray())).toEqual([[2, -4]]);
  expect(() =>
    average.run(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(() => average.run(async () => Promise.resolve(1))).toThrow(TypeError);
  expect(weight.toArray()).toEqual([[0, 0]]);
  average.copyToParameters();
  expect(weight.toArray()).toEqual([[2, -4]]);
});

test('what cannot be averaged, or loaded, is refused', () => {
  expect(() => new AveragedWeights(start(), { decay: 1 })).toThrow(
    new RangeError('AveragedWeights: decay must be in [0, 1), got 1'),
  );
  expect(() => new AveragedWeights(zeros([1], { dtype: 'int32' }))).toThrow('AveragedWeights: parameter 0 is int32');
  const average = new AveragedWeights(start());
  expect(() => {
    average.loadStateDict({ decay: 0.5, count: -1, averages: [zeros([2], { dtype: 'float64' })] });
  }).toThrow(
    [
      'AveragedWeights: the state does not fit, and nothing was loaded',
      'decay must be null, as in the options, got 0.5',
      'count must be an integer >= 0, got -1',
      'averages[0] must be a tensor float64 [1, 2], got a tensor float64 [2]',
    ].join('\n  '),
  );
});
