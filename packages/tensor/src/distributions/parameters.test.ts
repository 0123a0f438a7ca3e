import { tensor, zeros } from '@mg/tensor';
import { Bernoulli, Categorical, klDivergence, Normal, Uniform } from '@mg/tensor/distributions';
import { describe, expect, test } from 'vitest';

const wrong = (x: unknown): never => x as never;

describe('refuses', () => {
  test.each([
    [() => new Normal(0, 0), RangeError, 'Normal: scale must be above 0, got 0'],
    [() => new Normal(0, tensor([1, NaN])), RangeError, 'Normal: scale must be above 0, got NaN'],
    [() => new Normal(NaN, 1), RangeError, 'Normal: loc must be a number, got NaN'],
    [() => new Normal(wrong([0]), 1), TypeError, 'Normal: loc must be a tensor or a number, got a list'],
    [() => new Normal(zeros([2]), zeros([3]).add(1)), Error, 'Normal: shapes [2] and [3]'],
    [() => new Uniform(0, 0), RangeError, 'Uniform: low must be below high, got 0 and 0'],
    [() => new Uniform(tensor([0, 3]), 2), RangeError, 'Uniform: low must be below high, got 3 and 2'],
    [() => new Bernoulli({ probs: 1.5 }), RangeError, 'Bernoulli: probs must be from 0 to 1, got 1.5'],
    [() => new Bernoulli({ logits: Infinity }), RangeError, 'Bernoulli: logits must be finite, got Infinity'],
    [() => new Bernoulli({}), TypeError, 'Bernoulli: takes either probs or logits, got none'],
    [() => new Bernoulli({ probs: 0.5, logits: 0 }), TypeError, 'Bernoulli: takes either probs or logits, got both'],
    [() => new Bernoulli(wrong(zeros([2]))), TypeError, 'Bernoulli: the options must be an object, as in { probs, logits }, got a tensor'],
    [() => new Bernoulli({ probs: 0.5 }).logProb(0.5), RangeError, 'Bernoulli.logProb: value must be 0 or 1, got 0.5'],
    [() => new Bernoulli({ probs: 0.5 }).logProb(tensor([1, 2])), RangeError, 'Bernoulli.logProb: value must be 0 or 1, got 2'],
    [() => new Categorical({ probs: tensor([1, -1]) }), RangeError, 'Categorical: probs must be finite and >= 0, got -1'],
    [() => new Categorical({ probs: tensor([[1, 1], [0, 0]]) }), RangeError, 'Categorical: the sum of probs must be above 0, got 0'],
    [() => new Categorical({ logits: tensor([NaN]) }), RangeError, 'Categorical: logits must be below Infinity, got NaN'],
    [() => new Categorical({ logits: tensor([-Infinity]) }), RangeError, 'Categorical: the normalized logits must be numbers, and not all -Infinity'],
    [() => new Categorical({ probs: tensor(1, { shape: [] }) }), Error, 'Categorical: probs must have an axis of classes, which is not empty, got shape []'],
    [() => new Categorical({ probs: wrong([1, 2]) }), TypeError, 'Categorical: probs must be a tensor, got a list'],
    [() => new Categorical({ probs: tensor([1, 2]) }).logProb(2), RangeError, 'Categorical.logProb: value must be an integer from 0 to 1, got 2'],
    [() => new Normal(0, 1).sample(wrong(3)), Error, 'Normal.sample'],
    [() => new Normal(0, 1).sample([], wrong({ seed: 1 })), TypeError, 'Normal.sample: there is no option seed; it takes generator'],
    [() => klDivergence(wrong(new Normal(0, 1)), new Uniform(0, 1)), TypeError, 'klDivergence: takes two distributions of one kind, got Normal and Uniform'],
    [() => klDivergence(wrong(3), new Uniform(0, 1)), TypeError, 'klDivergence: takes two distributions of one kind, got 3 and Uniform'],
  ])('%s', (run, type, message) => {
    expect(run).toThrow(type);
    expect(run).toThrow(message);
  }); // prettier-ignore
});

test('numbers give float32, and take the dtype of a tensor beside them', () => {
  expect(new Normal(0, 1).sample().dtype).toBe('float32');
  const wide = new Normal(0.1, tensor([2], { dtype: 'float64' }));
  expect(wide.loc.toArray()).toEqual([0.1]);
  expect(wide.logProb(0.1).dtype).toBe('float64');
  expect(new Normal(tensor([1, 2], { dtype: 'int32' }), 1).loc.dtype).toBe('float32');
});

test('classes have no mean', () => {
  const categorical = new Categorical({ probs: tensor([[1, 2], [1, 1], [0, 1]]) }); // prettier-ignore
  expect(categorical.mean.toArray()).toEqual([NaN, NaN, NaN]);
  expect(categorical.variance.toArray()).toEqual([NaN, NaN, NaN]);
});

test('a distribution can be used after backward has freed the graph of its first use', () => {
  const probs = tensor([0.25, 0.5], { requiresGrad: true });
  const distribution = new Bernoulli({ probs });
  distribution.logProb(1).sum().backward();
  distribution.entropy().sum().backward();
  expect(probs.grad?.toArray()).toEqual([expect.closeTo(4 + 1.0986123, 5), expect.closeTo(2, 5)]);
});
