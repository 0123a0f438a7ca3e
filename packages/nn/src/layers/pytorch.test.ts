import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gradcheck, gradgradcheck } from '@mg/gradcheck';
import * as nn from '@mg/nn';
import { grad, tensor, type Tensor } from '@mg/tensor';
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
  readonly inUse: { readonly input: Recorded; readonly output: Recorded };
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

describe('layers as in PyTorch', () => {
  test.each(titled)('%s', (_, row) => {
    const layer = make(row);
    const isIndex = row.batches[0]?.dtype === 'int32';
    for (const [turn, batch] of row.batches.entries()) {
      const x = read(batch);
      if (!isIndex) x.requiresGrad = true;
      const y = layer.forward(x);
      expectClose(y, row.outputs[turn] ?? row.cotangent);
      if (turn < 2) continue;
      const inputs = [...(isIndex ? [] : [x]), ...layer.parameters()];
      expect(inputs.length).toBe(row.gradients.length);
      const gradients = grad([y], inputs, { gradOutputs: [read(row.cotangent)] });
      for (const [at, each] of gradients.entries()) expectClose(each, row.gradients[at] ?? row.cotangent);
    }
    const after = layer.stateDict();
    expect(Object.keys(after)).toEqual(Object.keys(row.after));
    for (const [key, value] of Object.entries(row.after)) expectClose(after[key], value);
    layer.eval();
    expectClose(layer.forward(read(row.inUse.input)), row.inUse.output);
  });
});

describe('gradcheck and gradgradcheck', () => {
  // The gradient of the row that stands for padding is 0, although the output depends on it: it is not to be trained.
  const differentiable = titled.filter(([, { args }]) => !JSON.stringify(args).includes('paddingIndex'));
  test.each(differentiable)('%s', (_, row) => {
    const layer = make(row);
    const [first = row.cotangent] = row.batches;
    const x = read(first);
    const inputs = [...(first.dtype === 'int32' ? [] : [x]), ...layer.parameters()];
    for (const each of inputs) each.requiresGrad = true;
    if (inputs.length === 0) throw new Error('nothing to differentiate');
    const forward = (): Tensor => layer.forward(x);
    gradcheck(forward, inputs);
    gradgradcheck(forward, inputs);
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
