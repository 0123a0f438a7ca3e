/**
 * Linear regression on a CSV file: the rent of an apartment, from its area, its rooms, its district and its balcony.
 *
 * The rents were made by a rule with noise of 30 (data/apartments.js), and no model can be closer to them than that.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fromCsv } from '@mg/data';
import { Linear, mseLoss } from '@mg/nn';
import { SGD } from '@mg/optim';
import { Generator, type Tensor, tensor } from '@mg/tensor';

const types = { area: 'number', rooms: 'number', district: 'category', balcony: 'category', rent: 'number' } as const;

/** 200 apartments to train on and 40 to test with, in units in which numbers are near 1. */
export function prepare(): { model: Linear; data: Record<'x' | 'y' | 'testX' | 'testY', Tensor> } {
  const generator = new Generator(1);
  const csv = readFileSync(path.join(import.meta.dirname, '../data/apartments.csv'), 'utf8');
  const apartments = fromCsv(csv, { types }).map(({ area, rooms, district, balcony, rent }) => ({
    x: [area / 100, rooms / 5, Number(district === 0), Number(district === 1), Number(district === 2), balcony],
    y: [rent / 1000],
  }));
  const [train, test] = apartments.split([200, 40], { random: generator });
  const data = {
    x: tensor([...train.map(({ x }) => x)]),
    y: tensor([...train.map(({ y }) => y)]),
    testX: tensor([...test.map(({ x }) => x)]),
    testY: tensor([...test.map(({ y }) => y)]),
  };
  return { model: new Linear(6, 1, { generator }), data };
}

/** Trains on all apartments at once, and returns the loss of each step. */
export function train({ model, data: { x, y } }: ReturnType<typeof prepare>, steps: number): number[] {
  const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  return Array.from({ length: steps }, () => {
    const loss = mseLoss(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.item();
  });
}

export function run(): void {
  const prepared = prepare();
  const { model, data } = prepared;
  train(prepared, 2000);
  const error = Math.sqrt(mseLoss(model.forward(data.testX), data.testY).item()) * 1000;
  const perMetre = model.weight.at(0, 0).item() * 10;
  console.log(`a square metre costs ${perMetre.toFixed(2)}, and the rents of the test are off by ${error.toFixed(1)}`);
  assert.ok(error < 35);
  assert.ok(Math.abs(perMetre - 9.5) < 0.4);
}
