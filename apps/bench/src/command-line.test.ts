import { describe, expect, test } from 'vitest';
import { readCommandLine, topicNames } from './command-line.ts';

const read = (...args: string[]) => readCommandLine(args, 'RESULTS.md');

test('a whole run measures everything, on both Nodes, and writes the results', () => {
  const whole = { rounds: 3, only: topicNames, quick: false, nodes: [20, 24], out: 'RESULTS.md' };
  expect(read()).toEqual(whole);
  expect(read('--')).toEqual(whole);
});

describe('a part of a run', () => {
  test('is what was asked for, and does not replace the results', () => {
    const part = { rounds: 5, only: ['W1', 'matmul'], quick: false, nodes: [24], out: undefined };
    expect(read('--only', 'W1,matmul', '--nodes=24', '--rounds', '5')).toEqual(part);
  });

  test('goes to a file that is named', () => {
    expect(read('--quick')).toMatchObject({ quick: true, rounds: 1, out: undefined });
    expect(read('--quick', '--out', 'here.md')).toMatchObject({ out: 'here.md' });
  });
});

test.each([
  [['--rounds', '0'], '--rounds is "0"; give a whole number from 1 on'],
  [['--nodes', '20,x'], '--nodes is "x"'],
  [['--only', 'W1,W6'], '--only names "W6"; there are W1, W2'],
  [['--fast'], 'Unknown option'],
  [['W1'], 'Unexpected argument'],
])('%j is refused', (args, message) => {
  expect(() => read(...args)).toThrow(message);
});
