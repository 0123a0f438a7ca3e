import { expect, test } from 'vitest';
import { type Recording } from './recordings.ts';
import { runRounds } from './rounds.ts';
import { type Turn } from './topics.ts';

const turn = (participant: string, script: string, more: { rounds?: number } = {}): Turn => ({
  participant,
  command: { program: process.execPath, args: ['-e', script] },
  ...more,
});
const prints = 'console.log(JSON.stringify({ figures: { ms: 1 } }))';

test('all take turns, in as many rounds as they have, and who fails once is left out', () => {
  const turns = [turn('a', prints), turn('b', 'throw new Error("never again")'), turn('c', prints, { rounds: 1 })];
  const recordings: Recording[] = [];
  runRounds({ name: 'W1', turns }, { rounds: 2, pin: [], onRecording: (each) => recordings.push(each) });
  expect(recordings).toEqual([
    { topic: 'W1', participant: 'a', round: 1, figures: { ms: 1 } },
    { topic: 'W1', participant: 'b', round: 1, error: 'never again' },
    { topic: 'W1', participant: 'c', round: 1, figures: { ms: 1 } },
    { topic: 'W1', participant: 'a', round: 2, figures: { ms: 1 } },
  ]);
});
