import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gradcheck, gradgradcheck } from '@mg/gradcheck';
import * as nn from '@mg/nn';
import { arange, grad, memoryUsage, noGrad, tensor, type Tensor } from '@mg/tensor';
import { describe, expect, test } from 'vitest';

interface Recorded {
  readonly shape: readonly number[];
  readonly dtype: 'float64' | 'int32';
  readonly data: readonly number[];
}

/** A layer of PyTorch: three batches in training, and one in use. */
interface Row {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly state: Readonly<Record<string, Recorded>>;
  readonly batches: readonly Recorded[];
  readonly outputs: readonly Recorded[];
  readonly cotangent: Recorded;
  /** At the last batch: of the input, if it is no index, and of the parameters. */
  readonly gradients: readonly Recorded[];
  readonly after: Readonly<Record<string, Recorded>>;
  /** With the gradients of 1 · the first element of the output + 2 · the second one, and so on. */
  readonly inUse: { readonly input: Recorded; readonly output: Recorded; readonly gradients: readonly Recorded[] };
}

const rows = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../fixtures/layers.json'), 'utf8')) as Row[];

const read = ({ shape, dtype, data }: Recorded): Tensor => tensor([...data], { shape, dtype });

/** The layer of a row in float64, with the parameters and buffers recorded at its beginning. */
function make({ name, args, state }: Row): nn.Module {
  const Layer = (nn as unknown as Record<string, new (...args: readonly unknown[]) => nn.Module>)[name];
  if (Layer === undefined) throw new Error(`there is no layer ${name}`);
  const layer = new Layer(...args).to('float64');
  layer.loadStateDict(Object.fromEntries(Object.entries(state).map(([key, value]) => [key, read(value)])));
  return layer;
}

/** Asserts 1e-12 of the largest number. */
function expectClose(actual: Tensor | null | undefined, expected: Recorded): void {
  expect(actual?.shape).toEqual(expected.shape);
  const scale = Math.max(...expected.data.map(Math.abs));
  const found = Array.from(actual?.contiguous().data ?? []);
  for (const [at, each] of found.entries())
    expect(Math.abs(each - (expected.data[at] ?? NaN))).toBeLessThanOrEqual(1e-12 * scale);
}

const titled = rows.map(
  (row, at) => [`${at}: ${row.name}(${row.args.map((each) => JSON.stringify(each)).join(', ')})`, row] as const,
);

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

describe('gradcheck and gradgradcheck', () => {
  // The gradient of the row that stands for padding is 0, although the output depends on it: it is not to be trained.
  const differentiable = titled.filter(([, { args }]) => !JSON.stringify(args).includes('paddingIndex'));
  test.each(differentiable)('%s', (_, row) => {
    const layer = make(row);
    const [x] = row.batches.map(read) as [Tensor];
    const inputs = [...(x.dtype === 'int32' ? [] : [x]), ...layer.parameters()];
    for (const each of inputs) each.requiresGrad = true;
    if (inputs.length === 0) throw new Error('nothing to differentiate');
    const forward = (): Tensor => layer.forward(x);
    gradcheck(forward, inputs);
    gradgradcheck(forward, inputs);
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
  const others = ['Sequential', 'ModuleList', 'Dropout'];
  expect(layers.length).toBeGreaterThan(20);
  expect(layers.filter((name) => !others.includes(name) && !rows.some((row) => row.name === name))).toEqual([]);
});
