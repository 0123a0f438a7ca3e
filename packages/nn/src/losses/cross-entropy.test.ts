import { describe, expect, test } from 'vitest';
import { crossEntropy, nllLoss } from '@mg/nn';
import { randn, tensor, type Tensor, zeros } from '@mg/tensor';

const labels = (...data: number[]): Tensor => tensor(data, { dtype: 'int32' });

test('a loss of 200 reads 200', () => {
  const logits = tensor([[200, 0]], { requiresGrad: true });
  // The seed's log(p + 1e-10) ends at 23.03 (errata S3), where its gradient is 0.
  expect(logits.softmax(1).at(0, 1).add(1e-10).log().neg().item()).toBeCloseTo(23.03, 2);
  const loss = crossEntropy(logits, labels(1));
  expect(loss.item()).toBe(200);
  loss.backward();
  expect(logits.grad?.toArray()).toEqual([[1, -1]]);
});

describe('a label that is no class', () => {
  const logits = tensor([[1, 2, 3], [4, 0, 0]]); // prettier-ignore

  test('throws, at either end', () => {
    // The seed took −1 for the last class (errata S4): 0.4076 and 4.0359, 2.2218 in the mean.
    const last = logits.logSoftmax(1).at('...', -1).neg();
    expect(last.mean().item()).toBeCloseTo(2.2218, 4);
    expect(() => crossEntropy(logits, labels(-1, -1))).toThrow(RangeError);
    expect(() => crossEntropy(logits, labels(0, -1))).toThrow(
      'crossEntropy: label -1 of sample 1 is not a class, 0 to 2; ignoreIndex: -1 ignores such samples',
    );
    expect(() => crossEntropy(logits, labels(3, 0))).toThrow('label 3 of sample 0 is not a class');
    expect(() => nllLoss(logits, labels(3, 0))).toThrow('nllLoss: label 3 of sample 0 is not a class');
  });

  test('is not ignored unless that is asked for: PyTorch leaves out -100 by itself', () => {
    expect(() => crossEntropy(logits, labels(0, -100))).toThrow('label -100 of sample 1 is not a class');
    const loss = crossEntropy(logits, labels(0, -100), { ignoreIndex: -100 });
    expect(loss.item()).toBe(crossEntropy(logits.slice(0, 0, 1), labels(0)).item());
    expect(() => crossEntropy(logits, labels(-1, -100), { ignoreIndex: -100 })).toThrow('label -1 of sample 0');
  });

  test('is ignored where it is asked for: no loss, no gradient, not counted', () => {
    const x = randn([4, 3], { requiresGrad: true });
    const losses = crossEntropy(x, labels(0, 2, 2, 1), { ignoreIndex: 2, reduction: 'none' });
    expect(losses.toArray()).toEqual([expect.any(Number), 0, 0, expect.any(Number)]);
    crossEntropy(x, labels(0, 2, 2, 1), { ignoreIndex: 2 }).backward();
    expect(x.grad?.slice(0, 1, 3).abs().toArray()).toEqual([[0, 0, 0], [0, 0, 0]]); // prettier-ignore
    expect(crossEntropy(x, labels(7, 7, 7, 7), { ignoreIndex: 7 }).item()).toBeNaN();
    expect(crossEntropy(zeros([2, 1]), labels(0, -1), { ignoreIndex: -1 }).item()).toBe(0);
    // uint8 cannot hold -100, and so has none of it.
    const bytes = tensor(new Uint8Array([0, 2, 2, 1]));
    expect(crossEntropy(x, bytes, { ignoreIndex: -100 }).item()).toBe(crossEntropy(x, bytes).item());
  });
});

describe('probabilities as targets', () => {
  test('have the shape and dtype of the logits', () => {
    expect(() => crossEntropy(zeros([2, 3]), zeros([2, 4]))).toThrow(
      'crossEntropy: logits [2, 3] take labels [2] or probabilities [2, 3], got targets [2, 4]',
    );
    expect(() => crossEntropy(zeros([2, 3]), zeros([2, 3], { dtype: 'float64' }))).toThrow(
      "crossEntropy: a tensor of probabilities must have the dtype of the input, float32, got float64; to('float32') converts",
    );
    expect(() => crossEntropy(zeros([2, 3]), labels(2, 0).oneHot(3))).toThrow(
      "crossEntropy: a tensor of probabilities must have the dtype of the input, float32, got int32; to('float32') converts",
    );
    expect(() => crossEntropy(zeros([2, 3]), zeros([2, 3]), { ignoreIndex: 0 })).toThrow(
      'crossEntropy: ignoreIndex 0 is a label, and the targets are probabilities',
    );
  });

  test('that are one-hot give what labels give', () => {
    const logits = randn([5, 3, 2]);
    const classes = tensor([0, 2, 1, 1, 0, 2, 2, 2, 0, 1], { dtype: 'int32', shape: [5, 2] });
    const oneHot = classes.oneHot(3).to('float32').permute([0, 2, 1]);
    for (const labelSmoothing of [0, 0.3, 1]) {
      const options = { labelSmoothing, reduction: 'none' } as const;
      const distance = crossEntropy(logits, classes, options).sub(crossEntropy(logits, oneHot, options));
      expect(distance.abs().max().item()).toBeLessThan(1e-6);
      expect(distance.shape).toEqual([5, 2]);
    }
  });
});

test('-Infinity rules a class out, as a mask does', () => {
  const logits = tensor([[0, -Infinity, 1]], { requiresGrad: true });
  crossEntropy(logits, labels(0)).backward();
  expect(logits.grad?.at(0, 1).item()).toBe(0);
  expect(logits.grad?.isFinite().all().item()).toBe(1);
  expect(crossEntropy(logits, labels(1)).item()).toBe(Infinity);
});
