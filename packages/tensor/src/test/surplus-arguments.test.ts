import { concat, equal, slice, stack, tensor, Tensor, where } from '@mg/tensor';
import { describe, expect, test } from 'vitest';
import { foreignNames } from '../ops/foreign-names.ts';

const x = tensor([1, 2]);
const loose = x as unknown as Record<string, (...given: unknown[]) => Tensor>;
const call = (name: string, ...given: unknown[]): unknown => loose[name]?.(...given);

/** What takes any number of arguments, what the engine itself calls all the time, and what JSON.stringify calls with a name. */
const takesMore = ['at', 'isContiguous', 'set', 'toJSON'];
const methods = Object.entries(Object.getOwnPropertyDescriptors(Tensor.prototype)).flatMap(([name, { value }]) =>
  typeof value === 'function' && name !== 'constructor' && !Object.hasOwn(foreignNames, name)
    ? [[name, value as () => unknown] as const]
    : [],
);

describe('an argument too many, which plain JavaScript would drop, is refused', () => {
  test('by every method', () => {
    const taken = methods.filter(([name, { length }]) => {
      try {
        call(name, ...new Array<undefined>(length), Symbol('surplus'));
      } catch (error) {
        return !(error as Error).message.startsWith(`${name}: takes `) || !String(error).includes('as well');
      }
      return true;
    });
    expect(taken.map(([name]) => name).sort()).toEqual(takesMore);
    expect(methods.length).toBeGreaterThan(100);
  });

  test.each([
    [['gelu', 'tanh'], "gelu: the options must be an object, as in { approximate }, got the string 'tanh'"],
    [['gelu', { approximate: 'erf' }], "gelu: approximate must be 'none' or 'tanh', got the string 'erf'"],
    [['softplus', 2], 'softplus: takes no argument, got 2 as well; several numbers go in one list, as in [0, 1]'],
    [['add', x, { beta: 2 }], 'add: there is no option beta; it takes alpha'],
    [['add', x, 2], 'add: the options must be an object, as in { alpha }, got 2'],
    [['add', x, { alpha: '2' }], "add: alpha must be a number, got the string '2'"],
    [['mul', x, { alpha: 2 }], 'mul: takes 1 argument, got options, { alpha } as well'],
    [['div', 2, { roundingMode: 'up' }], "div: roundingMode must be 'floor' or 'trunc', got the string 'up'"],
    [['round', 2], 'round: the options must be an object, as in { decimals }, got 2'],
    [['round', { decimals: 0.5 }], 'round: decimals must be an integer from -300 to 300, got 0.5'],
    [['softmax', 0, { dtype: 'float64' }], 'softmax: takes 1 argument, got options, { dtype } as well'],
    [['flip', 0, 1], 'flip: takes 1 argument, got 1 as well; several numbers go in one list, as in [0, 1]'],
    [['tile', 2, 3], 'tile: takes 1 argument, got 3 as well; several numbers go in one list, as in [0, 1]'],
    [['squeeze', 0, 1], 'squeeze: takes 1 argument, got 1 as well; several numbers go in one list, as in [0, 1]'],
    [['slice', 0, 0, 1, 1, x], 'slice: takes 4 arguments, got a tensor of shape [2] as well'],
  ])('%j', ([name, ...given], message) => {
    expect(() => call(name as string, ...given)).toThrow(message);
  });
});

test.each([
  [concat, [[x, x], 0, x], 'concat: takes 2 arguments, got 3; the tensors go in one list, as in concat([a, b], 1)'],
  [stack, [[x, x], 0, x], 'stack: takes 2 arguments, got 3; the tensors go in one list, as in stack([a, b], 1)'],
  [
    where,
    [x.gt(1), x, 0, x],
    'where: takes 3 arguments, got 4; a condition and what to take where it is true and where it is false',
  ],
  [equal, [x, x, 0.1], 'equal: takes 2 arguments, got 3; allclose(a, b, { rtol, atol }) compares with a tolerance'],
  [
    slice,
    [0, 2, 1, 1],
    'slice: takes 3 arguments, got 4; at() takes a slice for each axis, as in x.at(slice(0, 2), slice(1))',
  ],
])('and by %o', (of, given, message) => {
  expect(() => (of as (...all: unknown[]) => unknown)(...given)).toThrow(message);
});

test('undefined is no argument', () => {
  expect(x.add(1).toArray()).toEqual([2, 3]);
  expect(String(call('add', 1, undefined, undefined))).toBe('tensor([2, 3])');
});

test('a method keeps its name and the number of its parameters', () => {
  expect([x.slice.name, x.slice.length, x.relu.name, x.relu.length]).toEqual(['slice', 4, 'relu', 0]);
});
