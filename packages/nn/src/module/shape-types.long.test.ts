import { compile } from '@mg/snippets/editor';
import { expect, test } from 'vitest';
import { Conv2d, Embedding, Linear, ReLU, Sequential } from '@mg/nn';
import { zeros } from '@mg/tensor';

/** What the compiler refuses, and the run time too, in the same words. */
const mistakes = [
  {
    sentence: 'Linear(784, 128): takes [..., 784], got [32, 100]',
    // @ts-expect-error -- the sentence
    run: () => new Linear(784, 128).forward(zeros([32, 100] as const)),
  },
  {
    sentence: 'Linear(784, 128): takes [..., 784], got []',
    // @ts-expect-error -- the sentence
    run: () => new Linear(784, 128).forward(zeros([] as const)),
  },
  {
    sentence: 'Sequential: layer 1 takes 3 features, layer 0 gives 4',
    // @ts-expect-error -- the sentence
    run: () => new Sequential(new ReLU(), new Linear(3, 2)).forward(zeros([7, 5, 4] as const)),
  },
  {
    sentence: 'Conv2d(3, 8): takes [batch, 3, height, width], got [2, 1, 28, 28]',
    // @ts-expect-error -- the sentence
    run: () => new Conv2d(3, 8, 3).forward(zeros([2, 1, 28, 28] as const)),
  },
  {
    sentence: 'Conv2d(3, 8): takes [batch, 3, height, width], got [3, 28]',
    // @ts-expect-error -- the sentence
    run: () => new Conv2d(3, 8, 3).forward(zeros([3, 28] as const)),
  },
  {
    sentence: 'Sequential: layer 2 takes 16 channels, layer 1 gives 8',
    run: () =>
      // @ts-expect-error -- the sentence
      new Sequential(new Conv2d(1, 8, 3), new ReLU(), new Conv2d(16, 8, 3)).forward(zeros([2, 1, 28, 28] as const)),
  },
  {
    sentence: 'Sequential: layer 2 takes 64 features, layer 1 gives 128',
    // @ts-expect-error -- the sentence
    run: () => new Sequential(new Linear(784, 128), new ReLU(), new Linear(64, 10)).forward(zeros([32, 784] as const)),
  },
  {
    sentence: 'Sequential: layer 0 takes 784 features, the input has 100',
    // @ts-expect-error -- the sentence
    run: () => new Sequential(new Linear(784, 128), new ReLU()).forward(zeros([32, 100] as const)),
  },
  {
    sentence: 'Sequential: layer 1 takes 9 features, layer 0 gives 2',
    // @ts-expect-error -- the sentence
    run: () => new Sequential(new Sequential(new Linear(3, 2)), new Linear(9, 1)).forward(zeros([1, 3] as const)),
  },
  {
    sentence: 'Sequential: layer 0 takes 9 features, the input has 2',
    // @ts-expect-error -- the sentence, of the inner one
    run: () => new Sequential(new Linear(3, 2), new Sequential(new Linear(9, 1))).forward(zeros([1, 3] as const)),
  },
];

/** What the editor shows, which is the shape at run time. */
const results = [
  { shows: 'Tensor<[32, 128]>', make: () => new Linear(784, 128).forward(zeros([32, 784] as const)) },
  { shows: 'Tensor<[4, 3]>', make: () => new ReLU().forward(zeros([4, 3] as const)) },
  {
    shows: 'Tensor<[32, 10]>',
    make: () =>
      new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10)).forward(zeros([32, 784] as const)),
  },
  {
    shows: 'Tensor<[1, 5]>',
    make: () =>
      new Sequential(new Sequential(new Linear(3, 2), new ReLU()), new Linear(2, 5)).forward(zeros([1, 3] as const)),
  },
  { shows: 'Tensor<[2, 3]>', make: () => new Sequential().forward(zeros([2, 3] as const)) },
  { shows: 'Tensor<[7, 5, 2]>', make: () => new Linear(3, 2).forward(zeros([7, 5, 3] as const)) },
  { shows: 'Tensor<[2]>', make: () => new Linear(3, 2).forward(zeros([3] as const)) },
  { shows: 'Tensor<[4, 7, 5]>', make: () => new Embedding(10, 5).forward(zeros([4, 7] as const, { dtype: 'int32' })) },
];

test('what the editor says and shows', ({ task }) => {
  const { errors, types } = compile(task.file.filepath);
  expect(errors).toEqual(mistakes.map(({ sentence }) => expect.stringContaining(`"${sentence}"`) as string));
  expect(types).toEqual(results.map(({ shows }) => shows));
});

test.each(mistakes)('the run time says: $sentence', ({ run, sentence }) => {
  expect(run).toThrow(sentence);
});

test.each(results)('the run time gives: $shows', ({ make, shows }) => {
  expect(`Tensor<[${make().shape.join(', ')}]>`).toBe(shows);
});
