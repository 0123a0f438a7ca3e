import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { BatchNorm1d, Conv2d, Embedding, init, Linear, Module, parameter, Sequential, skipInit } from '@mg/nn';
import { Generator, manualSeed, ones, rand, type Tensor, zeros } from '@mg/tensor';

/** A user's layer that draws its weight by an initialiser. */
class Scaled extends Module {
  readonly weight = parameter(init.uniform_(zeros([2])));

  override forward(x: Tensor): Tensor {
    return x.mul(this.weight);
  }
}

const isDrawn = ({ weight }: Linear): boolean => weight.data.some((each) => each !== 0);

test('the weights stay at zero, what is constant has its value, and a state dict fills them', () => {
  const make = () => new Sequential(new Linear(3, 4), new BatchNorm1d(4), new Linear(4, 2), new Scaled()) as Module;
  const model = skipInit(make);
  const values = Object.entries(model.stateDict()).map(([name, each]) => [name, [...new Set(each.data)]]);
  expect(Object.fromEntries(values)).toMatchObject({
    '0.weight': [0],
    '0.bias': [0],
    '1.weight': [1],
    '1.running_var': [1],
    '2.weight': [0],
    '3.weight': [0],
  });
  expect(model.parameters().every(({ requiresGrad }) => requiresGrad)).toBe(true);
  const drawn = make();
  model.loadStateDict(drawn.stateDict());
  const x = ones([2, 3]);
  expect(model.eval().forward(x).toArray()).toEqual(drawn.eval().forward(x).toArray());
});

test('nothing is drawn from any generator', () => {
  manualSeed(3);
  const first = rand([4]).toArray();
  manualSeed(3);
  const generator = new Generator(5);
  skipInit(() => [new Linear(3, 4), new Embedding(5, 2), new Conv2d(1, 2, 3, { generator }), new Scaled()]);
  expect(rand([4]).toArray()).toEqual(first);
  expect(generator.getState()).toEqual(new Generator(5).getState());
});

test('weights are drawn again afterwards, however it ends, and inside again after an inner one', () => {
  expect(isDrawn(skipInit(() => new Linear(3, 4)))).toBe(false);
  expect(isDrawn(new Linear(3, 4))).toBe(true);
  expect(() => skipInit(() => new Linear(-1, 4))).toThrow(RangeError);
  expect(isDrawn(new Linear(3, 4))).toBe(true);
  skipInit(() => {
    skipInit(() => new Linear(3, 4));
    expect(isDrawn(new Linear(3, 4))).toBe(false);
  });
  expect(isDrawn(new Linear(3, 4))).toBe(true);
});

test('an async function throws', () => {
  expect(() => skipInit(() => Promise.resolve(new Linear(3, 4)))).toThrow('skipInit: the function is async');
  expect(isDrawn(new Linear(3, 4))).toBe(true);
});

test.skipIf(process.platform === 'win32')('an interrupt, which skips finally, ends with the job', async () => {
  // Ctrl-C inside of skipInit. (Skipped on Windows, where a process cannot send itself a signal that can be caught.)
  const interrupt = () => process.kill(process.pid, 'SIGINT');
  expect(() => {
    runInNewContext('skipInit(() => { interrupt(); for (;;); })', { skipInit, interrupt }, { breakOnSigint: true });
  }).toThrow('SIGINT');
  expect(isDrawn(new Linear(3, 4))).toBe(false);
  await Promise.resolve();
  expect(isDrawn(new Linear(3, 4))).toBe(true);
});
