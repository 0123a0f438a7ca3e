import { grad, memoryUsage, noGrad, type Tensor } from '@mg/tensor';
import { describe, expect, test } from 'vitest';
import { call, inputsOf, make, read, type Recorded, tensorsIn, titled } from '../../fixtures/sequences.ts';

/** Asserts 1e-12 of the largest number. */
function expectAllClose(actual: readonly Tensor[], expected: readonly Recorded[]): void {
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  for (const [at, { data }] of expected.entries()) {
    const wanted = data as readonly number[];
    const scale = Math.max(...wanted.map(Math.abs));
    const found = Array.from(actual[at]?.contiguous().data ?? []);
    expect(found.length).toBe(wanted.length);
    for (const [index, each] of found.entries()) {
      expect(Math.abs(each - (wanted[index] ?? NaN))).toBeLessThanOrEqual(1e-12 * scale);
    }
  }
}

describe('modules for sequences as in PyTorch', () => {
  test.each(titled)('%s', (_, row) => {
    const module = make(row);
    expect(Object.keys(module.stateDict())).toEqual(Object.keys(row.state));
    const inputs = inputsOf(row);
    const leaves = tensorsIn(inputs).filter(({ dtype }) => dtype === 'float64');
    for (const each of leaves) each.requiresGrad = true;
    const outputs = call(module, row, inputs);
    expectAllClose(outputs, row.outputs);
    const gradients = grad(outputs, [...leaves, ...module.parameters()], { gradOutputs: row.cotangents.map(read) });
    expectAllClose(gradients, row.gradients);
  });
});

describe('what a module for sequences makes on the way is given back at once', () => {
  test.each(titled.filter(([, { packed }]) => packed === undefined))('%s', (_, row) => {
    const module = make(row).eval();
    const inputs = inputsOf(row);
    const run = (): Tensor[] => noGrad(() => call(module, row, inputs));
    run();
    const { used } = memoryUsage();
    const outputs = run();
    const bytes = outputs.reduce((sum, { size }) => sum + 64 * Math.ceil((8 * size) / 64), 0);
    expect(memoryUsage().used - used).toBeLessThanOrEqual(bytes);
  });
});
