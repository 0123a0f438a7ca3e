import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Generator, noGrad, randn, tensor, type Tensor, zeros } from '@mg/tensor';

const generator = new Generator(3);
const labels = tensor([0, 1, 2, 0], { dtype: 'int32' });
const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);

/** A copy of the package that has not warned yet. */
async function freshLoss(): Promise<(logits: Tensor, targets: Tensor) => Tensor> {
  vi.resetModules();
  const { crossEntropy } = await import('./cross-entropy.ts');
  return crossEntropy;
}

beforeEach(() => warn.mockClear());
afterEach(() => {
  vi.resetModules();
});

test('a softmax before the loss is pointed out, once', async () => {
  const crossEntropy = await freshLoss();
  const logits = randn([4, 3], { generator, requiresGrad: true });
  for (let step = 0; step < 3; step++) crossEntropy(logits.softmax(1), labels);
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn.mock.lastCall).toEqual([
    expect.stringMatching(/^crossEntropy: these logits are the output of a softmax\..* remove the last softmax/s),
  ]);
});

test('one of a single sample is seen by the operation that made it', async () => {
  const crossEntropy = await freshLoss();
  const logits = randn([1, 3], { generator, requiresGrad: true });
  crossEntropy(logits.softmax(1), labels.slice(0, 0, 1));
  expect(warn).toHaveBeenCalledTimes(1);
});

test.each([
  ['without a graph', () => noGrad(() => randn([4, 3], { generator }).softmax(1)), labels],
  ['through other operations', () => randn([4, 3], { generator, requiresGrad: true }).softmax(1).mul(1), labels],
  ['of images', () => randn([2, 3, 2], { generator }).softmax(1), labels.reshape([2, 2])],
  ['in float64', () => randn([4, 3], { generator, dtype: 'float64' }).softmax(1), labels],
] as const)('one %s is seen by the numbers', async (_, probabilities, targets) => {
  const crossEntropy = await freshLoss();
  crossEntropy(probabilities(), targets);
  expect(warn).toHaveBeenCalledTimes(1);
});

test('nothing is said of logits, nor of what only looks a little like probabilities', async () => {
  const crossEntropy = await freshLoss();
  const small = randn([4, 3], { generator, requiresGrad: true });
  const innocent: readonly Tensor[] = [
    small,
    small.logSoftmax(1),
    small.sigmoid(),
    zeros([4, 3]),
    // One-hot, as in an example; other sums; one sample that happens to add up; a number outside; over the other axis.
    tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]), // prettier-ignore
    small.detach().softmax(1).mul(1.01),
    tensor([[1.5, -0.5, 0], [0, 1, 0], [0, 0.5, 0.5], [1, 0, 0]]), // prettier-ignore
    tensor([[0.5, 0.5, 0], [0.3, 0.3, 0.3], [0, 0.5, 0.5], [1, 0, 0]]), // prettier-ignore
    small.detach().softmax(0),
    tensor([[NaN, 0, 1], [0, 1, 0], [0, 0.5, 0.5], [1, 0, 0]]), // prettier-ignore
  ];
  for (const logits of innocent) crossEntropy(logits, labels);
  crossEntropy(tensor([[0.25, 0.5, 0.25]]), labels.slice(0, 0, 1));
  crossEntropy(tensor([0.25, 0.5, 0.25]), labels.at(0));
  crossEntropy(zeros([0, 3]), labels.slice(0, 0, 0));
  expect(warn).not.toHaveBeenCalled();
});
