import { describe, expect, test } from 'vitest';
import { Module } from '@mg/nn';
import { isGradEnabled, tensor, type Tensor } from '@mg/tensor';
import { madeUpDigits } from '../test/made-up-digits.ts';
import { evaluate } from './evaluate.ts';
import { breather } from './interrupt.ts';

/** Gives the logits it was made with, row by row, and remembers how it was asked. */
class Says extends Module {
  calls: { size: number; training: boolean; gradients: boolean }[] = [];
  readonly #rows: readonly (readonly number[])[];
  #next = 0;

  constructor(rows: readonly (readonly number[])[]) {
    super();
    this.#rows = rows;
  }

  forward(x: Tensor): Tensor {
    const [size = 0] = x.shape;
    this.calls.push({ size, training: this.training, gradients: isGradEnabled() });
    this.#next += size;
    return tensor(this.#rows.slice(this.#next - size, this.#next).map((row) => [...row]));
  }
}

const breathe = breather();
const log = Math.log;
/** Probabilities of three classes for five images. */
const said = [
  [0.7, 0.2, 0.1],
  [0.1, 0.6, 0.3],
  [0.5, 0.4, 0.1],
  [0.05, 0.9, 0.05],
  [0.3, 0.3, 0.4],
].map((row) => row.map(log));
const five = { ...madeUpDigits(5), labels: Uint8Array.of(0, 2, 1, 2, 2) };

describe('evaluate', () => {
  test('gives loss, accuracy, confusion and what is most wrong', async () => {
    const { loss, accuracy, confusion, mostWrong } = await evaluate(new Says(said), [784], five, breathe);
    expect(loss).toBeCloseTo(-(log(0.7) + log(0.3) + log(0.4) + log(0.05) + log(0.4)) / 5, 6);
    expect(accuracy).toBe(40);
    expect(confusion).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [0, 2, 1],
    ]);
    expect(mostWrong.map(({ index, label, predicted }) => [index, label, predicted])).toEqual([
      [3, 2, 1],
      [1, 2, 1],
      [2, 1, 0],
    ]);
    expect(mostWrong[0]?.predictedProbability).toBeCloseTo(0.9, 6);
    expect(mostWrong[0]?.labelProbability).toBeCloseTo(0.05, 6);
  });

  test('the twelve most wrong at most, also from later batches', async () => {
    const many = { ...madeUpDigits(600), labels: new Uint8Array(600).fill(1) };
    const rows = Array.from({ length: 600 }, (_, i) => [0, i >= 100 ? 1 : -5 - (i === 70 ? 7 : i / 1_000)]);
    const model = new Says(rows);
    const { mostWrong, accuracy } = await evaluate(model, [784], many, breathe);
    expect(mostWrong.map(({ index }) => index)).toEqual([70, 99, 98, 97, 96, 95, 94, 93, 92, 91, 90, 89]);
    expect(accuracy).toBeCloseTo((100 * 500) / 600, 10);
    const asked = { training: false, gradients: false };
    expect(model.calls).toEqual([
      { size: 250, ...asked },
      { size: 250, ...asked },
      { size: 100, ...asked },
    ]);
  });

  test('leaves the model in the mode it found', async () => {
    for (const mode of ['train', 'eval'] as const) {
      const model = new Says(said);
      model[mode]();
      await evaluate(model, [784], five, breathe);
      expect(model.training).toBe(mode === 'train');
    }
    const lost = new Says(said).train();
    lost.forward = () => {
      throw new Error('lost');
    };
    await expect(evaluate(lost, [784], five, breathe)).rejects.toThrow('lost');
    expect(lost.training).toBe(true);
  });

  test('stops between batches', async () => {
    const many = { ...madeUpDigits(600), labels: new Uint8Array(600) };
    const model = new Says(Array.from({ length: 600 }, () => [1, 0]));
    await expect(evaluate(model, [784], many, () => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped');
    expect(model.calls).toHaveLength(1);
  });
});
