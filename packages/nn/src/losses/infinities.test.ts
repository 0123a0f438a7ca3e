import { grad, tensor, type Tensor } from '@mg/tensor';
import { describe, expect, test } from 'vitest';
import { binaryCrossEntropyWithLogits, crossEntropy, klDiv, nllLoss } from '../index.ts';

const I = Infinity;
const labels = (...given: number[]): Tensor => tensor(given, { dtype: 'int32' });
const digits = (x: Tensor): unknown => JSON.parse(JSON.stringify(x, (_, n: unknown) => (typeof n === 'number' ? Number(n.toFixed(4)) + 0 : n))); // prettier-ignore

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  const leaf = (nested: number[][] | number[]): Tensor => tensor(nested, { dtype, requiresGrad: true });
  const weight = tensor([1, 0.5], { dtype });

  describe('an ignored sample has no loss and no gradient, also if its logits are infinite or NaN', () => {
    test.each([
      ['in one kernel', {}],
      ['with weights', { weight }],
      ['with label smoothing', { labelSmoothing: 0.1 }],
      ['with both', { weight, labelSmoothing: 0.1 }],
    ])('crossEntropy %s', (_, options) => {
      for (const [a, b] of [
        [-I, -I],
        [NaN, 1],
        [I, 0],
      ] as const) {
        const x = leaf([[a, b], [3, 4]]); // prettier-ignore
        const loss = crossEntropy(x, labels(-100, 1), { ignoreIndex: -100, ...options });
        const alone = leaf([[3, 4]]);
        const expected = crossEntropy(alone, labels(1), options);
        expect(loss.item()).toBe(expected.item());
        const [[dx], [own]] = [grad(loss, x), grad(expected, alone)];
        expect(dx.toArray()).toEqual([[0, 0], ...own.toArray<number[][]>()]);
      }
    });

    test('crossEntropy of one sample', () => {
      const x = leaf([-I, -I]);
      const loss = crossEntropy(x, tensor(7, { dtype: 'int32', shape: [] }), { ignoreIndex: 7, reduction: 'sum' });
      expect([loss.item(), digits(grad(loss, x)[0])]).toEqual([0, [0, 0]]);
    });

    test('nllLoss', () => {
      for (const options of [{}, { weight }]) {
        const x = leaf([[-I, NaN], [-2, -1]]); // prettier-ignore
        const loss = nllLoss(x, labels(-1, 1), { ignoreIndex: -1, ...options });
        expect([loss.item(), grad(loss, x)[0].toArray()]).toEqual([1, [[0, 0], [0, -1]]]); // prettier-ignore
      }
    });
  });

  test('crossEntropy: a class of probability 0 has no loss, also where its logit is -∞', () => {
    const x = leaf([[-I, 2, 1]]);
    const t = leaf([[0, 1, 0]]);
    const loss = crossEntropy(x, t);
    const [dx] = grad(loss, x);
    expect([digits(loss), digits(dx)]).toEqual([0.3133, [[0, -0.2689, 0.2689]]]);
  });

  test('crossEntropy: the targets that are finite keep their gradient', () => {
    const [x, t] = [leaf([[0, 0]]), leaf([[0, 1]])];
    expect(digits(grad(crossEntropy(x, t), t)[0])).toEqual([[0.6931, 0.6931]]);
  });

  test('crossEntropy: a class of weight 0 has no loss, also where its logit is -∞', () => {
    const options = { weight: tensor([0, 1, 1], { dtype }), reduction: 'sum' } as const;
    const x = leaf([[-I, 2, 1], [-I, 2, 1]]); // prettier-ignore
    const loss = crossEntropy(x, labels(0, 1), options);
    expect([digits(loss), digits(grad(loss, x)[0])]).toEqual([0.3133, [[0, 0, 0], [0, -0.2689, 0.2689]]]); // prettier-ignore
    const smooth = crossEntropy(x, labels(0, 1), { ...options, labelSmoothing: 0.3 });
    // 0.7 · 0.3133 of the second sample, 0.1 · (0.3133 + 1.3133) of each
    expect(digits(smooth)).toBe(0.5446);
    const probabilities = tensor([[0.5, 0.5, 0], [0, 1, 0]], { dtype }); // prettier-ignore
    expect(digits(crossEntropy(x, probabilities, options))).toBe(0.4699);
  });

  test('klDiv: what has probability 0 in the target does not diverge', () => {
    const x = leaf([-I, 0]);
    const loss = klDiv(x, tensor([0, 1], { dtype }), { reduction: 'sum' });
    expect([loss.item(), digits(grad(loss, x)[0])]).toEqual([0, [0, -1]]);
    for (const first of [-I, -1]) {
      const y = leaf([first, 0]);
      const t = leaf([-I, 0]);
      const inLogarithms = klDiv(y, t, { reduction: 'sum', logTarget: true });
      expect([inLogarithms.item(), digits(grad(inLogarithms, y)[0])]).toEqual([0, [0, -1]]);
      expect(digits(grad(klDiv(y, t, { reduction: 'sum', logTarget: true }), t)[0])).toEqual([0, 1]);
    }
  });

  test('klDiv: what the input excludes and the target has diverges', () => {
    expect(klDiv(leaf([-I]), tensor([0.5], { dtype })).item()).toBe(I);
  });

  test('binaryCrossEntropyWithLogits: infinite logits that are right have no loss, and those that are wrong an infinite one', () => {
    const x = leaf([-I, I, -I, I]);
    const options = { reduction: 'none' } as const;
    const t = tensor([0, 1, 1, 0], { dtype });
    expect(binaryCrossEntropyWithLogits(x, t, options).toArray()).toEqual([0, 0, I, I]);
    const loss = binaryCrossEntropyWithLogits(x, t, { reduction: 'sum' });
    expect(digits(grad(loss, x)[0])).toEqual([0, 0, -1, 1]);
    const posWeight = tensor([2], { dtype });
    expect(binaryCrossEntropyWithLogits(x, t, { ...options, posWeight }).toArray()).toEqual([0, 0, I, I]);
    const out = tensor([1, 1, 0, 0], { dtype });
    expect(binaryCrossEntropyWithLogits(x, t, { ...options, weight: out }).toArray()).toEqual([0, 0, 0, 0]);
  });
});
