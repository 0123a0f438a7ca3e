import { expect, test } from 'vitest';
import { Generator, zeros } from '@mg/tensor';
import { describeModel, inputShape, makeModel, modelNames, type Task } from './model.ts';

const digits: Task = { rows: 28, cols: 28, classes: 10 };

const parameters = (task: Task, name: (typeof modelNames)[number]): number =>
  makeModel(name, task, new Generator(0))
    .parameters()
    .reduce((sum, each) => sum + each.size, 0);

test('the models of MNIST, with the names that PyTorch gives their parameters', () => {
  expect(parameters(digits, 'mlp')).toBe(784 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10);
  expect(parameters(digits, 'cnn')).toBe(16 * 9 + 16 + 32 * 16 * 9 + 32 + 1568 * 128 + 128 + 128 * 10 + 10);
  const names = (name: 'mlp' | 'cnn'): string[] => Object.keys(makeModel(name, digits, new Generator(0)).stateDict());
  expect(names('mlp')).toEqual(['0', '2', '4'].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]));
  expect(names('cnn')).toEqual(['0', '3', '7', '9'].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]));
  expect(describeModel('mlp', digits)).toBe('mlp 784-128-64-10');
  expect(describeModel('cnn', digits)).toBe('cnn conv16-conv32-128-10');
});

test.each([digits, { rows: 4, cols: 4, classes: 2 }, { rows: 9, cols: 14, classes: 47 }])(
  'images of %j go in, a logit for each class comes out',
  (task) => {
    for (const name of modelNames) {
      const model = makeModel(name, task, new Generator(0));
      expect(model.forward(zeros([3, ...inputShape(name, task)])).shape).toEqual([3, task.classes]);
    }
  },
);

test('the seed makes the weights', () => {
  const weights = (seed: number): unknown =>
    makeModel('mlp', digits, new Generator(seed)).stateDict()['0.weight']?.data;
  expect(weights(1)).toEqual(weights(1));
  expect(weights(1)).not.toEqual(weights(2));
});
