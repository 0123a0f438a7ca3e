import { expect, test } from 'vitest';
import { topicNames } from './command-line.ts';
import { type Installed } from './installed.ts';
import { flushedPyTorch, ours, participantsOf, pyTorch } from './participants.ts';
import { topicsOf } from './topics.ts';

const everything: Installed = {
  nodes: [
    { major: 20, version: '20.20.0', program: 'node20' },
    { major: 24, version: '24.21.0', program: 'node24' },
  ],
  hasJavaScriptPeers: true,
  python: 'python3',
  hasTorch: true,
  micrograd: '/micrograd',
  pin: [],
  missing: [],
};
const nothing: Installed = { ...everything, hasJavaScriptPeers: false, python: null, hasTorch: false, micrograd: null };
const prepared = { folder: '/data', blas: { OPENBLAS_CORETYPE: 'Haswell' } };
const topics = (installed: Installed, { quick = false } = {}) =>
  topicsOf(participantsOf(installed, prepared), { only: topicNames, quick });

test('with everything installed every topic has everyone', () => {
  const found = new Map(
    topics(everything).map(({ name, turns }) => [name, turns.map(({ participant }) => participant)]),
  );
  expect([...found.keys()]).toEqual(topicNames.filter((name) => name !== 'sizes'));
  expect(found.get('W1')).toHaveLength(2 + 3 + 1 + 4);
  expect(found.get('W2')).toHaveLength(2 + 3 + 1 + 4);
  expect(found.get('W3')).toHaveLength(2 + 3 + 4);
  expect(found.get('W4')).toHaveLength(2 + 3);
  expect(found.get('W5')).toHaveLength(2 * (2 + 2 + 2));
  expect(found.get('matmul')).toHaveLength(2 + 1 + 4 + 2);
  expect(found.get('memory')).toEqual([ours(24)]);
  expect(found.get('W1')?.slice(0, 4)).toEqual([ours(20), ours(24), pyTorch, flushedPyTorch]);
});

test('with nothing else installed there are ours, and what they are held against', () => {
  const names = new Set(topics(nothing).flatMap(({ turns }) => turns.map(({ participant }) => participant)));
  expect([...names].filter((name) => !/Node (20|24)$/.test(name))).toEqual([]);
  expect(names.size).toBe(2 * 4); // ours, their kernel calls, the port and the bare loops
});

test('a command names a script, what it is to do, and how long', () => {
  const [W1] = topics(everything);
  const commands = W1?.turns.map(({ command }) => [command.program, ...command.args].join(' ')) ?? [];
  expect(commands[1]).toMatch(/^node24 .*ours\/train\.js train W1 1875 1875$/);
  expect(commands[3]).toMatch(/^python3 .*peers\/pytorch\.py train W1 1875 1875$/);
  expect(commands[6]).toMatch(/^node20 .*peers\/jax-js\.js train W1 200 600$/);
  expect(W1?.turns[3]?.command.env).toMatchObject({ FLUSH: '1' });
  expect(W1?.turns[4]?.command.env).toMatchObject({ FLUSH: '1', FOREACH: '1' });
  expect(W1?.turns[2]?.command.env).toEqual({ DIGITS: '/data', OPENBLAS_CORETYPE: 'Haswell' });
});

test('PyTorch trains on the same text as ours', () => {
  const W4 = topics(everything).find(({ name }) => name === 'W4');
  const commands = W4?.turns.map(({ command }) => [command.program, ...command.args].join(' ')) ?? [];
  expect(commands[0]).toMatch(/^node20 .*ours\/train\.js train W4 20 100$/);
  expect(commands[2]).toMatch(/^python3 .*peers\/pytorch\.py train W4 20 100$/);
});

test('a quick run takes a tenth of the steps', () => {
  const [W1] = topics(everything, { quick: true });
  expect(W1?.turns[0]?.command.args.slice(-2)).toEqual(['188', '188']);
});
