import { describe, expect, test } from 'vitest';
import { exp, log } from './transcendental.ts';

const bits = new DataView(new ArrayBuffer(8));

/** How many doubles lie between two positive numbers. */
function ulps(a: number, b: number): number {
  const place = (x: number) => {
    bits.setFloat64(0, x);
    return bits.getBigInt64(0);
  };
  return Math.abs(Number(place(a) - place(b)));
}

/** Numbers spread evenly over a range, ends included. */
const spread = (from: number, to: number, count = 20_000) =>
  Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count);

// Engines promise their own exp and log within 1 ulp; two such answers may lie 2 apart.
describe('exp', () => {
  test('is within 2 ulp of the engine, over its whole range', () => {
    for (const x of [...spread(-745, 709.78), ...spread(-1, 1)])
      expect(ulps(exp(x), Math.exp(x)), `exp(${x})`).toBeLessThanOrEqual(2);
  });

  test('at its edges', () => {
    expect([exp(0), exp(-0), exp(-Infinity), exp(Infinity), exp(NaN)]).toEqual([1, 1, 0, Infinity, NaN]);
    expect(ulps(exp(709.782712893384), Math.exp(709.782712893384))).toBeLessThanOrEqual(2);
    expect(exp(709.7827128933841)).toBe(Infinity);
    expect([exp(-745.1332191019411), exp(-745.1332191019412), exp(-746)]).toEqual([5e-324, 0, 0]);
  });
});

describe('log', () => {
  test('is within 2 ulp of the engine, over its whole range', () => {
    for (const x of spread(-744, 709).map(Math.exp))
      expect(ulps(Math.abs(log(x)), Math.abs(Math.log(x))), `log(${x})`).toBeLessThanOrEqual(2);
    for (const x of spread(0.5, 2))
      if (x !== 1) expect(ulps(Math.abs(log(x)), Math.abs(Math.log(x))), `log(${x})`).toBeLessThanOrEqual(2);
  });

  test('at its edges', () => {
    expect([log(1), log(0), log(-0), log(Infinity), log(-1), log(NaN)]).toEqual([
      0,
      -Infinity,
      -Infinity,
      Infinity,
      NaN,
      NaN,
    ]);
    expect(log(5e-324)).toBe(-744.4400719213812);
  });
});
