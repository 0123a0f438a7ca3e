import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chartRows, lossCurve } from './loss-curve.ts';
import { ThinnedSeries } from './thinned-series.ts';

function curve(losses: readonly number[], epochs = 1): ThinnedSeries {
  const series = new ThinnedSeries();
  for (const [i, loss] of losses.entries()) series.add(((i + 1) * epochs) / losses.length, loss);
  return series;
}

test('logarithmic: each factor of ten is as high, and epochs are numbered where they end', () => {
  const losses = Array.from({ length: 40 }, (_, i) => 10 ** (-i / 13));
  expect(lossCurve(curve(losses, 4), { columns: 50, colour: false })).toEqual([
    'loss by epoch',
    '       ▲',
    '    1.0┤━━━┓',
    '       │   ┗━━━━━┓',
    '   0.10┤         ┗━━━━━━┓',
    '       │                ┗━━━━━━┓',
    '  0.010┤                       ┗━━━━━━┓',
    '       │                              ┗━━━━━┓',
    ' 0.0010┤                                    ┗━━━━',
    '       └─────────┬─────────┬──────────┬─────────┬▶',
    '                 1         2          3         4',
  ]);
});

test('nothing without points, or without room', () => {
  expect(lossCurve(curve([]), { columns: 80, colour: false })).toEqual([]);
  expect(lossCurve(curve([0, NaN, Infinity]), { columns: 80, colour: false })).toEqual([]);
  expect(lossCurve(curve([1, 2]), { columns: 16, colour: false })).toEqual([]);
});

test('colour changes no character', () => {
  const [plain, cyan] = [false, true].map((colour) => lossCurve(curve([3, 2, 1]), { columns: 40, colour }).join('\n'));
  expect(cyan).toContain('\u001b[36m');
  expect(stripVTControlCharacters(cyan ?? '')).toBe(plain);
});

test('as high as it says and never wider than it may be, whatever the losses and the length of the run', () => {
  const losses = fc.array(fc.double({ min: 1e-30, max: 1e30, noNaN: true }), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(
      losses,
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 17, max: 200 }),
      (values, epochs, columns) => {
        const lines = lossCurve(curve(values, epochs), { columns, colour: false });
        expect(lines).toHaveLength(chartRows);
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
        expect(lines.at(-2)).toHaveLength(columns);
        expect(lines.at(-1)).toMatch(/^ +[\d.]+( +[\d.]+)*$/);
      },
    ),
  );
});
