import { describe, expect, test } from 'vitest';
import { gradcheck, gradgradcheck } from '@mg/gradcheck';
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  cosineEmbeddingLoss,
  crossEntropy,
  gaussianNLLLoss,
  huberLoss,
  klDiv,
  l1Loss,
  mseLoss,
  nllLoss,
  smoothL1Loss,
  tripletMarginLoss,
} from '@mg/nn';
import { Generator, rand, randn, type Shape, tensor, type Tensor } from '@mg/tensor';

const generator = new Generator(7);
const float64 = { dtype: 'float64', requiresGrad: true, generator } as const;

/** Numbers from 0.1 to 0.9, which differ from each other as from 0 and 1. */
const inside = (shape: Shape): Tensor => {
  const x = rand(shape, { dtype: 'float64', generator }).mul(0.8).add(0.1);
  x.requiresGrad = true;
  return x;
};
const normal = (shape: Shape): Tensor => randn(shape, float64);
const labels = (...data: number[]): Tensor => tensor(data, { dtype: 'int32' });

type Reduction = 'mean' | 'sum' | 'none';
interface Case {
  readonly name: string;
  readonly loss: (inputs: readonly Tensor[], reduction: Reduction) => Tensor;
  /** All of them are checked: input, target, and weights. */
  readonly inputs: readonly Tensor[];
}

/** The tensor of that number; the table below gives as many as its losses take. */
function at(inputs: readonly Tensor[], index: number): Tensor {
  const x = inputs[index];
  if (x === undefined) throw new Error(`there is no input ${index}`);
  return x;
}

