import { expect, test } from 'vitest';
import { CrossEntropyLoss, Linear, ReLU, Sequential } from '@mg/nn';
import { Adam, SGD } from '@mg/optim';
import { type Tensor, tensor } from '@mg/tensor';
import recorded from '../fixtures/training.json' with { type: 'json' };

const optimizers = {
  adam: (params: Tensor[]) => new Adam(params, { lr: 0.05 }),
  sgd: (params: Tensor[]) => new SGD(params, { lr: 0.1, momentum: 0.9 }),
};

const float64 = { dtype: 'float64' } as const;

test.each(['adam', 'sgd'] as const)('60 steps of %s follow PyTorch', (name) => {
  const model = new Sequential(new Linear(6, 5, float64), new ReLU(), new Linear(5, 3, float64));
  const params = model.parameters();
  for (const [i, weight] of recorded.weights.entries()) params[i]?.data.set(weight.flat());
  const optimizer = optimizers[name](params);
  const lossFunction = new CrossEntropyLoss();
  const losses = recorded.inputs.map((inputs, step) => {
    if (step === 30) optimizer.paramGroups[0].lr /= 2;
    const loss = lossFunction.forward(
      model.forward(tensor(inputs, float64)),
      tensor(recorded.labels[step] ?? [], { dtype: 'int32' }),
    );
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.item();
  });
  const { losses: expected, weights } = recorded.runs[name];
  expect(losses.length).toBe(60);
  for (const [step, loss] of losses.entries())
    expect(Math.abs(loss / (expected[step] ?? NaN) - 1), `step ${step}`).toBeLessThan(1e-12);
  for (const [i, weight] of weights.entries()) {
    const found = params[i]?.data ?? [];
    const wanted = weight.flat();
    expect(found.length).toBe(wanted.length);
    for (const [j, x] of wanted.entries())
      expect(Math.abs((found[j] ?? NaN) - x)).toBeLessThan(1e-12 * Math.max(1, Math.abs(x)));
  }
});
