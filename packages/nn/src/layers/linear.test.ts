import { describe, expect, test } from 'vitest';
import { gradcheck } from '@mg/gradcheck';
import { crossEntropy, init, Linear, ReLU } from '@mg/nn';
import { Generator, randn, type Tensor, tensor, zeros } from '@mg/tensor';

const float64 = (generator: Generator) => ({ dtype: 'float64', generator }) as const;

describe('Linear', () => {
  test('multiplies by the transposed weight and adds the bias', () => {
    const layer = new Linear(3, 2);
    layer.weight.data.set([1, 2, 3, 4, 5, 6]);
    layer.bias?.data.set([10, 20]);
    expect(layer.forward(tensor([[1, 0, -1]])).toArray()).toEqual([[8, 18]]);
  });

  test('passes gradcheck in its input and its parameters', () => {
    const generator = new Generator(1);
    const layer = new Linear(4, 3, float64(generator));
    const x = randn([2, 4], { ...float64(generator), requiresGrad: true });
    const report = gradcheck(() => layer.forward(x), [x, ...layer.parameters()]);
    expect(report.compared).toBe(6 * (8 + 12 + 3));
  });

  test('says what it takes', () => {
    const plain: Tensor = zeros([2, 4]);
    expect(() => new Linear(3, 2).forward(plain as Tensor<[2, 3]>)).toThrow(
      'Linear(3, 2): takes [batch, 3], got [2, 4]',
    );
    expect(() => new Linear(0, 2)).toThrow('Linear: inFeatures is a whole number from 1 up, got 0');
    // @ts-expect-error -- 4 features are not 3
    expect(() => new Linear(3, 2).forward(zeros([2, 4]))).toThrow();
  });

  test('draws its weights by He: mean 0, variance 2 / in; bias 0', () => {
    const { weight, bias } = new Linear(500, 400, { generator: new Generator(3) });
    const drawn = Array.from(weight.data);
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
    const variance = drawn.reduce((sum, x) => sum + x * x, 0) / drawn.length;
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(2 / 500 / drawn.length));
    expect(Math.abs(variance * 250 - 1)).toBeLessThan(4 * Math.sqrt(2 / drawn.length));
    expect(bias?.data.every((x) => x === 0)).toBe(true);
    expect(() => init.kaimingNormal_(zeros([3]))).toThrow('fan-in needs a weight of two or more axes, got [3]');
  });

  test('the same generator state gives the same layer', () => {
    const weights = () => new Linear(3, 2, { generator: new Generator(5) }).weight.toArray();
    expect(weights()).toEqual(weights());
  });
});

test('ReLU passes gradcheck away from 0', () => {
  const x = tensor(
    [
      [-2, -0.5],
      [0.5, 2],
    ],
    { dtype: 'float64', requiresGrad: true },
  );
  gradcheck((input) => new ReLU().forward(input), [x]);
  expect(new ReLU().forward(x).toArray()).toEqual([
    [0, 0],
    [0.5, 2],
  ]);
});

describe('crossEntropy', () => {
  const labels = tensor([2, 0], { dtype: 'int32' });

  test('passes gradcheck in every reduction', () => {
    const logits = tensor(
      [
        [0.1, -0.4, 0.9],
        [2, 1, 0.5],
      ],
      { dtype: 'float64', requiresGrad: true },
    );
    for (const reduction of ['mean', 'sum', 'none'] as const)
      gradcheck((x) => crossEntropy(x, labels, { reduction }), [logits]);
  });

  test('is exact where softmax underflows: a loss of 200 reads 200, not 23.03', () => {
    const loss = crossEntropy(tensor([[200, 0]]), tensor([1], { dtype: 'int32' }));
    expect(loss.item()).toBe(200);
  });

  test('a label that is no class throws, at either end', () => {
    const logits = zeros([2, 3]);
    expect(() => crossEntropy(logits, tensor([0, -1], { dtype: 'int32' }))).toThrow(
      'the label -1 of sample 1 is no class; with 3 logits classes go from 0 to 2',
    );
    expect(() => crossEntropy(logits, tensor([3, 0], { dtype: 'int32' }))).toThrow(
      'the label 3 of sample 0 is no class',
    );
  });

  test('shapes and dtypes are checked', () => {
    expect(() => crossEntropy(zeros([2, 3]), tensor([0], { dtype: 'int32' }))).toThrow(
      'takes logits [batch, classes] and targets [batch], got [2, 3] and [1]',
    );
    expect(() => crossEntropy(zeros([2, 3]), zeros([2]))).toThrow(
      "targets are class labels in int32 or uint8, got float32; to('int32') converts",
    );
  });
});
