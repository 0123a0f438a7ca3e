import { describe, expect, test } from 'vitest';
import {
  BCELoss,
  BCEWithLogitsLoss,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  cosineEmbeddingLoss,
  CosineEmbeddingLoss,
  crossEntropy,
  CrossEntropyLoss,
  gaussianNLLLoss,
  GaussianNLLLoss,
  huberLoss,
  HuberLoss,
  klDiv,
  KLDivLoss,
  l1Loss,
  L1Loss,
  mseLoss,
  MSELoss,
  nllLoss,
  NLLLoss,
  smoothL1Loss,
  SmoothL1Loss,
  tripletMarginLoss,
  TripletMarginLoss,
} from '@mg/nn';
import { DTypeError, full, memoryUsage, noGrad, randn, ShapeError, tensor, type Tensor, zeros } from '@mg/tensor';

const pairLosses = {
  mseLoss,
  l1Loss,
  huberLoss,
  smoothL1Loss,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  klDiv,
};
const classLosses = { nllLoss, crossEntropy };
const losses = { ...pairLosses, ...classLosses };
const layers = {
  MSELoss,
  L1Loss,
  HuberLoss,
  SmoothL1Loss,
  BCELoss,
  BCEWithLogitsLoss,
  KLDivLoss,
  NLLLoss,
  CrossEntropyLoss,
};

const half = (shape: readonly number[]): Tensor => full(shape, 0.5);
const labels = tensor([2, 0], { dtype: 'int32' });

describe.each(Object.entries(pairLosses))('%s', (name, loss) => {
  test('does not broadcast', () => {
    for (const [a, b] of [
      [[4, 1], [4]],
      [[2, 3], [3]],
      [[2, 3], []],
      [[1], []],
    ] as const) {
      expect(() => loss(half(a), half(b))).toThrow(ShapeError);
      expect(() => loss(half(a), half(b))).toThrow(
        `${name}: input and target must have the same shape, got [${a.join(', ')}] and [${b.join(', ')}]`,
      );
    }
  });

  test('takes floats, and a target of integers or bools, which lose nothing', () => {
    expect(() => loss(tensor([1, 0], { dtype: 'int32' }), half([2]))).toThrow(DTypeError);
    expect(() => loss(half([2]), half([2]).to('float64'))).toThrow(
      `${name}: the target must have the dtype of the input, float32, got float64; to('float32') converts`,
    );
    expect(() => loss(half([2]).to('float64'), half([2]))).toThrow(DTypeError);
    const expected = loss(half([2]), tensor([1, 0]));
    for (const dtype of ['int32', 'uint8', 'bool'] as const) {
      const value = loss(half([2]), tensor([1, 0], { dtype }));
      expect([value.dtype, value.item()]).toEqual(['float32', expected.item()]);
    }
  });

  test('sees the elements of views as they are', () => {
    const [a, b] = [half([3, 2]), half([2, 3])];
    a.set(0, 1, 0.25);
    b.set(1, 0, 0.75);
    const elements = loss(a.T, b, { reduction: 'none' });
    const copied = loss(a.T.contiguous(), b, { reduction: 'none' });
    expect(elements.toArray()).toEqual(copied.toArray());
  });

  test('says so of what is not a tensor', () => {
    expect(() => loss([1, 2] as unknown as Tensor, half([2]))).toThrow(`${name}: the input must be a tensor`);
    expect(() => loss(half([2]), 1 as unknown as Tensor)).toThrow(`${name}: the target must be a tensor, got 1`);
  });
});

