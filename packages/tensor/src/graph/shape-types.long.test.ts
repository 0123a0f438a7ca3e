import { compile } from '@mg/snippets/editor';
import { zeros } from '@mg/tensor';
import { expect, test } from 'vitest';
import { showShape } from '../array/shape.ts';

/** What the compiler refuses, and the run time too, in the same words. */
const mistakes = [
  {
    sentence: 'matmul: inner sizes 784 and 100 differ',
    // @ts-expect-error -- the sentence
    run: () => zeros([32, 784] as const).matmul(zeros([100, 10] as const)),
  },
  {
    sentence: 'matmul: inner sizes 3 and 2 differ',
    // @ts-expect-error -- the sentence
    run: () => zeros([2, 3] as const).matmul(zeros([3, 2] as const).T),
  },
  {
    sentence: 'matmul: inner sizes 3 and 4 differ',
    // @ts-expect-error -- the sentence
    run: () => zeros([5, 2, 3] as const).matmul(zeros([4] as const)),
  },
  {
    sentence: 'matmul: shapes [5] and [6] do not broadcast',
    // @ts-expect-error -- the sentence
    run: () => zeros([5, 2, 3] as const).matmul(zeros([6, 3, 4] as const)),
  },
  {
    sentence: 'add: shapes [2, 3] and [4] do not broadcast',
    // @ts-expect-error -- the sentence
    run: () => zeros([2, 3] as const).add(zeros([4] as const)),
  },
  {
    sentence: 'div: shapes [4] and [2, 3] do not broadcast',
    // @ts-expect-error -- the sentence
    run: () => zeros([4] as const).div(zeros([2, 3] as const)),
  },
  {
    sentence: 'eq: shapes [2, 3, 4] and [3, 1, 4] do not broadcast',
    // @ts-expect-error -- the sentence
    run: () => zeros([2, 3, 4] as const).eq(zeros([3, 1, 4] as const)),
  },
  {
    sentence: 'sum: there is no axis 2, a 2-d tensor has axes -2 to 1',
    // @ts-expect-error -- the sentence
    run: () => zeros([2, 3] as const).sum(2),
  },
  {
    sentence: 'sum: there is no axis 1, a 0-d tensor has axes -1 to 0',
    // @ts-expect-error -- the sentence
    run: () => zeros([] as const).sum(1),
  },
  {
    sentence: 'mean: there is no axis -4, a 3-d tensor has axes -3 to 2',
    // @ts-expect-error -- the sentence
    run: () => zeros([2, 3, 4] as const).mean([0, -4, 7], { keepdims: true }),
  },
  {
    sentence: 'argmax: there is no axis 1, a 1-d tensor has axes -1 to 0',
    // @ts-expect-error -- the sentence
    run: () => zeros([3] as const).argmax(1),
  },
  {
    sentence: 'transpose: there is no axis 3, a 3-d tensor has axes -3 to 2',
    // @ts-expect-error -- the sentence
    run: () => zeros([2, 3, 4] as const).transpose(0, 3),
  },
  {
    sentence: 'transpose: there is no axis -3, a 2-d tensor has axes -2 to 1',
    // @ts-expect-error -- the sentence
    run: () => zeros([2, 3] as const).transpose(-3, 1),
  },
  {
    sentence: 'permute: there is no axis 3, a 3-d tensor has axes -3 to 2',
    // @ts-expect-error -- the sentence
    run: () => zeros([2, 3, 4] as const).permute([0, 1, 3]),
  },
  {
    sentence: 'permute: axes [0, -2] do not name each axis of [2, 3] once',
    // @ts-expect-error -- the sentence
    run: () => zeros([2, 3] as const).permute([0, -2]),
  },
  {
    sentence: 'permute: axes [1, 0] do not name each axis of [2, 3, 4] once',
    // @ts-expect-error -- the sentence
    run: () => zeros([2, 3, 4] as const).permute([1, 0]),
  },
  {
    sentence: 'broadcastTo: shapes [2, 3] and [4, 3] do not broadcast',
    // @ts-expect-error -- the sentence
    run: () => zeros([2, 3] as const).broadcastTo([4, 3]),
  },
  {
    sentence: 'broadcastTo: [2, 3] does not stretch to [1, 3]',
    // @ts-expect-error -- the sentence
    run: () => zeros([2, 3] as const).broadcastTo([1, 3]),
  },
  {
    sentence: 'broadcastTo: [2, 3] does not stretch to [3]',
    // @ts-expect-error -- the sentence
    run: () => zeros([2, 3] as const).broadcastTo([3]),
  },
];

