import { bernoulli, concat, Generator, ones, randn, type Tensor, tensor } from '@mg/tensor';
import {
  GRU,
  LSTM,
  packPaddedSequence,
  packSequence,
  padPackedSequence,
  padSequence,
  scaledDotProductAttention,
} from '@mg/nn';
import { expect, test } from 'vitest';

const generator = new Generator(3);
const draw = (...shape: number[]): Tensor => randn(shape, { generator, dtype: 'float64' });

function expectClose(actual: Tensor, expected: Tensor): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.sub(expected).abs().max().item()).toBeLessThan(1e-12);
}

test('between layers a share of the elements is dropped, drawn from the generator', () => {
  const [x, options] = [draw(5, 4, 3), { numLayers: 2, dropout: 0.4, dtype: 'float64' } as const];
  const gru = new GRU(3, 6, { ...options, generator: new Generator(8) });
  const [below, above] = [new GRU(3, 6, { dtype: 'float64' }), new GRU(6, 6, { dtype: 'float64' })];
  const state = Object.entries(gru.stateDict());
  const of = (layer: string) => Object.fromEntries(state.filter(([name]) => name.endsWith(layer)).map(([name, each]) => [name.replace(layer, '_l0'), each])); // prettier-ignore
  below.loadStateDict(of('_l0'));
  above.loadStateDict(of('_l1'));
  const reference = new Generator(8);
  reference.setState(gru.generator?.getState() as never);
  const [output] = gru.forward(x);
  const kept = bernoulli(0.6, [20, 6], { dtype: 'float64', generator: reference }).reshape([5, 4, 6]);
  expect(kept.sum().item()).toBeGreaterThan(0);
  expect(kept.sum().item()).toBeLessThan(120);
  const [expected] = above.forward(
    below
      .forward(x)[0]
      .mul(kept)
      .mul(1 / 0.6),
  );
  expectClose(output, expected);
  expectClose(gru.eval().forward(x)[0], above.forward(below.forward(x)[0])[0]);
});

test('a sequence in a batch of others has the result that it has alone', () => {
  const lstm = new LSTM(3, 4, { numLayers: 2, bidirectional: true, dtype: 'float64' });
  const sequences = [draw(2, 3), draw(5, 3), draw(1, 3)];
  const [output, [h, c]] = lstm.forward(packSequence(sequences, { enforceSorted: false }));
  const [padded, lengths] = padPackedSequence(output, { batchFirst: true, totalLength: 7, paddingValue: -1 });
  expect(lengths).toEqual([2, 5, 1]);
  for (const [at, each] of sequences.entries()) {
    const [alone, [lastH, lastC]] = lstm.forward(each);
    const length = lengths[at] ?? 0;
    expectClose(padded.at(at), concat([alone, ones([7 - length, 8], { dtype: 'float64' }).neg()]));
    expectClose(h.slice(1, at, at + 1).squeeze(1), lastH);
    expectClose(c.slice(1, at, at + 1).squeeze(1), lastC);
  }
});

test('packing a padded batch is packing its sequences, in either order of axes', () => {
  const sequences = [draw(4, 2), draw(4, 2), draw(1, 2)];
  const packed = packSequence(sequences);
  expect([packed.batchSizes, packed.sortedIndices]).toEqual([[3, 2, 2, 2], null]);
  for (const batchFirst of [true, false]) {
    const padded = padSequence(sequences, { batchFirst, paddingValue: 7 });
    expect(padded.shape).toEqual(batchFirst ? [3, 4, 2] : [4, 3, 2]);
    const again = packPaddedSequence(padded, tensor([4, 4, 1], { dtype: 'int32' }), { batchFirst });
    expect(again.batchSizes).toEqual(packed.batchSizes);
    expect(again.data.toArray()).toEqual(packed.data.toArray());
    expect(padPackedSequence(again, { batchFirst, paddingValue: 7 })[0].toArray()).toEqual(padded.toArray());
  }
});

test('the initial weights are uniform in ±1/√hiddenSize', () => {
  for (const each of new LSTM(10, 25, { generator: new Generator(1) }).parameters()) {
    const [least, most] = [each.min().item(), each.max().item()];
    expect(Math.min(-least, most)).toBeGreaterThan(0.18);
    expect(Math.max(-least, most)).toBeLessThanOrEqual(0.2);
  }
});

// The formula of the paper, written out without the stable softmax.
test('scaledDotProductAttention is the formula of the paper', () => {
  const [q, k, v] = [draw(2, 3, 4), draw(2, 5, 4), draw(2, 5, 6)];
  const byHand = (scores: Tensor): Tensor =>
    scores
      .exp()
      .div(scores.exp().sum(-1, { keepdims: true }))
      .matmul(v);
  const scores = q.matmul(k.transpose(1, 2));
  expectClose(scaledDotProductAttention(q, k, v), byHand(scores.div(2)));
  expectClose(scaledDotProductAttention(q, k, v, { scale: 0.3 }), byHand(scores.mul(0.3)));
  const allowed = ones([3, 5], { dtype: 'bool' }).tril();
  const hidden = byHand(scores.div(2).maskedFill(allowed.logicalNot(), -Infinity));
  expectClose(scaledDotProductAttention(q, k, v, { isCausal: true }), hidden);
  expectClose(scaledDotProductAttention(q, k, v, { attnMask: allowed }), hidden);
  const added = draw(3, 5);
  expectClose(scaledDotProductAttention(q, k, v, { attnMask: added }), byHand(scores.div(2).add(added)));
  const dropped = scaledDotProductAttention(q, k, v, { dropoutP: 0.5, generator: new Generator(4) });
  const kept = bernoulli(0.5, [2, 3, 5], { dtype: 'float64', generator: new Generator(4) });
  expectClose(dropped, scores.div(2).softmax(-1).mul(kept).mul(2).matmul(v));
});
