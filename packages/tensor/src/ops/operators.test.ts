import { div, pow, scalar, sub, tensor, type Tensor, zeros } from '@mg/tensor';
import { describe, expect, test } from 'vitest';

describe('a number on the left', () => {
  const x = tensor([1, 2, 4], { requiresGrad: true, dtype: 'float64' });
  const gradientOf = (y: Tensor): unknown => {
    x.zeroGrad();
    y.sum().backward();
    return x.grad?.toArray();
  };

  test('sub', () => {
    expect(sub(1, x).toArray()).toEqual([0, -1, -3]);
    expect(sub(1, x, { alpha: 2 }).toArray()).toEqual([-1, -3, -7]);
    expect(gradientOf(sub(1, x, { alpha: 2 }))).toEqual([-2, -2, -2]);
  });

  test('div', () => {
    expect(div(1, x).toArray()).toEqual([1, 0.5, 0.25]);
    expect(gradientOf(div(1, x))).toEqual([-1, -0.25, -0.0625]);
    expect(div(-7, x, { roundingMode: 'floor' }).toArray()).toEqual([-7, -4, -2]);
    expect(div(-7, x, { roundingMode: 'trunc' }).toArray()).toEqual([-7, -3, -1]);
  });

  test('pow', () => {
    expect(pow(2, x).toArray()).toEqual([2, 4, 16]);
    expect(gradientOf(pow(2, x))).toEqual([2, 4, 16].map((power) => power * Math.LN2));
  });

  test('or on both sides gives a 0-d tensor', () => {
    expect([sub(3, 1).item(), div(1, 2).item(), pow(2, 3).item()]).toEqual([2, 0.5, 8]);
    expect(sub(3, 1).shape).toEqual([]);
  });
});

describe('division of integers', () => {
  const x = tensor([7, -7, 0], { dtype: 'int32' });

  test('rounded, gives integers', () => {
    expect(x.floorDivide(2).toString()).toBe('tensor([ 3, -4,  0], int32)');
    expect(x.remainder(4).toArray()).toEqual([3, 1, 0]);
    expect(x.fmod(4).toArray()).toEqual([3, -3, 0]);
  });

  test('by 0 throws', () => {
    expect(() => x.floorDivide(0)).toThrow('floorDivide: the result Infinity does not fit int32');
    expect(() => x.remainder(0)).toThrow('remainder: the result NaN does not fit int32');
  });

  test('takes whole factors only', () => {
    expect(x.add(x, { alpha: 2 }).toArray()).toEqual([21, -21, 0]);
    expect(() => x.add(x, { alpha: 0.5 })).toThrow(
      "add: alpha must be an integer for int32, got 0.5; to('float32') converts",
    );
  });
});

describe('for … of', () => {
  test('goes through the rows, which are views through which gradients flow', () => {
    const x = tensor([[1, 2], [3, 4]], { requiresGrad: true }); // prettier-ignore
    const rows = [...x];
    expect(rows.map((row) => row.toArray())).toEqual([[1, 2], [3, 4]]); // prettier-ignore
    rows[1]?.sum().backward();
    expect(x.grad?.toArray()).toEqual([[0, 0], [1, 1]]); // prettier-ignore
    expect([...zeros([0, 3])]).toEqual([]);
  });

  test('refuses a 0-d tensor', () => {
    expect(() => [...scalar(1)]).toThrow(TypeError);
  });
});

test('set accumulates the values of repeated indices, and their gradients', () => {
  const value = tensor([1, 10, 100], { requiresGrad: true });
  const x = zeros([3]).set(tensor([2, 0, 2], { dtype: 'int32' }), value, { accumulate: true });
  expect(x.toArray()).toEqual([10, 0, 101]);
  x.mul(tensor([1, 2, 3]))
    .sum()
    .backward();
  expect(value.grad?.toArray()).toEqual([3, 1, 3]);
  expect(() => zeros([2]).set(0, 1, { add: true } as never)).toThrow(
    'set: there is no option add; it takes accumulate',
  );
  const bytes = tensor([250], { dtype: 'uint8' });
  expect(() => bytes.set(tensor([0, 0], { dtype: 'int32' }), 3, { accumulate: true })).toThrow(RangeError);
  expect(bytes.item()).toBe(250);
});
