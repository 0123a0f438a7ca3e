import { describe, expect, test } from 'vitest';
import { Module } from '@mg/nn';
import { isGradEnabled, tensor, type Tensor } from '@mg/tensor';
import { breather } from './breather.ts';
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

  const breathe = breather();

  test('is the share of right answers, in percent', async () => {
    expect(await accuracy(new AlwaysThree(), digits, breathe)).toBe(60);
    expect(await accuracy(new AlwaysThree(), digits, breathe, 2)).toBe(60);
    expect(await accuracy(new AlwaysThree(), { ...digits, labels: new Uint8Array(5) }, breathe)).toBe(0);
  });

  test('goes in batches, in evaluation mode, without a graph', async () => {
    const model = new AlwaysThree();
    await accuracy(model, digits, breathe, 2);
    const asked = { training: false, gradients: false };
    expect(model.calls).toEqual([
      { size: 2, ...asked },
      { size: 2, ...asked },
      { size: 1, ...asked },
    ]);
  });

  test('leaves the model in the mode it found', async () => {
    const model = new AlwaysThree();
    model.train();
    await accuracy(model, digits, breathe);
    expect(model.training).toBe(true);
    model.eval();
    await accuracy(model, digits, breathe);
    expect(model.training).toBe(false);
    model.train();
    model.forward = () => {
      throw new Error('lost');
    };
    await expect(accuracy(model, digits, breathe)).rejects.toThrow('lost');
    expect(model.training).toBe(true);
  });

  test('stops between batches', async () => {
    const stop = (): Promise<void> => Promise.reject(new Error('stopped'));
    const model = new AlwaysThree();
    await expect(accuracy(model, digits, stop, 2)).rejects.toThrow('stopped');
    expect(model.calls).toHaveLength(1);
  });
});
