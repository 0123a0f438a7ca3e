import { type Axes, scalar, tensor, type Tensor, zeros } from '@mg/tensor';
import { describe, expect, test } from 'vitest';

/** `fn` of a leaf of these numbers, and the gradient of the sum of what it gives. */
function withGradient(numbers: Parameters<typeof tensor>[0], fn: (x: Tensor) => Tensor): [unknown, unknown] {
  const x = tensor(numbers, { dtype: 'float64', requiresGrad: true });
  const y = fn(x);
  y.sum().backward();
  return [y.toArray(), x.grad?.toArray()];
}

describe('a 0-d tensor counts as having one axis', () => {
  const reductions: readonly (readonly [string, (x: Tensor, axis: number) => Tensor])[] = [
    ['sum', (x, axis) => x.sum(axis)],
    ['mean', (x, axis) => x.mean(axis)],
    ['prod', (x, axis) => x.prod(axis)],
    ['max', (x, axis) => x.max(axis)],
    ['min', (x, axis) => x.min(axis)],
    ['logsumexp', (x, axis) => x.logsumexp(axis)],
    ['norm', (x, axis) => x.norm(axis)],
    ['cumsum', (x, axis) => x.cumsum(axis)],
  ];
  test.each(reductions)('%s', (name, op) => {
    for (const axis of [0, -1]) expect(withGradient(2.5, (x) => op(x, axis))).toEqual([2.5, 1]);
    expect(() => op(scalar(2), 1)).toThrow(`${name}: there is no axis 1, a 0-d tensor has axes -1 to 0`);
    expect(() => op(scalar(2), -2)).toThrow(`${name}: there is no axis -2`);
  });

  test('the others, and keepdims, which has nothing to keep', () => {
    const x = scalar(2.5);
    expect(x.sum(0, { keepdims: true }).shape).toEqual([]);
    expect(withGradient(2.5, (y) => y.max(-1, { keepdims: true }))).toEqual([2.5, 1]);
    expect([x.argmax(0).item(), x.argmin(-1).item()]).toEqual([0, 0]);
    expect([x.any(0).toArray(), x.all(-1).toArray()]).toEqual([true, true]);
    expect([x.variance(0).item(), x.std(-1).item()]).toEqual([NaN, NaN]);
    expect(x.variance(0, { correction: 0 }).item()).toBe(0);
    expect(withGradient(2.5, (y) => y.softmax(0))).toEqual([1, 0]);
    expect(withGradient(2.5, (y) => y.logSoftmax(-1))).toEqual([0, 0]);
    expect([x.sort(0).values.item(), x.topk(1, -1).indices.item()]).toEqual([2.5, 0]);
    expect(() => x.sum([0, -1])).toThrow('sum: an axis is named twice');
  });
});

describe('of no elements', () => {
  const none = zeros([2, 0]);
  test('the logarithm of the sum of exponentials is that of 0', () => {
    expect(none.logsumexp(1).toArray()).toEqual([-Infinity, -Infinity]);
    expect(none.logsumexp().item()).toBe(-Infinity);
    expect(none.logsumexp(0).shape).toEqual([0]);
    expect(withGradient([[], []], (x) => x.logsumexp(1))).toEqual([[-Infinity, -Infinity], [[], []]]); // prettier-ignore
  });

  test('softmax is none', () => {
    for (const axis of [0, 1]) {
      expect(none.softmax(axis).shape).toEqual([2, 0]);
      expect(none.logSoftmax(axis).shape).toEqual([2, 0]);
    }
    expect(withGradient([[], []], (x) => x.softmax(1))).toEqual([[[], []], [[], []]]); // prettier-ignore
  });

  test('an empty axis cannot be reduced, unless the result is empty too', () => {
    expect(() => none.max(1)).toThrow('max: cannot reduce an empty axis, the shape is [2, 0]');
    expect(() => none.min()).toThrow('min: cannot reduce an empty axis, the shape is [2, 0]');
    expect(none.max(0).shape).toEqual([0]);
    expect(none.argmin(0).shape).toEqual([0]);
  });
});

