import { expect, test } from 'vitest';
import { DataError, defaultCollate } from '@mg/data';
import { fromTypedArray, tensor } from '@mg/tensor';

test('numbers are integers if all of them are, otherwise floats', () => {
  expect(defaultCollate([1, -2])).toEqual({ data: Int32Array.of(1, -2), shape: [2] });
  expect(defaultCollate([1, 2.5])).toEqual({ data: Float32Array.of(1, 2.5), shape: [2] });
  expect(defaultCollate([1, 2 ** 31])).toEqual({ data: Float32Array.of(1, 2 ** 31), shape: [2] });
  expect(defaultCollate([-0, NaN])).toEqual({ data: Float32Array.of(-0, NaN), shape: [2] });
});

test('arrays are stacked in their class, records and lists field by field', () => {
  const items = [
    { x: Uint8Array.of(1, 2), image: { data: Float64Array.of(1, 2), shape: [1, 2] }, pair: [1, 'a'], isNew: true },
    { x: Uint8Array.of(3, 4), image: { data: Float64Array.of(3, 4), shape: [1, 2] }, pair: [2, 'b'], isNew: false },
  ];
  expect(defaultCollate(items)).toEqual({
    x: { data: Uint8Array.of(1, 2, 3, 4), shape: [2, 2] },
    image: { data: Float64Array.of(1, 2, 3, 4), shape: [2, 1, 2] },
    pair: [{ data: Int32Array.of(1, 2), shape: [2] }, ['a', 'b']],
    isNew: { data: Uint8Array.of(1, 0), shape: [2] },
  });
  expect(defaultCollate([{ data: Float32Array.of(7), shape: [] }])).toEqual({ data: Float32Array.of(7), shape: [1] });
  expect(defaultCollate([Buffer.from('a')])).toEqual({ data: Uint8Array.of(97), shape: [1, 1] });
});

test('a batch is what tensors are made of', () => {
  const { data, shape } = defaultCollate([Float32Array.of(1, 2), Float32Array.of(3, 4)]);
  expect(tensor(data, { shape }).toArray()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(fromTypedArray(data, shape).toArray()).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test.each([
  [
    'shapes',
    [{ x: Float32Array.of(1, 2) }, { x: Float32Array.of(1) }],
    'defaultCollate: x of item 9 has the shape [1], item 4 has [2]. Crop',
  ],
  [
    'shapes of blocks',
    [
      { data: new Uint8Array(6), shape: [2, 3] },
      { data: new Uint8Array(6), shape: [3, 2] },
    ],
    'item 9 has the shape [3, 2], item 4 has [2, 3]',
  ],
  ['kinds', [[1], ['a']], 'defaultCollate: 0 of item 9 is a string, that of item 4 a number'],
  ['classes', [Float32Array.of(1), Int32Array.of(1)], 'item 9 is a Int32Array, that of item 4 a Float32Array'],
  ['fields', [{ a: { b: 1 } }, { a: { c: 1 } }], 'defaultCollate: a of item 9 has the fields c, item 4 has b'],
  ['lengths of lists', [[1], [1, 2]], 'item 9 is a list of 2 values, that of item 4 of 1'],
  ['no batch', [{ when: new Map() }, { when: new Map() }], 'when of item 4 is a Map, which has no default batch'],
  ['nothing', [null, null], 'item 4 is a Null, which has no default batch'],
])('an error for different %s names the item and both', (_name, items: unknown[], message) => {
  expect(() => defaultCollate(items, [4, 9])).toThrow(DataError);
  expect(() => defaultCollate(items, [4, 9])).toThrow(message);
});

test('other errors', () => {
  expect(() => defaultCollate([])).toThrow('there are no items');
  expect(() => defaultCollate([{ data: Uint8Array.of(1), shape: [2] }])).toThrow(
    'the shape [2] of defaultCollate: item 0 does not fit its 1 elements',
  );
});