/** The other methods that check like one of those. */
const others = [
  // @ts-expect-error -- sub: shapes [2, 3] and [4] do not broadcast
  () => zeros([2, 3] as const).sub(zeros([4] as const)),
  // @ts-expect-error -- mul: shapes [2, 3] and [4] do not broadcast
  () => zeros([2, 3] as const).mul(zeros([4] as const)),
  // @ts-expect-error -- maximum: shapes [2, 3] and [4] do not broadcast
  () => zeros([2, 3] as const).maximum(zeros([4] as const)),
  // @ts-expect-error -- minimum: shapes [2, 3] and [4] do not broadcast
  () => zeros([2, 3] as const).minimum(zeros([4] as const)),
  // @ts-expect-error -- ne: shapes [2, 3] and [4] do not broadcast
  () => zeros([2, 3] as const).ne(zeros([4] as const)),
  // @ts-expect-error -- lt: shapes [2, 3] and [4] do not broadcast
  () => zeros([2, 3] as const).lt(zeros([4] as const)),
  // @ts-expect-error -- gt: shapes [2, 3] and [4] do not broadcast
  () => zeros([2, 3] as const).gt(zeros([4] as const)),
  // @ts-expect-error -- le: shapes [2, 3] and [4] do not broadcast
  () => zeros([2, 3] as const).le(zeros([4] as const)),
  // @ts-expect-error -- ge: shapes [2, 3] and [4] do not broadcast
  () => zeros([2, 3] as const).ge(zeros([4] as const)),
  // @ts-expect-error -- logicalAnd: shapes [2, 3] and [4] do not broadcast
  () => zeros([2, 3] as const).logicalAnd(zeros([4] as const)),
  // @ts-expect-error -- logicalOr: shapes [2, 3] and [4] do not broadcast
  () => zeros([2, 3] as const).logicalOr(zeros([4] as const)),
  // @ts-expect-error -- prod: there is no axis 2, a 2-d tensor has axes -2 to 1
  () => zeros([2, 3] as const).prod(2),
  // @ts-expect-error -- max: there is no axis 2, a 2-d tensor has axes -2 to 1
  () => zeros([2, 3] as const).max(2),
  // @ts-expect-error -- min: there is no axis 2, a 2-d tensor has axes -2 to 1
  () => zeros([2, 3] as const).min(2),
  // @ts-expect-error -- variance: there is no axis 2, a 2-d tensor has axes -2 to 1
  () => zeros([2, 3] as const).variance(2),
  // @ts-expect-error -- any: there is no axis 2, a 2-d tensor has axes -2 to 1
  () => zeros([2, 3] as const).any(2),
  // @ts-expect-error -- all: there is no axis 2, a 2-d tensor has axes -2 to 1
  () => zeros([2, 3] as const).all(2),
  // @ts-expect-error -- logsumexp: there is no axis 2, a 2-d tensor has axes -2 to 1
  () => zeros([2, 3] as const).logsumexp(2),
  // @ts-expect-error -- argmin: there is no axis 2, a 2-d tensor has axes -2 to 1
  () => zeros([2, 3] as const).argmin(2),
];

