import { expect, test } from 'vitest';
import { Dropout, Linear, Sequential } from '@mg/nn';
import { Generator } from '@mg/tensor';
import { predict, ranked } from './predict.ts';

const generator = new Generator(3);
const images = Uint8Array.from({ length: 12 }, (_, i) => (i * 67) % 256);

test('probabilities by softmax of the logits, for each image', () => {
  const linear = new Linear(4, 3, { generator });
  const rows = predict(linear, [4], images);
  expect(rows).toHaveLength(3);
  rows.forEach((row, image) => {
    const logits = Array.from({ length: 3 }, (_, unit) => {
      const weight = Array.from(linear.weight.data.subarray(4 * unit, 4 * unit + 4), Number);
      return weight.reduce((sum, w, x) => sum + (w * (images[4 * image + x] ?? 0)) / 255, 0);
    });
    const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
    row.forEach((probability, unit) => {
      expect(probability).toBeCloseTo(Math.exp(logits[unit] ?? 0) / total, 5);
    });
  });
});

test('nothing is dropped, nothing recorded, and the mode is what it was', () => {
  const model = new Sequential(new Linear(4, 3, { generator }), new Dropout(0.9, { generator }));
  const once = predict(model, [4], images);
  expect(predict(model, [4], images)).toEqual(once);
  expect([model.training, model.children().every((layer) => layer.training)]).toEqual([true, true]);
  model.eval();
  expect(predict(model, [4], images)).toEqual(once);
  expect(model.training).toBe(false);
});

test('the mode is what it was after an error too', () => {
  const model = new Linear(5, 3, { generator });
  expect(() => predict(model, [4], images)).toThrow();
  expect(model.training).toBe(true);
});

test('ranked: the most probable first, of equal ones the smaller class', () => {
  expect(ranked([0.2, 0.1, 0.5, 0.2]).map(({ label }) => label)).toEqual([2, 0, 3, 1]);
  expect(ranked([0.2, 0.8])).toEqual([
    { label: 1, probability: 0.8 },
    { label: 0, probability: 0.2 },
  ]);
});