describe.each(Object.entries(classLosses))('%s', (name, loss) => {
  test('takes labels in the shape of the samples', () => {
    expect(() => loss(zeros([2, 3]), tensor([0], { dtype: 'int32' }))).toThrow(
      `${name}: expected one label per sample, targets of [2], got [1]`,
    );
    expect(() => loss(zeros([2, 3]), tensor([[0], [1]], { dtype: 'int32' }))).toThrow(ShapeError);
    expect(() => loss(zeros([2, 3, 4]), tensor([1, 2], { dtype: 'int32' }))).toThrow('targets of [2, 4], got [2]');
    expect(() => loss(zeros([3]), tensor([0], { dtype: 'int32' }))).toThrow('targets of [], got [1]');
    expect(() => loss(zeros([]), tensor([0], { dtype: 'int32' }))).toThrow('[batch, classes, …], or [classes], got []');
  });

  test('takes labels in int32 and uint8, also from a view', () => {
    expect(() => loss(zeros([2, 3]), zeros([2]))).toThrow(
      `${name}: targets must be class labels in int32 or uint8, got float32; to('int32') converts`,
    );
    expect(() => loss(zeros([2, 3]), tensor([true, false]))).toThrow(DTypeError);
    expect(() => loss(tensor([[1, 2]], { dtype: 'int32' }), tensor([0], { dtype: 'int32' }))).toThrow(DTypeError);
    const logits = randn([2, 3]).logSoftmax(1);
    const expected = loss(logits, labels).item();
    expect(loss(logits, labels.to('uint8')).item()).toBe(expected);
    const spread = tensor([2, 1, 0, 1], { dtype: 'int32' }).slice(0, 0, 4, 2);
    expect(loss(logits, spread).item()).toBe(expected);
    expect(loss(logits.T.contiguous().T, labels).item()).toBe(expected);
  });

  test('takes a weight for each class, in the dtype of the input', () => {
    const given = (weight: Tensor) => () => loss(zeros([2, 3]), labels, { weight });
    expect(given(zeros([2]))).toThrow(`${name}: weight must have one element for each of 3 classes, [3], got [2]`);
    expect(given(zeros([3, 1]))).toThrow(ShapeError);
    expect(given(zeros([3], { dtype: 'float64' }))).toThrow(DTypeError);
    expect(given([1, 2, 3] as unknown as Tensor)).toThrow(`${name}: weight must be a tensor`);
  });

  test('takes a whole number as ignoreIndex', () => {
    expect(() => loss(zeros([2, 3]), labels, { ignoreIndex: 0.5 })).toThrow('ignoreIndex must be an integer, got 0.5');
  });
});

test.each(Object.entries({ binaryCrossEntropy, binaryCrossEntropyWithLogits }))(
  '%s broadcasts its weight to the input, and never the other way round',
  (name, loss) => {
    const given = (shape: readonly number[]) => loss(half([2, 3]), half([2, 3]), { weight: half(shape) }).item();
    const expected = given([2, 3]);
    for (const shape of [[], [1], [3], [2, 1], [1, 3]]) expect(given(shape)).toBeCloseTo(expected, 6);
    for (const shape of [[2], [1, 1, 1], [4, 2, 3], [2, 2]]) {
      expect(() => given(shape)).toThrow(
        `${name}: weight must broadcast to the shape of the input, [2, 3], got [${shape.join(', ')}]`,
      );
    }
    const weight = zeros([3], { dtype: 'float64' });
    expect(() => loss(half([2, 3]), half([2, 3]), { weight })).toThrow(DTypeError);
  },
);

describe('options', () => {
  test.each(Object.entries(losses))('%s knows its own, and no others', (name, loss) => {
    expect(() => loss(half([2, 3]), labels, { reductoin: 'sum' } as object)).toThrow(TypeError);
    expect(() => loss(half([2, 3]), labels, { reductoin: 'sum' } as object)).toThrow(
      `${name}: there is no option reductoin; it takes reduction`,
    );
    expect(() => loss(half([2, 3]), labels, { reduction: 'avg' as 'mean' })).toThrow(RangeError);
    expect(() => loss(half([2, 3]), labels, { reduction: 'avg' as 'mean' })).toThrow(
      `${name}: the reduction must be one of 'mean', 'sum', 'none'`,
    );
    expect(() => loss(half([2, 3]), labels, null as unknown as object)).toThrow(TypeError);
  });

  test.each(Object.entries(layers))('%s looks at them when it is made', (name, Loss) => {
    expect(() => new Loss({ reductoin: 'sum' } as object)).toThrow(`${name}: there is no option reductoin`);
    expect(() => new Loss({ reduction: 'avg' as 'mean' })).toThrow(`${name}: the reduction must be one of`);
    expect(new Loss({ reduction: 'sum' }).options).toEqual({ reduction: 'sum' });
    expect(new Loss({ reduction: undefined }).options.reduction).toBeUndefined();
  });

  test('have the values that they can have', () => {
    for (const delta of [0, -1, NaN]) {
      expect(() => new HuberLoss({ delta })).toThrow(`HuberLoss: delta must be a number > 0, got ${delta}`);
      expect(() => huberLoss(half([2]), half([2]), { delta })).toThrow(RangeError);
    }
    for (const labelSmoothing of [-0.1, 1.1, NaN]) {
      expect(() => new CrossEntropyLoss({ labelSmoothing })).toThrow(
        `CrossEntropyLoss: labelSmoothing must be a number in [0, 1], got ${labelSmoothing}`,
      );
    }
    expect(() => new NLLLoss({ ignoreIndex: NaN })).toThrow('NLLLoss: ignoreIndex must be an integer, got NaN');
    expect(() => new MSELoss({ reduction: 'batchmean' as 'mean' })).toThrow(RangeError);
    expect(new KLDivLoss({ reduction: 'batchmean' }).options.reduction).toBe('batchmean');
  });
});

