import { expect, test } from 'vitest';
import { BatchNorm1d, BatchNorm2d } from '@mg/nn';
import { ones, tensor, zeros } from '@mg/tensor';

// Numbers are compared with PyTorch's in pytorch.test.ts.

test('a batch of one in training throws, and changes nothing', () => {
  const norm = new BatchNorm1d(2);
  const before = JSON.stringify(norm.stateDict());
  expect(() => norm.forward(ones([1, 2]))).toThrow('training requires more than one value per channel');
  expect(JSON.stringify(norm.stateDict())).toBe(before);
  expect(
    norm
      .eval()
      .forward(zeros([1, 2]))
      .toArray(),
  ).toEqual([[0, 0]]);
});

test('in use it neither follows nor counts', () => {
  const norm = new BatchNorm1d(1).eval();
  norm.forward(tensor([[5], [7]]));
  expect(norm.runningMean?.toArray()).toEqual([0]);
  expect(norm.numBatchesTracked?.item()).toBe(0);
});

test('frozen weights still follow the batches, as in PyTorch', () => {
  const norm = new BatchNorm1d(1).requiresGrad_(false);
  norm.forward(tensor([[1], [3]]));
  expect(norm.runningMean?.item()).toBeCloseTo(0.2, 6);
  expect(norm.runningVar?.item()).toBeCloseTo(0.9 + 0.1 * 2, 6);
});

test.each([
  ['no features', () => new BatchNorm1d(0), 'BatchNorm1d: numFeatures must be an integer >= 1, got 0'],
  ['a negative eps', () => new BatchNorm2d(1, { eps: -1 }), 'BatchNorm2d: eps must be a number >= 0, got -1'],
  ['momentum above 1', () => new BatchNorm2d(1, { momentum: 2 }), 'momentum must be a number in [0, 1], or null'],
  [
    'a word of PyTorch',
    () => new BatchNorm2d(1, { track_running_stats: false } as never),
    'there is no option track_running_stats; it takes',
  ],
  [
    'a dtype without gradients',
    () => new BatchNorm2d(1, { dtype: 'int32' }),
    'BatchNorm2d: parameters must be float32 or float64',
  ],
  [
    'images for vectors',
    () => new BatchNorm1d(3).forward(ones([2, 3, 4, 4])),
    'BatchNorm1d(3): takes [batch, 3] or [batch, 3, length], got [2, 3, 4, 4]',
  ],
  [
    'vectors for images',
    () => new BatchNorm2d(3).forward(ones([2, 3])),
    'BatchNorm2d(3): takes [batch, 3, height, width], got [2, 3]',
  ],
] as const)('%s: an error that says so', (_, run, message) => {
  expect(run).toThrow(message);
});
