import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import * as microGptScalar from '../micro-gpt-scalar.ts';
import { twins } from './twins.ts';

/** PyTorch's losses, which record.js has recorded. */
function recordedLosses(name: string): number[] {
  const file = path.join(import.meta.dirname, '../../fixtures', `${name}.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { losses: number[] }).losses;
}

/** The largest difference between the losses of a step. */
function distance(ours: readonly number[], theirs: readonly number[]): number {
  expect(ours).toHaveLength(theirs.length);
  return Math.max(...ours.map((loss, step) => Math.abs(loss - (theirs[step] ?? NaN))));
}

test.each(Object.entries(twins))('%s has the losses of its twin in PyTorch', async (name, { recorded, train }) => {
  const losses = recordedLosses(name);
  expect(losses).toHaveLength(recorded);
  expect(losses.at(-1)).not.toBe(losses[0]);
  expect(distance(await train(recorded), losses)).toBeLessThan(1e-5);
});

test('micro-gpt with a scalar for each number has the losses of the twin of micro-gpt', () => {
  const losses = recordedLosses('micro-gpt').slice(0, 5);
  expect(distance(microGptScalar.train(microGptScalar.prepare(), 5), losses)).toBeLessThan(1e-5);
});