test.each(Object.entries(losses))('%s gives back what it makes on the way', (_, loss) => {
  const x = half([64, 100]);
  const targets = tensor(new Int32Array(64));
  const target = Object.values<unknown>(classLosses).includes(loss) ? targets : half([64, 100]);
  noGrad(() => loss(x, target)); // the inputs move into the kernels' memory
  const before = memoryUsage().used;
  const value = noGrad(() => loss(x, target));
  // An operation of defineOp hands out its result, which the collector frees.
  const handedOut = loss === binaryCrossEntropy ? 4 * x.size : 0;
  expect(memoryUsage().used - before).toBeLessThanOrEqual(64 + handedOut);
  expect(value.shape).toEqual([]);
});

const ofThree = {
  gaussianNLLLoss: () => gaussianNLLLoss(half([64, 100]), half([64, 100]), half([64, 100])),
  cosineEmbeddingLoss: () => cosineEmbeddingLoss(half([64, 100]), half([64, 100]), full([64], 1)),
  tripletMarginLoss: () => tripletMarginLoss(half([64, 100]), half([64, 100]), zeros([64, 100])),
};

test.each(Object.entries(ofThree))('%s gives back what it makes on the way', (_, loss) => {
  noGrad(loss);
  const before = memoryUsage().used;
  const value = noGrad(loss);
  const inputs = 4 * (3 * 64 * 100); // which the collector frees
  expect(memoryUsage().used - before).toBeLessThanOrEqual(inputs + 64);
  expect(value.shape).toEqual([]);
});

test.each<[what: string, run: () => unknown, message: string]>([
  ['a negative beta', () => new SmoothL1Loss({ beta: -1 }), 'RangeError: SmoothL1Loss: beta must be a number >= 0, got -1'],
  ['an eps of 0', () => new GaussianNLLLoss({ eps: 0 }), 'RangeError: GaussianNLLLoss: eps must be a number > 0, got 0'],
  ['an unknown option', () => new GaussianNLLLoss({ ful: true } as object), 'TypeError: GaussianNLLLoss: there is no option ful; it takes reduction, full, eps'],
  ['a negative variance', () => gaussianNLLLoss(half([2]), half([2]), full([2], -1)), 'RangeError: gaussianNLLLoss: the variance must be >= 0, and has a negative element'],
  ['a variance of another shape', () => gaussianNLLLoss(half([2, 3]), half([2, 3]), half([3])), 'ShapeError: gaussianNLLLoss: the variance must have the shape of the input, [2, 3], or one element for each row, [2], got [3]'],
  ['a number as a variance', () => gaussianNLLLoss(half([2]), half([2]), 1 as never), 'TypeError: gaussianNLLLoss: the variance must be a tensor, got 1'],
  ['a variance in float64', () => gaussianNLLLoss(half([2]), half([2]), half([2]).to('float64')), 'DTypeError: gaussianNLLLoss: the variance must have the dtype of the input, float32, got float64'],
  ['targets for each element', () => cosineEmbeddingLoss(half([2, 3]), half([2, 3]), half([2, 3])), 'ShapeError: cosineEmbeddingLoss: takes vectors [batch, n] with targets [batch], or [n] with [], got [2, 3] and [2, 3]'],
  ['a word as a margin', () => new CosineEmbeddingLoss({ margin: 'x' as never }), "TypeError: CosineEmbeddingLoss: margin must be a number, got the string 'x'"],
  ['a negative of another shape', () => tripletMarginLoss(half([2, 3]), half([2, 3]), half([2, 1])), 'ShapeError: tripletMarginLoss: anchor, positive and negative must have the same shape, [..., n], got [2, 3] and the negative [2, 1]'],
  ['a positive of integers', () => tripletMarginLoss(half([2, 3]), zeros([2, 3], { dtype: 'int32' }), half([2, 3])), 'DTypeError: tripletMarginLoss: the positive must be float32 or float64, got int32'],
  ['a word as a norm', () => new TripletMarginLoss({ p: '2' as never }), "TypeError: TripletMarginLoss: p must be a number, got the string '2'"],
])('%s: an error that says so', (_, run, message) => {
  let said = '';
  try {
    run();
  } catch (error) {
    said = String(error);
  }
  expect(said).toContain(message);
}); // prettier-ignore
