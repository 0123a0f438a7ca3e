import '../index.ts';

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type * as dtypeModule from '../array/dtype.ts';
import { allocate, bytesPerElement, type DType } from '../array/dtype.ts';
import { DTypeError } from '../array/errors.ts';
import { storeAsI64 } from '../array/wide-integers.ts';
import { watchReads } from '../graph/element-reads.ts';
import { type Tensor } from '../graph/tensor.ts';
import { fromElements, ones, tensor } from '../ops/creation.ts';
import { loadSafetensors, safetensorsMetadata, saveSafetensors } from './safetensors.ts';
import { SafetensorsError } from './safetensors/error.ts';
import { propertyRuns } from '../../fixtures/property-runs.ts';

/** Elements are allocated in one place: what passes through it is counted. */
const allocated = vi.hoisted(() => ({ bytes: 0 }));

vi.mock('../array/dtype.ts', async (importOriginal) => {
  const original = await importOriginal<typeof dtypeModule>();
  return {
    ...original,
    allocate(...args: Parameters<typeof original.allocate>) {
      const array = original.allocate(...args);
      allocated.bytes += array.byteLength;
      return array;
    },
  };
});

/** A file that NumPy wrote, and what is in it; see fixtures/safetensors.py. */
interface Recorded {
  what: string;
  file: string;
  metadata: Record<string, string>;
  tensors: { name: string; dtype: DType; stored: string; shape: number[]; bytes: string }[];
}

const recorded = JSON.parse(
  readFileSync(new URL('../../fixtures/safetensors.json', import.meta.url), 'utf8'),
) as Recorded[];

/** A file of this header, which need not be right, and these bytes. */
function fileOf(header: unknown, data: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const size = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  return Uint8Array.from([...size, ...text, ...Array.from(data)]);
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function hexOf(x: Tensor | undefined): string | undefined {
  return x && Buffer.from(bytesOf(x.data)).toString('hex');
}

/** A tensor of these bits. */
function fromBytes(dtype: DType, shape: number[], bytes: Uint8Array): Tensor {
  const array = allocate(dtype, bytes.length / bytesPerElement(dtype));
  bytesOf(array).set(bytes);
  return fromElements(array, dtype, shape, {});
}

/** The header of a file, as `JSON.parse` reads it, and where it ends. */
function headerOf(file: Uint8Array): {
  header: Record<string, { dtype: string; data_offsets: number[] }>;
  end: number;
} {
  const end = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return { header: JSON.parse(new TextDecoder().decode(file.subarray(8, end))) as never, end };
}

test.each(recorded)('reads what NumPy wrote: $what', ({ file, metadata, tensors }) => {
  const bytes = Buffer.from(file, 'base64');
  const odd = new Uint8Array(bytes.length + 1).subarray(1);
  odd.set(bytes);
  for (const given of [bytes, odd, new Uint8Array(bytes).buffer]) {
    const loaded = loadSafetensors(given);
    expect(Object.keys(loaded).sort()).toEqual(tensors.map(({ name }) => name).sort());
    for (const { name, dtype, shape, bytes } of tensors) {
      const { [name]: found } = loaded;
      expect({ dtype: found?.dtype, shape: found?.shape, bytes: hexOf(found) }).toEqual({ dtype, shape, bytes });
    }
    expect({ ...safetensorsMetadata(given) }).toEqual(metadata);
  }
});

test('writes the bytes that NumPy wrote', () => {
  const same = recorded.filter(({ what }) => /network|all bits|names of all|^no tensors$/.test(what));
  expect(same).toHaveLength(4);
  for (const { file, metadata, tensors } of same) {
    const record = Object.create(null) as Record<string, Tensor>;
    for (const { name, dtype, shape, bytes } of tensors) {
      record[name] = fromBytes(dtype, shape, Buffer.from(bytes, 'hex'));
    }
    const wide = tensors.filter(({ stored }) => stored === 'I64').map(({ name }) => [name, 'I64'] as const);
    const options = { dtypes: Object.fromEntries(wide), ...(Object.keys(metadata).length > 0 && { metadata }) };
    expect(Buffer.from(saveSafetensors(record, options)).toString('base64')).toBe(file);
  }
});

test('every float16 and bfloat16 becomes the float32 that equals it', () => {
  const bits = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
  const shape = [bits.length];
  const file = fileOf(
    {
      half: { dtype: 'F16', shape, data_offsets: [0, 2 ** 17] },
      brain: { dtype: 'BF16', shape, data_offsets: [2 ** 17, 2 ** 18] },
    },
    [...bytesOf(bits), ...bytesOf(bits)],
  );
  const { half, brain } = loadSafetensors(file);
  const wrong: number[] = [];
  for (let i = 0; i < bits.length; i++) {
    const exponent = (i >> 10) & 31;
    const size = exponent === 0 ? (i & 1023) * 2 ** -24 : (1024 + (i & 1023)) * 2 ** (exponent - 25);
    const value = exponent < 31 ? size : (i & 1023) === 0 ? Infinity : NaN;
    if (!Object.is(half?.data[i], i < 32768 ? value : -value)) wrong.push(i);
  }
  expect(wrong).toEqual([]);
  const upper = new Uint16Array((brain?.data ?? allocate('float32', 0)).buffer);
  expect(upper.every((word, i) => word === (i % 2 === 0 ? 0 : (i - 1) / 2))).toBe(true);
  // NaNs keep their fraction and sign.
  expect(new Uint32Array(half?.data.slice(0xfe01, 0xfe02).buffer ?? [])[0]).toBe(0xffc02000);
});

const dtypes: DType[] = ['float32', 'float64', 'int32', 'uint8', 'bool'];

/** A name of any kind, and often one that objects and the format know. */
const anyName = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '__proto__', 'constructor', 'toString', '0', 'shape', '__metadata_', '\ue000', '😀'),
);

