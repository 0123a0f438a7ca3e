import { expect, test } from 'vitest';
import { chainCounts, chainsSource } from './chains.ts';

test('each number of chains has a loop that uses all of them', () => {
  const loops = chainsSource().split('export function ').slice(1);
  expect(loops.map((loop) => /^chains(\d+)/.exec(loop)?.[1])).toEqual(chainCounts.map(String));
  for (const [index, loop] of loops.entries()) {
    const count = chainCounts[index] ?? 0;
    expect(loop.match(/multiplyAdd\(/g)).toHaveLength(count);
    expect(loop.match(/f32x4\.add\(/g)).toHaveLength(count - 1);
  }
});
