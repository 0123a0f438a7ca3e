import { expect, test } from 'vitest';
import { Pace } from './smoothing.ts';

test('no rate before the first update', () => {
  const pace = new Pace();
  expect(pace.rate).toBeNull();
  pace.start(7_000, 500);
  expect(pace.rate).toBeNull();
  pace.update(7_000, 600); // no time has gone by
  expect(pace.rate).toBeNull();
});

test('counts and time before the start are ignored', () => {
  const pace = new Pace();
  pace.start(7_000, 500);
  pace.update(7_500, 600);
  expect(pace.rate).toBeCloseTo(200);
  pace.start(60_000, 600);
  pace.update(60_500, 700);
  expect(pace.rate).toBeCloseTo(200);
});

test('follows a change within seconds, at any frequency of updates', () => {
  const rateAfter = (every: number): number | null => {
    const pace = new Pace();
    pace.start(0, 0);
    pace.update(1_000, 1_000);
    for (let at = every; at <= 5_000; at += every) pace.update(1_000 + at, 1_000 + 3 * at);
    return pace.rate;
  };
  expect(rateAfter(100)).toBeCloseTo(3_000 - 2_000 / Math.E);
  expect(rateAfter(1_000)).toBeCloseTo(3_000 - 2_000 / Math.E);
});