const anyTensor = fc
  .record({ dtype: fc.constantFrom(...dtypes), shape: fc.array(fc.nat(4), { maxLength: 4 }), isView: fc.boolean() })
  .chain(({ dtype, shape, isView }) => {
    const length = shape.reduce((product, size) => product * size, bytesPerElement(dtype));
    return fc.uint8Array({ minLength: length, maxLength: length }).map((bits) => {
      const whole = fromBytes(dtype, shape, dtype === 'bool' ? bits.map((byte) => byte % 2) : bits);
      return isView && whole.ndim > 1 ? whole.transpose(0, 1) : whole;
    });
  });

test('what is saved is loaded, bit for bit', () => {
  let [views, floats] = [0, 0];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyName, anyTensor), { maxLength: 5 }),
      fc.array(fc.tuple(anyName, anyName), { maxLength: 3 }),
      (tensors, metadata) => {
        const record = Object.fromEntries(tensors);
        const strings = Object.fromEntries(metadata);
        const file = saveSafetensors(record, { metadata: strings });
        const loaded = loadSafetensors(file);

        expect(Object.keys(loaded).sort()).toEqual(Object.keys(record).sort());
        for (const [name, given] of Object.entries(record)) {
          const { [name]: found } = loaded;
          expect([found?.dtype, found?.shape, found?.requiresGrad]).toEqual([given.dtype, given.shape, false]);
          // A view passes through a number of JavaScript, which may set the highest bit of a NaN's fraction.
          const isExact = given.isContiguous();
          if (isExact) expect(hexOf(found)).toBe(hexOf(given));
          else expect(found?.toArray()).toEqual(given.toArray());
          if (!isExact) views++;
          if (given.dtype.startsWith('float')) floats += given.size;
        }
        expect(Object.entries(safetensorsMetadata(file)).sort()).toEqual(Object.entries(strings).sort());

        const { header, end } = headerOf(file);
        expect(end % 8).toBe(0);
        delete header['__metadata__'];
        for (const {
          dtype,
          data_offsets: [begin = NaN],
        } of Object.values(header)) {
          expect((end + begin) % (dtype === 'BOOL' ? 1 : Number(dtype.slice(1)) / 8)).toBe(0);
        }
        const backwards = Object.fromEntries(Object.entries(record).reverse());
        expect(saveSafetensors(backwards, { metadata: strings })).toEqual(file);
      },
    ),
    propertyRuns(5),
  );
  expect(Math.min(views, floats)).toBeGreaterThan(20);
});

