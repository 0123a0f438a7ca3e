import { describe, expect, test } from 'vitest';
import { gradcheck } from '@mg/gradcheck';
import { Linear } from '@mg/nn';
import { Generator, randn, tensor, zeros } from '@mg/tensor';

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
    expect(() => new Linear(3, 2).forward(zeros([2, 4]))).toThrow('Linear(3, 2): takes [..., 3], got [2, 4]');
    expect(() => new Linear(-1, 2)).toThrow('Linear: inFeatures must be an integer >= 0, got -1');
    // @ts-expect-error -- 4 features are not 3
    expect(() => new Linear(3, 2).forward(zeros([2, 4] as const))).toThrow();
  });

  test('draws its weights by He: mean 0, variance 2 / in; bias 0', () => {
    const { weight, bias } = new Linear(500, 400, { generator: new Generator(3) });
    const drawn = Array.from(weight.data);
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
    const variance = drawn.reduce((sum, x) => sum + x * x, 0) / drawn.length;
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(2 / 500 / drawn.length));
    expect(Math.abs(variance * 250 - 1)).toBeLessThan(4 * Math.sqrt(2 / drawn.length));
    expect(bias?.data.every((x) => x === 0)).toBe(true);
  });

  test('the same generator state gives the same layer', () => {
    const weights = () => new Linear(3, 2, { generator: new Generator(5) }).weight.toArray();
    expect(weights()).toEqual(weights());
  });
});