test('one axis in a list is one axis: the first of equals has the gradient', () => {
  const twins = [[1, 3, 3], [2, 2, 0]]; // prettier-ignore
  for (const axis of [1, -1, [1], [-1]] as readonly Axes[]) {
    expect(withGradient(twins, (x) => x.max(axis))).toEqual([[3, 2], [[0, 1, 0], [1, 0, 0]]]); // prettier-ignore
  }
  for (const axis of [undefined, []] as readonly Axes[]) {
    expect(withGradient([3, 3], (x) => x.max(axis))).toEqual([3, [0.5, 0.5]]);
  }
  expect(withGradient(twins, (x) => x.max([0, 1]))).toEqual([3, [[0, 0.5, 0.5], [0, 0, 0]]]); // prettier-ignore
});

describe('norms, by what PyTorch 1.13 gives', () => {
  const x = [[1, 0, -2], [4, -3, 5]]; // prettier-ignore
  // Of the two rows, with weights 1 and 2 on them.
  const answers: readonly (readonly [p: number, norms: readonly number[], gradient: readonly number[][]])[] = [
    [0, [2, 3], [[0, 0, 0], [0, 0, 0]]],
    [-1.5, [0, 1.8211539369440954], [[0, 0, -0], [0.27973490459645395, -0.5742400798951003, 0.1601296031634149]]],
    [-2, [0, 2.1636553379238563], [[0, 0, -0], [0.31652955203697497, -0.7502922714950517, 0.16206313064293118]]],
    [Infinity, [2, 5], [[0, 0, -1], [0, -0, 2]]],
    [-Infinity, [0, 3], [[0, 0, -0], [0, -2, 0]]],
  ]; // prettier-ignore
  test.each(answers)('p = %d', (p, norms, gradient) => {
    const leaf = tensor(x, { dtype: 'float64', requiresGrad: true });
    const y = leaf.norm(1, { p });
    y.backward(tensor([1, 2], { dtype: 'float64' }));
    const close = (actual: Tensor | null, expected: readonly number[]) => {
      for (const [i, each] of Array.from(actual?.data ?? []).entries())
        expect(each).toBeCloseTo(expected[i] ?? NaN, 14);
      expect(actual?.size).toBe(expected.length);
    };
    close(y, norms);
    close(leaf.grad, gradient.flat());
  });

  test('the largest and the smallest share the gradient, also along one axis', () => {
    const twins = [[2, -2, 2], [1, 3, -3]]; // prettier-ignore
    const third = 1 / 3;
    expect(withGradient(twins, (each) => each.norm(1, { p: Infinity }))).toEqual([[2, 3], [[third, -third, third], [0, 0.5, -0.5]]]); // prettier-ignore
    expect(withGradient(twins, (each) => each.norm(1, { p: -Infinity }))).toEqual([[2, 1], [[third, -third, third], [1, 0, -0]]]); // prettier-ignore
  });

  test('of integers, of NaN and of nothing', () => {
    expect(tensor([3, 0, -4], { dtype: 'int32' }).norm(0, { p: 0 }).toString()).toBe('tensor(2)');
    expect(tensor([NaN, 1]).norm(0, { p: 0 }).item()).toBe(2);
    expect(tensor([NaN, 1]).norm(0, { p: -Infinity }).item()).toBeNaN();
    expect(zeros([2, 0]).norm(1, { p: 0 }).toArray()).toEqual([0, 0]);
    expect(zeros([2, 0]).norm(1, { p: 0.5 }).toArray()).toEqual([0, 0]);
    expect(() => zeros([2, 0]).norm(1, { p: -1 })).toThrow('norm: cannot reduce an empty axis');
    expect(zeros([2, 0]).norm(1, { p: Infinity }).toArray()).toEqual([0, 0]);
  });
});