test('tensors of operations are saved as they are: large, views, with gradients', () => {
  const large = tensor([[1, 2, 3]], { requiresGrad: true }).mul(ones([200, 1]));
  const part = large.slice(0, 5, 150, 7);
  const loaded = loadSafetensors(
    saveSafetensors({ large, turned: large.transpose(0, 1), part, row: part.slice(0, 1, 2) }),
  );
  expect(loaded['large']?.toArray()).toEqual(large.toArray());
  expect(loaded['turned']?.toArray()).toEqual(large.transpose(0, 1).toArray());
  expect(loaded['part']?.toArray()).toEqual(part.toArray());
  expect(loaded['part']?.shape).toEqual([21, 3]);
  expect(loaded['large']?.isLeaf).toBe(true);
  // A rule of defineOp that saves a tensor has read its elements.
  expect(watchReads(() => saveSafetensors({ part })).hasRead).toBe(true);
});

test('int32 is written as I64 where dtypes says so', () => {
  const steps = tensor([0, 7, -1, 2 ** 31 - 1, -(2 ** 31)], { dtype: 'int32' });
  const file = saveSafetensors({ steps, other: steps, weight: ones([2]) }, { dtypes: { steps: 'I64' } });
  const { header, end } = headerOf(file);
  expect(Object.entries(header).map(([name, { dtype }]) => [name, dtype])).toEqual([
    ['steps', 'I64'],
    ['weight', 'F32'],
    ['other', 'I32'],
  ]);
  expect([...new BigInt64Array(file.slice(end, end + 40).buffer)]).toEqual([0n, 7n, -1n, 2n ** 31n - 1n, -(2n ** 31n)]);
  expect(loadSafetensors(file)['steps']?.toArray()).toEqual(steps.toArray());
});

test('any byte of a BOOL other than 0 is true', () => {
  const file = fileOf({ x: { dtype: 'BOOL', shape: [4], data_offsets: [0, 4] } }, [0, 1, 2, 255]);
  expect([...(loadSafetensors(file)['x']?.data ?? [])]).toEqual([0, 1, 1, 1]);
});

test('what is loaded has bytes of its own, and what is saved is a copy', () => {
  const x = ones([3]);
  const file = saveSafetensors({ x });
  x.data[0] = 5;
  const { x: loaded } = loadSafetensors(file);
  file.fill(0);
  expect(loaded?.toArray()).toEqual([1, 1, 1]);
});

test('names that objects know are names like any other', () => {
  const file = fileOf(
    '{"__proto__":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"__metadata__":{"__proto__":"kept","toString":"too"}}',
    [9],
  );
  const loaded = loadSafetensors(file);
  expect(Object.getPrototypeOf(loaded)).toBe(null);
  expect(Object.keys(loaded)).toEqual(['__proto__']);
  expect(loaded['__proto__']?.item()).toBe(9);
  const metadata = safetensorsMetadata(file);
  expect(Object.entries(metadata)).toEqual([
    ['__proto__', 'kept'],
    ['toString', 'too'],
  ]);
  expect(metadata['constructor']).toBe(undefined);
  expect('dtype' in {}).toBe(false);
});

test('metadata is read from the header alone, also of a file whose tensors cannot be read', () => {
  const file = saveSafetensors({ x: ones([1000]) }, { metadata: { epoch: '3' } });
  expect({ ...safetensorsMetadata(file.subarray(0, headerOf(file).end)) }).toEqual({ epoch: '3' });
  const float8 = fileOf({ x: { dtype: 'F8_E4M3', shape: [], data_offsets: [0, 1] }, __metadata__: { a: 'b' } }, [0]);
  expect({ ...safetensorsMetadata(float8) }).toEqual({ a: 'b' });
  expect({ ...safetensorsMetadata(saveSafetensors({})) }).toEqual({});
});

const pair = { dtype: 'I32', shape: [2], data_offsets: [0, 8] };
const eight = [1, 0, 0, 0, 2, 0, 0, 0];
/** The header of one tensor `x`, with one thing changed. */
const like = (change: object) => fileOf({ x: { ...pair, ...change } }, eight);
/** Starts with this size of the header. */
const sized = (size: bigint, ...rest: number[]) =>
  Uint8Array.of(...new Uint8Array(BigUint64Array.of(size).buffer), ...rest);

