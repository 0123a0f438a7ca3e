import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gradcheck, gradgradcheck } from '@mg/gradcheck';
import { cosineSimilarity, interpolate, linear, normalize } from '@mg/nn';
import { grad, Generator, randn, tensor, type Tensor } from '@mg/tensor';
import { expect, test } from 'vitest';
import { type Recorded } from '../../fixtures/layers.ts';

// Beside what PyTorch 1.13 gives, as fixtures/functions.py has recorded it.

interface Row {
  readonly name: 'cosineSimilarity' | 'linear' | 'normalize';
  readonly inputs: readonly Recorded[];
  readonly options: object | null;
  readonly value: Recorded;
  readonly gradients: readonly Recorded[];
}

const file = path.join(import.meta.dirname, '../../fixtures/functions.json');
const rows = JSON.parse(readFileSync(file, 'utf8')) as Row[];

const functions: Record<Row['name'], (inputs: readonly Tensor[], options: object | undefined) => Tensor> = {
  cosineSimilarity: ([a, b], options) => cosineSimilarity(a as Tensor, b as Tensor, options),
  linear: ([x, weight, bias]) => linear(x as Tensor, weight as Tensor, bias),
  normalize: ([x], options) => normalize(x as Tensor, options),
};

test('there are rows of every function', () => {
  expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(Object.keys(functions)));
});

test.each(rows.map((row, at) => [`${at}: ${row.name}`, row] as const))('%s is that of PyTorch', (_, row) => {
  for (const [dtype, tolerance] of [['float64', 1e-12], ['float32', 4e-6]] as const) {
    const inputs = row.inputs.map(({ shape, data }) => tensor([...data], { shape, dtype, requiresGrad: true }));
    const y = functions[row.name](inputs, row.options ?? undefined);
    const seed = tensor(Array.from({ length: y.size }, (__, at) => at + 1), { shape: y.shape, dtype }); // prettier-ignore
    const found = [y, ...grad([y], inputs, { gradOutputs: [seed] })];
    for (const [at, expected] of [row.value, ...row.gradients].entries()) {
      const ours = found[at] as Tensor;
      expect([ours.dtype, ours.shape]).toEqual([dtype, expected.shape]);
      const scale = Math.max(...expected.data.map(Math.abs));
      const off = [...ours.contiguous().data].map((each, i) => Math.abs(each - (expected.data[i] ?? NaN)));
      expect(Math.max(...off)).toBeLessThanOrEqual(tolerance * scale);
    }
  }
}); // prettier-ignore

test('a vector shorter than eps is divided by eps, and has the gradient of that', () => {
  const [a, b] = [[0.3, 0.4], [3, 4]].map((x) => tensor(x, { dtype: 'float64', requiresGrad: true })) as [Tensor, Tensor]; // prettier-ignore
  const similarity = (): Tensor => cosineSimilarity(a, b, { axis: 0, eps: 2 });
  expect(similarity().item()).toBeCloseTo(2.5 / (2 * 5), 14); // where PyTorch 1.13 gives 0.25 too, and a gradient that is not its slope
  gradcheck(similarity, [a, b]);
  expect(cosineSimilarity(a.mul(0), b, { axis: 0 }).item()).toBe(0);
});

test('functions have gradients and second gradients', () => {
  const generator = new Generator(1);
  const [a, b] = [0, 1].map(() => randn([2, 3], { dtype: 'float64', requiresGrad: true, generator })) as [Tensor, Tensor]; // prettier-ignore
  const cases: readonly (readonly [() => Tensor, readonly Tensor[]])[] = [
    [() => normalize(a), [a]],
    [() => cosineSimilarity(a, b), [a, b]],
    [() => linear(a, b), [a, b]],
  ];
  for (const [fn, inputs] of cases) {
    gradcheck(fn, inputs);
    gradgradcheck(fn, inputs);
  }
});

test('interpolate gives what Upsample gives, also of whole numbers by the nearest', () => {
  const x = tensor([[[1, 2, 3]]]);
  expect(interpolate(x, { scaleFactor: 5 / 3 }).toArray()).toEqual([[[1, 1, 2, 2, 3]]]);
  expect(interpolate(x, { size: 2 }).toArray()).toEqual([[[1, 2]]]);
});
