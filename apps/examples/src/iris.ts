/** A small classifier on a CSV file: the species of an iris, from the lengths and widths of its sepals and petals. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fromCsv, transforms } from '@mg/data';
import { crossEntropy, Linear, ReLU, Sequential } from '@mg/nn';
import { Adam } from '@mg/optim';
import { Generator, noGrad, type Tensor, tensor } from '@mg/tensor';

const types = {
  'sepal length': 'number',
  'sepal width': 'number',
  'petal length': 'number',
  'petal width': 'number',
  species: 'category',
} as const;

/** 120 flowers to train on and 30 to test with, standardized by the mean and deviation of the former. */
export function prepare(): { model: Sequential; data: Record<'x' | 'y' | 'testX' | 'testY', Tensor> } {
  const generator = new Generator(3);
  const csv = readFileSync(path.join(import.meta.dirname, '../data/iris.csv'), 'utf8');
  const flowers = fromCsv(csv, { types }).map(({ species, ...lengths }) => ({
    x: Float32Array.from(Object.values(lengths)),
    y: species,
  }));
  const [train, test] = flowers.split([120, 30], { random: generator });
  const standardize = transforms.standardize(train.map(({ x }) => x));
  const data = {
    x: tensor([...train.map(({ x }) => [...standardize(x)])]),
    y: tensor([...train.map(({ y }) => y)], { dtype: 'int32' }),
    testX: tensor([...test.map(({ x }) => [...standardize(x)])]),
    testY: tensor([...test.map(({ y }) => y)], { dtype: 'int32' }),
  };
  return {
    model: new Sequential(new Linear(4, 16, { generator }), new ReLU(), new Linear(16, 3, { generator })),
    data,
  };
}

/** Trains on all flowers at once, and returns the loss of each step. */
export function train({ model, data: { x, y } }: ReturnType<typeof prepare>, steps: number): number[] {
  const optimizer = new Adam(model.parameters(), { lr: 0.01 });
  return Array.from({ length: steps }, () => {
    const loss = crossEntropy(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.item();
  });
}

export function run(): void {
  const prepared = prepare();
  const { model, data } = prepared;
  const losses = train(prepared, 300);
  const right = noGrad(() => model.forward(data.testX).argmax(1).eq(data.testY).sum().item());
  console.log(
    `loss ${losses[0]?.toFixed(3)} → ${losses.at(-1)?.toFixed(3)}, ${right} of 30 flowers of the test are right`,
  );
  assert.ok(right >= 28);
}
