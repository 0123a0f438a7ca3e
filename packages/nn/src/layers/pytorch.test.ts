import * as nn from '@mg/nn';
import { arange, grad, memoryUsage, noGrad, type Tensor } from '@mg/tensor';
import { describe, expect, test } from 'vitest';
import { make, read, type Recorded, rows, titled } from '../../fixtures/layers.ts';
import { rows as sequenceRows } from '../../fixtures/sequences.ts';

/** Asserts 1e-12, or another tolerance, of the largest number. */
function expectClose(actual: Tensor | null | undefined, expected: Recorded, tolerance = 1e-12): void {
  expect(actual?.shape).toEqual(expected.shape);
  const scale = Math.max(...expected.data.map(Math.abs));
  const found = Array.from(actual?.contiguous().data ?? []);
  for (const [at, each] of found.entries())
    expect(Math.abs(each - (expected.data[at] ?? NaN))).toBeLessThanOrEqual(tolerance * scale);
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

describe('in float32 the same, to its precision', () => {
  test.each(titled)('%s', (_, row) => {
    const layer = make(row).to('float32');
    const inputs = row.batches.map((recorded) => (recorded.dtype === 'int32' ? read(recorded) : read(recorded).to('float32'))); // prettier-ignore
    for (const x of inputs) x.requiresGrad = x.dtype === 'float32';
    const outputs = inputs.map((x) => layer.forward(x));
    for (const [at, y] of outputs.entries()) {
      expect(y.dtype).toBe('float32');
      expectClose(y, row.outputs[at] as Recorded, 2e-6);
    }
    const [x, y] = [inputs.at(-1), outputs.at(-1)] as [Tensor, Tensor];
    const gradients = gradientsOf(layer, x, y, read(row.cotangent).to('float32'));
    // Through a variance, rounding is divided by the deviation.
    for (const [at, each] of gradients.entries()) expectClose(each, row.gradients[at] as Recorded, 2e-5);
    for (const [key, expected] of Object.entries(row.after)) expectClose(layer.stateDict()[key], expected, 2e-6);
  });
});

/** Whether a convolution or an instance norm gets one sample, whose first axis is that of the channels. */
function isOneSample({ name, batches }: (typeof rows)[number]): boolean {
  const axes = /^(?:Conv|InstanceNorm).*(\d)d$/.exec(name)?.[1];
  return axes !== undefined && batches[0]?.shape.length === Number(axes) + 1;
}

describe('what a layer makes on the way is given back at once', () => {
  test.each(titled)('%s', (_, row) => {
    const layer = make(row).eval();
    // Large enough to be in the kernels' memory.
    const [first] = row.batches.map(read) as [Tensor];
    const x = first.ndim === 1 ? first.tile([64]) : first.tile([64, ...first.shape.slice(1).map(() => 1)]);
    if (first.ndim === 1 || isOneSample(row)) return; // its axes are features, or channels
    if (row.name === 'LearnedPositionalEncoding' && row.args.length === 2) return; // its first axis is time, which has a limit
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
    .map(([name]) => name)
    .filter((name) => !name.startsWith('Lazy')); // lazy.test.ts compares them with the eager ones
  // Containers have tests of their own, and what a Dropout drops is drawn.
  const others = ['Sequential', 'ModuleList', 'ModuleDict', 'ParameterList', 'Dropout'];
  expect(layers.length).toBeGreaterThan(20);
  const recorded = [...rows, ...sequenceRows].map(({ name }) => name);
  expect(layers.filter((name) => !others.includes(name) && !recorded.includes(name))).toEqual([]);
});
