import { gradcheck } from '@mg/gradcheck';
import { grad, tensor, type Tensor } from '@mg/tensor';
import { describe, expect, test } from 'vitest';
import { groups, inputsOf, type Row, run } from '../../fixtures/op-table/rows.ts';

/**
 * Rows that differences can be taken of: at random numbers, where a function has a slope, of inputs each element of which can be
 * moved by itself, and with results that are finite and not empty. A cast to float32 has steps through which no difference sees, and much work in large inputs shows no more.
 */
const isSmooth = ({ op, dtype, kind, gradients, inputs, output }: Row): boolean =>
  dtype === 'float64' &&
  kind !== 'edge' &&
  gradients !== null &&
  output.data.length > 0 &&
  output.data.every((each) => Number.isFinite(Number(each))) &&
  !(op === 'to' && output.dtype === 'float32') &&
  inputs.every(({ layout, data }) => layout !== 'repeated' && data.length <= 150);

/** Every fourth row of an operation, beginning with the first; all of them with `--mode whole`. */
const sampled = (rows: readonly Row[]): readonly Row[] =>
  process.env['WHOLE_SWEEPS'] === undefined ? rows.filter((_, index) => index % 4 === 0) : rows;

const smooth = Object.entries(groups)
  .map(([group, rows]) => [group, rows.filter(isSmooth)] as const)
  .filter(([, rows]) => rows.length > 0);

describe.each(smooth)('%s: gradients, and their own gradients, by central differences', (_, rows) => {
  test.each([...new Set(rows.map(({ op }) => op))])('%s', (op) => {
    for (const row of sampled(rows.filter((each) => each.op === op))) {
      const inputs = inputsOf(row);
      gradcheck((...xs: readonly Tensor[]) => run(row, xs), inputs);
      // The gradient of the gradient, along a fixed direction that is not symmetric.
      const output = run(row, inputs);
      const direction = tensor(
        Array.from({ length: output.size }, (_, at) => 0.5 + 0.3 * at),
        { shape: output.shape, dtype: 'float64' },
      );
      gradcheck(
        (...xs: readonly Tensor[]) =>
          grad([run(row, xs)], xs, { gradOutputs: [direction], createGraph: true, allowUnused: true }).filter(
            (g) => g !== null,
          ),
        inputs,
      );
    }
  });
});

test('leaves out no operation that has a gradient', () => {
  const withGradient = Object.values(groups).flatMap((rows) => rows.filter(({ gradients }) => gradients !== null));
  const checked = new Set(smooth.flatMap(([, rows]) => rows.map(({ op }) => op)));
  expect(withGradient.map(({ op }) => op).filter((op) => !checked.has(op))).toEqual([]);
});