const broken: [what: string, file: Uint8Array, message: string][] = [
  [
    'nothing',
    new Uint8Array(),
    'not a safetensors file: it has 0 bytes, fewer than the 8 that hold the size of the header',
  ],
  ['7 bytes', new Uint8Array(7), 'it has 7 bytes, fewer than the 8 that hold the size of the header. Get a new copy'],
  [
    'a gigantic header',
    sized(2n ** 64n - 1n),
    'announce a header of 18446744073709551615 bytes, more than the maximum of 100000000',
  ],
  ['a header just too large', sized(100_000_001n), 'announce a header of 100000001 bytes'],
  ['a header beyond the file', sized(3n, 123, 125), 'truncated: the header has 3 bytes, but only 2 follow the first 8'],
  ['no header at all', sized(0n), 'at character 0, expected {, found the end'],
  ['no UTF-8', sized(3n, 123, 255, 125), 'it is not UTF-8'],
  ['a byte order mark', fileOf('\ufeff{}'), 'at character 0, expected {'],
  ['a web page', fileOf('<!DOCTYPE html>'), 'expected {, found "<!DOCTYPE html>"'],
  ['a list', fileOf('[]'), 'expected {, found "[]"'],
  ['an end too early', fileOf('{"x":'), 'at character 5, in "x", expected {, found the end'],
  ['text after it', fileOf('{}x'), 'at character 2, expected only spaces, found "x"'],
  ['bytes of 0 after it', fileOf('{}\0\0'), 'expected only spaces, found "\\u0000\\u0000"'],
  ['another space', fileOf('{\u00a0}'), 'at character 1, expected a string'],
  ['a comma too many', fileOf('{"x":{"dtype":"I32",}}'), 'in "x", expected a string'],
  ['no comma', fileOf('{"x":{"dtype":"I32" "shape":[]}}'), 'expected , or }'],
  ['a key twice', fileOf(`{"x":${JSON.stringify(pair)},"x":${JSON.stringify(pair)}}`, eight), 'duplicate key "x"'],
  ['a key twice, once escaped', fileOf('{"x":{"shape":[],"sh\\u0061pe":[]}}'), 'duplicate key "shape", in "x"'],
  ['metadata twice', fileOf('{"__metadata__":{},"__metadata__":{}}'), 'duplicate key "__metadata__"'],
  ['a key of the metadata twice', fileOf('{"__metadata__":{"a":"","a":""}}'), 'duplicate key "a", in "__metadata__"'],
  ['metadata of numbers', fileOf({ __metadata__: { epoch: 3 } }), 'in "__metadata__", expected a string, found "3}}"'],
  ['metadata of lists', fileOf({ __metadata__: { epochs: [] } }), 'in "__metadata__", expected a string, found "[]}}"'],
  ['no metadata', fileOf({ __metadata__: null }), 'expected {, found "null}"'],
  [
    'half a character',
    fileOf('{"\\ud800":0}'),
    'expected a complete string, without control characters or lone surrogates',
  ],
  ['a string without end', fileOf('{"x\\"'), 'at character 1, expected a complete string'],
  ['a control character', fileOf('{"\n":0}'), 'without control characters or lone surrogates'],
  ['an invalid escape', fileOf('{"\\x41":0}'), 'expected a complete string'],
  ['no dtype', like({ dtype: undefined }), 'expected a dtype, a shape and two data_offsets, in "x"'],
  ['no shape', like({ shape: undefined }), 'expected a dtype, a shape and two data_offsets, in "x"'],
  ['no offsets', like({ data_offsets: undefined }), 'expected a dtype, a shape and two data_offsets, in "x"'],
  ['one offset', like({ data_offsets: [0] }), 'expected a dtype, a shape and two data_offsets, in "x"'],
  ['three offsets', like({ data_offsets: [0, 8, 8] }), 'expected a dtype, a shape and two data_offsets, in "x"'],
  ['another key', like({ scale: 1 }), 'unknown key "scale", in "x"'],
  ['a dtype that is no string', like({ dtype: 32 }), 'expected a string, found "32,'],
  [
    'a size below 0',
    like({ shape: [-2] }),
    'expected a whole number from 0 to 2^53 - 1, written as digits, found "-2]',
  ],
  ['half a size', like({ shape: [2.5] }), 'expected , or ], found ".5]'],
  ['an exponent', fileOf('{"x":{"shape":[2e1]}}'), 'expected , or ], found "e1]'],
  ['a leading 0', fileOf('{"x":{"shape":[02]}}'), 'written as digits, found "02]'],
  ['a size as text', like({ shape: ['2'] }), 'expected a whole number'],
  ['a list of lists', like({ shape: [[2]] }), 'expected a whole number'],
  ['a size of 2^53', like({ shape: [2 ** 53] }), 'expected a whole number from 0 to 2^53 - 1'],
  ['a size of 400 digits', fileOf(`{"x":{"shape":[${'9'.repeat(400)}]}}`), 'expected a whole number'],
  ['an offset of 2^64', fileOf('{"x":{"data_offsets":[0,18446744073709551616]}}'), 'expected a whole number'],
  ['65 axes', like({ shape: new Array(65).fill(1) }), 'expected no more than 64 numbers'],
  [
    'more than 2^53 elements',
    like({ shape: [2 ** 27, 2 ** 27] }),
    '"x" has shape [134217728, 134217728], with more than 2^53',
  ],
  ['as many, and then 0', like({ shape: [2 ** 52, 2 ** 52, 0] }), 'with more than 2^53 elements'],
  [
    'float8',
    like({ dtype: 'F8_E5M2' }),
    '"x" has the unsupported dtype "F8_E5M2". Save it as one of F64, F32, F16, BF16, I64',
  ],
  ['complex', like({ dtype: 'C64' }), 'has the unsupported dtype "C64"'],
  ['a dtype that objects know', like({ dtype: 'constructor' }), 'has the unsupported dtype "constructor"'],
  ['a dtype of another case', like({ dtype: 'i32' }), 'Save it as one of'],
  [
    'too few bytes for the shape',
    like({ shape: [3] }),
    '"x", I32 [3], takes 12 bytes, but its data_offsets are [0, 8]',
  ],
  ['too many bytes for the shape', like({ shape: [] }), '"x", I32 [], takes 4 bytes, but its data_offsets are [0, 8]'],
  ['an end before its begin', like({ data_offsets: [8, 0] }), 'but its data_offsets are [8, 0]'],
  [
    'truncated elements',
    fileOf({ x: pair }, [1, 2, 3, 4, 5, 6, 7]),
    '"x" has bytes 0 to 8 of the data, but there are only 7',
  ],
  [
    'elements beyond the file',
    like({ data_offsets: [2 ** 52, 2 ** 52 + 8] }),
    'truncated: "x" has bytes 4503599627370496 to',
  ],
  [
    'an overlap',
    fileOf({ x: pair, y: { ...pair, data_offsets: [4, 12] } }, new Uint8Array(12)),
    '"y", bytes 4 to 12 of the data, overlaps with "x", which ends at 8',
  ],
  ['the same bytes twice', fileOf({ x: pair, y: pair }, eight), '"y", bytes 0 to 8 of the data, overlaps with "x"'],
  [
    'a gap at the start',
    fileOf({ x: { ...pair, data_offsets: [1, 9] } }, new Uint8Array(9)),
    '"x", bytes 1 to 9 of the data, leaves a gap after the header, which ends at 0',
  ],
  [
    'a gap between',
    fileOf({ x: pair, y: { ...pair, data_offsets: [9, 17] } }, new Uint8Array(17)),
    '"y", bytes 9 to 17 of the data, leaves a gap after "x", which ends at 8',
  ],
  [
    'nothing within something',
    fileOf({ x: pair, y: { ...pair, shape: [0], data_offsets: [4, 4] } }, eight),
    '"y", bytes 4 to 4 of the data, overlaps with "x"',
  ],
  [
    'trailing bytes',
    fileOf({ x: pair }, [...eight, 80, 75]),
    'trailing bytes: the tensors end at byte 8 of the data, which has 10',
  ],
  ['bytes and no tensors', fileOf('{}', [0]), 'the tensors end at byte 0 of the data, which has 1'],
  ['a hundred thousand lists', fileOf('{"x":'.concat('['.repeat(100_000))), 'in "x", expected {'],
  ['a name without end', fileOf(`{"${'x'.repeat(100_000)}":{}}`), `two data_offsets, in "${'x'.repeat(80)}…"`],
];

