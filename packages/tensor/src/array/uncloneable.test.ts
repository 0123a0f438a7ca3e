import { MessageChannel } from 'node:worker_threads';
import { inspect } from 'node:util';
import { serialize } from 'node:v8';
import { Generator, tensor } from '@mg/tensor';
import { expect as jestExpect } from 'expect';
import { expect, test } from 'vitest';

const ways: readonly (readonly [string, (x: unknown) => unknown])[] = [
  ['structuredClone', structuredClone],
  ['postMessage', (x) => { new MessageChannel().port1.postMessage(x); }], // prettier-ignore
  ['serialize of node:v8', serialize],
];

test.each(ways)('%s says what to send in place of a tensor', (_, clone) => {
  const says = expect.objectContaining({
    name: 'DataCloneError',
    code: 25,
    message: expect.stringContaining('send x.data and x.shape') as string,
  }) as Error;
  expect(() => clone(tensor([1, 2]))).toThrow(says);
  expect(() => clone({ batch: [tensor([1, 2]).mul(2)] })).toThrow(says);
  expect(() => clone(tensor([1, 2]).data)).not.toThrow();
});

test.each(ways)('%s says what to send in place of a Generator', (_, clone) => {
  expect(() => clone(new Generator(1))).toThrow('send getState()');
  expect(() => clone(new Generator(1).getState())).not.toThrow();
});

test('printing, copying and JSON do not read what throws', () => {
  const x = tensor([1, 2]);
  expect(inspect(x)).toBe('tensor([1, 2])');
  expect(JSON.stringify({ x })).toBe('{"x":[1,2]}');
  expect(Object.keys(Object.assign({}, x))).toEqual(['uncloneable']);
  expect(inspect(new Generator(1), { depth: 5 })).toContain('[Getter]');
});

test.each([
  ['Vitest', expect],
  ['Jest', jestExpect as unknown as typeof expect],
])('a failed comparison in %s shows the difference', (_, expectIn) => {
  const [x, y] = [tensor([1, 2]), tensor([1, 2], { dtype: 'float64' })];
  expect(() => {
    expectIn({ x }).toEqual({ x: y });
  }).toThrow(/to (deeply )?equal|toEqual/);
  expect(() => {
    expectIn([new Generator(1), 1]).toEqual([new Generator(1), 2]);
  }).toThrow(/to (deeply )?equal|toEqual/);
});
