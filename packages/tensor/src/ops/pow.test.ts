import { expect, test } from 'vitest';
import { grad, tensor } from '../index.ts';

/** The first derivatives of x^y, by x and by y, and the second ones: by x twice, by x and y in either order, by y twice. */
function derivatives(x: number, y: number): { first: number[]; second: number[] } {
  const options = { dtype: 'float64', requiresGrad: true } as const;
  const [base, exponent] = [tensor(x, options), tensor(y, options)];
  const first = grad(base.pow(exponent), [base, exponent], { createGraph: true });
  const second = first.flatMap((each) => grad(each, [base, exponent], { allowUnused: true, retainGraph: true }));
  return { first: first.map((each) => each.item()), second: second.map((each) => each?.item() ?? 0) };
}

test.each([0.5, 1, 2, 1e100])('the derivatives of %d to the power of 0', (x) => {
  const ln = Math.log(x);
  const { first, second } = derivatives(x, 0);
  expect(first).toEqual([0, ln]);
  const [xx = NaN, xy = NaN, yx = NaN, yy = NaN] = second;
  expect([xx + 0, xy * x, yx * x, yy]).toEqual([0, 1, 1, ln * ln].map((each) => expect.closeTo(each, 10) as number));
});

test.each([0, 1e-320, -2, Infinity, -Infinity, NaN])(
  '%d to the power of 0 is level in the base, also of second order',
  (x) => {
    const { first, second } = derivatives(x, 0);
    expect(Math.abs(first[0] ?? NaN)).toBe(0);
    expect(Math.abs(second[0] ?? NaN)).toBe(0);
  },
);

test.each([1, 2, 3])('the derivatives of 0 to the power of %d are numbers', (y) => {
  const { first, second } = derivatives(0, y);
  expect(first).toEqual([y === 1 ? 1 : 0, 0]);
  expect(second).toEqual([y === 2 ? 2 : 0, y === 1 ? 1 : 0, 0, 0]);
});

test('to the power of a number, each order of derivative of a cube at 0', () => {
  const x = tensor([0, 0], { requiresGrad: true });
  const [first] = grad(x.pow(3).sum(), x, { createGraph: true });
  const [second] = grad(first.sum(), x, { createGraph: true });
  const [third] = grad(second.sum(), x);
  expect([first, second, third].map((each) => each.toArray())).toEqual([
    [0, 0],
    [0, 0],
    [6, 6],
  ]);
  const [level] = grad(x.pow(0).sum(), x, { createGraph: true });
  expect(grad(level.sum(), x)[0].toArray()).toEqual([0, 0]);
});
