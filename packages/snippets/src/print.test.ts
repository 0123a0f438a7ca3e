import { expect, test } from 'vitest';
import { print } from './print.ts';

class Point {
  readonly x: number = 1;
  readonly y: readonly number[] = [2, 3];
}

class Named extends Point {
  override toString(): string {
    return 'point A';
  }
}

test.each<[unknown, string]>([
  [3, '3'],
  [0.1 + 0.2, '0.30000000000000004'],
  ['text', 'text'],
  [true, 'true'],
  [null, 'null'],
  [undefined, 'undefined'],
  [12n, '12'],
  [[], '[]'],
  [
    [
      [1, 2],
      ['a', null],
    ],
    '[[1, 2], [a, null]]',
  ],
  [new Float32Array([1, 0.5]), '[1, 0.5]'],
  [new BigInt64Array([1n]), '[1]'],
  [{}, '{}'],
  [{ a: 1, b: { c: ['d'] } }, '{ a: 1, b: { c: [d] } }'],
  [Object.assign(Object.create(null) as object, { a: 1 }), '{ a: 1 }'],
  [new Map([['a', 1]]), 'Map { a => 1 }'],
  [new Set([1, 2]), 'Set {1, 2}'],
  [new Point(), 'Point { x: 1, y: [2, 3] }'],
  [new Named(), 'point A'],
  [[new Named()], '[point A]'],
  [new RangeError('too far'), 'RangeError: too far'],
  [Point, 'Point'],
  [Symbol('s'), 'Symbol(s)'],
])('%o prints as %s', (value, expected) => {
  expect(print(value)).toBe(expected);
});

test('an object inside itself', () => {
  const list: unknown[] = [1];
  list.push(list);
  expect(print(list)).toBe('[1, [Circular]]');
});

test('the same object twice is not circular', () => {
  const point = { x: 1 };
  expect(print([point, point])).toBe('[{ x: 1 }, { x: 1 }]');
});
