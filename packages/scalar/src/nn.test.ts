import { describe, expect, expectTypeOf, test } from 'vitest';
import { tanh, value, type Value } from './index.ts';
import { Layer, MLP, Module, Neuron } from './nn.ts';

/** Returns the numbers in turn, over and over. */
function cycle(...numbers: number[]): () => number {
  let i = 0;
  return () => numbers[i++ % numbers.length] ?? NaN;
}

describe('Neuron', () => {
  test('is relu(w · x + b), with weights over [-1, 1) and a bias of 0', () => {
    const neuron = new Neuron(2, { random: cycle(0.75, 0.125) });
    expect(neuron.weights.map(({ data }) => data)).toEqual([0.5, -0.75]);
    expect(neuron.bias.data).toBe(0);
    expect(neuron.forward([4, 2]).data).toBe(0.5);
    expect(neuron.forward([0, 2]).data).toBe(0);
  });

  test('takes Values as well as numbers, and gives both sides their gradient', () => {
    const neuron = new Neuron(2, { random: cycle(0.75, 0.125) });
    const x = value(4);
    neuron.forward([x, 2]).backward();
    expect(x.grad).toBe(0.5);
    expect(neuron.parameters().map(({ grad }) => grad)).toEqual([4, 2, 1]);
  });

  test('takes another activation', () => {
    const neuron = new Neuron(1, { random: () => 0.75, activation: tanh });
    expect(neuron.forward([2]).data).toBe(Math.tanh(1));
  });

  test('refuses the wrong number of inputs', () => {
    expect(() => new Neuron(2).forward([1, 2, 3])).toThrow('Neuron: expected 2 inputs, one per weight, got 3');
    expect(() => new Neuron(2).forward([1])).toThrow(RangeError);
  });
});

describe('Layer', () => {
  test('returns a list, or one Value for one neuron', () => {
    const list = new Layer(1, 2, { random: cycle(0.75, 1) }).forward([2]);
    expectTypeOf(list).toEqualTypeOf<Value[]>();
    expect(list.map(({ data }) => data)).toEqual([1, 2]);

    const single = new Layer(1, 1, { random: () => 0.75 }).forward([2]);
    expectTypeOf(single).toEqualTypeOf<Value>();
    expect(single.data).toBe(1);

    const width: number = 1;
    expectTypeOf(new Layer(1, width).forward([2])).toEqualTypeOf<Value | Value[]>();
  });
});

describe('MLP', () => {
  test('has micrograd’s parameters', () => {
    const model = new MLP(2, [16, 16, 1]);
    expect(model.parameters()).toHaveLength(2 * 16 + 16 + 16 * 16 + 16 + 16 + 1);
    expect(new Set(model.parameters()).size).toBe(337);
    expect(model).toBeInstanceOf(Module);
  });

  test('has an activation in all layers but the last', () => {
    const model = new MLP(1, [1, 1], { random: cycle(0.75, 0.25) });
    expect(model.forward([4]).data).toBe(-1);
    expect(model.forward([-4]).data).toBe(0);
  });

  test('returns a list, or one Value for a last layer of one neuron', () => {
    expectTypeOf(new MLP(2, [3, 1]).forward([1, 2])).toEqualTypeOf<Value>();
    const list = new MLP(2, [1, 3]).forward([1, 2]);
    expectTypeOf(list).toEqualTypeOf<Value[]>();
    expect(list).toHaveLength(3);
    const sizes: number[] = [3, 1];
    expectTypeOf(new MLP(2, sizes).forward([1, 2])).toEqualTypeOf<Value | Value[]>();
  });

  test('is the same for the same seed, and only then', () => {
    const weights = (seed: number) => {
      let state = seed;
      const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
      return new MLP(2, [3, 1], { random }).parameters().map(({ data }) => data);
    };
    expect(weights(1)).toEqual(weights(1));
    expect(weights(1)).not.toEqual(weights(2));
    for (const weight of new MLP(3, [8, 8]).parameters()) expect(Math.abs(weight.data)).toBeLessThanOrEqual(1);
  });

  test('learns one step downhill, and zeroGrad clears what it learned from', () => {
    const model = new MLP(2, [4, 1], { random: cycle(0.9, 0.3, 0.6), activation: tanh });
    const loss = () => model.forward([1, -1]).sub(0.3).pow(2);
    const before = loss();
    before.backward();
    for (const parameter of model.parameters()) parameter.data -= 0.01 * parameter.grad;
    expect(loss().data).toBeLessThan(before.data);
    expect(model.parameters().every(({ grad }) => grad !== 0)).toBe(true);
    model.zeroGrad();
    expect(model.parameters().every(({ grad }) => grad === 0)).toBe(true);
  });

  test('refuses to have no layer', () => {
    expect(() => new MLP(2, [])).toThrow('MLP: expected the size of at least one layer, got []; write new MLP(2, [1])');
  });
});