const cases: readonly Case[] = [
  {
    name: 'mseLoss',
    loss: (x, reduction) => mseLoss(at(x, 0), at(x, 1), { reduction }),
    inputs: [normal([2, 3]), normal([2, 3])],
  },
  {
    name: 'l1Loss',
    loss: (x, reduction) => l1Loss(at(x, 0), at(x, 1), { reduction }),
    inputs: [normal([2, 3]), normal([2, 3])],
  },
  ...[0.4, 1, 50].map((delta) => ({
    name: `huberLoss, delta ${delta}`,
    loss: (x: readonly Tensor[], reduction: Reduction) => huberLoss(at(x, 0), at(x, 1), { reduction, delta }),
    inputs: [normal([2, 4]), normal([2, 4])],
  })),
  {
    name: 'smoothL1Loss',
    loss: (x, reduction) => smoothL1Loss(at(x, 0), at(x, 1), { reduction, beta: 0.7 }),
    inputs: [normal([2, 4]), normal([2, 4])],
  },
  {
    name: 'gaussianNLLLoss',
    loss: (x, reduction) => gaussianNLLLoss(at(x, 0), at(x, 1), at(x, 2), { reduction, full: true }),
    inputs: [normal([2, 3]), normal([2, 3]), inside([2])],
  },
  {
    name: 'cosineEmbeddingLoss',
    loss: (x, reduction) =>
      cosineEmbeddingLoss(at(x, 0), at(x, 1), tensor([1, -1, -1], { dtype: 'float64' }), { reduction, margin: -0.5 }),
    inputs: [normal([3, 2]), normal([3, 2])],
  },
  ...[false, true].map((swap) => ({
    name: `tripletMarginLoss, swap ${swap}`,
    loss: (x: readonly Tensor[], reduction: Reduction) =>
      tripletMarginLoss(at(x, 0), at(x, 1), at(x, 2), { reduction, margin: 4, swap }),
    inputs: [normal([2, 3]), normal([2, 3]), normal([2, 3])],
  })),
  {
    name: 'binaryCrossEntropy',
    loss: (x, reduction) => binaryCrossEntropy(at(x, 0), at(x, 1), { reduction }),
    inputs: [inside([2, 3]), inside([2, 3])],
  },
  {
    name: 'binaryCrossEntropy, weight',
    loss: (x, reduction) => binaryCrossEntropy(at(x, 0), at(x, 1), { reduction, weight: at(x, 2) }),
    inputs: [inside([2, 3]), inside([2, 3]), inside([2, 1])],
  },
  {
    name: 'binaryCrossEntropyWithLogits',
    loss: (x, reduction) => binaryCrossEntropyWithLogits(at(x, 0), at(x, 1), { reduction }),
    inputs: [tensor([[0, -2, 1.5, 25, -25]], { dtype: 'float64', requiresGrad: true }), inside([1, 5])],
  },
  {
    name: 'binaryCrossEntropyWithLogits, weights',
    loss: (x, reduction) =>
      binaryCrossEntropyWithLogits(at(x, 0), at(x, 1), { reduction, weight: at(x, 2), posWeight: at(x, 3) }),
    inputs: [normal([2, 3]), inside([2, 3]), inside([2, 3]), inside([3])],
  },
  ...(['mean', 'batchmean'] as const).map((mean) => ({
    name: `klDiv, ${mean}`,
    loss: (x: readonly Tensor[], reduction: Reduction) =>
      klDiv(at(x, 0), at(x, 1), { reduction: reduction === 'mean' ? mean : reduction }),
    inputs: [normal([2, 3]), inside([2, 3])],
  })),
  {
    name: 'klDiv, logTarget',
    loss: (x, reduction) => klDiv(at(x, 0), at(x, 1), { reduction, logTarget: true }),
    inputs: [normal([2, 3]), normal([2, 3])],
  },
  {
    name: 'nllLoss',
    loss: (x, reduction) => nllLoss(at(x, 0), labels(2, 0), { reduction }),
    inputs: [normal([2, 3])],
  },
  {
    name: 'nllLoss, weight and ignoreIndex, [batch, classes, d]',
    loss: (x, reduction) =>
      nllLoss(at(x, 0), labels(2, 0, 1, 1).reshape([2, 2]), { reduction, weight: at(x, 1), ignoreIndex: 0 }),
    inputs: [normal([2, 3, 2]), inside([3])],
  },
  {
    name: 'crossEntropy',
    loss: (x, reduction) => crossEntropy(at(x, 0), labels(2, 0, 1), { reduction }),
    inputs: [normal([3, 3])],
  },
  {
    name: 'crossEntropy, unbatched',
    loss: (x, reduction) => crossEntropy(at(x, 0), labels(2).reshape([]), { reduction, labelSmoothing: 0.2 }),
    inputs: [normal([3])],
  },
  {
    name: 'crossEntropy, weight, ignoreIndex and labelSmoothing, [batch, classes, d]',
    loss: (x, reduction) =>
      crossEntropy(at(x, 0), labels(2, -1, 1, 0).reshape([2, 2]), {
        reduction,
        weight: at(x, 1),
        ignoreIndex: -1,
        labelSmoothing: 0.2,
      }),
    inputs: [normal([2, 3, 2]), inside([3])],
  },
  {
    name: 'crossEntropy, probabilities',
    loss: (x, reduction) => crossEntropy(at(x, 0), at(x, 1), { reduction }),
    inputs: [normal([2, 3]), inside([2, 3])],
  },
  {
    name: 'crossEntropy, probabilities, weight and labelSmoothing, [batch, classes, d]',
    loss: (x, reduction) => crossEntropy(at(x, 0), at(x, 1), { reduction, weight: at(x, 2), labelSmoothing: 0.2 }),
    inputs: [normal([2, 3, 2]), inside([2, 3, 2]), inside([3])],
  },
];

describe.each(cases)('$name', ({ loss, inputs }) => {
  test.each(['mean', 'sum', 'none'] as const)('has the gradients, and the second ones, of its %s', (reduction) => {
    const fn = (...x: readonly Tensor[]): Tensor => loss(x, reduction);
    const { compared } = gradcheck(fn, inputs);
    const outputs = fn(...inputs).size;
    expect(compared).toBe(outputs * inputs.reduce((sum, { size }) => sum + size, 0));
    gradgradcheck(fn, inputs);
  });
});