test.each(broken)('refuses %s, before anything is allocated', (_, file, message) => {
  allocated.bytes = 0;
  expect(() => loadSafetensors(file)).toThrow(message);
  expect(() => loadSafetensors(file)).toThrow(SafetensorsError);
  expect(allocated.bytes).toBe(0);
});

test.each([
  ['I64', [0, 0, 0, 128, 0, 0, 0, 0], 'element 0 of "x", 2147483648 in I64, does not fit int32'],
  ['I64', [255, 255, 255, 127, 255, 255, 255, 255], '-2147483649 in I64, does not fit int32'],
  ['U64', [1, 0, 0, 0, 1, 0, 0, 0], '4294967297 in U64, does not fit int32'],
  ['U64', [255, 255, 255, 255, 255, 255, 255, 255], 'Save it as F64, which is exact up to 2^53'],
  ['U32', [0, 0, 0, 128], '2147483648 in U32, does not fit int32'],
])('refuses %s of bytes %j, which int32 does not hold', (dtype, bytes, message) => {
  const file = fileOf({ x: { dtype, shape: [], data_offsets: [0, bytes.length] } }, bytes);
  expect(() => loadSafetensors(file)).toThrow(message);
  expect(() => loadSafetensors(file)).toThrow(SafetensorsError);
});

