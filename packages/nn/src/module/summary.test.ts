import { expect, test } from 'vitest';
import { BatchNorm2d, Conv2d, Dropout, Embedding, Flatten, Linear, Module, ReLU, Sequential, summary } from '@mg/nn';
import { type Tensor } from '@mg/tensor';

test('shows what is in what, with shapes and parameters', () => {
  const head = new Sequential(new Flatten(), new Linear(64, 5));
  const model = new Sequential(new Conv2d(1, 4, 3, { padding: 1 }), new BatchNorm2d(4), new ReLU(), head);
  head.requiresGrad_(false);
  const rows = summary(model, [2, 1, 4, 4])
    .split('\n')
    .map((row) => row.trim().split(/ {2,}/));
  expect(rows.slice(3)).toEqual([
    ['Sequential', '[2, 5]', '--'],
    ['├─Conv2d: 1-1', '[2, 4, 4, 4]', '40'],
    ['├─BatchNorm2d: 1-2', '[2, 4, 4, 4]', '8'],
    ['├─ReLU: 1-3', '[2, 4, 4, 4]', '--'],
    ['├─Sequential: 1-4', '[2, 5]', '--'],
    ['│', '├─Flatten: 2-1', '[2, 64]', '--'],
    ['│', '├─Linear: 2-2', '[2, 5]', '325'],
    [expect.stringMatching(/^=+$/)],
    ['Total params: 373'],
    ['Trainable params: 48'],
    ['Non-trainable params: 325'],
    [expect.stringMatching(/^=+$/)],
  ]);
});

test('leaves the model as it was: modes, forward, running statistics', () => {
  const norm = new BatchNorm2d(1);
  const dropout = new Dropout().eval();
  const model = new Sequential(norm, dropout);
  summary(model, [2, 1, 3, 3]);
  expect([model.training, norm.training, dropout.training]).toEqual([true, true, false]);
  expect(norm.numBatchesTracked?.item()).toBe(0);
  expect(Object.hasOwn(norm, 'forward')).toBe(false);
});

test('a model that refuses the input says so, and is left as it was', () => {
  const model = new Sequential(new Linear(3, 2));
  expect(() => summary(model, [4, 5])).toThrow('Linear(3, 2): takes [..., 3], got [4, 5]');
  expect(Object.hasOwn(model, 'forward')).toBe(false);
});

test('counts a shared layer once', () => {
  const shared = new Linear(3, 3);
  const text = summary(new Sequential(shared, new ReLU(), shared), [1, 3]);
  expect(text).toContain('Total params: 12');
  expect(text).toContain('(again)');
});

test('a model with a way back up, a forward that is a field, and frozen layers is shown and left as it was', () => {
  class Odd extends Module {
    parent: Module | null = null;
    readonly inner = Object.freeze(new Dropout().eval());
    override forward = (x: Tensor, times = 1): Tensor => x.mul(times);
  }
  const [outer, odd] = [new Sequential(), new Odd()];
  odd.parent = outer;
  const model = new Sequential(odd, outer.eval());
  const { forward } = odd;
  expect(() => summary(model, [1, 2])).toThrow('not extensible');
  expect(odd.forward).toBe(forward);
  expect([model.training, outer.training, odd.training, odd.inner.training]).toEqual([true, false, true, false]);
});

test('takes a model of indices where its dtype is said', () => {
  expect(summary(new Sequential(new Embedding(7, 3)), [2, 5], { dtype: 'int32' })).toContain('[2, 5, 3]');
});
