import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Point, ThinnedSeries } from './thinned-series.ts';

function series(room: number, points: readonly Point[]): ThinnedSeries {
  const thinned = new ThinnedSeries(room);
  for (const [x, y] of points) thinned.add(x, y);
  return thinned;
}

const squares = (count: number): Point[] => Array.from({ length: count }, (_, i) => [i, i * i]);

test('returns the added points as long as there is room', () => {
  expect(series(4, squares(4)).points(4)).toEqual(squares(4));
});

test('then returns means of neighbours; an incomplete point is left out', () => {
  expect(series(4, squares(5)).points(4)).toEqual([
    [0.5, 0.5],
    [2.5, 6.5],
  ]);
  expect(series(4, squares(6)).points(4)).toEqual([
    [0.5, 0.5],
    [2.5, 6.5],
    [4.5, 20.5],
  ]);
  expect(series(4, squares(12)).points(4)).toEqual([
    [1.5, 3.5],
    [5.5, 31.5],
    [9.5, 91.5],
  ]);
});

test('fewer points are means of more values', () => {
  expect(series(8, squares(6)).points(3)).toEqual([
    [0.5, 0.5],
    [2.5, 6.5],
    [4.5, 20.5],
  ]);
});

test('never more points than asked for, in order, and on the line that was added', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 100 }), (count, most) => {
      const line = Array.from({ length: count }, (_, i): Point => [i, 3 * i + 1]);
      const points = series(64, line).points(most);
      expect(points.length).toBeGreaterThan(0);
      expect(points.length).toBeLessThanOrEqual(most);
      for (const [i, [x, y]] of points.entries()) {
        expect(y).toBeCloseTo(3 * x + 1, 6);
        expect(x).toBeGreaterThan(points[i - 1]?.[0] ?? -1);
      }
      expect(points.at(-1)?.[0]).toBeGreaterThan(count / 3 - 1);
    }),
  );
});
