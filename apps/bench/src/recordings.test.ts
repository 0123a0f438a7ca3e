import { expect, test } from 'vitest';
import { leastOf, medianOf, ratioOf, type Recording } from './recordings.ts';

const record = (participant: string, round: number, ms: number): Recording => ({
  topic: 'W1',
  participant,
  round,
  figures: { ms },
});
const recordings: Recording[] = [
  record('we', 1, 1),
  record('they', 1, 2),
  record('we', 2, 10),
  record('they', 2, 30),
  record('we', 3, 3),
  record('they', 3, 12),
  record('seldom', 2, 40),
  { topic: 'W1', participant: 'never', round: 1, error: 'not today' },
  { topic: 'W2', participant: 'we', round: 1, figures: { ms: 1000 } },
];
const ms = (participant: string) => ({ topic: 'W1', participant, figure: 'ms' });

test('a figure is the median over the rounds', () => {
  expect(medianOf(recordings, ms('we'))).toBe(3);
  expect(medianOf(recordings, ms('they'))).toBe(12);
  expect(medianOf(recordings, ms('never'))).toBeUndefined();
  expect(medianOf(recordings, { ...ms('we'), figure: 'loss' })).toBeUndefined();
});

test('a ratio is taken within each round that has both', () => {
  expect(ratioOf(recordings, ms('they'), ms('we'))).toBe(3); // of 2, 3 and 4; of the medians it would be 4
  expect(ratioOf(recordings, ms('seldom'), ms('we'))).toBe(4);
  expect(ratioOf(recordings, ms('never'), ms('we'))).toBeUndefined();
});

test('the least is the fastest of those that were measured', () => {
  expect(leastOf(recordings, [ms('never'), ms('seldom'), ms('they')])).toEqual(ms('they'));
  expect(leastOf(recordings, [ms('never')])).toBeUndefined();
});