/** What the editor shows, which is the shape at run time. */
const results = [
  {
    shows: 'Tensor<[2, 3]>',
    make: () =>
      zeros([2, 3] as const)
        .neg()
        .mul(2),
  },
  { shows: 'Tensor<[32, 10]>', make: () => zeros([32, 784] as const).matmul(zeros([784, 10] as const)) },
  { shows: 'Tensor<[7, 5, 2, 4]>', make: () => zeros([7, 1, 2, 3] as const).matmul(zeros([5, 3, 4] as const)) },
  { shows: 'Tensor<[5, 2]>', make: () => zeros([5, 2, 3] as const).matmul(zeros([3] as const)) },
  { shows: 'Tensor<[5, 4]>', make: () => zeros([3] as const).matmul(zeros([5, 3, 4] as const)) },
  { shows: 'Tensor<[]>', make: () => zeros([3] as const).matmul(zeros([3] as const)) },
  { shows: 'Tensor<[4, 2, 3]>', make: () => zeros([4, 1, 3] as const).add(zeros([2, 1] as const)) },
  { shows: 'Tensor<[4, 2, 3]>', make: () => zeros([3] as const).add(zeros([4, 2, 1] as const)) },
  { shows: 'Tensor<[2, 3]>', make: () => zeros([] as const).add(zeros([2, 3] as const)) },
  { shows: 'Tensor<[0, 3]>', make: () => zeros([0, 3] as const).add(zeros([1, 3] as const)) },
  { shows: 'Tensor<[3, 2]>', make: () => zeros([2, 3] as const).T },
  { shows: 'Tensor<[4, 3, 2]>', make: () => zeros([2, 3, 4] as const).transpose(-1, 0) },
  { shows: 'Tensor<[2, 3, 4]>', make: () => zeros([2, 3, 4] as const).transpose(1, -2) },
  { shows: 'Tensor<[4, 2, 3]>', make: () => zeros([2, 3, 4] as const).permute([2, 0, 1]) },
  { shows: 'Tensor<[4, 3, 2]>', make: () => zeros([2, 3, 4] as const).permute([-1, -2, 0]) },
  { shows: 'Tensor<[]>', make: () => zeros([2, 3, 4] as const).sum() },
  { shows: 'Tensor<[]>', make: () => zeros([2, 3, 4] as const).sum([]) },
  { shows: 'Tensor<[1, 1, 1]>', make: () => zeros([2, 3, 4] as const).mean(undefined, { keepdims: true }) },
  { shows: 'Tensor<[3, 4]>', make: () => zeros([2, 3, 4] as const).sum(0) },
  { shows: 'Tensor<[2, 3, 1]>', make: () => zeros([2, 3, 4] as const).mean(-1, { keepdims: true }) },
  { shows: 'Tensor<[3]>', make: () => zeros([2, 3, 4] as const).sum([0, -1], { keepdims: false }) },
  { shows: 'Tensor<[2, 4]>', make: () => zeros([2, 3, 4] as const).argmax(1) },
  { shows: 'Tensor<[]>', make: () => zeros([2, 3, 4] as const).argmax() },
  { shows: 'Tensor<[5, 2, 3]>', make: () => zeros([1, 3] as const).broadcastTo([5, 2, 3]) },
  { shows: 'Tensor<[3, 2]>', make: () => zeros([2, 3] as const).reshape([3, 2] as const) },
];

test('what the editor says and shows', ({ task }) => {
  const { errors, types } = compile(task.file.filepath);
  const sentences = errors.map((error) => /parameter of type '"(.*)"'/.exec(error)?.[1] ?? error);
  expect(sentences.slice(0, mistakes.length)).toEqual(mistakes.map(({ sentence }) => sentence));
  expect(sentences.length).toBe(mistakes.length + others.length);
  for (const [index, run] of others.entries()) expect(run).toThrow(sentences[mistakes.length + index]);
  expect(types).toEqual(results.map(({ shows }) => shows));
});

test.each(mistakes)('the run time says: $sentence', ({ run, sentence }) => {
  expect(run).toThrow(sentence);
});

test.each(results)('the run time gives: $shows', ({ make, shows }) => {
  expect(`Tensor<${showShape(make().shape)}>`).toBe(shows);
});
