import * as nn from '@mg/nn';
import { arange, grad, memoryUsage, noGrad, type Tensor } from '@mg/tensor';
import { describe, expect, test } from 'vitest';
import { make, read, type Recorded, rows, titled } from '../../fixtures/layers.ts';

/** Asserts 1e-12 of the largest number. */
function expectClose(actual: Tensor | null | undefined, expected: Recorded): void {
  expect(actual?.shape).toEqual(expected.shape);
  const scale = Math.max(...expected.data.map(Math.abs));
  const found = Array.from(actual?.contiguous().data ?? []);
  for (const [at, each] of found.entries())
    expect(Math.abs(each - (expected.data[at] ?? NaN))).toBeLessThanOrEqual(1e-12 * scale);
}

/** The gradients of a layer's output, with respect to its input, unless that is of indices, and its parameters. */
function gradientsOf(layer: nn.Module, x: Tensor, y: Tensor, cotangent: Tensor): Tensor[] {
  return grad([y], [...(x.requiresGrad ? [x] : []), ...layer.parameters()], { gradOutputs: [cotangent] });
}

function expectAllClose(actual: readonly (Tensor | undefined)[], expected: readonly Recorded[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [at, each] of expected.entries()) expectClose(actual[at], each);
}

describe('layers as in PyTorch', () => {
  test.each(titled)('%s', (_, row) => {
    const layer = make(row);
    const isIndex = row.batches[0]?.dtype === 'int32';
    const input = (recorded: Recorded): Tensor => {
      const x = read(recorded);
      if (!isIndex) x.requiresGrad = true;
      return x;
    };
    const xs = row.batches.map(input);
    const ys = xs.map((x) => layer.forward(x));
    expectAllClose(ys, row.outputs);
    const [x, y] = [xs.at(-1), ys.at(-1)] as [Tensor, Tensor];
    expectAllClose(gradientsOf(layer, x, y, read(row.cotangent)), row.gradients);

    const after = layer.stateDict();
    expect(Object.keys(after)).toEqual(Object.keys(row.after));
    expectAllClose(Object.values(after), Object.values(row.after));

    layer.eval();
    const used = input(row.inUse.input);
    const output = layer.forward(used);
    expectClose(output, row.inUse.output);
    const counting = arange(1, output.size + 1, 1, { dtype: 'float64' }).reshape(output.shape);
    expectAllClose(gradientsOf(layer, used, output, counting), row.inUse.gradients);
  });
});

describe('what a layer makes on the way is given back at once', () => {
  test.each(titled)('%s', (_, row) => {
    const layer = make(row).eval();
    // Large enough to be in the kernels' memory.
    const [first] = row.batches.map(read) as [Tensor];
    const x = first.ndim === 1 ? first.tile([64]) : first.tile([64, ...first.shape.slice(1).map(() => 1)]);
    if (first.ndim === 1 || (row.name === 'Conv2d' && first.ndim === 3)) return; // its axes are features, or channels
    const run = (): Tensor => noGrad(() => layer.forward(x));
    run();
    const { used } = memoryUsage();
    const y = run();
    const bytes = 8 * y.size;
    expect(memoryUsage().used - used).toBeLessThanOrEqual(64 * Math.ceil(bytes / 64));
  });
});

test('every layer is there', () => {
  const layers = Object.entries(nn)
    .filter(([, value]) => typeof value === 'function' && value.prototype instanceof nn.Module)
    .map(([name]) => name);
  // Containers have tests of their own, and what a Dropout drops is drawn.
  const others = ['Sequential', 'ModuleList', 'ModuleDict', 'ParameterList', 'Dropout'];
  expect(layers.length).toBeGreaterThan(20);
  expect(layers.filter((name) => !others.includes(name) && !rows.some((row) => row.name === name))).toEqual([]);
});
