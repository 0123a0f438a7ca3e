import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AdaptiveMaxPool2d, MaxPool1d, MaxPool2d } from '@mg/nn';
import { grad, tensor, type Tensor } from '@mg/tensor';
import { expect, test } from 'vitest';
import { type Recorded } from '../../fixtures/layers.ts';

// Beside what PyTorch 1.13 gives with return_indices=True, as fixtures/pool-indices.py has recorded it.

interface Row {
  readonly name: 'AdaptiveMaxPool2d' | 'MaxPool1d' | 'MaxPool2d';
  readonly args: readonly [never, never];
  readonly input: Recorded;
  readonly values: Recorded;
  readonly indices: Recorded;
}

const layers = { AdaptiveMaxPool2d, MaxPool1d, MaxPool2d };
const file = path.join(import.meta.dirname, '../../fixtures/pool-indices.json');
const rows = JSON.parse(readFileSync(file, 'utf8')) as Row[];

test('there are rows of every pool with indices', () => {
  expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(Object.keys(layers)));
});

test.each(rows)('$name($args) gives the maxima and their places', ({ name, args, input, values, indices }) => {
  for (const dtype of ['float32', 'float64'] as const) {
    const x = tensor([...input.data], { shape: input.shape, dtype, requiresGrad: true });
    const layer = new layers[name](...args);
    const found = layer.withIndices(x);
    expect(found.values.shape).toEqual(values.shape);
    expect([...found.values.contiguous().data]).toEqual(values.data);
    expect(found.indices.dtype).toBe('int32');
    expect(found.indices.shape).toEqual(indices.shape);
    expect([...found.indices.contiguous().data]).toEqual(indices.data);
    // Its gradients are those of the output alone.
    const gradientOf = (y: Tensor) => grad([y.square().sum()], [x])[0].toArray();
    expect(gradientOf(found.values)).toEqual(gradientOf(layer.forward(x)));
  }
});