test('64 axes and sizes of 0 next to large ones are read', () => {
  const shape = new Array<number>(64).fill(1);
  expect(loadSafetensors(fileOf({ x: { dtype: 'U8', shape, data_offsets: [0, 1] } }, [7]))['x']?.item()).toBe(7);
  const empty = { dtype: 'U8', shape: [0, 2 ** 53 - 1, 2], data_offsets: [0, 0] };
  expect(loadSafetensors(fileOf({ x: empty }))['x']?.shape).toEqual([0, 2 ** 53 - 1, 2]);
});

test('saving refuses what the format cannot hold', () => {
  const x = ones([2]);
  const save =
    (tensors: unknown, options: unknown = {}) =>
    () =>
      saveSafetensors(tensors as Record<string, Tensor>, options as object);
  expect(save({ __metadata__: x })).toThrow(SafetensorsError);
  expect(save({ __metadata__: x })).toThrow('a tensor cannot be named __metadata__');
  expect(save({ '\ud800': x })).toThrow('"\\ud800" has a lone surrogate');
  expect(save({}, { metadata: { a: '\udfff' } })).toThrow(SafetensorsError);
  expect(save({ x: [1, 2] })).toThrow(TypeError);
  expect(save({ x: [1, 2] })).toThrow('"x" is not a tensor');
  expect(save({ x: null })).toThrow('"x" is not a tensor');
  expect(save({}, { metadata: { epoch: 3 } })).toThrow('metadata holds strings, but "epoch" is a number');
  expect(save({ x }, { dtypes: { y: 'I64' } })).toThrow(DTypeError);
  expect(save({ x }, { dtypes: { y: 'I64' } })).toThrow('dtypes names "y", but there is no such tensor');
  expect(save({ x }, { dtypes: { x: 'I64' } })).toThrow(
    'cannot write "x", which is float32, as I64; dtypes can only write int32 as I64',
  );
  expect(save({ x }, { dtypes: { x: 'F16' } })).toThrow('as F16; dtypes can only write int32 as I64');
  expect(save({}, { metadata: { a: 'x'.repeat(100_000_000) } })).toThrow(
    'need a header of 100000032 bytes, more than the maximum of 100000000',
  );
});

test('takes bytes, and nothing else', () => {
  for (const given of ['model.safetensors', null, undefined, [1, 2], {}]) {
    expect(() => loadSafetensors(given as never)).toThrow(TypeError);
    expect(() => safetensorsMetadata(given as never)).toThrow('safetensorsMetadata: takes the bytes of a file');
  }
  expect(() => safetensorsMetadata(new ArrayBuffer(3))).toThrow('it has 3 bytes');
});

test('says so on a big-endian machine', () => {
  const swapped = vi.spyOn(Uint16Array, 'of').mockReturnValue(new Uint16Array([256]));
  expect(() => saveSafetensors({})).toThrow('big-endian machines are not supported');
  expect(() => loadSafetensors(new Uint8Array(8))).toThrow('big-endian machines are not supported');
  swapped.mockRestore();
});

test('what was read as I64 is written as I64 again, also through a view, and what was made by storeAsI64', () => {
  const steps = tensor([1, 2, 3], { dtype: 'int32' });
  const file = saveSafetensors({ steps }, { dtypes: { steps: 'I64' } });
  const { steps: read = steps } = loadSafetensors(file);
  expect(saveSafetensors({ steps: read.detach() })).toEqual(file);
  expect(saveSafetensors({ steps })).not.toEqual(file);
  expect(saveSafetensors({ steps: storeAsI64(steps) })).toEqual(file);
});
