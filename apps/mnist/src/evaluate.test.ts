import { describe, expect, test } from 'vitest';
import { Module } from '@mg/nn';
import { isGradEnabled, tensor, type Tensor } from '@mg/tensor';
import { accuracy } from './evaluate.ts';
import { madeUpDigits } from './made-up-digits.ts';

/** Says "3" to every image, and remembers how it was asked. */
class AlwaysThree extends Module {
  calls: { size: number; training: boolean; gradients: boolean }[] = [];

  forward(x: Tensor): Tensor {
    const [size = 0] = x.shape;
    this.calls.push({ size, training: this.training, gradients: isGradEnabled() });
    const logits = new Float32Array(size * 10).map((_, i) => (i % 10 === 3 ? 1 : 0));
    return tensor(logits, { shape: [size, 10] });
  }
}

describe('accuracy', () => {
  const digits = { ...madeUpDigits(5), labels: Uint8Array.of(3, 1, 3, 3, 0) };

  test('is the share of right answers, in percent', () => {
    expect(accuracy(new AlwaysThree(), digits)).toBe(60);
    expect(accuracy(new AlwaysThree(), digits, 2)).toBe(60);
    expect(accuracy(new AlwaysThree(), { ...digits, labels: new Uint8Array(5) })).toBe(0);
  });

  test('goes in batches, in evaluation mode, without a graph', () => {
    const model = new AlwaysThree();
    accuracy(model, digits, 2);
    const asked = { training: false, gradients: false };
    expect(model.calls).toEqual([
      { size: 2, ...asked },
      { size: 2, ...asked },
      { size: 1, ...asked },
    ]);
  });

  test('leaves the model in the mode it found', () => {
    const model = new AlwaysThree();
    model.train();
    accuracy(model, digits);
    expect(model.training).toBe(true);
    model.eval();
    accuracy(model, digits);
    expect(model.training).toBe(false);
    model.train();
    model.forward = () => {
      throw new Error('lost');
    };
    expect(() => accuracy(model, digits)).toThrow('lost');
    expect(model.training).toBe(true);
  });
});
