import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { IdxError, parseIdx } from '@mg/data-mnist';

/** The bytes of an IDX file: the type's code, the sizes, the elements' bytes. */
function idx(code: number, shape: number[], elements: number[] = []): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, code);
  header.setUint8(3, shape.length);
  shape.forEach((size, axis) => {
    header.setUint32(4 + 4 * axis, size);
  });
  return Uint8Array.of(...new Uint8Array(header.buffer), ...elements);
}

const twoByThree = idx(0x08, [2, 3], [1, 2, 3, 4, 5, 255]);

test.each([
  ['uint8', 0x08, [0, 127, 128, 255], Uint8Array.of(0, 127, 128, 255)],
  ['int8', 0x09, [0, 127, 128, 255], Int8Array.of(0, 127, -128, -1)],
  ['int16', 0x0b, [0x01, 0x02, 0xff, 0xfe], Int16Array.of(258, -2)],
  ['int32', 0x0c, [0x01, 0x02, 0x03, 0x04, 0xff, 0xff, 0xff, 0xfe], Int32Array.of(16909060, -2)],
  ['float32', 0x0d, [0x3f, 0xc0, 0, 0, 0xff, 0x80, 0, 0], Float32Array.of(1.5, -Infinity)],
  ['float64', 0x0e, [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], Float64Array.of(1.5, -2)],
])('reads big-endian %s', (_name, code, elements, expected) => {
  expect(parseIdx(idx(code, [expected.length], elements))).toEqual({ shape: [expected.length], data: expected });
});

test('reads a file at any offset of a larger buffer', () => {
  const inside = new Uint8Array(twoByThree.length + 7).fill(9);
  inside.set(twoByThree, 3);
  const { shape, data } = parseIdx(inside.subarray(3, 3 + twoByThree.length));
  expect(shape).toEqual([2, 3]);
  expect(data).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 255));
});

test('bytes are a view, and a plain Uint8Array even over a Buffer', () => {
  const file = Buffer.from(twoByThree);
  const { data } = parseIdx(file);
  expect(data.constructor).toBe(Uint8Array);
  expect(data.buffer).toBe(file.buffer);
});

test('a size of 0 makes an empty array', () => {
  expect(parseIdx(idx(0x08, [0, 28, 28]))).toEqual({ shape: [0, 28, 28], data: new Uint8Array(0) });
});

test('anything but a Uint8Array throws', () => {
  const loose = parseIdx as (bytes: unknown, name?: string) => unknown;
  for (const [bytes, type] of [
    [twoByThree.buffer, 'ArrayBuffer'],
    [[...twoByThree], 'Array'],
    [new Int8Array(twoByThree), 'Int8Array'],
    ['an address', 'String'],
    [undefined, 'Undefined'],
  ] as const) {
    expect(() => loose(bytes)).toThrow(TypeError);
    expect(() => loose(bytes, 'file')).toThrow(`file: expected a Uint8Array, got ${type}. Wrap an ArrayBuffer`);
  }
});

test('reads an array of another realm, as a test environment may have', () => {
  const bytes = runInNewContext(`Uint8Array.of(${[...twoByThree].join()})`) as Uint8Array;
  expect(bytes).not.toBeInstanceOf(Uint8Array);
  expect(parseIdx(bytes)).toEqual({ shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 255) });
});

describe('IdxError', () => {
  test.each([
    ['nothing', [], 'it is empty'],
    ['three bytes', [0, 0, 8], 'it starts with 00 00 08;'],
    ['no IDX file', [0x3c, 0x21, 0x44, 0x4f, 0x43], 'it starts with 3c 21 44 4f;'],
    ['a second byte', [0, 1, 8, 1, 0, 0, 0, 0], 'it starts with 00 01 08 01;'],
    ['an unknown element type', [0, 0, 0x0a, 1, 0, 0, 0, 0], 'it starts with 00 00 0a 01;'],
    ['no dimensions', [0, 0, 8, 0], 'it starts with 00 00 08 00;'],
    ['half a header', [0, 0, 8, 3, 0, 0, 0, 1], 'a header of 3 dimensions needs 16 bytes, but the file has 8'],
    ['too little', idx(8, [2, 3], [1, 2]), 'cut short: expected 6 bytes after the header (2×3 of uint8), got 2'],
    ['too little of int32', idx(0x0c, [2], [1, 2]), 'cut short: expected 8 bytes after the header (2 of int32), got 2'],
    ['too much', idx(8, [1], [1, 2]), 'trailing bytes: expected 1 bytes after the header (1 of uint8), got 2'],
    [
      'more after nothing',
      idx(8, [0, 5], [1]),
      'trailing bytes: expected 0 bytes after the header (0×5 of uint8), got 1',
    ],
  ])('%s', (_name, bytes, message) => {
    expect(() => parseIdx(Uint8Array.from(bytes), '/data/train-images-idx3-ubyte')).toThrow(
      expect.objectContaining({
        name: 'IdxError',
        message: expect.stringMatching(/^\/data\/train-images-idx3-ubyte: .*\. (Get|Use) /) as string,
      }),
    );
    expect(() => parseIdx(Uint8Array.from(bytes))).toThrow(message);
    expect(() => parseIdx(Uint8Array.from(bytes))).toThrow(RangeError);
  });

  test('every length but the right one', () => {
    const longer = Uint8Array.of(...twoByThree, 0);
    for (let length = 0; length <= longer.length; length++) {
      if (length === twoByThree.length) continue;
      expect(() => parseIdx(longer.subarray(0, length)), `${length} bytes`).toThrow(IdxError);
    }
  });

  test('sizes beyond any memory are refused, not allocated', () => {
    const max = 2 ** 32 - 1;
    expect(() => parseIdx(idx(0x0e, [max, max, max]))).toThrow('cut short');
    expect(() => parseIdx(idx(0x0e, Array<number>(255).fill(max)))).toThrow(
      'cut short: expected Infinity bytes after the header (4294967295×4294967295×4294967295×4294967295×… of float64), got 0',
    );
    // 2¹⁶ · 2¹⁶ · 2³² is 0 in 64-bit arithmetic, and 2³⁰ · 4 bytes is 0 in 32-bit: these must not pass as empty.
    expect(() => parseIdx(idx(0x08, [2 ** 16, 2 ** 16, 2 ** 31, 2]))).toThrow('cut short');
    expect(() => parseIdx(idx(0x0c, [2 ** 30]))).toThrow('cut short');
    expect(parseIdx(idx(0x0e, [...Array<number>(254).fill(max), 0])).data).toHaveLength(0);
  });
});
